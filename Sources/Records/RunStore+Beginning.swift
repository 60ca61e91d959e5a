public import Casework
import Foundation
import GRDB

extension RunStore {
  /// Begins a run: from now on readers see it as running.
  ///
  /// - Parameters:
  ///   - slug: The case.
  ///   - seed: From which all its randomness comes.
  ///   - preset: The preset that the settings started from.
  ///   - settings: All settings, the standard ones included.
  ///   - metrics: The names that the case may report.
  ///   - provenance: Where it runs and what from; host, boot and process are those of the caller,
  ///     whatever it says.
  /// - Returns: What writes the run on.
  /// - Throws: ``RecordsError`` if it cannot be written.
  public func begin(
    _ slug: Slug, seed: Int, preset: String, settings: [String: JSONValue], metrics: [String],
    provenance: Provenance
  ) throws -> RunRecorder {
    try begin(
      slug, seed: seed, preset: preset, settings: settings, metrics: metrics,
      provenance: provenance, identity: .current, startedAt: .asKept)
  }

  /// Begins a run of a given process at a given time, as a test needs.
  func begin(
    _ slug: Slug, seed: Int, preset: String, settings: [String: JSONValue], metrics: [String],
    provenance: Provenance, identity: ProcessIdentity, startedAt: Date
  ) throws -> RunRecorder {
    var provenance = provenance
    provenance.host = identity.host
    provenance.bootID = identity.bootID
    provenance.processID = identity.processID
    return try begin(
      RunBeginning(
        slug: slug, seed: seed, preset: preset, settings: try settings.asChoices, metrics: metrics,
        provenance: provenance, identity: identity), id: Self.newID(), startedAt: startedAt)
  }

  /// Begins a run, or records again how one began.
  func begin(
    _ run: RunBeginning, id: String, startedAt: Date, isReplayed: Bool = false
  ) throws -> RunRecorder {
    let spool = isSpooling && !isReplayed ? try SpoolWriter(folder: home, run: id) : nil
    let start = startedAt.timeIntervalSince1970
    let settings = Dictionary(run.settings.map { ($0.name, $0.setting) }) { first, _ in first }
    let seal = try RunSeal.start(
      run.slug.rawValue, seed: run.seed, preset: run.preset, settings: settings)
    let identity = run.identity
    let (key, metricKeys) = try write { database in
      try database.execute(
        sql: """
          INSERT INTO run (id, slug, status, seed, preset, startedAt, heartbeat, threads, host,
            bootID, pidSpace, processID, processStart, parent, provenance, startSeal)
          VALUES (?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          id, run.slug.rawValue, run.seed, run.preset, start, start, run.provenance.threads,
          identity.host, identity.bootID, identity.processIDSpace, identity.processID,
          identity.processStart, run.provenance.parent,
          try ProvenanceRow.key(of: run.provenance, database), seal,
        ])
      let key = database.lastInsertedRowID
      for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
        let (kind, content) = try StoredSetting.columns(of: value)
        try database.execute(
          sql: "INSERT INTO choice (setting, run, kind, value) VALUES (?, ?, ?, ?)",
          arguments: [try intern(name, in: "setting", database), key, kind, content])
      }
      var keys: [String: Int64] = [:]
      for name in run.metrics { keys[name] = try intern(name, in: "metric", database) }
      try spool?.append(.begun(run: run), at: startedAt)
      return (key, keys)
    }
    return RunRecorder(
      store: self, key: key, id: id, slug: run.slug, metrics: metricKeys, startedAt: startedAt,
      provenance: run.provenance, spool: spool, isReplayed: isReplayed)
  }

  /// Returns the key of a name, giving it one if it is new.
  func intern(_ name: String, in table: String, _ database: Database) throws -> Int64? {
    try database.execute(
      sql: "INSERT INTO \(table) (name) VALUES (?) ON CONFLICT DO NOTHING", arguments: [name])
    return try Int64.fetchOne(
      database, sql: "SELECT key FROM \(table) WHERE name = ?", arguments: [name])
  }

  private static func newID() -> String {
    (0..<2).map { _ in
      let digits = String(UInt64.random(in: .min ... .max), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
