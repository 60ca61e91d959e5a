import Casework
import Foundation
import Testing

@testable import Records

/// A folder of a test's own, removed when the test lets go of it.
final class TemporaryHome {
  let path: String

  init() {
    path = NSTemporaryDirectory() + "records-\(UInt64.random(in: .min ... .max))"
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

let coin = Slug(typeName: "CoinToss")

let samplePlace = Provenance(
  codeRevision: "0123abcd", isCodeDirty: true, binaryDigest: "feed", compiler: "Swift 6.3",
  libraries: ["onednn": "2.6.3"], cpuModel: "Test CPU", instructionSet: "avx2", threads: 2,
  data: ["digits": "cafe"], operatingSystem: "Linux", host: "elsewhere", bootID: "never",
  processID: -1, parent: "aa")

extension RunStore {
  /// Begins a run of the fixture's case.
  func beginSample(
    _ slug: Slug = coin, seed: Int = 1, settings: [String: JSONValue] = [:],
    metrics: [String] = ["loss", "auc"], identity: ProcessIdentity = .current,
    startedAt: Date = Date(timeIntervalSince1970: 1_790_000_000)
  ) throws -> RunRecorder {
    try begin(
      slug, seed: seed, preset: "quick", settings: settings, metrics: metrics,
      provenance: samplePlace, identity: identity, startedAt: startedAt)
  }
}

/// A process of the probe beside the tests, and the lines that it says.
final class Probe {
  private let process = Process()
  private let output = Pipe()
  private var rest = Data()

  init(_ arguments: String...) throws {
    let folder = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let candidates = [folder] + CommandLine.arguments
    let path = candidates.lazy.map { candidate in
      ((candidate as NSString).deletingLastPathComponent as NSString)
        .appendingPathComponent("RecordsProbe")
    }.first { FileManager.default.isExecutableFile(atPath: $0) }
    process.executableURL = URL(fileURLWithPath: try #require(path, "no RecordsProbe"))
    process.arguments = arguments
    process.standardOutput = output
    try process.run()
  }

  /// Waits for the next line; `nil` if there is none.
  func line() -> String? {
    while true {
      if let end = rest.firstIndex(of: 10) {
        defer { rest = Data(rest[(end + 1)...]) }
        return String(decoding: rest[..<end], as: UTF8.self)
      }
      let more = output.fileHandleForReading.availableData
      if more.isEmpty { return nil }
      rest += more
    }
  }

  func kill() -> [String] {
    Glibc.kill(process.processIdentifier, SIGKILL)
    return finish()
  }

  func finish() -> [String] {
    var lines: [String] = []
    while let line = line() { lines.append(line) }
    process.waitUntilExit()
    return lines
  }
}

/// Catches the error of this module that work throws.
func recordsError(_ work: () throws -> Void) -> RecordsError? {
  do { try work() } catch let error as RecordsError { return error } catch {
    Issue.record("\(error)")
  }
  return nil
}
