import Casework
import Foundation
import GRDB
import Randomness
import Testing

@testable import Records

/// Long series: packed, charted, asked and taken up again.
@Suite struct StorageTests {
  let home = TemporaryHome()

  @Test func chunksGiveBackEveryBit() throws {
    var stream = RandomStream(seed: 3)
    for _ in 0..<200 {
      let count = Int(stream.uniform() * 40)
      let points = (0..<count).map { index in
        let kind = Int(stream.uniform() * 4)
        let bits: UInt64 =
          switch kind {
          case 0: 0
          case 1: Double(Float(stream.normal())).bitPattern
          case 2: stream.normal().bitPattern
          default: .max - UInt64(index)
          }
        return StoredPoint(
          step: kind == 3 ? Int.min + index : Int(stream.uniform() * 1e9),
          bits: Int64(bitPattern: bits), time: count % 2 == 0 ? index * 17 : nil)
      }
      #expect(PointChunk.points(in: PointChunk.data(of: points)) == points)
    }
  }

  @Test func brokenChunksAreRefused() {
    let points = (0..<50).map { StoredPoint(step: $0, bits: Int64($0) << 40, time: $0 * 3) }
    let data = PointChunk.data(of: points)
    for length in 0..<data.count { #expect(PointChunk.points(in: data.prefix(length)) == nil) }
    #expect(PointChunk.points(in: data + [0]) == nil)
    for place in data.indices {
      var changed = data
      changed[place] ^= 0xff
      // It may be read as others, but must not crash.
      #expect(PointChunk.points(in: changed) != points)
    }
  }

  @Test func longSeriesArePackedAndReadBack() throws {
    let store = try RunStore(home: home.path)
    let recorder = try store.beginSample()
    let values = (0..<5000).map { sin(Double($0) / 100) + ($0 == 3210 ? 9 : 0) }
    try recorder.log("loss", Array(values[..<3000]), steps: Array(0..<3000))
    for step in 3000..<4000 { try recorder.log("loss", values[step], step: step) }
    try recorder.log("loss", Array(values[4000...]), steps: Array(4000..<5000))
    for step in [0, 1500, 3500, 4999] {
      #expect(throws: RecordsError.self) { try recorder.log("loss", 1, step: step) }
    }
    #expect(throws: RecordsError.self) { try recorder.log("loss", [1, 2], steps: [7000, 7000]) }
    #expect(throws: RecordsError.self) { try recorder.log("loss", [1, 2], steps: [7000, 4990]) }
    try recorder.finish()
    let run = try store.run(named: recorder.id)
    #expect(try store.series(of: run)[0].points.map(\.value) == values)
    #expect(run.metrics["loss"] == values[4999] && run.lastStep == 4999)
    let kept = try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM chunk") ?? 0 }
    #expect(kept == 4)
    for (query, isTrue) in [
      ("max(loss) > 9", true), ("max(loss) > 10", false), ("min(loss) < -0.99", true),
      ("at(loss, 3210) > 8", true), ("at(loss, 4998) < 8", true), ("at(loss, 9000) is null", true),
      ("mean(loss) between 0 and 0.2", true),
    ] {
      #expect(try store.runs(where: query).isEmpty != isTrue, "\(query)")
    }
    let chart = try store.chart(of: "loss", in: run, buckets: 4)
    #expect(chart.count <= 4 && chart.first?.first == 0 && chart.last?.last == 4999)
    #expect(chart.map(\.greatest).max() == values[3210])
    #expect(chart.map(\.least).min() == values.min())
    let mean = values.reduce(0, +) / 5000
    let found = chart.reduce(0) { $0 + $1.mean * Double($1.count) } / 5000
    #expect(abs(mean - found) < 1e-12)
    #expect(chart.reduce(0) { $0 + $1.count } == 5000)
  }

  @Test func attemptsAreKeptApartAndNothingDoubles() throws {
    let store = try RunStore(home: home.path)
    let recorder = try store.beginSample()
    for step in 1...1500 { try recorder.log("loss", Double(step), step: step) }
    try recorder.log("auc", 0.5)
    try recorder.keep("note.txt", Data("one".utf8), mediaType: "text/plain")
    try recorder.checkpoint(Data("here".utf8))
    try recorder.fail(CocoaError(.fileNoSuchFile))
    let failed = try store.run(named: recorder.id)
    let (second, checkpoint) = try store.resume(
      failed, metrics: ["loss", "auc"], provenance: samplePlace)
    #expect(checkpoint == Data("here".utf8))
    #expect(throws: RecordsError.self) {
      try store.resume(failed, metrics: ["loss"], provenance: samplePlace)
    }
    var now = try store.run(named: failed.id)
    #expect(now.status == .running && now.metrics == ["loss": 1500] && now.artifacts.isEmpty)
    for step in 1001...2000 { try second.log("loss", Double(-step), step: step) }
    try second.log("auc", 0.75)
    try second.keep("note.txt", Data("two".utf8), mediaType: "text/plain")
    try second.finish()
    now = try store.run(named: failed.id)
    #expect(now.status == .finished && now.metrics == ["loss": -2000, "auc": 0.75])
    let expected = (1...2000).map { Double($0 > 1000 ? -$0 : $0) }
    #expect(try store.series(of: now)[0].points.map(\.value) == expected)
    #expect(try store.data(of: now.artifacts[0]) == Data("two".utf8))
    #expect(try store.runs(where: "max(loss) = 1000 and min(loss) = -2000").count == 1)
    let attempts = try store.earlierAttempts(of: now)
    #expect(attempts.map(\.status) == [.failed] && attempts[0].supersededPoints == 500)
    #expect(attempts[0].values == ["auc": 0.5])
    #expect(try store.tampering(of: now).isEmpty)

    // Both attempts travel, and the seal fits there too.
    let other = try RunStore(home: home.path + "/other")
    #expect(try other.merge(store).taken == [now.id])
    #expect(try other.earlierAttempts(of: other.run(named: now.id)) == attempts)
    #expect(try other.tampering(of: other.run(named: now.id)).isEmpty)
    #expect(throws: RecordsError.self) {
      try store.resume(now, metrics: ["loss"], provenance: samplePlace)
    }
  }
}
