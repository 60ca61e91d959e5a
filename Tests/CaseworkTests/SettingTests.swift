import Casework
import Foundation
import Testing

private struct Probe: UseCase {
  var epochs = 3
  var learningRate = 1.0
  var isFast = false
  var data = "mnist"

  func validate() throws { try require(epochs > 0, "epochs", epochs, "it is 1 or more") }
  func run(in session: Session) async throws {}
}

@Suite struct SettingTests {
  @Test func settingsAreStoredPropertiesInOrder() {
    #expect(Probe.settings.map(\.name) == ["epochs", "learning_rate", "is_fast", "data"])
    #expect(Probe.settings.map(\.kind) == [.integer, .number, .flag, .text])
    #expect(Probe().settingValues["learning_rate"] == .number(1))
  }

  @Test func changedSettingsReachTheCase() throws {
    let changes = try Probe.interface.parse([
      "epochs=7", "learning_rate=1e-2", "is_fast=true", "data=a=b",
    ])
    let probe = try Probe.with(changes)
    #expect(probe.epochs == 7)
    #expect(probe.learningRate == 0.01)
    #expect(probe.isFast)
    #expect(probe.data == "a=b")
    #expect(probe.settingValues["data"] == .string("a=b"))
  }

  @Test func presetMayGiveWholeNumberToNumber() throws {
    #expect(try Probe.with(["learning_rate": .integer(2)]).learningRate == 2)
  }

  @Test(
    "Bad assignments are refused in words",
    arguments: [
      (
        "epoch=3",
        "probe has no setting 'epoch'. Did you mean 'epochs'? Its settings: epochs, "
          + "learning_rate, is_fast, data."
      ),
      ("epochs=3.5", "probe cannot use epochs=3.5: it takes an integer."),
      ("epochs=", "probe cannot use epochs=: it takes an integer."),
      ("learning_rate=nan", "probe cannot use learning_rate=nan: it takes a number."),
      ("is_fast=yes", "probe cannot use is_fast=yes: it takes true or false."),
      ("epochs", "'epochs' is not of the form name=value, such as epochs=3."),
      ("=3", "'=3' is not of the form name=value, such as epochs=3."),
    ])
  func badAssignmentIsRefused(text: String, words: String) {
    let error = #expect(throws: CaseworkError.self) { try Probe.interface.parse([text]) }
    #expect(error?.description == words)
  }

  @Test func caseRefusesValueItCannotUse() {
    let error = #expect(throws: CaseworkError.self) { try Probe.with(["epochs": .integer(0)]) }
    #expect(error?.description == "probe cannot use epochs=0: it is 1 or more.")
  }
}
