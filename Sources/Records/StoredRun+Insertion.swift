import Casework
import Foundation
import GRDB

extension StoredRun {
  /// Writes the run into another registry.
  ///
  /// - Throws: ``RecordsError/bundleRefused(reason:)`` if its seals do not fit what it holds.
  func insert(_ store: RunStore, _ database: Database) throws {
    func refuse(_ reason: String) -> RecordsError {
      .bundleRefused(reason: "the run \(id.prefix(8)): \(reason)")
    }
    var columns = columns
    if let name = text("name"),
      try RunStore.nameFault(name) != nil
        || Int.fetchOne(database, sql: "SELECT 1 FROM run WHERE name = ?", arguments: [name]) != nil
    {
      // Another run is called so here, or could be; names are the user's own.
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
      let (kind, content) = try StoredSetting.columns(of: choice.setting)
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
        MetricSeries.digest(
          of: stored.map { .init(step: $0.step, value: $0.value) }, like: digest) != digest
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
    // Those of other systems, and of the first version, have no seals.
    if hasEnded, text("startSeal") != nil, text("resultSeal") == nil, provenance.origin == nil {
      throw refuse("its results are not sealed")
    }
    if let seal = text("resultSeal"), try RunSeal.result(of: key, like: seal, database) != seal {
      throw refuse("its results are not those that it was sealed with")
    }
    if let seal = text("startSeal"), case .integer(let seed)? = columns["seed"] {
      let settings = Dictionary(choices.map { ($0.name, $0.setting) }) { first, _ in first }
      let own = try RunSeal.start(
        text("slug") ?? "", seed: seed, preset: text("preset") ?? "", settings: settings)
      guard own == seal else {
        throw refuse("its settings, seed or preset are not those that it was sealed with")
      }
    }
  }
}
