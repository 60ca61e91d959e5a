import Foundation
import Testing

/// A run that another process writes: seen, ended from elsewhere, and the registry examined.
@Suite struct WatchTests {
  @Test func runIsWatchedAndCancelledFromElsewhere() throws {
    let program = try Program()
    defer { program.remove() }
    #expect(try program.run("watch").code == 2)
    let (process, output, errors) = try program.start([
      "run", "mnist-c-header", "--preset", "quick", "--set", "epochs=100000", "--offline",
    ])
    var id: String?
    for _ in 0..<600 where id == nil {
      let runs = try program.run("runs", "--where", "last_step >= 2", "--format", "json")
      id = (runs.json as? [[String: Any]])?.first?["id"] as? String
    }
    let run = try #require(id)
    let (watcher, seen, _) = try program.start(["watch", "--interval", "0.1"])
    // Its first line, or its end: the read returns with either.
    let first = seen.fileHandleForReading.availableData
    let cancelled = try program.run("cancel", run)
    #expect(cancelled.code == 0, "\(cancelled.errors)")
    #expect(cancelled.output.contains("cancelled"))
    let text = String(
      decoding: first + seen.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    watcher.waitUntilExit()
    #expect(watcher.terminationStatus == 1, "a run that did not finish is no success")
    #expect(text.contains("running") && text.contains("cancelled"), "\(text)")
    #expect(text.contains("/100000 epochs") && text.contains("train_loss"), "\(text)")
    _ = output.fileHandleForReading.readDataToEndOfFile()
    _ = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(try program.run("cancel", run).code == 2)

    #expect(try program.run("doctor", "--thorough").code == 0)
    let root = program.folder.appending(path: ".casebook/artifacts")
    let names = try FileManager.default.subpathsOfDirectory(atPath: root.path())
    let file = root.appending(path: try #require(names.first { $0.count > 10 }))
    let data = try Data(contentsOf: file)
    try FileManager.default.removeItem(at: file)
    let missing = try program.run("doctor")
    #expect(missing.code == 1 && missing.output.contains("is missing"))
    var changed = data
    changed[0] ^= 1
    try changed.write(to: file)
    #expect(try program.run("doctor").code == 0, "the size alone is right")
    let thorough = try program.run("doctor", "--thorough")
    #expect(thorough.code == 1 && thorough.output.contains("is not what was kept"))
  }

  @Test func doctorSaysWhichFontIsMissing() throws {
    let program = try Program()
    let fonts = program.folder.appending(path: "fonts.conf")
    let text = "<?xml version='1.0'?><fontconfig><dir>/nowhere</dir></fontconfig>"
    try Data(text.utf8).write(to: fonts)
    let without = try program.run("doctor", environment: ["FONTCONFIG_FILE": fonts.path()])
    #expect(without.output.contains("DejaVu Sans is missing"), "\(without.output)")
    #expect(try program.run("doctor").output.contains("font       DejaVu Sans\n"))
  }
}
