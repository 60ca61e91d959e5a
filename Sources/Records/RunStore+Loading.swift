import Casework
import Foundation
import GRDB

extension RunStore {
  /// Returns the keys of the runs that are written down as running and whose process is gone.
  func lostRuns(_ database: Database, now: Date) throws -> Set<Int64> {
    let rows = try Row.fetchAll(
      database.cachedStatement(
        sql: """
          SELECT key, host, bootID, pidSpace, processID, processStart, heartbeat
          FROM run WHERE status = 'running'
          """))
    return Set(
      rows.compactMap { row in
        let identity = ProcessIdentity(
          host: row[1], bootID: row[2], processIDSpace: row[3], processID: row[4],
          processStart: row[5])
        let isGone = identity.isGone(lastSeen: Date(timeIntervalSince1970: row[6]), now: now)
        return isGone ? row[0] : nil
      })
  }

  /// Loads the runs of these keys, in this order.
  ///
  /// The indexes are named: SQLite's statistics may be of a time when the registry was small.
  ///
  /// `shown` names the metrics of some cases of which a list shows the first that a run has; it goes
  /// without settings, artifacts, tags and what provenance runs share. Without it all there is is loaded.
  func load(
    _ keys: [Int64], lost: Set<Int64>, shown: ((Set<Slug>) throws -> [Slug: [String]])? = nil,
    _ database: Database
  ) throws -> [Casework.Run] {
    let list = Self.list(keys)
    let isBrief = shown != nil
    let values =
      try shown.map { try firstValues(list, shown: $0, database) } ?? values(list, database)
    let steps = isBrief ? try lastSteps(list, database) : [:]
    let settings = isBrief ? [:] : try settings(list, database)
    let artifacts = isBrief ? [:] : try artifacts(keys, database)
    let tags = isBrief ? [:] : try tags(list, database)
    var provenances: [Int64: Provenance] = [:]
    var runs = [Int64: Casework.Run](minimumCapacity: keys.count)
    let rows = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          SELECT key, id, slug, status, seed, preset, startedAt, heartbeat, duration, failure,
            verdict, host, bootID, processID, parent, provenance, threads, name, note, deletedAt,
            verdictBasis, coalesce(idle, 0)
          FROM run WHERE key IN (SELECT value FROM json_each(?))
          """), arguments: [list])
    while let row = try rows.next() {
      let (key, shared): (Int64, Int64) = (row[0], row[15])
      var provenance =
        try isBrief ? .unread : provenances[shared] ?? Self.provenance(shared, database)
      provenances[shared] = provenance
      (provenance.host, provenance.bootID) = (row[11], row[12])
      (provenance.processID, provenance.parent) = (row[13], row[14])
      provenance.threads = row[16]
      let start: Double = row[6]
      let status: String = row[3]
      let text: String? = row[10]
      var verdict = text.flatMap(Verdict.init(rawValue:))
      guard let slug = Slug(rawValue: row[2]), let recorded = Casework.Run.Status(rawValue: status)
      else {
        throw RecordsError.damaged(path: path, reason: "run \(row[1] as String) is illegible")
      }
      if verdict != nil, let isStale {
        let basis: String? = row[20]
        if isStale(slug, basis ?? "") { verdict = .stale }
      }
      var run = Casework.Run(
        id: row[1], slug: slug, status: lost.contains(key) ? .lost : recorded, seed: row[4],
        preset: row[5], settings: settings[key] ?? [:], metrics: values[key]?.last ?? [:],
        startedAt: Date(timeIntervalSince1970: start),
        duration: row[8] ?? max(0, (row[7] as Double) - start - (row[21] as Double)),
        lastStep: isBrief ? steps[key] : values[key]?.step, failure: row[9],
        verdict: verdict, provenance: provenance, artifacts: artifacts[key] ?? [])
      run.labels = RunLabels(name: row[17], note: row[18], tags: tags[key] ?? [:])
      run.deletedAt = (row[19] as Double?).map(Date.init(timeIntervalSince1970:))
      runs[key] = run
    }
    return keys.compactMap { runs[$0] }
  }

  func artifacts(_ keys: [Int64], _ database: Database) throws -> [Int64: [Artifact]] {
    var artifacts: [Int64: [Artifact]] = [:]
    let rows = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          SELECT run, name, role, mediaType, bytes, sha256 FROM artifact
          WHERE run IN (SELECT value FROM json_each(?))
            AND attempt = (SELECT coalesce(attempt, 1) FROM run WHERE key = artifact.run)
          ORDER BY run, position
          """), arguments: [Self.list(keys)])
    while let row = try rows.next() {
      guard let role = Artifact.Role(rawValue: row[2]) else {
        throw RecordsError.damaged(path: path, reason: "artifact \(row[1] as String) is illegible")
      }
      artifacts[row[0], default: []].append(
        Artifact(name: row[1], role: role, mediaType: row[3], bytes: row[4], sha256: row[5]))
    }
    return artifacts
  }

  private func tags(_ list: String, _ database: Database) throws -> [Int64: [String: String]] {
    var tags: [Int64: [String: String]] = [:]
    let rows = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          SELECT run, name, value FROM tag INDEXED BY tagByRun
          WHERE run IN (SELECT value FROM json_each(?))
          """), arguments: [list])
    while let row = try rows.next() { tags[row[0], default: [:]][row[1]] = row[2] }
    return tags
  }

  /// Returns the keys of the verified runs whose verdict no longer holds.
  func staleRuns(_ database: Database) throws -> [Int64] {
    guard let isStale else { return [] }
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT key, slug, verdictBasis FROM run WHERE verdict IS NOT NULL
        """)
    return rows.compactMap { row in
      let basis: String? = row[2]
      guard let slug = Slug(rawValue: row[1]) else { return nil }
      return isStale(slug, basis ?? "") ? row[0] : nil
    }
  }

  /// Integers as JSON: SQLite's way to take a list of any length as one parameter.
  static func list(_ keys: some Sequence<Int64>) -> String {
    "[\(keys.map(String.init).joined(separator: ","))]"
  }

  static func names(in table: String, _ database: Database) throws -> [Int64: String] {
    var names: [Int64: String] = [:]
    let rows = try Row.fetchCursor(
      database.cachedStatement(sql: "SELECT key, name FROM \(table)"))
    while let row = try rows.next() { names[row[0]] = row[1] }
    return names
  }

  /// The last value of the first metric, of those named for the run's case, that a run has.
  private func firstValues(
    _ list: String, shown: (Set<Slug>) throws -> [Slug: [String]], _ database: Database
  ) throws -> [Int64: (last: [String: Double], step: Int?)] {
    var missing: [Slug: Set<Int64>] = [:]
    let runs = try Row.fetchCursor(
      database.cachedStatement(
        sql: "SELECT key, slug FROM run WHERE key IN (SELECT value FROM json_each(?))"),
      arguments: [list])
    while let run = try runs.next() {
      if let slug = Slug(rawValue: run[1]) { missing[slug, default: []].insert(run[0]) }
    }
    var values: [Int64: (last: [String: Double], step: Int?)] = [:]
    for (slug, metrics) in try shown(Set(missing.keys)) {
      for metric in metrics {
        guard let keys = missing[slug], !keys.isEmpty else { break }
        let rows = try Row.fetchCursor(
          database.cachedStatement(
            sql: """
              SELECT run, bits FROM value WHERE run IN (SELECT value FROM json_each(?))
              AND metric = (SELECT key FROM metric WHERE name = ?)
              """), arguments: [Self.list(keys), metric])
        while let row = try rows.next() {
          let (run, bits): (Int64, Int64) = (row[0], row[1])
          values[run] = ([metric: Double(bitPattern: UInt64(bitPattern: bits))], nil)
          missing[slug]?.remove(run)
        }
      }
    }
    return values
  }

  /// How far the runs came that have not finished.
  private func lastSteps(_ list: String, _ database: Database) throws -> [Int64: Int] {
    var steps: [Int64: Int] = [:]
    let rows = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          SELECT run, max(step) FROM value
          WHERE run IN (
            SELECT key FROM run
            WHERE key IN (SELECT value FROM json_each(?)) AND status <> 'finished')
          GROUP BY run
          """), arguments: [list])
    while let row = try rows.next() { steps[row[0]] = row[1] as Int? }
    return steps
  }

  private func values(
    _ list: String, _ database: Database
  ) throws -> [Int64: (last: [String: Double], step: Int?)] {
    let names = try Self.names(in: "metric", database)
    var values: [Int64: (last: [String: Double], step: Int?)] = [:]
    var (current, last, step): (Int64?, [String: Double], Int?) = (nil, [:], nil)
    let rows = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          SELECT run, metric, bits, step FROM value
          WHERE run IN (SELECT value FROM json_each(?))
          """), arguments: [list])
    while let row = try rows.next() {
      let (run, metric, bits): (Int64, Int64, Int64) = (row[0], row[1], row[2])
      // Those of a run come one after the other.
      if run != current {
        if let current { values[current] = (last, step) }
        (current, step) = (run, nil)
        last.removeAll(keepingCapacity: true)
      }
      guard let name = names[metric] else { continue }
      last[name] = Double(bitPattern: UInt64(bitPattern: bits))
      if let own: Int = row[3] { step = max(own, step ?? own) }
    }
    if let current { values[current] = (last, step) }
    return values
  }

  private func settings(
    _ list: String, _ database: Database
  ) throws -> [Int64: [String: JSONValue]] {
    let names = try Self.names(in: "setting", database)
    var settings: [Int64: [String: JSONValue]] = [:]
    let rows = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          SELECT run, setting, kind, value FROM choice
          WHERE run IN (SELECT value FROM json_each(?))
          """), arguments: [list])
    while let row = try rows.next() {
      let (run, setting, content): (Int64, Int64, DatabaseValue) = (row[0], row[1], row[3])
      guard let name = names[setting] else { continue }
      settings[run, default: [:]][name] = try StoredSetting.value(kind: row[2], content: content)
    }
    return settings
  }

  private static func provenance(_ key: Int64, _ database: Database) throws -> Provenance {
    let json = try String.fetchOne(
      database, sql: "SELECT json FROM provenance WHERE key = ?", arguments: [key])
    return try ProvenanceRow.provenance(from: json ?? "")
  }
}

extension Provenance {
  /// Stands where a list shows nothing of it.
  fileprivate static let unread = Provenance(
    codeRevision: nil, isCodeDirty: false, binaryDigest: "", compiler: "", libraries: [:],
    cpuModel: "", instructionSet: "", threads: 0, operatingSystem: "", host: "", bootID: "",
    processID: 0)
}
