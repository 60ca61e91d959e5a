import GRDB

/// Finds the runs of a query by the way that looks at the fewest.
struct RunSelection {
  let text: String
  let condition: Condition?
  let keys: [SortKey]
  let limit: Int?
  /// The keys of the runs that are lost, and of those whose verdict is stale, as JSON.
  let lists: [DatabaseValue]
  let names: QueryNames

  /// A comparison with a number that the condition demands of the last value of a metric.
  private struct Bound {
    let metric: Int64
    let sql: String
    let value: DatabaseValue
  }

  /// As many runs are looked at one by one without a thought.
  private static let few = 2000

  private static let tables = """
    WITH lost(key) AS (SELECT value FROM json_each(?)), \
    stale(key) AS (SELECT value FROM json_each(?)) SELECT run.key FROM
    """

  /// Returns the keys of the runs, in order.
  func keys(_ database: Database) throws -> [Int64] {
    let bounds = condition.map(bounds) ?? []
    if let narrow = try narrowest(bounds, database) {
      return try found(among: narrow, database)
    }
    // The best few by a metric are the first of its index that fulfil the condition; if there are
    // too few of them, runs without the metric follow.
    if let limit, let first = keys.first,
      let metric = try metric(of: first.resolved, in: first.name)
    {
      let own = bounds.filter { $0.metric == metric }
      let best = try best(limit, by: metric, within: own, database)
      if best.count >= limit || !own.isEmpty { return best }
    }
    return try found(among: [], database)
  }

  /// The bounds of the metric that the fewest runs fulfil, if those are few.
  private func narrowest(_ bounds: [Bound], _ database: Database) throws -> [Bound]? {
    var least: (bounds: [Bound], count: Int)?
    for (_, bounds) in Dictionary(grouping: bounds, by: \.metric) {
      let sql = "SELECT count(*) FROM (\(Self.runs(within: bounds)) LIMIT \(Self.few + 1))"
      let arguments = Self.arguments(bounds)
      let count =
        try Int.fetchOne(database, sql: sql, arguments: StatementArguments(arguments)) ?? 0
      if count <= Self.few, count < least?.count ?? .max { least = (bounds, count) }
    }
    return least?.bounds
  }

  /// Goes through the index of a metric from its better end.
  private func best(
    _ limit: Int, by metric: Int64, within bounds: [Bound], _ database: Database
  ) throws -> [Int64] {
    let (sql, arguments) = try filter(sorted: metric)
    let demands =
      ["sorted.metric = ?", "sorted.number IS NOT NULL"]
      + bounds.map { "sorted.\($0.sql)" } + sql
    let order = try order(sorted: metric)
    return try Int64.fetchAll(
      database,
      sql: """
        \(Self.tables) value AS sorted INDEXED BY valueByNumber CROSS JOIN run ON run.key = sorted.run
        WHERE \(demands.joined(separator: " AND ")) ORDER BY \(order.sql) LIMIT ?
        """,
      arguments: StatementArguments(
        lists + [metric.databaseValue] + bounds.map(\.value) + arguments + order.arguments
          + [max(0, limit).databaseValue]))
  }

  /// Goes through all runs, or those within bounds.
  private func found(among bounds: [Bound], _ database: Database) throws -> [Int64] {
    var (demands, arguments) = try filter(sorted: nil)
    if !bounds.isEmpty {
      demands.insert("run.key IN (\(Self.runs(within: bounds)))", at: 0)
      arguments = Self.arguments(bounds) + arguments
    }
    var sql = "\(Self.tables) run"
    if !demands.isEmpty { sql += " WHERE " + demands.joined(separator: " AND ") }
    let order = try order(sorted: nil)
    sql += " ORDER BY \(order.sql)"
    arguments += order.arguments
    if let limit {
      sql += " LIMIT ?"
      arguments.append(max(0, limit).databaseValue)
    }
    return try Int64.fetchAll(database, sql: sql, arguments: StatementArguments(lists + arguments))
  }

  private static func runs(within bounds: [Bound]) -> String {
    "SELECT run FROM value INDEXED BY valueByNumber WHERE metric = ? AND "
      + bounds.map { "value.\($0.sql)" }.joined(separator: " AND ")
  }

  private static func arguments(_ bounds: [Bound]) -> [DatabaseValue] {
    bounds.prefix(1).map(\.metric.databaseValue) + bounds.map(\.value)
  }

  private func filter(sorted: Int64?) throws -> (sql: [String], arguments: [DatabaseValue]) {
    // Deleted runs are found by those who ask for them.
    let asksForDeleted = condition?.names.contains { $0.name == "deleted" } == true
    let kept = asksForDeleted ? [] : ["run.deletedAt IS NULL"]
    guard let condition else { return (kept, []) }
    let compiler = QueryCompiler(text: text, names: names, sorted: sorted)
    let fragment = try compiler.fragment(condition)
    return (kept + ["(\(fragment.sql))"], fragment.arguments)
  }

  private func order(sorted: Int64?) throws -> QueryCompiler.Fragment {
    var order = QueryCompiler.Fragment(sql: "")
    for key in keys {
      let value = try QueryCompiler(text: key.name, names: names, sorted: sorted)
        .resolve(key.resolved).value
      let direction = key.isDescending ? "DESC" : "ASC"
      // In the index of a metric none is missing, and its order is the index's.
      let missing = value.sql == "sorted.number" ? "" : " NULLS LAST"
      order.sql += "\(value.sql) \(direction)\(missing), "
      order.arguments += value.arguments
    }
    order.sql += "run.startedAt DESC, run.key DESC"
    return order
  }

  private func metric(of name: QueryName, in text: String) throws -> Int64? {
    try QueryCompiler(text: text, names: names).resolve(name).term.metric
  }

  private func bounds(in condition: Condition) -> [Bound] {
    switch condition {
    case .all(let parts): return parts.flatMap(bounds)
    case .comparison(let name, let comparator, let literal):
      guard comparator != .unequal, let metric = try? metric(of: name, in: text) else { return [] }
      let sql = "number \(comparator.rawValue) ?"
      switch literal.value {
      case .integer(let number):
        return [Bound(metric: metric, sql: sql, value: number.databaseValue)]
      case .number(let number):
        return [Bound(metric: metric, sql: sql, value: number.databaseValue)]
      case .text, .age: return []
      }
    default: return []
    }
  }
}
