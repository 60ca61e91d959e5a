import Casework
import Testing

@testable import Catalog

@Suite struct CaseInterfaceTests {
  private struct CoinToss: UseCase {
    var tosses = 100
    var bias = 0.5
    func run(in session: Session) async throws {}
  }

  private struct CardTrick: UseCase {
    func run(in session: Session) async throws {}
  }

  private func faults(in text: String) throws -> [String] {
    let catalog = try read(["coin-toss.md": text])
    #expect(catalog.faults == [])
    let interface = CoinToss.interface
    return words(catalog.faults(against: [interface]), folder: catalog.folder)
  }

  @Test func anEntryThatFitsItsCaseHasNoFault() throws {
    #expect(try faults(in: soundEntry) == [])
  }

  @Test(arguments: [
    (
      "set: {tosses: 10}", "set: {toses: 10}",
      [
        "25: coin-toss has no setting 'toses' (in presets.quick.set). Did you mean 'tosses'? "
          + "Its settings: tosses, bias."
      ]
    ),
    (
      "set: {tosses: 10}", "set: {tosses: 0.5}",
      ["25: presets.quick.set.tosses takes an integer, not '0.5'."]
    ),
    (
      "when: {bias: 0.5}", "when: {bias: high}",
      ["35: expects[1].when.bias takes a number, not 'high'."]
    ),
    (
      "when: {bias: 0.5}", "when: {side: 1}",
      ["35: coin-toss has no setting 'side' (in expects[1].when). Its settings: tosses, bias."]
    ),
    (
      "  bias: The", "  biass: The",
      [
        "28: settings does not say what 'bias' means; add a line for it.",
        "30: coin-toss has no setting 'biass' (in settings). Did you mean 'bias'? "
          + "Its settings: tosses, bias.",
      ]
    ),
  ])
  func whatDoesNotFitIsNamed(old: String, new: String, expected: [String]) throws {
    #expect(try faults(in: edited(old, new)) == expected)
  }

  @Test func aCaseWithoutAnEntryIsAFaultAndAPlannedEntryIsNone() throws {
    let catalog = try read(["coin-toss.md": soundEntry])
    #expect(catalog.faults(against: []) == [])
    let interface = CardTrick.interface
    #expect(
      catalog.faults(against: [interface]).map(\.description) == [
        "\(catalog.folder)/card-trick.md:1: the case 'card-trick' has no entry; write this file."
      ])
  }

  @Test func aFaultyEntryIsNotMissing() throws {
    let catalog = try read(["coin-toss.md": edited("level: beginner", "level: x")])
    let interface = CoinToss.interface
    #expect(catalog.faults(against: [interface]) == [])
    #expect(catalog.faults.count == 1)
  }
}
