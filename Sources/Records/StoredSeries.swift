public import Casework
import Foundation
import GRDB

/// The points of a metric of a run: packed by the thousand, the latest row by row.
enum StoredSeries {
  static func points(
    run: Int64, metric: Int64, _ database: Database
  ) throws -> [MetricSeries.Point] {
    try stored(run: run, metric: metric, database).map { .init(step: $0.step, value: $0.value) }
  }

  /// All points in the order of their steps, which need not be that of their logging.
  static func stored(run: Int64, metric: Int64, _ database: Database) throws -> [StoredPoint] {
    var points: [StoredPoint] = []
    let chunks = try Row.fetchCursor(
      database, sql: "SELECT data FROM chunk WHERE run = ? AND metric = ? ORDER BY first",
      arguments: [run, metric])
    while let row = try chunks.next() {
      // What cannot be read is missed by the digest of the series.
      points += PointChunk.points(in: row[0]) ?? []
    }
    points += try tail(run: run, metric: metric, database)
    let isSorted = zip(points, points.dropFirst()).allSatisfy { $0.step < $1.step }
    return isSorted ? points : points.sorted { $0.step < $1.step }
  }

  /// The points that are not packed yet.
  static func tail(run: Int64, metric: Int64, _ database: Database) throws -> [StoredPoint] {
    let rows = try Row.fetchCursor(
      database,
      sql: "SELECT step, bits, time FROM point WHERE run = ? AND metric = ? ORDER BY step",
      arguments: [run, metric])
    var points: [StoredPoint] = []
    while let row = try rows.next() {
      points.append(StoredPoint(step: row[0], bits: row[1], time: row[2]))
    }
    return points
  }

  /// Adds points without looking at those that are there, and packs what there is enough of.
  ///
  /// - Returns: How many points are left unpacked.
  /// - Throws: SQLite's error if a point is there already and not packed.
  static func add(
    _ points: [StoredPoint], run: Int64, metric: Int64, unpacked: Int, _ database: Database
  ) throws -> Int {
    guard unpacked + points.count >= PointChunk.size else {
      for point in points {
        try database.run(
          "INSERT INTO point (run, metric, step, bits, time) VALUES (?, ?, ?, ?, ?)",
          [
            .init(run), .init(metric), .init(point.step), .init(point.bits),
            .init(point.time),
          ])
      }
      return unpacked + points.count
    }
    var all = points
    if unpacked > 0 {
      all = try tail(run: run, metric: metric, database) + points
      try database.execute(
        sql: "DELETE FROM point WHERE run = ? AND metric = ?", arguments: [run, metric])
    }
    all.sort { $0.step < $1.step }
    let packed = all.count / PointChunk.size * PointChunk.size
    for start in stride(from: 0, to: packed, by: PointChunk.size) {
      try insert(
        Array(all[start..<start + PointChunk.size]), run: run, metric: metric, database)
    }
    return try add(
      Array(all[packed...]), run: run, metric: metric, unpacked: 0, database)
  }

  private static func insert(
    _ points: [StoredPoint], run: Int64, metric: Int64, _ database: Database
  ) throws {
    let numbers = SeriesExtent(of: points.map(\.value))
    try database.cachedStatement(
      sql: """
        INSERT INTO chunk (run, metric, first, last, count, least, greatest, sum, data)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      run, metric, points.first?.step, points.last?.step, numbers.count, numbers.least,
      numbers.greatest, numbers.sum, PointChunk.data(of: points),
    ])
  }

  /// Whether one of the packed points has a step.
  static func isPacked(
    _ step: Int, run: Int64, metric: Int64, _ database: Database
  ) throws -> Bool {
    let chunks = try Data.fetchAll(
      database,
      sql: "SELECT data FROM chunk WHERE run = ? AND metric = ? AND first <= ? AND last >= ?",
      arguments: [run, metric, step, step])
    return chunks.contains { PointChunk.points(in: $0)?.contains { $0.step == step } ?? false }
  }

  /// Puts the points of earlier attempts from a step on aside, and brings the value up to date.
  ///
  /// - Returns: How many points are left unpacked.
  static func supersede(
    from step: Int, attempt: Int, run: Int64, metric: Int64, _ database: Database
  ) throws -> Int {
    let all = try stored(run: run, metric: metric, database)
    let split = all.firstIndex { $0.step >= step } ?? all.count
    let statement = try database.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO superseded (run, metric, attempt, step, bits, time)
        VALUES (?, ?, ?, ?, ?, ?)
        """)
    for point in all[split...] {
      try statement.execute(arguments: [run, metric, attempt, point.step, point.bits, point.time])
    }
    for table in ["point", "chunk"] {
      try database.execute(
        sql: "DELETE FROM \(table) WHERE run = ? AND metric = ?", arguments: [run, metric])
    }
    let kept = Array(all[..<split])
    let extent = SeriesExtent(of: kept.map(\.value))
    try database.execute(
      sql: """
        UPDATE value SET number = ?, bits = ?, step = ?, count = ?, least = ?, greatest = ?, sum = ?
        WHERE run = ? AND metric = ?
        """,
      arguments: [
        kept.last.flatMap { $0.value.isNaN ? nil : $0.value }, kept.last?.bits ?? 0,
        kept.last?.step, extent.count, extent.least, extent.greatest, extent.sum, run, metric,
      ])
    return try add(kept, run: run, metric: metric, unpacked: 0, database)
  }
}

/// What a series spans; not-a-number counts for nothing.
struct SeriesExtent {
  private(set) var count = 0
  private(set) var sum = 0.0
  private(set) var least: Double?
  private(set) var greatest: Double?

  init(of values: some Sequence<Double>) {
    for value in values where !value.isNaN {
      count += 1
      sum += value
      least = Swift.min(least ?? value, value)
      greatest = Swift.max(greatest ?? value, value)
    }
  }
}

/// A piece of a chart.
public struct ChartBucket: Hashable, Sendable {
  /// The first and the last step.
  public let first, last: Int
  /// How many numbers lie in it, and what they span.
  public let count: Int
  public let least, greatest, mean: Double
}

extension RunStore {
  /// Returns a series as so many pieces at most, without reading each point of a long one.
  ///
  /// - Parameters:
  ///   - metric: A metric that the run reported over steps.
  ///   - run: The run.
  ///   - buckets: The most pieces, 2 or more.
  /// - Returns: The pieces in the order of their steps; those without a number are left out.
  /// - Throws: ``RecordsError`` if the registry cannot be read.
  public func chart(
    of metric: String, in run: Casework.Run, buckets: Int = 1000
  ) throws -> [ChartBucket] {
    precondition(buckets >= 2, "a chart has 2 pieces or more, not \(buckets)")
    let pieces = try read { database -> [ChartBucket] in
      let keys = try Row.fetchOne(
        database,
        sql: "SELECT run.key, metric.key FROM run, metric WHERE run.id = ? AND metric.name = ?",
        arguments: [run.id, metric])
      guard let keys else { return [] }
      let (run, metric): (Int64, Int64) = (keys[0], keys[1])
      let packed = try Int.fetchOne(
        database, sql: "SELECT count(*) FROM chunk WHERE run = ? AND metric = ?",
        arguments: [run, metric])
      guard (packed ?? 0) >= buckets / 2 else {
        return try StoredSeries.stored(run: run, metric: metric, database).map(ChartBucket.init)
      }
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT first, last, count, least, greatest, sum FROM chunk
          WHERE run = ? AND metric = ? ORDER BY first
          """, arguments: [run, metric])
      return rows.map { row in
        let count: Int = row[2]
        return ChartBucket(
          first: row[0], last: row[1], count: count, least: row[3] ?? .nan,
          greatest: row[4] ?? .nan, mean: count == 0 ? .nan : (row[5] as Double) / Double(count))
      } + (try StoredSeries.tail(run: run, metric: metric, database)).map(ChartBucket.init)
    }.filter { $0.count > 0 }
    let group = (pieces.count + buckets - 1) / buckets
    guard group > 1 else { return pieces }
    return stride(from: 0, to: pieces.count, by: group).map { start in
      ChartBucket(joining: pieces[start..<min(start + group, pieces.count)])
    }
  }
}

extension ChartBucket {
  fileprivate init(_ point: StoredPoint) {
    let value = point.value
    self.init(
      first: point.step, last: point.step, count: value.isNaN ? 0 : 1, least: value,
      greatest: value, mean: value)
  }

  fileprivate init(joining pieces: ArraySlice<ChartBucket>) {
    let count = pieces.reduce(0) { $0 + $1.count }
    let sum = pieces.reduce(0) { $0 + $1.mean * Double($1.count) }
    self.init(
      first: pieces.map(\.first).min() ?? 0, last: pieces.map(\.last).max() ?? 0, count: count,
      least: pieces.map(\.least).min() ?? .nan, greatest: pieces.map(\.greatest).max() ?? .nan,
      mean: sum / Double(count))
  }
}
