import Casework
import Foundation
import GRDB
import Testing

@testable import Records

/// Runs that are written as spools and collected.
@Suite struct SpoolTests {
  let spools = TemporaryHome()
  let home = TemporaryHome()

  /// A process of an earlier boot of this machine: known to be gone.
  private let gone = ProcessIdentity(
    host: ProcessIdentity.current.host, bootID: "earlier", processIDSpace: "", processID: 1,
    processStart: 1)

  /// Logs the same into any store.
  @discardableResult
  private func fill(
    _ store: RunStore, identity: ProcessIdentity? = nil, points: Int = 6, seed: Int = 1
  ) throws -> RunRecorder {
    let recorder = try store.beginSample(
      seed: seed,
      settings: [
        "rate": .number(3), "big": .number(-.infinity), "name": .string("Infinity"),
        "many": .array([.number(1), .integer(2)]), "deep": .bool(true), "none": .null,
      ], identity: identity ?? gone)
    for step in 1...points {
      try recorder.log("loss", step == 3 ? -.nan : 0.1 * Double(step), step: step)
    }
    try recorder.log("loss", [0.5, -0.0], steps: [points + 5, points + 2])
    try recorder.record(data: "digits", fingerprint: "beef")
    try recorder.keep("note.txt", Data("a note".utf8), mediaType: "text/plain")
    try recorder.progress(RunProgress(done: 3, total: 3, unit: "epochs"))
    try recorder.record(threads: 3)
    return recorder
  }

  private func file(_ recorder: RunRecorder) -> URL {
    URL(fileURLWithPath: "\(spools.path)/\(recorder.id).spool")
  }

  private func all(_ store: RunStore) throws -> [Casework.Run] {
    try store.runs(sort: [SortKey("id")])
  }

  @Test func collectedRunEqualsTheRecordedOne() throws {
    let spooling = try RunStore(spooling: spools.path)
    let (spooled, direct) = (try fill(spooling), try fill(RunStore(home: spools.path + "/direct")))
    for recorder in [spooled, direct] {
      try recorder.log("auc", 0.75)
      #expect(throws: RecordsError.repeatedPoint(metric: "auc", step: nil)) {
        try recorder.log("auc", 0.5)
      }
      #expect(throws: RecordsError.self) { try recorder.log("loss", 1, step: 2) }
      try recorder.finish()
    }
    #expect(!FileManager.default.fileExists(atPath: spools.path + "/registry.sqlite"))
    let store = try RunStore(home: home.path)
    let (result, faults) = try store.collect(spools.path)
    #expect(result.taken == [spooled.id] && faults == [])
    let (mine, theirs) = (
      try store.run(named: spooled.id), try direct.store.run(named: direct.id)
    )
    #expect(mine.status == .finished && mine.settings == theirs.settings)
    #expect(mine.metrics == theirs.metrics && mine.lastStep == theirs.lastStep)
    #expect(mine.artifacts == theirs.artifacts && mine.provenance == theirs.provenance)
    #expect(mine == (try spooling.run(named: spooled.id)))
    let seals = "SELECT startSeal || resultSeal FROM run"
    let sealed = try store.read { try String.fetchOne($0, sql: seals) }
    #expect(try sealed == direct.store.read { try String.fetchOne($0, sql: seals) })
    let digests = try store.series(of: mine).map(\.digest)
    #expect(try digests == direct.store.series(of: theirs).map(\.digest))
    #expect(try store.progress(of: mine) == direct.store.progress(of: theirs))
    #expect(try store.tampering(of: mine) == [])
    #expect(try store.examine(isThorough: true, repair: false) == [])
    #expect(try store.collect(spools.path).result.known == [spooled.id])
    #expect(try all(store) == [mine])
  }

  @Test func runThatFailedBringsItsCheckpoint() throws {
    let recorder = try fill(RunStore(spooling: spools.path))
    try recorder.checkpoint(Data("weights".utf8))
    try recorder.fail(CocoaError(.fileNoSuchFile))
    let store = try RunStore(home: home.path)
    #expect(try store.collect(spools.path).faults == [])
    let run = try store.run(named: recorder.id)
    #expect(run.status == .failed && run.failure != nil)
    #expect(try store.checkpoint(of: run) == Data("weights".utf8))
  }

  @Test func cutAnywhereLosesOnlyWhatIsCut() throws {
    let recorder = try fill(RunStore(spooling: spools.path))
    try recorder.finish()
    let whole = try Data(contentsOf: file(recorder))
    let lines = whole.split(separator: 10)
    let records = lines.count
    // At every byte of the last three records, and after each of the others.
    let early = lines.dropLast(3).map(\.endIndex)
    for length in [0] + early + Array(lines[records - 3].startIndex...whole.count) {
      let cut = whole.prefix(length)
      try cut.write(to: file(recorder))
      let (store, faults) = try RunStore.spooled(in: spools.path)
      let kept = cut.split(separator: 10)
      // The last byte of a record is a line feed, without which it is whole all the same.
      let isTorn = kept.last.map { SpoolRecord(line: Data($0)) == nil } ?? false
      #expect(faults.contains { $0.description.contains("torn off") } == isTorn, "\(length)")
      let sound = kept.count - (isTorn ? 1 : 0)
      let runs = try store.runs()
      #expect(runs.count == (sound > 0 ? 1 : 0), "\(length)")
      #expect(runs.first.map { $0.status == .finished } ?? false == (sound == records))
      let points = try runs.first.map { try store.series(of: $0).first?.points.count ?? 0 } ?? 0
      #expect(points == min(max(sound - 1, 0), 6) + (sound > 7 ? 2 : 0), "\(length)")
    }
  }

  @Test func flippedBitCostsOneRecord() throws {
    let recorder = try fill(RunStore(spooling: spools.path))
    try recorder.finish()
    let whole = try Data(contentsOf: file(recorder))
    for place in stride(from: 0, to: whole.count, by: 3) {
      var damaged = whole
      damaged[place] ^= UInt8(1) << (place % 8)
      try damaged.write(to: file(recorder))
      let spool = try SpoolFolder(path: spools.path)
      let found = spool.records[recorder.id]?.count ?? 0
      let missing = whole.split(separator: 10).count - found
      #expect(missing == 1 && !spool.faults.isEmpty, "\(place)")
    }
  }

  @Test func runWithAMissingPointIsLostUntilASoundCopyComes() throws {
    let recorder = try fill(RunStore(spooling: spools.path))
    try recorder.finish()
    let whole = try Data(contentsOf: file(recorder))
    let text = String(decoding: whole, as: UTF8.self)
    try Data(text.replacingOccurrences(of: "\"steps\":[4]", with: "\"steps\":[9]").utf8)
      .write(to: file(recorder))
    let store = try RunStore(home: home.path)
    let (result, faults) = try store.collect(spools.path)
    #expect(result.taken == [recorder.id] && faults.count == 3, "\(faults)")
    let run = try store.run(named: recorder.id)
    #expect(run.status == .lost)
    #expect(try store.series(of: run)[0].points.map(\.step) == [1, 2, 3, 5, 6, 8, 11])
    try store.setTags(["kept": "yes"], of: run)
    #expect(try store.collect(spools.path).result.known == [run.id])
    try whole.write(to: file(recorder))
    #expect(try store.collect(spools.path).result.taken == [run.id])
    let mended = try store.run(named: run.id)
    #expect(mended.status == .finished && mended.labels.tags == ["kept": "yes"])
    #expect(try store.tampering(of: mended) == [])
    // An earlier state takes nothing back.
    try whole.prefix(whole.count / 2).write(to: file(recorder))
    #expect(try store.collect(spools.path).result.known == [run.id])
    #expect(try store.run(named: run.id) == mended)
  }

  @Test func orderAndRepetitionDoNotMatter() throws {
    let store = try RunStore(spooling: spools.path)
    let recorders = try [fill(store, seed: 1), fill(store, seed: 2)]
    for recorder in recorders { try recorder.finish() }
    let expected = try all(RunStore.spooled(in: spools.path).store)
    #expect(expected.count == 2)
    // All lines of both runs in one file, backwards and twice; and one run once more.
    let lines = try recorders.flatMap { try Data(contentsOf: file($0)).split(separator: 10) }
    let mixed = Data((lines.reversed() + lines).joined(separator: [10]))
    try FileManager.default.moveItem(
      atPath: file(recorders[0]).path, toPath: spools.path + "/copy.spool")
    try mixed.write(to: file(recorders[1]))
    let (again, faults) = try RunStore.spooled(in: spools.path)
    #expect(faults == [])
    #expect(try all(again) == expected)
  }

  @Test func runningRunIsLeftUntilItIsDone() throws {
    let recorder = try fill(RunStore(spooling: spools.path), identity: .current)
    let store = try RunStore(home: home.path)
    #expect(try store.collect(spools.path).result.unfinished == [recorder.id])
    #expect(try all(store) == [])
    // A record that is on its way is no damage.
    let whole = try Data(contentsOf: file(recorder))
    let handle = try FileHandle(forWritingTo: file(recorder))
    try handle.truncate(atOffset: UInt64(whole.count - 20))
    #expect(try store.collect(spools.path).faults == [])
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: whole)
    let seen = try RunStore.spooled(in: spools.path).store
    #expect(try seen.run(named: recorder.id).status == .running)
    try recorder.finish()
    #expect(try store.collect(spools.path).result.taken == [recorder.id])
  }

  @Test func killedWriterLosesNothingThatItWasToldIsKept() throws {
    let probe = try Probe("spool", spools.path)
    let id = try #require(probe.line())
    for step in 1...50 { #expect(probe.line() == "\(step)") }
    let acknowledged = 50 + probe.kill().count
    let store = try RunStore(home: home.path)
    #expect(try store.collect(spools.path).faults == [])
    let run = try store.run(named: id)
    let points = try #require(store.series(of: run).first).points
    #expect(run.status == .lost && points.map(\.step) == Array(1...points.count))
    #expect(points.count == acknowledged || points.count == acknowledged + 1)
    #expect(try store.checkpoint(of: run) == Data("weights".utf8))
  }

  @Test func fullDiskLosesNothingThatWasKept() throws {
    let probe = try Probe("starve-spool", spools.path)
    let id = try #require(probe.line())
    let lines = probe.finish()
    #expect(lines.last?.contains("cannot be used") == true)
    let store = try RunStore(home: home.path)
    #expect(try store.collect(spools.path).faults == [])
    let points = try #require(store.series(of: store.run(named: id)).first).points
    #expect(points.map(\.step) == Array(1..<lines.count) && lines.count > 100)
  }

  @Test func runIsTakenUpInASpoolOfItsOwn() throws {
    let first = try fill(RunStore(spooling: spools.path))
    try first.checkpoint(Data("weights".utf8))
    try Data(contentsOf: file(first)).dropLast(10).write(to: file(first))
    let other = try RunStore.spooled(in: spools.path).store
    let (store, faults) = try RunStore.spooled(in: spools.path)
    #expect(faults.count == 1, "the last record is cut")
    let lost = try store.run(named: first.id)
    #expect(lost.status == .lost)
    let (second, checkpoint) = try store.resume(
      lost, metrics: ["loss", "auc"], provenance: samplePlace)
    #expect(checkpoint == Data("weights".utf8))
    // Of two processes at once, one goes on.
    let refusal = RecordsError.cannotResume(
      id: lost.id, reason: "another process has taken it up")
    #expect(throws: refusal) {
      try other.resume(lost, metrics: ["loss"], provenance: samplePlace)
    }
    #expect(try RunStore.spooled(in: spools.path).store.run(named: lost.id).status == .running)
    for step in 4...9 { try second.log("loss", -Double(step), step: step) }
    try second.log("auc", 0.75)
    try second.keep("note.txt", Data("two".utf8), mediaType: "text/plain")
    try second.finish()
    let target = try RunStore(home: home.path)
    let collected = try target.collect(spools.path)
    #expect(collected.result.taken == [lost.id] && collected.faults.count == 1)
    let run = try target.run(named: lost.id)
    #expect(try run.status == .finished && run == store.run(named: lost.id))
    let points = try target.series(of: run)[0].points
    #expect(points.map(\.step) == Array(1...9) && points.last?.value == -9)
    #expect(try target.data(of: run.artifacts[0]) == Data("two".utf8))
    let attempts = try target.earlierAttempts(of: run)
    #expect(attempts.map(\.status) == [.lost] && attempts[0].supersededPoints == 5)
    #expect(try target.tampering(of: run) == [])
  }

  @Test func missingFileKeepsOnlyItsRunOut() throws {
    let store = try RunStore(spooling: spools.path)
    let (first, second) = (try fill(store, seed: 1), try fill(store, seed: 2))
    try first.keep("own.txt", Data("own".utf8), mediaType: "text/plain")
    for recorder in [first, second] { try recorder.finish() }
    let own = try #require(store.run(named: first.id).artifacts.last)
    try FileManager.default.removeItem(atPath: store.files.path(of: own.sha256))
    let target = try RunStore(home: home.path)
    let (result, faults) = try target.collect(spools.path)
    #expect(result.taken == [second.id] && faults.count == 1)
    #expect(faults.first?.description.contains("own.txt") == true)
  }

  @Test func craftedRecordsAreRefused() throws {
    let recorder = try fill(RunStore(spooling: spools.path))
    let bad = Artifact(
      name: "../../x", role: .output, mediaType: "", bytes: 1, sha256: "../../../../etc/passwd")
    let events: [RunEvent] = [
      .points(metric: "loss", steps: [1, 2], bits: []), .kept(file: bad),
      .value(metric: "x", bits: 0),
      .points(metric: "loss", steps: [1], bits: [0]), .ended(run: RunEnding(status: .running)),
      .begun(
        run: RunBeginning(
          slug: coin, seed: 1, preset: "", settings: [], metrics: [], provenance: samplePlace,
          identity: gone)),
    ]
    var data = try Data(contentsOf: file(recorder))
    for (index, event) in events.enumerated() {
      data += try SpoolRecord(run: recorder.id, number: 12 + index, at: 1e9, event: event).line()
    }
    for (run, at) in [("../../../../tmp/x", 1.0), (recorder.id, 1e300), (recorder.id, -1)] {
      data += try SpoolRecord(run: run, number: 99, at: at, event: .alive).line()
    }
    try data.write(to: file(recorder))
    let (store, faults) = try RunStore.spooled(in: spools.path)
    #expect(faults.count == events.count + 3, "\(faults)")
    #expect(try store.run(named: recorder.id).metrics["loss"] == 0.5)
  }

  @Test(arguments: [
    ("/home/a/runs", "nfs4"), ("/home", "nfs4"), ("/homes", nil), ("/data/my disk/x", "fuse.sshfs"),
    ("/tmp", nil), ("/scratch/x", "lustre"),
  ])
  func sharedFoldersAreKnown(path: String, kind: String?) {
    let mounts = #"""
      22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw
      30 22 0:26 / /home rw,relatime shared:9 - nfs4 server:/home rw,vers=4.2
      31 22 0:27 / /data/my\040disk rw - fuse.sshfs me@there: rw
      32 22 0:28 / /scratch rw shared:11 - ext4 /dev/sdb rw
      33 22 0:29 / /scratch rw shared:12 master:3 - lustre mds:/scratch rw
      """#
    #expect(SharedFolder.kind(of: path, mounts: mounts) == kind)
  }
}
