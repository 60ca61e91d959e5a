import ArgumentParser
import Foundation

/// The program: one command a file, each of which says what it does with `--help`.
@main
struct Casebook: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "casebook",
    abstract: "Machine-learning use cases that run, and a registry of every result.",
    version: "0.1.0",
    subcommands: [
      ListCommand.self, ShowCommand.self, RunCommand.self, RunsCommand.self, ShowRunCommand.self,
      CompareCommand.self, DiffCommand.self, ReproduceCommand.self, RerunCommand.self,
      NameCommand.self, NoteCommand.self, TagCommand.self, DeleteCommand.self, RestoreCommand.self,
      CleanCommand.self, ExportCommand.self, ImportCommand.self, MergeCommand.self,
      CollectCommand.self,
      WatchCommand.self, CancelCommand.self, DoctorCommand.self,
      PublishCommand.self, DataCommand.self, CheckCommand.self,
    ])

  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      try refuseUnknownCommand(arguments)
      var command = try parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      Foundation.exit(Failure.report(error))
    }
  }

  /// Says which commands there are: the parser would call the word an unexpected argument.
  private static func refuseUnknownCommand(_ arguments: [String]) throws {
    let known = configuration.subcommands.map { $0._commandName } + ["help"]
    guard let word = arguments.first, !word.hasPrefix("-"), !known.contains(word) else { return }
    throw Failure.usage(.unknown("command", word, known: known.filter { $0 != "help" }))
  }
}
