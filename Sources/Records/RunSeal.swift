import Casework
import Digests
import Foundation
import GRDB

/// Digests of what a run was told and of what it found.
enum RunSeal {
  /// What seals and digests of series begin with.
  ///
  /// Those of older versions, which begin with nothing, leave out the steps of series and what artifacts
  /// are to the run.
  fileprivate static let mark = "2:"

  fileprivate static func isOlder(_ known: String?) -> Bool {
    known.map { !$0.hasPrefix(mark) } ?? false
  }

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

  /// Of the values of all metrics, the digests of their series, and the artifacts; in the form of a seal
  /// to compare with, if there is one.
  static func result(
    of run: Int64, like known: String? = nil, _ database: Database
  ) throws -> String {
    let isOlder = isOlder(known)
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
        SELECT name, sha256, bytes, role, mediaType FROM artifact
        WHERE run = ? AND attempt = (SELECT coalesce(attempt, 1) FROM run WHERE key = artifact.run)
        ORDER BY position
        """, arguments: [run])
    while let row = try artifacts.next() {
      text += "\(row[1] as String) \(row[2] as Int) "
      if !isOlder { text += "\(row[3] as String) \(row[4] as String) " }
      text += "\(row[0] as String)\n"
    }
    return (isOlder ? "" : mark) + SHA256Digest(of: Data(text.utf8)).hex
  }
}

extension MetricSeries {
  /// The digest of steps and values; in the form of one to compare with, if there is one.
  static func digest(of points: [Point], like known: String? = nil) -> String {
    guard !RunSeal.isOlder(known) else {
      return SHA256Digest(ofBitPatterns: points.map(\.value)).hex
    }
    var data = Data(capacity: points.count * 16)
    for point in points {
      for word in [UInt64(bitPattern: Int64(point.step)), point.value.bitPattern] {
        withUnsafeBytes(of: word.littleEndian) { data.append(contentsOf: $0) }
      }
    }
    return RunSeal.mark + SHA256Digest(of: data).hex
  }
}
