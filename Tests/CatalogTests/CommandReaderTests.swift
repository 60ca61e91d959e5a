import Casework
import Foundation
import Testing

@testable import Catalog

@Suite struct CommandReaderTests {
  /// The sound entry as a command: with its settings in the long form.
  private let entry = soundEntry.replacing(
    "level: beginner",
    with: "level: beginner\n" + """
      command: [python3, -u, coin-toss.py]
      requires: [scikit-learn]
      """
  ).replacing(
    "tosses: How often the coin is tossed.",
    with: "tosses: {default: 100, meaning: How often the coin is tossed.}"
  ).replacing(
    "bias: The probability of heads.",
    with: "bias: {default: 0.5, meaning: The probability of heads.}")

  private func catalog(_ old: String = "", _ new: String = "", script: String? = "coin-toss.py")
    throws -> Catalog
  {
    let text = old.isEmpty ? entry : entry.replacing(old, with: new)
    #expect(old.isEmpty || text != entry, "\(old) is not in the entry")
    var files = ["coin-toss.md": Data(text.utf8)]
    if let script { files[script] = Data("print()".utf8) }
    return try read(files)
  }

  @Test func aCommandHasItsWordsItsScriptAndItsSettings() throws {
    let catalog = try catalog()
    #expect(catalog.faults == [])
    #expect(catalog.faults(against: []) == [])
    let entry = try #require(catalog.entries.first)
    let command = try #require(entry.command)
    #expect(command.words == ["python3", "-u", "coin-toss.py"])
    #expect(command.script == catalog.folder + "/coin-toss.py")
    #expect(command.isPython)
    #expect(command.requirements == ["scikit-learn"])
    #expect(
      command.settings == [
        Setting(name: "tosses", kind: .integer, standard: .integer(100)),
        Setting(name: "bias", kind: .number, standard: .number(0.5)),
      ])
    #expect(entry.settings["bias"] == "The probability of heads.")
  }

  @Test(arguments: [
    ("[python3, -u, coin-toss.py]", "python3 coin-toss.py", "command must be a list"),
    ("[python3, -u, coin-toss.py]", "[]", "command must be a list of words, such as"),
    ("[python3, -u, coin-toss.py]", "[python3, 3]", "command holds something that is no word"),
    ("coin-toss.py]", "coin-toss.R]", "names 'coin-toss.R', which is not there"),
    ("coin-toss.py]", "coin-toss.py, coin-toss.R]", "command names two scripts"),
    ("[python3, -u", "[sh", "'sh' is no Python; remove it"),
    ("[scikit-learn]", "['../x']", "'../x' is no package's name"),
    ("command: [python3, -u, coin-toss.py]\n", "", "requires goes with a command"),
    ("{default: 100, meaning", "{default: [1], meaning", "must be a number, a text, true or false"),
    ("{default: 100, meaning", "{meaning", "the key 'default' is missing in settings.tosses"),
    ("{default: 0.5, meaning: The probability of heads.}", "The bias.", "must be a mapping"),
    ("  bias: {", "  seed: {", "'seed' cannot be a setting of a command"),
  ])
  func whatIsWrongIsNamed(old: String, new: String, problem: String) throws {
    let faults = try catalog(old, new).faults
    #expect(faults.contains { $0.message.contains(problem) }, "\(faults)")
    #expect(Set(faults).count == faults.count, "a fault is told twice: \(faults)")
  }

  @Test(arguments: [
    ("set: {tosses: 10}", "set: {toses: 10}", "no setting 'toses' (in presets.quick.set)"),
    ("set: {tosses: 10}", "set: {tosses: x}", "presets.quick.set.tosses takes an integer, not 'x'"),
  ])
  func presetsAreCheckedAgainstTheSettings(old: String, new: String, problem: String) throws {
    let faults = try catalog(old, new).faults(against: [])
    #expect(faults.count == 1)
    #expect(faults.first?.message.contains(problem) == true, "\(faults)")
  }

  @Test func aCaseOfTheProgramIsNoCommandToo() throws {
    let own = CaseInterface(
      slug: Slug(typeName: "CoinToss"),
      settings: try #require(catalog().entries.first?.command?.settings))
    #expect(
      try catalog().faults(against: [own]).map(\.message) == [
        "the case 'coin-toss' is in the program; remove the entry's command."
      ])
  }
}
