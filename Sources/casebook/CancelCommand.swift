import ArgumentParser
import Casework
import Catalog
import Foundation
import Records

struct CancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", _superCommandName: Casebook._commandName,
    abstract: "End a running run cleanly, as Ctrl-C in its terminal does.")

  @Argument(help: "A run, by the start of its id or by name.") var id: String
  @OptionGroup var house: House

  func run() throws {
    let store = try house.readRuns()
    let run = try store.run(named: id)
    try store.interrupt(run)
    let end = Date().addingTimeInterval(60)
    while Date() < end {
      let now = try store.run(named: run.id)
      if now.status != .running {
        return Terminal.output.print("run \(run.shortID): \(now.status.rawValue)")
      }
      usleep(100_000)
    }
    Terminal.error.print(
      "casebook: run \(run.shortID) was asked to end a minute ago and has not yet: a case ends at the "
        + "next step that it reports.")
    throw Failure.answerIsNo
  }
}
