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

  /// The columns that are carried, in the order in which they are written.
  static let columnNames = [
    "slug", "status", "seed", "preset", "startedAt", "heartbeat", "duration", "failure", "verdict",
    "threads", "host", "bootID", "pidSpace", "processID", "processStart", "parent", "name", "note",
    "deletedAt", "startSeal", "resultSeal", "verdictBasis", "verdictAt", "verification", "done",
    "total", "unit",
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
      let rows = try Row.fetchCursor(
        database, sql: "SELECT step, bits FROM point WHERE run = ? AND metric = ? ORDER BY step",
        arguments: [key, metric[0]])
      while let point = try rows.next() {
        points[metric[1], default: Points()].steps.append(point[0])
        points[metric[1], default: Points()].bits.append(point[1])
      }
    }
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
    if points.contains(where: { $0.value.steps.count != $0.value.bits.count }) {
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
      try database.execute(
        sql: """
          INSERT INTO value (metric, run, number, bits, isWhole, step, digest)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          metric, key, number.isNaN ? nil : number, value.bits, value.isWhole ? 1 : 0, value.step,
          value.digest,
        ])
      guard let series = points[value.metric] else { continue }
      let statement = try database.cachedStatement(
        sql: "INSERT INTO point (run, metric, step, bits) VALUES (?, ?, ?, ?)")
      for (step, bits) in zip(series.steps, series.bits) {
        do { try statement.execute(arguments: [key, metric, step, bits]) } catch {
          throw refuse("'\(value.metric)' has the step \(step) twice")
        }
      }
      let numbers = series.bits.map { Double(bitPattern: UInt64(bitPattern: $0)) }
      if let digest = value.digest, !value.isWhole,
        SHA256Digest(ofBitPatterns: numbers).hex != digest
      {
        throw refuse("the points of '\(value.metric)' are not those that it logged")
      }
    }
    for (position, artifact) in artifacts.enumerated() {
      try database.execute(
        sql: """
          INSERT INTO artifact (run, position, name, role, mediaType, bytes, sha256)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          key, position, artifact.name, artifact.role.rawValue, artifact.mediaType,
          artifact.bytes, artifact.sha256,
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
