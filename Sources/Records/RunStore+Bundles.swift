import Archives
public import Casework
import Digests
import Foundation
import GRDB

/// What came of taking runs over from elsewhere.
public struct TakeOver: Hashable, Sendable {
  /// The ids of runs that are new here, or have come further than they had here.
  public var taken: [String] = []
  /// Those that were here already, with the same results.
  public var known: [String] = []
  /// Those that go on elsewhere.
  public var unfinished: [String] = []

  /// Nothing yet.
  public init() {}

  /// Adds what came of another folder.
  public mutating func add(_ other: TakeOver) {
    taken += other.taken
    known += other.known
    unfinished += other.unfinished
  }
}

extension RunStore {
  /// Writes runs with all that they have kept as one tar file.
  ///
  /// First `manifest.json` with the digests of all that follows, then `artifacts/<sha256>` and
  /// `runs/<id>.json`. The same runs give the same bytes.
  ///
  /// - Parameters:
  ///   - runs: Runs that have ended.
  ///   - descriptor: Where to write.
  /// - Throws: ``RecordsError`` if a run has not ended, a file is damaged, or writing fails.
  public func export(_ runs: [Casework.Run], to descriptor: Int32) throws {
    if let open = runs.first(where: { $0.status == .running || $0.status == .lost }) {
      throw RecordsError.runIsRunning(id: open.id)
    }
    let stored = try runs.sorted { $0.id < $1.id }.map(stored)
    let texts = try stored.map { ($0.id, try StoredSetting.sealedJSON($0)) }
    let artifacts = Dictionary(
      stored.flatMap(\.artifacts).map { ($0.sha256, $0) }
    ) { first, _ in first }
    let manifest = BundleManifest(
      runs: Dictionary(uniqueKeysWithValues: texts.map { ($0, SHA256Digest(of: $1).hex) }),
      artifacts: artifacts.mapValues(\.bytes))
    let writer = try TarWriter(descriptor: descriptor) {
      RecordsError.unusable(path: "the bundle", reason: $0)
    }
    try writer.add("manifest.json", try StoredSetting.sealedJSON(manifest))
    for (digest, artifact) in artifacts.sorted(by: { $0.key < $1.key }) {
      try writer.add("artifacts/\(digest)", try files.data(of: artifact))
    }
    for (id, text) in texts { try writer.add("runs/\(id).json", text) }
    try writer.close()
  }

  /// Takes over the runs of a file that ``export(_:to:)`` wrote: all that are new, or none.
  ///
  /// - Parameter path: The file, or `-` for the standard input.
  /// - Returns: What was new and what was not.
  /// - Throws: ``RecordsError/bundleRefused(reason:)`` if the file is not sound; nothing of it is kept then.
  public func importBundle(_ path: String) throws -> TakeOver {
    let bundle = try BundleFile(path: path)
    // All is looked at, and the runs are taken in and let go of again, before anything is kept.
    let runs = try bundle.read { _ in }
    _ = try takeOver(runs, isRehearsal: true)
    return try keepingFiles {
      _ = try bundle.read { _ = try files.store($0) }
      return try takeOver(runs)
    }
  }

  /// Takes over all runs of another registry whose process is gone and that are not here yet.
  ///
  /// - Throws: ``RecordsError``; nothing is recorded then.
  public func merge(_ other: RunStore) throws -> TakeOver {
    try merge(
      other.runs(where: "deleted = true or deleted = false", sort: [SortKey("id")]), of: other)
  }

  /// Takes over some runs of another registry.
  func merge(_ runs: [Casework.Run], of other: RunStore) throws -> TakeOver {
    let gone = runs.filter { $0.status != .running }
    let ended = try read {
      try String.fetchSet($0, sql: "SELECT id FROM run WHERE status <> 'running'")
    }
    var result = try keepingFiles {
      for run in gone where !ended.contains(run.id) {
        for artifact in run.artifacts { _ = try files.store(try other.data(of: artifact)) }
        if run.status == .lost, let checkpoint = try other.checkpoint(of: run) {
          try WholeFile.write(checkpoint, to: files.checkpointPath(of: run.id), mode: 0o644)
        }
      }
      return try takeOver(try gone.map(other.stored))
    }
    result.unfinished = runs.filter { $0.status == .running }.map(\.id)
    return result
  }

  func stored(_ run: Casework.Run) throws -> StoredRun {
    try read { database in
      let key = try Int64.fetchOne(
        database, sql: "SELECT key FROM run WHERE id = ?", arguments: [run.id])
      return try StoredRun(key ?? -1, self, database)
    }
  }

  func takeOver(_ runs: [StoredRun], isRehearsal: Bool = false) throws -> TakeOver {
    for run in runs {
      if let fault = run.fault { throw RecordsError.bundleRefused(reason: fault) }
    }
    return try write { database in
      var result = TakeOver()
      try database.inSavepoint {
        for run in runs { try takeOver(run, &result, database) }
        return isRehearsal ? .rollback : .commit
      }
      return result
    }
  }

  private func takeOver(
    _ run: StoredRun, _ result: inout TakeOver, _ database: Database
  ) throws {
    let row = try Row.fetchOne(
      database, sql: "SELECT key, startSeal, resultSeal FROM run WHERE id = ?", arguments: [run.id])
    guard let row else {
      try run.insert(self, database)
      return result.taken.append(run.id)
    }
    let isSame = row[1] == run.text("startSeal")
    let here = try StoredRun(row[0], self, database)
    // A record of a run that has not ended may be an earlier state of the other one.
    let isWhole = here.hasEnded && run.hasEnded
    guard isSame, !isWhole || row[2] == run.text("resultSeal") else {
      throw RecordsError.bundleRefused(
        reason: "the run \(run.id.prefix(8)) is here already, with other results")
    }
    guard !here.hasEnded, here.extent.lexicographicallyPrecedes(run.extent) else {
      return result.known.append(run.id)
    }
    var later = run
    // What the user has called it stays.
    for name in ["name", "note", "deletedAt"] { later.columns[name] = here.columns[name] }
    later.tags = here.tags
    try database.execute(sql: "DELETE FROM run WHERE key = ?", arguments: [row[0] as Int64])
    try later.insert(self, database)
    result.taken.append(run.id)
  }
}
