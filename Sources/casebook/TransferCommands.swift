import ArgumentParser
import Casework
import Foundation
import Records

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", _superCommandName: Casebook._commandName,
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
    guard !runs.isEmpty else {
      throw Failure.usage(.wrong("no run fulfils \(choice.condition ?? ""); nothing was written."))
    }
    if let mlflow {
      try store.exportMLflow(runs, to: mlflow)
      return Terminal.output.print("Wrote \(runs.count.runs) to \(mlflow).")
    }
    if let lost = runs.first(where: { $0.status == .lost }) {
      throw Failure.usage(
        .wrong(
          "the run \(lost.shortID) is lost: its process was gone before it ended, and a bundle holds "
            + "what has ended. 'casebook run --resume \(lost.shortID)' goes on with it; 'casebook "
            + "merge' takes it over as it is."))
    }
    guard let out else {
      guard isatty(STDOUT_FILENO) == 0 else {
        throw Failure.usage(.wrong("a bundle is no text: write it to a file, with --out or >."))
      }
      return try store.export(runs, to: STDOUT_FILENO)
    }
    try OutputFile(out, for: "the bundle").write { try store.export(runs, to: $0) }
    Terminal.output.print("Wrote \(runs.count.runs) to \(out).")
  }
}

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", _superCommandName: Casebook._commandName,
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
    if let file { return try Self.tell(store.importBundle(file), in: store) }
    try Self.tell(store.importMLflow(mlflow ?? "", artifactFolders: artifacts), in: store)
  }

  static func tell(_ result: TakeOver, in store: RunStore) throws {
    let lost = try store.list(where: "status = 'lost'") { _ in [:] }.map(\.id)
    let lostCount = Set(lost).intersection(result.taken).count
    var words = "Took over \(result.taken.count.runs)"
    if lostCount > 0 { words += ", \(lostCount) of them lost" }
    if !result.known.isEmpty { words += "; \(result.known.count) known already" }
    if !result.unfinished.isEmpty { words += "; \(result.unfinished.count) still running, left" }
    Terminal.output.print(words + ".")
  }
}

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", _superCommandName: Casebook._commandName,
    abstract: "Take over all runs of another registry but those that run.")

  @Argument(help: "The folder of the other registry.") var other: String
  @OptionGroup var house: House

  func run() throws {
    guard FileManager.default.fileExists(atPath: other + "/registry.sqlite") else {
      throw Failure.usage(.wrong("there is no registry in '\(other)'."))
    }
    let store = try house.writeRuns()
    try ImportCommand.tell(store.merge(RunStore(readingHome: other)), in: store)
  }
}
