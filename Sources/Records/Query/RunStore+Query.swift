public import Casework
import Foundation
import GRDB

extension RunStore {
  /// Returns the runs that a filter selects.
  ///
  /// ```swift
  /// let best = try store.runs(
  ///   where: "case = 'inferno' and sigma_s < 17.5", sort: [SortKey("sigma_s")], limit: 20)
  /// ```
  ///
  /// A name is a field of runs (`id case status seed preset started_at duration_s last_step
  /// failure verdict threads host`), else a setting, else a metric (its last value); `settings.`,
  /// `metrics.`, `provenance.`, `tags.`, `data.` and `run.` before it force one. `best(loss)`, `last`, `min`,
  /// `max`, `mean` and `at(loss, 10)` ask the history of a metric; `started > 7d` is the last seven days. A run that lacks a value is
  /// selected by `is null` only: neither a comparison nor its negation is true of it.
  ///
  /// - Parameters:
  ///   - filter: The condition, or `nil` for all runs.
  ///   - keys: What to sort by; missing values come last, and the newest first where all is equal.
  ///   - limit: At most how many.
  /// - Returns: The runs, in order.
  /// - Throws: ``RecordsError/query(_:column:problem:)`` if the filter or a key cannot be
  ///   understood, or names what no run has.
  public func runs(
    where filter: String? = nil, sort keys: [SortKey] = [], limit: Int? = nil
  ) throws -> [Casework.Run] {
    try read { database in
      let lost = try lostRuns(database, now: Date())
      let found = try keysOfRuns(where: filter, sort: keys, limit: limit, lost: lost, database)
      return try load(found, lost: lost, database)
    }
  }

  /// Returns how many runs a filter selects.
  ///
  /// - Throws: As ``runs(where:sort:limit:)``.
  public func count(where filter: String? = nil) throws -> Int {
    try read { database in
      let lost = try lostRuns(database, now: Date())
      return try keysOfRuns(where: filter, sort: [], limit: nil, lost: lost, database).count
    }
  }

  private var directions: (String) -> Metric.Better? { direction ?? { _ in nil } }

  private func compiler(_ filter: String?, _ database: Database) throws -> QueryCompiler? {
    try filter.map { try QueryCompiler($0, database, directions: directions) }
  }

  /// The comparisons with numbers that a condition demands of the last value of a metric.
  private static func bounds(
    of metric: Int64, in condition: Condition?, terms: QueryCompiler?
  ) -> [(sql: String, value: DatabaseValue)] {
    guard let condition, let terms else { return [] }
    let parts = if case .all(let parts) = condition { parts } else { [condition] }
    return parts.flatMap { part -> [(sql: String, value: DatabaseValue)] in
      if case .all = part { return bounds(of: metric, in: part, terms: terms) }
      guard case .comparison(let name, let comparator, let literal) = part,
        comparator != .unequal, (try? terms.resolve(name))?.term.metric == metric
      else { return [] }
      switch literal.value {
      case .integer(let number):
        return [("sorted.number \(comparator.rawValue) ?", number.databaseValue)]
      case .number(let number):
        return [("sorted.number \(comparator.rawValue) ?", number.databaseValue)]
      case .text, .age: return []
      }
    }
  }

  func keysOfRuns(
    where filter: String?, sort keys: [SortKey], limit: Int?, lost: Set<Int64>,
    _ database: Database
  ) throws -> [Int64] {
    // What is stale takes a look at each verified run, so only a question for it asks.
    let names = keys.map(\.name) + [filter ?? ""]
    let asksForVerdict = names.contains { $0.contains("verdict") || $0.contains("verified") }
    let stale = asksForVerdict ? try staleRuns(database) : []
    let tables = """
      WITH lost(key) AS (SELECT value FROM json_each(?)), \
      stale(key) AS (SELECT value FROM json_each(?)) SELECT run.key FROM
      """
    let lists = [lost.sorted(), stale].map { Self.list($0).databaseValue }
    let condition = try filter.map(QueryParser.condition)
    // Deleted runs are found by those who ask for them.
    var conditions =
      condition?.names.contains { $0.name == "deleted" } == true
      ? [] : ["run.deletedAt IS NULL"]
    var arguments: [DatabaseValue] = []
    if let filter, let condition {
      let fragment = try QueryCompiler(filter, database, directions: directions).fragment(condition)
      conditions.append("(\(fragment.sql))")
      arguments += fragment.arguments
    }
    let terms = try keys.map { key in
      try QueryCompiler(key.name, database, directions: directions).resolve(key.resolved)
    }
    let order = zip(keys, terms).map { key, term in
      "\(term.value.sql) \(key.isDescending ? "DESC" : "ASC") NULLS LAST"
    }
    let last = ["run.startedAt DESC", "run.key DESC"]
    if let limit, let first = terms.first, let metric = first.term.metric {
      // The best few by a metric are the first of its index that fulfil the condition; if there are
      // too few of them, runs without the metric follow.
      let direction = keys[0].isDescending ? "DESC" : "ASC"
      // What the condition says of this metric bounds the part of the index that is looked at.
      let bounds = Self.bounds(of: metric, in: condition, terms: try compiler(filter, database))
      let all =
        ["sorted.metric = ?", "sorted.number IS NOT NULL"] + bounds.map(\.sql) + conditions
      let sql =
        "\(tables) value AS sorted CROSS JOIN run ON run.key = sorted.run WHERE "
        + all.joined(separator: " AND ") + " ORDER BY "
        + (["sorted.number \(direction)"] + order.dropFirst() + last).joined(separator: ", ")
        + " LIMIT ?"
      let rest = terms.dropFirst().flatMap(\.value.arguments)
      let found = try Int64.fetchAll(
        database, sql: sql,
        arguments: StatementArguments(
          lists + [metric.databaseValue] + bounds.map(\.value) + arguments + rest + [
            max(0, limit).databaseValue
          ]))
      if found.count >= limit { return found }
    }
    var sql = "\(tables) run"
    if !conditions.isEmpty { sql += " WHERE " + conditions.joined(separator: " AND ") }
    arguments += terms.flatMap(\.value.arguments)
    sql += " ORDER BY " + (order + last).joined(separator: ", ")
    if let limit {
      sql += " LIMIT ?"
      arguments.append(max(0, limit).databaseValue)
    }
    return try Int64.fetchAll(database, sql: sql, arguments: StatementArguments(lists + arguments))
  }
}
