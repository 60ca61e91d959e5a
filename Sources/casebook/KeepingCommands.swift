import ArgumentParser
import Casework
import Foundation
import Records

/// Chooses runs by id or by a condition.
struct RunChoice: ParsableArguments {
  @Argument(help: "Runs, by the start of their ids or by name.") var ids: [String] = []
  @Option(
    name: .customLong("where"), parsing: .unconditional,
    help: "A condition that the runs fulfil.")
  var condition: String?

  func validate() throws {
    guard ids.isEmpty == (condition != nil) else {
      throw ValidationError("name runs, or choose them with --where.")
    }
  }

  func runs(in store: RunStore) throws -> [Run] {
    guard let condition else { return try ids.map { try store.run(named: $0) } }
    return try store.runs(where: condition)
  }
}

struct DeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", _superCommandName: Casebook._commandName,
    abstract: "Delete runs; 'restore' brings them back until 'gc'.")

  @OptionGroup var choice: RunChoice
  @OptionGroup var house: House

  func run() throws {
    let store = try house.writeRuns()
    let runs = try choice.runs(in: store)
    try store.delete(runs)
    Terminal.output.print(
      runs.isEmpty
        ? "No run was deleted."
        : "Deleted \(runs.count.runs): \(runs.list). "
          + "'casebook restore' brings them back, 'casebook gc' frees their room.")
  }
}

struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", _superCommandName: Casebook._commandName,
    abstract: "Bring deleted runs back.",
    discussion: "Deleted runs are listed by: casebook runs --where 'deleted = true'")

  @OptionGroup var choice: RunChoice
  @OptionGroup var house: House

  func run() throws {
    let store = try house.writeRuns()
    let runs = try choice.runs(in: store).filter { $0.deletedAt != nil }
    try store.restore(runs)
    Terminal.output.print(
      runs.isEmpty ? "None of them was deleted." : "Restored \(runs.count.runs): \(runs.list).")
  }
}

struct CleanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc", _superCommandName: Casebook._commandName,
    abstract: "Free the room of deleted runs, for good.",
    discussion: "Without --yes it only says what would be freed.")

  @Flag(help: "Do it.") var yes = false
  @OptionGroup var house: House

  func run() throws {
    let cleaning = try house.writeRuns().clean(isDryRun: !yes)
    let size = ByteCountFormatter.string(fromByteCount: Int64(cleaning.bytes), countStyle: .file)
    let files = "\(cleaning.files) \(cleaning.files == 1 ? "file" : "files") (\(size))"
    Terminal.output.print(
      yes
        ? "Removed \(cleaning.runs.count.runs) and \(files); the database is "
          + "\(cleaning.databaseBytes) bytes smaller."
        : "Would remove \(cleaning.runs.count.runs) for good, and \(files). Do it with --yes.")
  }
}

struct TagCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag", _superCommandName: Casebook._commandName,
    abstract: "Set or remove tags of a run.",
    discussion: "casebook tag 4f2a paper=v2 checked    sets two; checked=  removes one.")

  @Argument(help: "A run, by the start of its id or by name.") var id: String
  @Argument(help: "name=value, name for a tag without a value, or name= to remove one.")
  var tags: [String]
  @OptionGroup var house: House

  func run() throws {
    let store = try house.writeRuns()
    var changes: [String: String?] = [:]
    for tag in tags {
      let parts = tag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count == 1 ? "true" : String(parts[1])
      changes.updateValue(parts.count == 2 && value.isEmpty ? nil : value, forKey: String(parts[0]))
    }
    try store.setTags(changes, of: try store.run(named: id))
  }
}

struct NoteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "note", _superCommandName: Casebook._commandName,
    abstract: "Write a note on a run; without a text, remove it.")

  @Argument(help: "A run, by the start of its id or by name.") var id: String
  @Argument(help: "The text.") var text: [String] = []
  @OptionGroup var house: House

  func run() throws {
    let store = try house.writeRuns()
    let note = text.joined(separator: " ")
    try store.setNote(note.isEmpty ? nil : note, of: try store.run(named: id))
  }
}

struct NameCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "name", _superCommandName: Casebook._commandName,
    abstract: "Give a run a name that stands for its id; without one, remove it.")

  @Argument(help: "A run, by the start of its id or by name.") var id: String
  @Argument(help: "The name.") var name: String?
  @OptionGroup var house: House

  func run() throws {
    let store = try house.writeRuns()
    try store.setName(name, of: try store.run(named: id))
  }
}

extension Int {
  /// Such as `1 run` and `2 runs`.
  var runs: String { "\(self) \(self == 1 ? "run" : "runs")" }
}

extension [Run] {
  fileprivate var list: String {
    prefix(8).map(\.shortID).joined(separator: " ") + (count > 8 ? " …" : "")
  }
}
