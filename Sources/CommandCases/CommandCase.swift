public import Casework
public import Catalog
import Digests
public import Foundation
import Synchronization

/// A case that is a command of its entry, with the settings of a run.
///
/// The command gets `--name=value` for each setting and `--seed=N`, writes what it finds as lines
/// of JSON to the file that `CASEBOOK_REPORT` names, and prints what it likes.
public struct CommandCase: PreparedCase {
  public let slug: Slug
  public let command: Entry.Command
  /// The names of the data sets that the entry has.
  public let dataNames: [String]
  public let settingValues: [String: JSONValue]
  private let inherited: [String: String]
  var patience = ChildProcess.Patience()

  /// Prepares a command to be run.
  ///
  /// - Parameters:
  ///   - entry: The entry.
  ///   - command: Its command.
  ///   - changes: Settings that are to be others than the entry says.
  ///   - environment: That of the program, of which the child gets what is not secret.
  /// - Throws: `CaseworkError` if a setting does not exist or cannot hold the value.
  public init(
    _ entry: Entry, _ command: Entry.Command, settings changes: [String: JSONValue],
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    (slug, self.command, dataNames) = (entry.slug, command, entry.dataNames)
    inherited = environment
    settingValues = try CaseInterface(slug: entry.slug, settings: command.settings)
      .values(with: changes)
  }

  /// Finds the program and what it needs.
  ///
  /// - Throws: ``CommandError`` with what is missing and how to get it.
  public func requireProgram() throws { _ = try located() }

  public func commandProvenance() throws -> CommandProvenance? {
    let (program, python) = try located()
    let names = command.requirements
    var packages = python?.packages ?? [:]
    packages.merge(python?.versions(of: names) ?? [:]) { $1 }
    return CommandProvenance(
      words: command.words, program: program,
      programDigest: try SHA256Digest(ofFile: URL(filePath: program)).hex,
      scriptDigest: try command.script.map { path in
        guard let digest = try? SHA256Digest(ofFile: URL(filePath: path)) else {
          throw CommandError.unreadableScript(path)
        }
        return digest.hex
      },
      pythonVersion: python?.version, packages: packages, required: names)
  }

  public func run(in session: Session) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "casebook-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (program, python) = try located()
    try keepCode(python, session)
    let child = ChildProcess(
      program: program, arguments: try await arguments(session, folder),
      environment: ChildEnvironment.variables(
        from: inherited, seed: session.seed, threads: session.threads),
      folder: folder.path(percentEncoded: false),
      ownFolder: folder.path(percentEncoded: false), patience: patience)
    let (result, printed) = await Self.outcome(of: child, session, folder)
    if !printed.data.isEmpty {
      try session.artifact("output.txt", printed.data, mediaType: "text/plain", role: .log)
    }
    let lastWords = printed.lastWords()
    let ending = try result.get()
    try Task.checkCancellation()
    switch ending {
    case .exited(0): break
    case .exited(let code):
      throw CommandError.exited(code: code, case: slug, lastWords: lastWords)
    case .killed(let signal):
      throw CommandError.killed(signal: signal, case: slug, lastWords: lastWords)
    }
  }

  /// Runs a process on a thread of its own, since tasks have few.
  private static func outcome(
    of child: ChildProcess, _ session: Session, _ folder: URL
  ) async -> (result: Result<ChildProcess.Ending, any Error>, printed: OutputLog) {
    let isCancelled = Atomic(false)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        Thread.detachNewThread {
          var reporter = Reporter(session: session, folder: folder)
          let result = Result {
            let ending = try child.run(
              isCancelled: { isCancelled.load(ordering: .relaxed) },
              hear: { try reporter.hear($0, $1) })
            do { try reporter.close() } catch {
              // What was ended in the middle of a line is told by how it ended.
              if ending == .exited(0) { throw error }
            }
            return ending
          }
          continuation.resume(returning: (result, reporter.printed))
        }
      }
    } onCancel: {
      isCancelled.store(true, ordering: .relaxed)
    }
  }

  /// Where the program is, and what it says of itself if it is a Python.
  private func located() throws -> (program: String, python: Python?) {
    let variables = ChildEnvironment.variables(from: inherited, seed: 0, threads: nil)
    let (word, script) = (command.words[0], command.script)
    let isScript = script.map { URL(filePath: $0).lastPathComponent == word } ?? false
    let name = isScript ? absolute(script ?? word) : word
    guard let program = ChildEnvironment.path(of: name, in: variables) else {
      throw CommandError.noProgram(word, case: slug)
    }
    guard command.isPython else { return (absolute(program), nil) }
    let python = try Python.asked(at: program, environment: variables)
    let missing = python.missing(of: command.requirements)
    guard missing.isEmpty else {
      throw CommandError.missingPackages(
        missing, case: slug, python: word, version: python.version)
    }
    return (absolute(program), python)
  }

  private func absolute(_ path: String) -> String {
    URL(filePath: path).path(percentEncoded: false)
  }

  /// Keeps the script and the list of packages: what it takes to run this again elsewhere.
  private func keepCode(_ python: Python?, _ session: Session) throws {
    if let path = command.script {
      guard let script = try? Data(contentsOf: URL(filePath: path)) else {
        throw CommandError.unreadableScript(path)
      }
      try session.artifact(
        URL(filePath: path).lastPathComponent, script, mediaType: "text/plain", role: .code)
    }
    if let python {
      try session.artifact(
        "requirements.txt", Data(python.requirements.utf8), mediaType: "text/plain", role: .code)
    }
  }

  /// The words after the program.
  private func arguments(_ session: Session, _ folder: URL) async throws -> [String] {
    let script = command.script
    var words = command.words.dropFirst().map { word in
      guard let script, URL(filePath: script).lastPathComponent == word else { return word }
      return absolute(script)
    }
    for setting in command.settings where setting.name != "data" {
      words.append("--\(setting.name)=\(settingValues[setting.name] ?? setting.standard)")
    }
    words.append("--seed=\(session.seed)")
    if let checkpoint = session.resumption {
      let file = folder.appending(path: "resumed-checkpoint")
      try checkpoint.write(to: file)
      words.append("--resume=\(file.path(percentEncoded: false))")
    }
    return words + (try await dataArguments(session))
  }

  /// The folders of the data, checked: the one that a setting `data` chooses, else all of the entry.
  private func dataArguments(_ session: Session) async throws -> [String] {
    if case .string(let choice)? = settingValues["data"] {
      if dataNames.contains(choice) {
        return ["--data=\(absolute(try await session.dataSet(choice).folder))"]
      }
      guard choice.contains("/") else { return ["--data=\(choice)"] }
      let folder = try session.dataFolder(choice)
      return ["--data=\(absolute(folder.path(percentEncoded: false)))"]
    }
    var words: [String] = []
    for name in dataNames {
      words.append("--data-\(name)=\(absolute(try await session.dataSet(name).folder))")
    }
    return words
  }
}
