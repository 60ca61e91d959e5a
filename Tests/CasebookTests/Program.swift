import Foundation

/// The program as a user runs it: a process with arguments, in a folder of its own.
struct Program {
  /// What a run of the program left behind.
  struct Outcome {
    let code: Int32
    let output: String
    let errors: String

    /// The standard output as JSON.
    var json: Any? { try? JSONSerialization.jsonObject(with: Data(output.utf8)) }
  }

  static let root = URL(filePath: #filePath).appending(path: "../../..").standardized
  let folder: URL

  /// Creates a folder that nothing else uses.
  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "casebook-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// The built program, beside the test bundle.
  static let path: URL = {
    let bundle =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let beside = URL(filePath: bundle).deletingLastPathComponent().appending(path: "casebook")
    // Swift's own test runner may be the process: then the build folder tells.
    return FileManager.default.isExecutableFile(atPath: beside.path())
      ? beside : root.appending(path: ".build/debug/casebook")
  }()

  func start(
    _ arguments: [String], environment: [String: String] = [:], path: URL = Self.path
  ) throws -> (Process, Pipe, Pipe) {
    let (process, output, errors) = (Process(), Pipe(), Pipe())
    process.executableURL = path
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    process.environment = ProcessInfo.processInfo.environment
      .merging(
        [
          "XDG_DATA_HOME": folder.appending(path: "data").path(), "CASEBOOK_DATA": "",
          "CASEBOOK_CATALOG": Self.root.appending(path: "Catalog").path(), "CASEBOOK_HOME": "",
          "COLUMNS": "80",
        ]
      ) { $1 }.merging(environment) { $1 }
    try process.run()
    return (process, output, errors)
  }

  @discardableResult
  func run(
    _ arguments: String..., environment: [String: String] = [:], path: URL = Self.path
  ) throws -> Outcome {
    try run(arguments, environment: environment, path: path)
  }

  @discardableResult
  func run(
    _ arguments: [String], environment: [String: String] = [:], path: URL = Self.path
  ) throws -> Outcome {
    let (process, output, errors) = try start(arguments, environment: environment, path: path)
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus, output: String(decoding: printed, as: UTF8.self),
      errors: String(decoding: said, as: UTF8.self))
  }

  /// The names of what is in the folder.
  var contents: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()) ?? []
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }
}
