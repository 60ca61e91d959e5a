import Casework
import Digests
import Foundation
import GRDB
import Testing

@testable import Records

@Suite struct VerificationTests {
  let home = TemporaryHome()
  let other = TemporaryHome()

  private let metrics = [
    Metric(name: "loss", better: .lower, meaning: "", tolerance: 0.01),
    Metric(name: "auc", better: .higher, meaning: ""),
    Metric(name: "seconds", better: .lower, meaning: "", isTiming: true),
  ]

  private func finished(
    _ store: RunStore, loss: [Double], auc: Double, seconds: Double = 1, file: String = "one"
  ) throws -> Casework.Run {
    let recorder = try store.beginSample(metrics: ["loss", "auc", "seconds"])
    for (step, value) in loss.enumerated() { try recorder.log("loss", value, step: step) }
    try recorder.log("auc", auc)
    try recorder.log("seconds", seconds)
    try recorder.keep("file.txt", Data(file.utf8), mediaType: "text/plain")
    try recorder.finish()
    return try store.run(named: recorder.id)
  }

  private func compare(
    _ change: (RunStore) throws -> Casework.Run
  ) throws -> Verification {
    let (mine, theirs) = (try RunStore(home: home.path), try RunStore(home: other.path))
    let run = try finished(mine, loss: [3, 2, 1], auc: 0.5)
    return try mine.verification(of: run, by: change(theirs), in: theirs, metrics: metrics)
  }

  @Test func equalRunsAreBitwise() throws {
    // Timings may differ.
    let found = try compare { try finished($0, loss: [3, 2, 1], auc: 0.5, seconds: 9) }
    #expect(found.verdict == .bitwise && found.metricCount == 2 && found.artifactCount == 1)
    #expect(found.metric == nil && found.artifact == nil && found.causes.isEmpty)
  }

  @Test func toleranceIsTheMetricsOwn() throws {
    let near = try compare { try finished($0, loss: [3, 2.005, 1], auc: 0.5, file: "two") }
    #expect(near.verdict == .withinTolerance)
    #expect(near.metric?.step == 1 && near.differingMetrics == ["loss"])
    #expect(near.artifact?.name == "file.txt" && near.artifact?.offset == 0)
    let far = try compare { try finished($0, loss: [3, 2.005, 1.5], auc: 0.5) }
    #expect(far.verdict == .different)
    #expect(far.metric?.step == 2, "the step beyond the tolerance is told: \(far)")
    let strict = try compare { try finished($0, loss: [3, 2, 1], auc: 0.5.nextUp) }
    #expect(strict.verdict == .different && strict.metric?.ulps == 1)
    #expect(strict.metric?.step == nil)
  }

  @Test func signOfZeroIsADifference() throws {
    let (mine, theirs) = (try RunStore(home: home.path), try RunStore(home: other.path))
    let run = try finished(mine, loss: [0], auc: 0.0)
    let repeated = try finished(theirs, loss: [-0.0], auc: -0.0)
    let found = try mine.verification(of: run, by: repeated, in: theirs, metrics: metrics)
    #expect(found.verdict == .different && found.metric?.metric == "auc")
  }

  @Test(arguments: [
    "UPDATE point SET step = 7 WHERE step = 2", "UPDATE point SET bits = 1 WHERE step = 2",
    "UPDATE value SET number = 77 WHERE isWhole", "UPDATE value SET least = -77 WHERE NOT isWhole",
    "UPDATE value SET greatest = NULL WHERE NOT isWhole",
    "UPDATE value SET count = 2 WHERE count = 3",
    "UPDATE value SET sum = 1e9 WHERE NOT isWhole", "UPDATE artifact SET role = 'log'",
    "UPDATE artifact SET mediaType = 'text/html'", "UPDATE run SET seed = 9",
  ])
  func whatWasChangedInTheRecordIsNoticed(sql: String) throws {
    let store = try RunStore(home: home.path)
    let run = try finished(store, loss: [3, 2, 1], auc: 0.5)
    #expect(try store.tampering(of: run) == [])
    try store.write { try $0.execute(sql: sql) }
    let changed = try store.run(named: run.id)
    #expect(try store.tampering(of: changed).map(\.kind) != [])
    #expect(try store.examine(isThorough: true, repair: false) != [])
  }

  @Test func recordOfAnOlderVersionIsSound() throws {
    let store = try RunStore(home: home.path)
    let run = try finished(store, loss: [3, 2, 1], auc: 0.5)
    let digest = SHA256Digest(ofBitPatterns: [3, 2, 1]).hex
    try store.write { database in
      try database.execute(
        sql: "UPDATE value SET digest = ? WHERE digest IS NOT NULL", arguments: [digest])
      let key = try Int64.fetchOne(database, sql: "SELECT key FROM run") ?? 0
      let seal = try RunSeal.result(of: key, like: "", database)
      #expect(SHA256Digest(hex: seal) != nil)
      try database.execute(sql: "UPDATE run SET resultSeal = ?", arguments: [seal])
    }
    #expect(try store.examine(isThorough: true, repair: false) == [])
    #expect(try store.series(of: run).map(\.digest) == [digest])
    let bundle = home.path + "/older.tar"
    let file = open(bundle, O_WRONLY | O_CREAT, 0o600)
    try store.export([run], to: file)
    close(file)
    let target = try RunStore(home: other.path)
    _ = try target.importBundle(bundle)
    #expect(try target.examine(isThorough: true, repair: false) == [])
  }

  @Test func missingAndOtherPointsAreTold() throws {
    let short = try compare { try finished($0, loss: [3, 2], auc: 0.5) }
    #expect(short.verdict == .different)
    #expect(short.metric == .init(metric: "loss", step: 2, recorded: 1, repeated: nil))
    let odd = try compare { try finished($0, loss: [3, .nan, 1], auc: 0.5) }
    #expect(odd.verdict == .different && odd.metric?.ulps == nil)
  }

  @Test func fileAloneMakesADifference() throws {
    let found = try compare { try finished($0, loss: [3, 2, 1], auc: 0.5, file: "onely") }
    #expect(found.verdict == .different && found.metric == nil)
    #expect(
      found.artifact
        == .init(
          name: "file.txt", offset: 3, recordedBytes: 3, repeatedBytes: 5, isDamaged: false))
  }

  @Test func verdictIsKeptAndStaleWhenItsBasisChanges() throws {
    var store = try RunStore(home: home.path)
    let run = try finished(store, loss: [1], auc: 1)
    let found = Verification(
      verdict: .bitwise, at: Date(timeIntervalSince1970: 1_790_000_000), duration: 2,
      metricCount: 2, artifactCount: 1,
      metric: .init(metric: "loss", step: 0, recorded: .infinity, repeated: .nan))
    try store.record(found, of: run, basis: "one")
    let kept = try store.verification(of: run)
    #expect(kept?.verdict == .bitwise && kept?.metric?.recorded == .infinity)
    #expect(try store.run(named: run.id).verdict == .bitwise)
    #expect(try store.count(where: "verified = true") == 1)
    store.isStale = { $1 != "two" }
    #expect(try store.run(named: run.id).verdict == .stale)
    #expect(try store.count(where: "verified = true") == 0)
    #expect(try store.count(where: "verdict = 'stale'") == 1)
  }

  @Test func ulpsAreCountedAcrossZero() {
    func ulps(_ a: Double, _ b: Double) -> UInt64? {
      Verification.MetricDifference(metric: "m", step: nil, recorded: a, repeated: b).ulps
    }
    #expect(ulps(1, 1) == 0)
    #expect(ulps(1, 1.0.nextUp) == 1 && ulps(1.0.nextUp, 1) == 1)
    #expect(ulps(-.leastNonzeroMagnitude, .leastNonzeroMagnitude) == 2)
    #expect(ulps(0.0, -0.0) == 0)
    #expect(ulps(.nan, 1) == nil && ulps(.infinity, 1) == nil)
    #expect(ulps(-.greatestFiniteMagnitude, .greatestFiniteMagnitude) != nil)
  }

  @Test func olderRegistryIsCopiedAndBroughtUpToDate() throws {
    let file = home.path + "/registry.sqlite"
    try FileManager.default.createDirectory(
      atPath: home.path, withIntermediateDirectories: true)
    let old = try DatabaseQueue(path: file)
    try Schema.migrator.migrate(old, upTo: "1: runs, points, artifacts")
    try old.write { database in
      try database.execute(
        sql: """
          INSERT INTO provenance (json) VALUES (?);
          INSERT INTO run (id, slug, status, seed, preset, startedAt, heartbeat, threads, host,
            bootID, pidSpace, processID, processStart, provenance)
          VALUES ('0123456789abcdef0123456789abcdef', 'coin-toss', 'finished', 1, 'quick', 1, 1, 2,
            '', '', '', 1, 1, 1);
          INSERT INTO metric (key, name) VALUES (1, 'auc');
          INSERT INTO value (metric, run, number, bits, isWhole)
          VALUES (1, 1, 0.5, 4602678819172646912, 1);
          INSERT INTO setting (key, name) VALUES (1, 'epochs');
          INSERT INTO choice (setting, run, kind, value) VALUES (1, 1, 'integer', 3);
          """,
        arguments: [String(decoding: try StoredSetting.sortedJSON(samplePlace), as: UTF8.self)])
    }
    try old.close()
    let store = try RunStore(readingHome: home.path)
    let run = try store.run(named: "0123")
    #expect(run.provenance.threads == 2 && run.labels == RunLabels() && run.verdict == nil)
    #expect(run.metrics == ["auc": 0.5] && run.settings == ["epochs": .integer(3)])
    #expect(try store.count(where: "auc = 0.5 and epochs = 3") == 1)
    #expect(try store.tampering(of: run) == [])
    let copy = try DatabaseQueue(path: file + ".version-1")
    #expect(try copy.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM run") } == 1)
    #expect(
      try copy.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM grdb_migrations") } == 1)
  }
}
