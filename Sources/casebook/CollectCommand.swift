import ArgumentParser
import Foundation
import Records

struct CollectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect", _superCommandName: Casebook._commandName,
    abstract: "Take over the runs that were spooled in folders.",
    discussion: """
      On a folder that machines share (NFS, Lustre and the like), and with 'run --spool', a run writes a \
      file of its own in place of the registry. 'collect' may be repeated: what is known stays, what has \
      come further is brought up to date, what still runs is left. Exit code 1 if something was damaged \
      or missing; the rest is taken over all the same.
      """)

  @Argument(help: "Folders that runs were spooled in; nothing in them is changed.")
  var folders: [String]
  @OptionGroup var house: House

  func run() throws {
    let store = try house.writeRuns()
    var result = TakeOver()
    var isSound = true
    for folder in folders {
      let found = try store.collect(folder)
      if found.result == TakeOver(), found.faults.isEmpty {
        Terminal.error.print("casebook: no run was spooled in \(folder).")
      }
      result.add(found.result)
      for fault in found.faults { Terminal.error.print("casebook: \(fault)") }
      if !found.faults.isEmpty { isSound = false }
    }
    try ImportCommand.tell(result, in: store)
    if !isSound { throw Failure.answerIsNo }
  }
}
