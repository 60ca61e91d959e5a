import Casework
import Digests
import Foundation
import GRDB

/// Digests of what a run was told and of what it found.
enum RunSeal {
  /// Of case, seed, preset and settings.
  static func start(
    _ slug: String, seed: Int, preset: String, settings: [String: JSONValue]
  ) throws -> String {
    let all: JSONValue = .object([
      "case": .string(slug), "seed": .integer(seed), "preset": .string(preset),
      "settings": .object(settings),
    ])
    return SHA256Digest(of: try StoredSetting.sealedJSON(all)).hex
  }

  /// Of the values of all metrics, the digests of their series, and the artifacts.
  static func result(of run: Int64, _ database: Database) throws -> String {
    var text = ""
    let values = try Row.fetchCursor(
      database,
      sql: """
        SELECT metric.name, bits, isWhole, step, digest FROM value
        JOIN metric ON metric.key = value.metric WHERE run = ? ORDER BY metric.name
        """, arguments: [run])
    while let row = try values.next() {
      let (step, digest): (Int?, String?) = (row[3], row[4])
      text += "\(row[0] as String) \(row[1] as Int64) \(row[2] as Int) "
      text += "\(step.map(String.init) ?? "-") \(digest ?? "-")\n"
    }
    let artifacts = try Row.fetchCursor(
      database,
      sql: """
        SELECT name, sha256, bytes FROM artifact
        WHERE run = ? AND attempt = (SELECT coalesce(attempt, 1) FROM run WHERE key = artifact.run)
        ORDER BY position
        """, arguments: [run])
    while let row = try artifacts.next() {
      text += "\(row[1] as String) \(row[2] as Int) \(row[0] as String)\n"
    }
    return SHA256Digest(of: Data(text.utf8)).hex
  }
}
