import Casework
import Digests
import Foundation
import GRDB
import Synchronization

extension RunRecorder {
  /// Takes in what the run is told, in one transaction, and in its spool if it has one.
  ///
  /// - Parameters:
  ///   - event: Anything but the beginning and the end.
  ///   - now: When it happened.
  /// - Throws: What keeps it from being kept; then it is nowhere.
  func record(_ event: RunEvent, at now: Date = .asKept) throws {
    try state.withLock { state in
      try requireOpen(state)
      var next = state
      try store.write { database in
        try take(event, at: now, &next, database)
        try spool?.append(event, at: now)
      }
      state = next
    }
  }

  private func take(
    _ event: RunEvent, at now: Date, _ state: inout State, _ database: Database
  ) throws {
    switch event {
    case .begun, .resumed, .ended:
      preconditionFailure("a run begins, goes on and ends elsewhere")
    case .points(let metric, let steps, let bits):
      try add(metric, steps, bits, at: now, &state, database)
    case .value(let metric, let bits): try set(metric, bits, at: now, &state, database)
    case .kept(let artifact): try insert(artifact, database)
    case .progress(let done, let total, let unit):
      try database.cachedStatement(
        sql: "UPDATE run SET done = ?, total = ?, unit = ? WHERE key = ?"
      ).execute(arguments: [done, total, unit, key])
    case .data(let name, let fingerprint):
      state.provenance.data[name] = fingerprint
      try database.execute(
        sql: "UPDATE run SET provenance = ? WHERE key = ?",
        arguments: [try ProvenanceRow.key(of: state.provenance, database), key])
    case .threads(let count):
      try database.execute(
        sql: "UPDATE run SET threads = ? WHERE key = ?", arguments: [count, key])
    case .tag(let name, let value):
      try RunStore.check(tag: name)
      try RunStore.setTag(name, value, of: key, database)
    case .alive: try sign(now, database, &state)
    }
  }

  private func add(
    _ metric: String, _ steps: [Int], _ bits: [Int64], at now: Date, _ state: inout State,
    _ database: Database
  ) throws {
    let metricKey = try key(of: metric)
    guard let least = steps.min(), let greatest = steps.max() else { return }
    if state.earlier.remove(metricKey) != nil {
      state.unpacked[metricKey] = try StoredSeries.supersede(
        from: least, attempt: attempt - 1, run: key, metric: metricKey, database)
    }
    // Steps mostly grow; only those that do not may be there already.
    if let last = state.lastStep[metricKey], least <= last {
      for step in steps where step <= last {
        guard try StoredSeries.isPacked(step, run: key, metric: metricKey, database) else {
          continue
        }
        throw RecordsError.repeatedPoint(metric: metric, step: step)
      }
    }
    if steps.count > 1, Set(steps).count < steps.count {
      let first = Dictionary(grouping: steps) { $0 }.first { $0.value.count > 1 }?.key
      throw RecordsError.repeatedPoint(metric: metric, step: first)
    }
    let time = Int(now.timeIntervalSince(startedAt) * 1000)
    let points = zip(steps, bits).map { StoredPoint(step: $0, bits: $1, time: time) }
    do {
      if points.count > 1, try hasTail(at: steps, metricKey, database) {
        throw DatabaseError(resultCode: .SQLITE_CONSTRAINT)
      }
      state.unpacked[metricKey] = try StoredSeries.add(
        points, run: key, metric: metricKey, unpacked: state.unpacked[metricKey] ?? 0, database)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
      throw RecordsError.repeatedPoint(metric: metric, step: steps.count == 1 ? least : nil)
    }
    try raise(metricKey, points, database)
    state.lastStep[metricKey] = max(state.lastStep[metricKey] ?? greatest, greatest)
    if now.timeIntervalSince(state.lastBeat) > 0.5 { try sign(now, database, &state) }
  }

  private func set(
    _ metric: String, _ bits: Int64, at now: Date, _ state: inout State, _ database: Database
  ) throws {
    let metricKey = try key(of: metric)
    if state.earlier.contains(metricKey), try !hasPoints(metricKey, database) {
      state.earlier.remove(metricKey)
    }
    let value = Double(bitPattern: UInt64(bitPattern: bits))
    try database.cachedStatement(sql: Self.setWholeValue).execute(
      arguments: [metricKey, key, value.isNaN ? DatabaseValue.null : value.databaseValue, bits])
    guard database.changesCount == 1 else {
      throw RecordsError.repeatedPoint(metric: metric, step: nil)
    }
    if now.timeIntervalSince(state.lastBeat) > 0.5 { try sign(now, database, &state) }
  }

  private static let raiseLastValue = """
    INSERT INTO value
      (metric, run, number, bits, isWhole, step, count, least, greatest, sum)
    VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT (metric, run) DO UPDATE SET
      number = iif(isWhole OR step > ?5, number, ?3), bits = iif(isWhole OR step > ?5, bits, ?4),
      step = max(coalesce(step, ?5), ?5), count = count + ?6,
      least = min(coalesce(least, ?7), coalesce(?7, least)),
      greatest = max(coalesce(greatest, ?8), coalesce(?8, greatest)),
      sum = coalesce(sum, 0) + ?9
    """

  private static let setWholeValue = """
    INSERT INTO value (metric, run, number, bits, isWhole) VALUES (?, ?, ?, ?, 1)
    ON CONFLICT (metric, run) DO UPDATE SET
      number = excluded.number, bits = excluded.bits, isWhole = 1
    WHERE NOT isWhole
    """

  private func key(of metric: String) throws -> Int64 {
    guard let key = metrics[metric] else {
      throw CaseworkError.undeclaredMetric(metric, case: slug, known: metrics.keys.sorted())
    }
    return key
  }

  /// Brings the value of a metric up to date with new points.
  private func raise(_ metric: Int64, _ points: [StoredPoint], _ database: Database) throws {
    guard let last = points.max(by: { $0.step < $1.step }) else { return }
    let extent = SeriesExtent(of: points.lazy.map(\.value))
    try database.run(
      Self.raiseLastValue,
      [
        .init(metric), .init(key), .init(last.value), .init(last.bits),
        .init(last.step), .init(extent.count), .init(extent.least), .init(extent.greatest),
        .init(extent.sum),
      ])
  }

  private func hasPoints(_ metric: Int64, _ database: Database) throws -> Bool {
    try Int.fetchOne(
      database, sql: "SELECT 1 FROM value WHERE run = ? AND metric = ? AND step IS NOT NULL",
      arguments: [key, metric]) != nil
  }

  /// Whether one of the points that are not packed has one of the steps.
  private func hasTail(
    at steps: [Int], _ metric: Int64, _ database: Database
  ) throws -> Bool {
    let known = try Int.fetchSet(
      database, sql: "SELECT step FROM point WHERE run = ? AND metric = ?",
      arguments: [key, metric])
    return !known.isDisjoint(with: steps)
  }

  func insert(_ artifact: Artifact, _ database: Database) throws {
    do {
      try database.execute(
        sql: """
          INSERT INTO artifact (run, position, attempt, name, role, mediaType, bytes, sha256)
          SELECT ?, count(*), ?, ?, ?, ?, ?, ? FROM artifact WHERE run = ?
          """,
        arguments: [
          key, attempt, artifact.name, artifact.role.rawValue, artifact.mediaType, artifact.bytes,
          artifact.sha256, key,
        ])
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
      throw RecordsError.repeatedArtifact(name: artifact.name)
    }
  }

  private func sign(_ now: Date, _ database: Database, _ state: inout State) throws {
    try database.cachedStatement(sql: "UPDATE run SET heartbeat = ? WHERE key = ?").execute(
      arguments: [now.timeIntervalSince1970, key])
    state.lastBeat = now
  }
}
