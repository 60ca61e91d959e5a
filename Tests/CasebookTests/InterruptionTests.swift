import Foundation
import Testing

/// Ctrl-C ends a run, and what it has done is kept.
@Suite struct InterruptionTests {
  @Test func interruptedRunIsKeptWithItsCheckpoint() throws {
    let program = try Program()
    defer { program.remove() }
    let (process, output, errors) = try program.start([
      "run", "mnist-c-header", "--preset", "quick", "--set", "epochs=100000",
    ])
    // The first line of progress says that training has begun.
    _ = errors.fileHandleForReading.availableData
    process.interrupt()
    _ = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let runs = try #require(program.run("runs", "--format", "json").json as? [[String: Any]])
    #expect(runs.first?["status"] as? String == "cancelled")
    let artifacts = try #require(runs.first?["artifacts"] as? [[String: Any]])
    #expect(artifacts.contains { $0["role"] as? String == "checkpoint" })
  }

  @Test func theSecondOfSeveralSeedsIsInterruptedToo() throws {
    let program = try Program()
    defer { program.remove() }
    let (process, output, errors) = try program.start([
      "run", "cms-anomaly-autoencoder", "--preset", "quick", "--seeds", "30",
    ])
    var told = ""
    while !told.contains("seed 2") {
      let more = errors.fileHandleForReading.availableData
      guard !more.isEmpty else { break }
      told += String(decoding: more, as: UTF8.self)
    }
    process.interrupt()
    _ = errors.fileHandleForReading.readDataToEndOfFile()
    _ = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let runs = try #require(program.run("runs", "--format", "json").json as? [[String: Any]])
    #expect(runs.first?["status"] as? String == "cancelled" && runs.count < 30)
  }
}
