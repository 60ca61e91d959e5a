public import Casework
import Foundation
import GRDB

extension RunStore {
  /// Gives a run a name that stands for its id, or takes it away.
  ///
  /// - Throws: ``RecordsError/unusableRunName(_:reason:)`` if another run has it or it looks like an id.
  public func setName(_ name: String?, of run: Casework.Run) throws {
    if let name, let reason = Self.nameFault(name) {
      throw RecordsError.unusableRunName(name, reason: reason)
    }
    try write { database in
      do {
        try database.execute(
          sql: "UPDATE run SET name = ? WHERE id = ?", arguments: [name, run.id])
      } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
        let other = try String.fetchOne(
          database, sql: "SELECT id FROM run WHERE name = ?", arguments: [name])
        throw RecordsError.unusableRunName(
          name ?? "", reason: "the run \((other ?? "").prefix(8)) is called so")
      }
    }
  }

  /// What keeps a text from being the name of a run.
  static func nameFault(_ name: String) -> String? {
    let isPlain = name.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
        || "-_.".unicodeScalars.contains($0)
    }
    guard !name.isEmpty, name.utf8.count <= 100, isPlain else {
      return "a name has 1 to 100 letters, digits, dashes, dots or underscores"
    }
    return name.allSatisfy(\.isHexDigit) ? "it could be the start of an id" : nil
  }

  /// Notes something of a run, or takes the note away.
  public func setNote(_ note: String?, of run: Casework.Run) throws {
    try write {
      try $0.execute(sql: "UPDATE run SET note = ? WHERE id = ?", arguments: [note, run.id])
    }
  }

  /// Sets tags of a run; one without a value is taken away.
  public func setTags(_ tags: [String: String?], of run: Casework.Run) throws {
    for name in tags.keys { try Self.check(tag: name) }
    try write { database in
      let key = try Int64.fetchOne(
        database, sql: "SELECT key FROM run WHERE id = ?", arguments: [run.id])
      for (name, value) in tags {
        if let value, let key {
          try Self.setTag(name, value, of: key, database)
        } else {
          try database.execute(
            sql: "DELETE FROM tag WHERE name = ? AND run = ?", arguments: [name, key])
        }
      }
    }
  }

  /// Throws unless a tag can be called so.
  static func check(tag name: String) throws {
    guard (1...200).contains(name.utf8.count) else {
      throw RecordsError.unusableRunName(name, reason: "a tag's name has 1 to 200 bytes")
    }
  }

  static func setTag(_ name: String, _ value: String, of run: Int64, _ database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO tag (name, run, value) VALUES (?, ?, ?)
        ON CONFLICT (name, run) DO UPDATE SET value = excluded.value
        """, arguments: [name, run, value])
  }

  /// Deletes runs so that they can be restored: listings leave them out, and nothing is lost.
  ///
  /// - Throws: ``RecordsError/runIsRunning(id:)``; nothing is deleted then.
  public func delete(_ runs: [Casework.Run]) throws {
    if let running = runs.first(where: { $0.status == .running }) {
      throw RecordsError.runIsRunning(id: running.id)
    }
    try mark(runs, deletedAt: Date().timeIntervalSince1970)
  }

  /// Takes runs back that were deleted.
  public func restore(_ runs: [Casework.Run]) throws { try mark(runs, deletedAt: nil) }

  private func mark(_ runs: [Casework.Run], deletedAt: Double?) throws {
    try write { database in
      for run in runs {
        try database.execute(
          sql: "UPDATE run SET deletedAt = ? WHERE id = ?", arguments: [deletedAt, run.id])
      }
    }
  }
}
