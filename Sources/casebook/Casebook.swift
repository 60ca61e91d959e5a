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
      var command = try command(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      Foundation.exit(Failure.report(error))
    }
  }

  /// Reads the command and its options.
  ///
  /// A command that stands first reads its options by itself, which takes half the time; where it
  /// cannot, all arguments are read together, to say why.
  private static func command(_ arguments: [String]) throws -> any ParsableCommand {
    let commands = configuration.subcommands
    guard let word = arguments.first, !word.hasPrefix("-"), word != "help" else {
      return try parseAsRoot(arguments)
    }
    guard let named = commands.first(where: { $0._commandName == word }) else {
      // The parser would call the word an unexpected argument.
      throw Failure.usage(.unknown("command", word, known: commands.map { $0._commandName }))
    }
    // It may also be a command of its own, or help.
    let command = try? named.parseAsRoot(Array(arguments.dropFirst()))
    return try command.flatMap { type(of: $0) == named ? $0 : nil } ?? parseAsRoot(arguments)
  }
}
