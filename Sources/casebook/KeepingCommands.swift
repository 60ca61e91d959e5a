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
    commandName: "delete", abstract: "Delete runs; 'restore' brings them back until 'gc'.")

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
    commandName: "restore", abstract: "Bring deleted runs back.",
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
    commandName: "gc", abstract: "Free the room of deleted runs, for good.",
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
    commandName: "tag", abstract: "Set or remove tags of a run.",
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
    commandName: "note", abstract: "Write a note on a run; without a text, remove it.")

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
    commandName: "name",
    abstract: "Give a run a name that stands for its id; without one, remove it.")

  @Argument(help: "A run, by the start of its id or by name.") var id: String
  @Argument(help: "The name.") var name: String?
  @OptionGroup var house: House

  func run() throws {
    let store = try house.writeRuns()
    try store.setName(name, of: try store.run(named: id))
  }
}

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write runs with their files as one tar file, or for MLflow.",
    discussion: """
      casebook export --where "tags.paper = 'v2'" > bundle.tar
      casebook export --mlflow mlruns --where "case = 'digits-forest'"

      --mlflow writes a file store, which every version of MLflow reads (MLflow 3 if \
      MLFLOW_ALLOW_FILE_STORE=true); 'mlflow migrate-filestore' makes a database of it.
      """)

  @OptionGroup var choice: RunChoice
  @Option(help: "The file to write, in place of the standard output.") var out: String?
  @Option(help: "Write a folder for MLflow instead; it must be new or empty.") var mlflow: String?
  @OptionGroup var house: House

  func validate() throws {
    guard mlflow == nil || out == nil else {
      throw ValidationError("--mlflow names what is written; leave out --out.")
    }
  }

  func run() throws {
    let store = try house.readRuns()
    let runs = try choice.runs(in: store)
    if let mlflow {
      try store.exportMLflow(runs, to: mlflow)
      return Terminal.output.print("Wrote \(runs.count.runs) to \(mlflow).")
    }
    guard let out else {
      guard isatty(STDOUT_FILENO) == 0 else {
        throw Failure.usage(.wrong("a bundle is no text: write it to a file, with --out or >."))
      }
      return try store.export(runs, to: STDOUT_FILENO)
    }
    let part = "\(out).\(getpid()).part"
    let file = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      throw RecordsError.unusable(path: out, reason: String(cString: strerror(errno)))
    }
    do {
      defer { close(file) }
      try store.export(runs, to: file)
    } catch {
      unlink(part)
      throw error
    }
    guard rename(part, out) == 0 else {
      throw RecordsError.unusable(path: out, reason: String(cString: strerror(errno)))
    }
    Terminal.output.print("Wrote \(runs.count.runs) to \(out).")
  }
}

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take over the runs of a file that 'export' wrote, or of MLflow.",
    discussion: """
      Runs that are here already are left as they are; what is damaged is refused whole. An MLflow \
      store is a folder (mlruns) or an SQLite file (mlflow.db); artifacts must lie in its folder, or \
      in one that --artifacts names.
      """)

  @Argument(help: "The file; - for the standard input.") var file: String?
  @Option(help: "A folder or an SQLite file of MLflow.") var mlflow: String?
  @Option(help: "With --mlflow: a folder that may hold artifacts; may be repeated.")
  var artifacts: [String] = []
  @OptionGroup var house: House

  func validate() throws {
    guard (file == nil) != (mlflow == nil) else {
      throw ValidationError("name a file that 'casebook export' wrote, or --mlflow STORE.")
    }
    guard artifacts.isEmpty || mlflow != nil else {
      throw ValidationError("--artifacts goes with --mlflow STORE.")
    }
  }

  func run() throws {
    let store = try house.writeRuns()
    if let file { return Self.tell(try store.importBundle(file)) }
    Self.tell(try store.importMLflow(mlflow ?? "", artifactFolders: artifacts))
  }

  static func tell(_ result: TakeOver) {
    var words = "Took over \(result.taken.count.runs)"
    if !result.known.isEmpty { words += "; \(result.known.count) known already" }
    if !result.unfinished.isEmpty { words += "; \(result.unfinished.count) still running, left" }
    Terminal.output.print(words + ".")
  }
}

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Take over all runs of another registry but those that run.")

  @Argument(help: "The folder of the other registry.") var other: String
  @OptionGroup var house: House

  func run() throws {
    guard FileManager.default.fileExists(atPath: other + "/registry.sqlite") else {
      throw Failure.usage(.wrong("there is no registry in '\(other)'."))
    }
    let store = try house.writeRuns()
    ImportCommand.tell(try store.merge(RunStore(readingHome: other)))
  }
}

extension Int {
  fileprivate var runs: String { "\(self) \(self == 1 ? "run" : "runs")" }
}

extension [Run] {
  fileprivate var list: String {
    prefix(8).map(\.shortID).joined(separator: " ") + (count > 8 ? " …" : "")
  }
}
