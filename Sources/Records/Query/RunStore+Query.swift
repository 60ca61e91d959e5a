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
  /// failure verdict threads host`), else a setting or a metric (its last value), if it is not both;
  /// `settings.`, `metrics.`, `provenance.`, `tags.`, `data.` and `run.` before it force one. `best(loss)`, `last`, `min`,
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
    try found(where: filter, sort: keys, limit: limit, shown: nil)
  }

  /// Returns the runs that a filter selects, with what a list shows of them: one metric, and neither
  /// settings, artifacts and tags nor what they came from.
  ///
  /// - Parameters:
  ///   - filter: The condition, or `nil` for all runs.
  ///   - keys: What to sort by.
  ///   - limit: At most how many.
  ///   - metrics: The metrics of some cases, of which each run has the first that it has a value of.
  /// - Returns: The runs, in order.
  /// - Throws: As ``runs(where:sort:limit:)``.
  public func list(
    where filter: String? = nil, sort keys: [SortKey] = [], limit: Int? = nil,
    metrics: (Set<Slug>) throws -> [Slug: [String]]
  ) throws -> [Casework.Run] {
    try withoutActuallyEscaping(metrics) {
      try found(where: filter, sort: keys, limit: limit, shown: $0)
    }
  }

  private func found(
    where filter: String?, sort keys: [SortKey], limit: Int?,
    shown metrics: ((Set<Slug>) throws -> [Slug: [String]])?
  ) throws -> [Casework.Run] {
    try read { database in
      let lost = try lostRuns(database, now: Date())
      let keys = try keysOfRuns(where: filter, sort: keys, limit: limit, lost: lost, database)
      return try load(keys, lost: lost, shown: metrics, database)
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

  func keysOfRuns(
    where filter: String?, sort keys: [SortKey], limit: Int?, lost: Set<Int64>,
    _ database: Database
  ) throws -> [Int64] {
    // What is stale takes a look at each verified run, so only a question for it asks.
    let words = keys.map(\.name) + [filter ?? ""]
    let asksForVerdict = words.contains { $0.contains("verdict") || $0.contains("verified") }
    let stale = asksForVerdict ? try staleRuns(database) : []
    let selection = RunSelection(
      text: filter ?? "", condition: try filter.map(QueryParser.condition), keys: keys,
      limit: limit, lists: [lost.sorted(), stale].map { Self.list($0).databaseValue },
      names: filter == nil && keys.isEmpty
        ? .none : try QueryNames(database, directions: direction ?? { _ in nil }))
    return try selection.keys(database)
  }
}
