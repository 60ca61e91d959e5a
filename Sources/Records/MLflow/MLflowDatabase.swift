import Foundation
import GRDB

/// Reads an SQLite store of MLflow (1.x to 3.x: the tables have kept these columns).
struct MLflowDatabase {
  let path: String
  let artifacts: MLflowArtifacts

  func runs() throws -> [MLflowRun] {
    var configuration = Configuration()
    configuration.readonly = true
    do {
      return try DatabaseQueue(path: path, configuration: configuration).read { database in
        for table in ["experiments", "runs", "params", "metrics", "tags"] {
          guard try database.tableExists(table) else {
            throw MLflowStore.refusal(path, "it has no table '\(table)': it is no store of MLflow")
          }
        }
        return try runs(database)
      }
    } catch let error as DatabaseError {
      throw MLflowStore.refusal(path, "it cannot be read (\(error.message ?? "no reason given"))")
    }
  }

  private func runs(_ database: Database) throws -> [MLflowRun] {
    let names = Set(try database.columns(in: "runs").map(\.name))
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT run_uuid, \(names.contains("name") ? "runs.name" : "NULL"), experiments.name, status,
          start_time, end_time, runs.lifecycle_stage, user_id, artifact_uri
        FROM runs JOIN experiments ON experiments.experiment_id = runs.experiment_id
        ORDER BY run_uuid
        """)
    return try rows.map { row in
      let id = try text(row[0], "run_uuid", "runs")
      let place = "\(path), run \(id.prefix(40))"
      guard let status = MLflowRun.Status(name: try text(row[3], "status", place)),
        let start = Int.fromDatabaseValue(row[4]), MLflowStore.range.contains(start)
      else { throw MLflowStore.refusal(place, "status or start_time is not as it should be") }
      let end = Int.fromDatabaseValue(row[5])
      guard end.map(MLflowStore.range.contains) ?? true else {
        throw MLflowStore.refusal(place, "end_time is no time")
      }
      var run = MLflowRun(
        place: place, id: id, name: String.fromDatabaseValue(row[1]) ?? "",
        experiment: try text(row[2], "the experiment's name", place), status: status, start: start,
        end: end, isDeleted: String.fromDatabaseValue(row[6]) == "deleted",
        user: String.fromDatabaseValue(row[7]) ?? "")
      run.parameters = try pairs("params", id, place, database)
      run.tags = try pairs("tags", id, place, database)
      run.metrics = try metrics(id, place, database)
      let base = URL(filePath: path).deletingLastPathComponent()
      run.artifacts = try artifacts.files(
        of: try text(row[8], "artifact_uri", place), relativeTo: base, place: place)
      return run
    }
  }

  private func text(_ value: DatabaseValue, _ name: String, _ place: String) throws -> String {
    guard let text = String.fromDatabaseValue(value) else {
      throw MLflowStore.refusal(place, "\(name) is no text")
    }
    return text
  }

  private func pairs(
    _ table: String, _ id: String, _ place: String, _ database: Database
  ) throws -> [String: String] {
    let rows = try Row.fetchAll(
      database, sql: "SELECT key, value FROM \(table) WHERE run_uuid = ?", arguments: [id])
    return try rows.reduce(into: [:]) { pairs, row in
      let value: DatabaseValue = row[1]
      pairs[try text(row[0], "a key of \(table)", place)] =
        value.isNull ? "" : try text(value, "a value of \(table)", place)
    }
  }

  private func metrics(
    _ id: String, _ place: String, _ database: Database
  ) throws -> [String: [MLflowRun.Point]] {
    let rows = try Row.fetchCursor(
      database,
      sql: "SELECT key, value, timestamp, step, is_nan FROM metrics WHERE run_uuid = ?",
      arguments: [id])
    var metrics: [String: [MLflowRun.Point]] = [:]
    while let row = try rows.next() {
      let key = try text(row[0], "a metric's name", place)
      guard let value = Double.fromDatabaseValue(row[1]),
        let timestamp = Int.fromDatabaseValue(row[2]), let step = Int.fromDatabaseValue(row[3]),
        MLflowStore.range.contains(timestamp), MLflowStore.range.contains(step)
      else { throw MLflowStore.refusal(place, "the metric '\(key.prefix(80))' has a bad point") }
      let isNaN = Int.fromDatabaseValue(row[4]) == 1
      // MLflow stores infinities as the greatest number that there is.
      let isInfinite = value.magnitude == .greatestFiniteMagnitude
      metrics[key, default: []].append(
        .init(
          timestamp: timestamp, step: step,
          value: isNaN ? .nan : isInfinite ? (value < 0 ? -.infinity : .infinity) : value))
    }
    return metrics
  }
}
