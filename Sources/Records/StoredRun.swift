import Casework
import Digests
import Foundation
import GRDB

/// All that a registry holds of a run, to carry it to another one.
struct StoredRun: Codable, Equatable {
  struct Choice: Codable, Equatable {
    let name, kind: String
    let value: JSONValue
  }
  struct Value: Codable, Equatable {
    let metric: String
    let bits: Int64
    let isWhole: Bool
    let step: Int?
    let digest: String?
  }
  struct Points: Codable, Equatable {
    var steps: [Int] = []
    var bits: [Int64] = []
    /// Milliseconds from the start of the run; bundles of an older version have none.
    var times: [Int?]?
  }
  /// What an earlier attempt had logged and a later one logged again.
  struct Superseded: Codable, Equatable {
    let metric: String
    let attempt, step: Int
    let bits: Int64
    let time: Int?
  }

  let id: String
  /// Those of the table `run` but for its keys.
  let columns: [String: JSONValue]
  let provenance: Provenance
  let choices: [Choice]
  let values: [Value]
  /// By metric.
  let points: [String: Points]
  let artifacts: [Artifact]
  let tags: [String: String]
  var attempts: [RunAttempt]?
  var superseded: [Superseded]?

  /// The columns that are carried, in the order in which they are written.
  static let columnNames = [
    "slug", "status", "seed", "preset", "startedAt", "heartbeat", "duration", "failure", "verdict",
    "threads", "host", "bootID", "pidSpace", "processID", "processStart", "parent", "name", "note",
    "deletedAt", "startSeal", "resultSeal", "verdictBasis", "verdictAt", "verification", "done",
    "total", "unit", "attempt", "idle",
  ]

  func text(_ column: String) -> String? {
    if case .string(let text) = columns[column] { text } else { nil }
  }
}

extension StoredRun {
  /// Reads a run of a registry.
  init(_ key: Int64, _ store: RunStore, _ database: Database) throws {
    let names = Self.columnNames.map { "\"\($0)\"" }.joined(separator: ", ")
    let row = try Row.fetchOne(
      database, sql: "SELECT id, provenance, \(names) FROM run WHERE key = ?", arguments: [key])
    guard let row else { throw RecordsError.noSuchRun("\(key)", recent: []) }
    var columns: [String: JSONValue] = [:]
    for name in Self.columnNames {
      let value: DatabaseValue = row[name]
      switch value.storage {
      case .null: break
      case .int64(let number): columns[name] = .integer(Int(number))
      case .double(let number): columns[name] = .number(number)
      case .string(let text): columns[name] = .string(text)
      case .blob: break
      }
    }
    let json = try String.fetchOne(
      database, sql: "SELECT json FROM provenance WHERE key = ?", arguments: [row["provenance"]])
    let settings = try Row.fetchAll(
      database,
      sql: """
        SELECT name, kind, value FROM choice JOIN setting ON setting.key = choice.setting
        WHERE run = ? ORDER BY name
        """, arguments: [key])
    let metrics = try Row.fetchAll(
      database,
      sql: """
        SELECT metric.key, name, bits, isWhole, step, digest FROM value
        JOIN metric ON metric.key = value.metric WHERE run = ? ORDER BY name
        """, arguments: [key])
    var points: [String: Points] = [:]
    for metric in metrics {
      let stored = try StoredSeries.stored(run: key, metric: metric[0], database)
      guard !stored.isEmpty else { continue }
      points[metric[1]] = Points(
        steps: stored.map(\.step), bits: stored.map(\.bits), times: stored.map(\.time))
    }
    let earlier = try String.fetchAll(
      database, sql: "SELECT json FROM attempt WHERE run = ? ORDER BY number", arguments: [key])
    let aside = try Row.fetchAll(
      database,
      sql: """
        SELECT name, attempt, step, bits, time FROM superseded
        JOIN metric ON metric.key = superseded.metric WHERE run = ? ORDER BY name, attempt, step
        """, arguments: [key])
    let tags = try Row.fetchAll(
      database, sql: "SELECT name, value FROM tag WHERE run = ?", arguments: [key])
    self.init(
      id: row["id"], columns: columns, provenance: try ProvenanceRow.provenance(from: json ?? ""),
      choices: try settings.map { row in
        let value = try StoredSetting.value(kind: row[1], content: row[2])
        return Choice(name: row[0], kind: row[1], value: value)
      },
      values: metrics.map {
        Value(metric: $0[1], bits: $0[2], isWhole: $0[3] == 1, step: $0[4], digest: $0[5])
      }, points: points, artifacts: try store.artifacts([key], database)[key] ?? [],
      tags: Dictionary(tags.map { ($0[0], $0[1]) }) { first, _ in first })
    guard !earlier.isEmpty else { return }
    attempts = try earlier.map { try StoredSetting.read(RunAttempt.self, from: Data($0.utf8)) }
    superseded = aside.map {
      Superseded(metric: $0[0], attempt: $0[1], step: $0[2], bits: $0[3], time: $0[4])
    }
  }

  /// What is wrong with a run that came from elsewhere, before anything is written.
  var fault: String? {
    guard id.utf8.count == 32, id.allSatisfy({ $0.isASCII && $0.isHexDigit && !$0.isUppercase })
    else { return "'\(id.prefix(40))' is no id of a run" }
    if let name = columns.keys.first(where: { !Self.columnNames.contains($0) }) {
      return "it has a '\(name.prefix(40))', which this version does not know"
    }
    guard text("slug").flatMap(Slug.init(rawValue:)) != nil else { return "its case has no name" }
    guard let status = text("status"), ["finished", "failed", "cancelled"].contains(status) else {
      return "it has not ended"
    }
    let isEven = points.values.allSatisfy { series in
      series.steps.count == series.bits.count
        && series.times.map { $0.count == series.steps.count } ?? true
    }
    if !isEven {
      return "its steps and values differ in number"
    }
    if let name = points.keys.first(where: { name in !values.contains { $0.metric == name } }) {
      return "'\(name.prefix(40))' has points but no value"
    }
    return artifacts.contains { SHA256Digest(hex: $0.sha256) == nil || $0.bytes < 0 }
      ? "an artifact of it has no digest" : nil
  }

  /// Writes the run into another registry.
  ///
  /// - Throws: ``RecordsError/bundleRefused(reason:)`` if its seals do not fit what it holds.
  func insert(_ store: RunStore, _ database: Database) throws {
    func refuse(_ reason: String) -> RecordsError {
      .bundleRefused(reason: "the run \(id.prefix(8)): \(reason)")
    }
    var columns = columns
    if let name = text("name"),
      try Int.fetchOne(database, sql: "SELECT 1 FROM run WHERE name = ?", arguments: [name]) != nil
    {
      // Another run is called so here; names are the user's own.
      columns["name"] = nil
    }
    var provenance = provenance
    (provenance.host, provenance.bootID) = (text("host") ?? "", text("bootID") ?? "")
    let names = Self.columnNames
    let marks = names.map { _ in "?" }.joined(separator: ", ")
    let contents = try names.map { name -> DatabaseValue in
      switch columns[name] {
      case nil, .null?: .null
      case .integer(let number)?: number.databaseValue
      case .number(let number)?: number.databaseValue
      case .string(let text)?: text.databaseValue
      default: throw refuse("its '\(name)' is no plain value")
      }
    }
    let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
    do {
      try database.execute(
        sql: "INSERT INTO run (id, provenance, \(list)) VALUES (?, ?, \(marks))",
        arguments: StatementArguments(
          [id.databaseValue, try ProvenanceRow.key(of: provenance, database).databaseValue]
            + contents))
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
      throw refuse("a field is missing or not allowed (\(error.message ?? ""))")
    }
    let key = database.lastInsertedRowID
    for choice in choices {
      let (kind, content) = try StoredSetting.columns(of: choice.value)
      guard kind == choice.kind else {
        throw refuse("the setting '\(choice.name)' is no \(choice.kind)")
      }
      try database.execute(
        sql: "INSERT INTO choice (setting, run, kind, value) VALUES (?, ?, ?, ?)",
        arguments: [try store.intern(choice.name, in: "setting", database), key, kind, content])
    }
    for value in values {
      let metric = try store.intern(value.metric, in: "metric", database)
      let number = Double(bitPattern: UInt64(bitPattern: value.bits))
      let numbers = (points[value.metric]?.bits ?? []).map {
        Double(bitPattern: UInt64(bitPattern: $0))
      }
      let extent = SeriesExtent(of: numbers)
      try database.execute(
        sql: """
          INSERT INTO value
            (metric, run, number, bits, isWhole, step, digest, count, least, greatest, sum)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          metric, key, number.isNaN ? nil : number, value.bits, value.isWhole ? 1 : 0, value.step,
          value.digest, extent.count, extent.least, extent.greatest,
          extent.count == 0 ? nil : extent.sum,
        ])
      guard let series = points[value.metric], let metric else { continue }
      guard Set(series.steps).count == series.steps.count else {
        throw refuse("'\(value.metric)' has a step twice")
      }
      let stored = series.steps.indices.map {
        StoredPoint(step: series.steps[$0], bits: series.bits[$0], time: series.times?[$0])
      }
      _ = try StoredSeries.add(stored, run: key, metric: metric, unpacked: 0, database)
      if let digest = value.digest, !value.isWhole,
        SHA256Digest(ofBitPatterns: numbers).hex != digest
      {
        throw refuse("the points of '\(value.metric)' are not those that it logged")
      }
    }
    for (position, artifact) in artifacts.enumerated() {
      try database.execute(
        sql: """
          INSERT INTO artifact (run, position, attempt, name, role, mediaType, bytes, sha256)
          SELECT ?, ?, coalesce(attempt, 1), ?, ?, ?, ?, ? FROM run WHERE key = ?
          """,
        arguments: [
          key, position, artifact.name, artifact.role.rawValue, artifact.mediaType,
          artifact.bytes, artifact.sha256, key,
        ])
    }
    for attempt in attempts ?? [] {
      try database.execute(
        sql: "INSERT INTO attempt (run, number, json) VALUES (?, ?, ?)",
        arguments: [
          key, attempt.number,
          String(decoding: try StoredSetting.sealedJSON(attempt), as: UTF8.self),
        ])
    }
    for point in superseded ?? [] {
      try database.execute(
        sql: """
          INSERT OR REPLACE INTO superseded (run, metric, attempt, step, bits, time)
          VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          key, try store.intern(point.metric, in: "metric", database), point.attempt, point.step,
          point.bits, point.time,
        ])
    }
    for (name, value) in tags {
      try database.execute(
        sql: "INSERT INTO tag (name, run, value) VALUES (?, ?, ?)", arguments: [name, key, value])
    }
    if let seal = text("resultSeal"), try RunSeal.result(of: key, database) != seal {
      throw refuse("its results are not those that it was sealed with")
    }
  }
}
