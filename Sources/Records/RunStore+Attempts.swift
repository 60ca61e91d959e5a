public import Casework
public import Foundation
import GRDB

/// A part of a run that ended before its time and was taken up again.
public struct RunAttempt: Hashable, Codable, Sendable {
  /// From 1.
  public let number: Int
  /// How it ended: `lost`, `failed` or `cancelled`.
  public let status: Casework.Run.Status
  public let failure: String?
  public let host: String
  /// Seconds that it took.
  public let duration: TimeInterval
  public let threads: Int
  public let codeRevision: String?
  /// The values of the whole run that it had reported.
  public let values: [String: Double]
  /// How many of its points were logged again by a later attempt.
  public var supersededPoints = 0
}

extension RunStore {
  /// Takes up a run that did not end well where its last checkpoint is.
  ///
  /// Its points stay, until the new attempt logs the same metric: from that step on they are put aside.
  /// What the earlier attempt reported of the whole run, and its files, are reported anew.
  ///
  /// - Parameters:
  ///   - run: A run that is lost, failed or cancelled.
  ///   - metrics: The names that the case may report.
  ///   - provenance: Where it runs now and what from.
  /// - Returns: What writes the run on, and the checkpoint, if there is one.
  /// - Throws: ``RecordsError/cannotResume(id:reason:)``, or ``RecordsError`` if it cannot be written.
  public func resume(
    _ run: Casework.Run, metrics: [String], provenance: Provenance
  ) throws -> (recorder: RunRecorder, checkpoint: Data?) {
    let (checkpoint, identity) = (try checkpoint(of: run), ProcessIdentity.current)
    var provenance = provenance
    (provenance.host, provenance.bootID) = (identity.host, identity.bootID)
    (provenance.processID, provenance.parent) = (identity.processID, run.provenance.parent)
    provenance.data = run.provenance.data
    let resumption = RunResumption(metrics: metrics, provenance: provenance, identity: identity)
    return (try resume(run, resumption, at: .asKept), checkpoint)
  }

  /// Takes up a run, or records again how it was taken up.
  func resume(
    _ run: Casework.Run, _ resumption: RunResumption, at now: Date, isReplayed: Bool = false
  ) throws -> RunRecorder {
    let (identity, recorded) = (resumption.identity, resumption.provenance)
    var spool: SpoolWriter?
    let begun = try write { database -> (Int64, Int, Date, [String: Int64], Set<Int64>) in
      let row = try Row.fetchOne(
        database,
        sql: """
          SELECT key, status, coalesce(attempt, 1), heartbeat, startedAt, coalesce(idle, 0), duration,
            deletedAt FROM run WHERE id = ?
          """, arguments: [run.id])
      guard let row else { throw RecordsError.noSuchRun(run.id, recent: []) }
      let (key, number): (Int64, Int) = (row[0], row[2])
      let isLost = try isReplayed || lostRuns(database, now: now).contains(key)
      let recordedStatus = Casework.Run.Status(rawValue: row[1]) ?? .running
      let status = isLost && recordedStatus == .running ? .lost : recordedStatus
      guard [.lost, .failed, .cancelled].contains(status), (row[7] as Double?) == nil else {
        throw RecordsError.cannotResume(
          id: run.id,
          reason: status == .running
            ? "it is running" : status == .finished ? "it has finished" : "it is deleted")
      }
      let (start, idle): (Double, Double) = (row[4], row[5])
      let before = (row[6] as Double?) ?? max(0, (row[3] as Double) - start - idle)
      let attempt = RunAttempt(
        number: number, status: status, failure: run.failure, host: run.provenance.host,
        duration: before, threads: run.provenance.threads,
        codeRevision: run.provenance.codeRevision, values: try wholeValues(key, database))
      try database.execute(
        sql: "INSERT INTO attempt (run, number, json) VALUES (?, ?, ?)",
        arguments: [
          key, number, String(decoding: try StoredSetting.sealedJSON(attempt), as: UTF8.self),
        ])
      try forgetWholeValues(key, database)
      // From a start that leaves out the time between the attempts.
      let begin = now.addingTimeInterval(-before)
      try database.execute(
        sql: """
          UPDATE run SET status = 'running', attempt = ?, idle = ?, heartbeat = ?, duration = NULL,
            failure = NULL, verdict = NULL, verification = NULL, resultSeal = NULL, threads = ?,
            host = ?, bootID = ?, pidSpace = ?, processID = ?, processStart = ?, provenance = ?
          WHERE key = ?
          """,
        arguments: [
          number + 1, begin.timeIntervalSince1970 - start, now.timeIntervalSince1970,
          recorded.threads, identity.host, identity.bootID, identity.processIDSpace,
          identity.processID, identity.processStart, try ProvenanceRow.key(of: recorded, database),
          key,
        ])
      var keys: [String: Int64] = [:]
      for name in resumption.metrics { keys[name] = try intern(name, in: "metric", database) }
      if isSpooling, !isReplayed {
        spool = try SpoolWriter(folder: home, goingOnWith: run.id, attempt: number + 1)
        try spool?.append(.resumed(run: resumption), at: now)
      }
      let earlier = try Int64.fetchSet(
        database, sql: "SELECT metric FROM value WHERE run = ?", arguments: [key])
      return (key, number + 1, begin, keys, earlier)
    }
    return RunRecorder(
      store: self, key: begun.0, id: run.id, slug: run.slug, metrics: begun.3,
      startedAt: begun.2, provenance: recorded, attempt: begun.1, earlier: begun.4, spool: spool,
      isReplayed: isReplayed)
  }

  /// Returns the attempts before the last one, in order.
  public func earlierAttempts(of run: Casework.Run) throws -> [RunAttempt] {
    try read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT json, (SELECT count(*) FROM superseded
            WHERE superseded.run = attempt.run AND superseded.attempt = attempt.number)
          FROM attempt JOIN run ON run.key = attempt.run WHERE run.id = ? ORDER BY number
          """, arguments: [run.id])
      return try rows.map { row in
        let json: String = row[0]
        var attempt = try StoredSetting.read(RunAttempt.self, from: Data(json.utf8))
        attempt.supersededPoints = row[1]
        return attempt
      }
    }
  }

  private func wholeValues(_ run: Int64, _ database: Database) throws -> [String: Double] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT name, bits FROM value JOIN metric ON metric.key = value.metric
        WHERE run = ? AND isWhole
        """, arguments: [run])
    return Dictionary(
      rows.map { row in
        (row[0], Double(bitPattern: UInt64(bitPattern: row[1] as Int64)))
      }
    ) { first, _ in first }
  }

  private func forgetWholeValues(_ run: Int64, _ database: Database) throws {
    try database.execute(
      sql: "DELETE FROM value WHERE run = ? AND isWhole AND step IS NULL", arguments: [run])
    let both = try Int64.fetchAll(
      database, sql: "SELECT metric FROM value WHERE run = ? AND isWhole", arguments: [run])
    for metric in both {
      guard let last = try StoredSeries.stored(run: run, metric: metric, database).last else {
        continue
      }
      try database.execute(
        sql: "UPDATE value SET isWhole = 0, bits = ?, number = ? WHERE run = ? AND metric = ?",
        arguments: [last.bits, last.value.isNaN ? nil : last.value, run, metric])
    }
    try database.execute(sql: "UPDATE value SET digest = NULL WHERE run = ?", arguments: [run])
  }
}
