import Casework
import Foundation
import GRDB
import Testing

@testable import Records

@Suite struct BundleTests {
  let home = TemporaryHome()
  let other = TemporaryHome()
  let folder = TemporaryHome()

  private func filled() throws -> RunStore {
    let store = try RunStore(home: home.path)
    for seed in 1...3 {
      let recorder = try store.beginSample(
        seed: seed,
        settings: [
          "rate": .number(0.1), "big": .number(.infinity), "names": .array([.string("a")]),
        ])
      for step in 0..<20 {
        try recorder.log("loss", step == 7 ? .nan : 1 / Double(step + seed), step: step)
      }
      try recorder.log("auc", 0.1 * Double(seed))
      try recorder.keep("same.txt", Data("same".utf8), mediaType: "text/plain")
      try recorder.keep("own.txt", Data("own \(seed)".utf8), mediaType: "text/plain")
      try recorder.finish()
    }
    try store.setTags(["paper": "v2"], of: try store.runs()[0])
    try store.setName("best", of: try store.runs()[0])
    return store
  }

  private func bundle(_ store: RunStore, _ name: String = "bundle.tar") throws -> String {
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    let path = "\(folder.path)/\(name)"
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    defer { close(file) }
    try store.export(try store.runs(), to: file)
    return path
  }

  private func state(_ store: RunStore) throws -> [Casework.Run] {
    try store.runs(sort: [SortKey("id")])
  }

  @Test func runsGoToAnotherRegistryAndBackUnchanged() throws {
    let store = try filled()
    let path = try bundle(store)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: path))
        == Data(contentsOf: URL(fileURLWithPath: bundle(store, "again.tar"))))
    let target = try RunStore(home: other.path)
    let first = try target.importBundle(path)
    #expect(first.taken.count == 3 && first.known.isEmpty)
    let second = try target.importBundle(path)
    #expect(second.taken.isEmpty && second.known.count == 3)
    let (mine, theirs) = (try state(store), try state(target))
    #expect(mine.map(\.id) == theirs.map(\.id))
    for (a, b) in zip(mine, theirs) {
      #expect(a.settings == b.settings && a.labels == b.labels && a.artifacts == b.artifacts)
      #expect(a.metrics == b.metrics && a.provenance == b.provenance && a.startedAt == b.startedAt)
      #expect(try store.series(of: a).map(\.digest) == target.series(of: b).map(\.digest))
      #expect(try target.tampering(of: b) == [])
      for artifact in b.artifacts { #expect(try target.data(of: artifact).count == artifact.bytes) }
    }
    #expect(try target.examine(isThorough: true, repair: false) == [])
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: bundle(target, "back.tar")))
        == Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test func mergingTakesWhatIsNew() throws {
    let store = try filled()
    let target = try RunStore(home: other.path)
    let open = try store.beginSample(seed: 9)
    let result = try target.merge(store)
    #expect(result.taken.count == 3 && result.unfinished == [open.id])
    #expect(try target.merge(store).known.count == 3)
    try open.finish()
    #expect(try target.merge(store).taken == [open.id])
    #expect(try store.merge(target).taken.isEmpty)
  }

  @Test func everyDamageIsRefusedWhole() throws {
    let store = try filled()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: bundle(store)))
    let path = "\(folder.path)/damaged.tar"
    var refused = 0
    // A flipped bit anywhere in what counts, and an end anywhere, and other files.
    for place in stride(from: 0, to: bytes.count, by: 1511) {
      var damaged = bytes
      damaged[place] ^= 0x10
      try damaged.write(to: URL(fileURLWithPath: path))
      let target = try RunStore(home: other.path)
      do {
        _ = try target.importBundle(path)
        // What was flipped was padding: the runs are whole.
        #expect(try target.examine(isThorough: true, repair: false) == [])
        try target.delete(try target.runs())
        _ = try target.clean(isDryRun: false)
      } catch let error as RecordsError {
        guard case .bundleRefused = error else { throw error }
        refused += 1
        #expect(try target.runs() == [])
      }
    }
    #expect(refused > 5)
    for count in stride(from: 0, to: bytes.count - 2048, by: 977) {
      try bytes.prefix(count).write(to: URL(fileURLWithPath: path))
      let target = try RunStore(home: other.path)
      #expect(throws: RecordsError.self, "\(count)") { try target.importBundle(path) }
      #expect(try target.runs() == [])
    }
  }

  @Test(arguments: [
    ("startedAt", JSONValue.number(-1e300)), ("startedAt", .number(1e300)), ("startedAt", .null),
    ("heartbeat", .string("x")), ("duration", .number(1e300)), ("done", .string("x")),
    ("threads", .integer(-1)), ("threads", .string("x")), ("seed", .string("abc")),
    ("attempt", .integer(0)), ("verdict", .string("proved")), ("verification", .string("{}")),
    ("preset", .bool(true)), ("total", .integer(-5)),
  ])
  func recordThatNoRunHasIsRefused(column: String, value: JSONValue) throws {
    let store = try filled()
    var run = try store.read { database in
      try StoredRun(Int64.fetchOne(database, sql: "SELECT key FROM run") ?? 0, store, database)
    }
    #expect(run.fault == nil)
    run.columns[column] = value
    #expect(run.fault != nil)
  }

  @Test func forgedSettingsAndNamesOfOtherRunsAreNotTaken() throws {
    let store = try filled()
    let target = try RunStore(home: other.path)
    let run = try store.read { database in
      try StoredRun(Int64.fetchOne(database, sql: "SELECT key FROM run") ?? 0, store, database)
    }
    var forged = run
    forged.columns["seed"] = .integer(12345)
    #expect(throws: RecordsError.self) { try target.write { try forged.insert(target, $0) } }
    var named = run
    named.columns["name"] = .string("7c241e3c")
    try target.write { try named.insert(target, $0) }
    #expect(try target.run(named: run.id).labels.name == nil, "it may be the id of another run")
  }

  @Test func runWithOtherResultsIsRefused() throws {
    let store = try filled()
    let path = try bundle(store)
    let target = try RunStore(home: other.path)
    _ = try target.importBundle(path)
    try target.write { try $0.execute(sql: "UPDATE run SET resultSeal = 'x'") }
    #expect(throws: RecordsError.self) { try target.importBundle(path) }
    #expect(throws: RecordsError.runIsRunning(id: "")) {
      let open = try store.beginSample(seed: 9)
      do { _ = try bundle(store, "open.tar") } catch RecordsError.runIsRunning(let id) {
        #expect(id == open.id)
        throw RecordsError.runIsRunning(id: "")
      }
    }
  }
}
