import Casework
import Foundation
import GRDB

/// What cleaning a registry frees.
public struct Cleaning: Hashable, Sendable {
  /// The ids of the deleted runs that go for good.
  public var runs: [String] = []
  /// Files that no run has, and their bytes.
  public var files = 0
  public var bytes = 0
  /// By how many bytes the database shrank.
  public var databaseBytes = 0
}

extension RunStore {
  /// Removes deleted runs for good, and files that no run has kept, and shrinks the database.
  ///
  /// A file that a run is about to keep is not removed: files younger than an hour stay.
  ///
  /// - Parameter isDryRun: Whether to tell only what would be freed.
  /// - Returns: What was freed, or would be.
  /// - Throws: ``RecordsError`` if something cannot be read or removed.
  public func clean(isDryRun: Bool) throws -> Cleaning {
    let before = Self.size(of: path)
    var cleaning = try removingFiles { try removeDeleted(isDryRun: isDryRun) }
    guard !isDryRun else { return cleaning }
    try Self.translating(path) {
      try database.writeWithoutTransaction { database in
        try database.execute(sql: "VACUUM")
        try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
      }
    }
    cleaning.databaseBytes = max(0, before - Self.size(of: path))
    return cleaning
  }

  private func removeDeleted(isDryRun: Bool) throws -> Cleaning {
    var cleaning = Cleaning()
    let (kept, freed, ids) = try write { database in
      func digests(_ condition: String) throws -> Set<String> {
        try String.fetchSet(
          database,
          sql: """
            SELECT DISTINCT sha256 FROM artifact
            WHERE run IN (SELECT key FROM run WHERE \(condition))
            """)
      }
      cleaning.runs = try String.fetchAll(
        database, sql: "SELECT id FROM run WHERE deletedAt IS NOT NULL ORDER BY startedAt")
      let kept = try digests("deletedAt IS NULL")
      let freed = try digests("deletedAt IS NOT NULL").subtracting(kept)
      if !isDryRun {
        try database.execute(sql: "DELETE FROM run WHERE deletedAt IS NOT NULL")
        try database.execute(
          sql: "DELETE FROM provenance WHERE key NOT IN (SELECT provenance FROM run)")
      }
      let ids = try String.fetchSet(database, sql: "SELECT id FROM run WHERE deletedAt IS NULL")
      return (kept, freed, ids)
    }
    for file in try files.all() {
      let isKept = file.sha256.map(kept.contains) ?? file.runID.map(ids.contains) ?? false
      // What belongs to no run may be on its way to one.
      guard !isKept, file.sha256.map(freed.contains) == true || file.age > 3600 else { continue }
      cleaning.files += 1
      cleaning.bytes += file.bytes
      if !isDryRun, unlink(file.path) != 0, errno != ENOENT {
        throw RecordsError.unusable(path: file.path, reason: FileFault.words(for: errno))
      }
    }
    return cleaning
  }

  private static func size(of path: String) -> Int {
    ["", "-wal"].reduce(0) { sum, ending in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path + ending)
      return sum + ((attributes?[.size] as? NSNumber)?.intValue ?? 0)
    }
  }
}
