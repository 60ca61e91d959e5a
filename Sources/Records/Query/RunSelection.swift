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

  /// The values of a metric that a condition leaves.
  private struct Part {
    let metric: Int64
    let bounds: [Bound]
    /// How many there are, if they were counted.
    var count = Int.max
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
    // The best few by a metric are the first of its index that fulfil the condition; if there are
    // too few of them, runs without the metric follow.
    if let limit, let first = keys.first,
      let metric = try metric(of: first.resolved, in: first.name)
    {
      // If one in (all / part) fulfils the condition, limit · all / part are looked at: more than the
      // part itself, if that is less than the root of limit · all.
      let all = try Int.fetchOne(database, sql: "SELECT max(key) FROM run") ?? 0
      let most = (Double(max(limit, 1)) * Double(all)).squareRoot()
      if let part = try narrowest(bounds, most: Int(min(most, Double(Self.few))), database) {
        return try found(through: part, database)
      }
      let own = Part(metric: metric, bounds: bounds.filter { $0.metric == metric })
      let best = try found(through: own, database)
      if best.count >= limit || !own.bounds.isEmpty { return best }
    }
    return try found(through: narrowest(bounds, most: Self.few, database), database)
  }

  /// The bounds of the metric that the fewest runs fulfil, if those are not many.
  private func narrowest(_ bounds: [Bound], most: Int, _ database: Database) throws -> Part? {
    let parts = try Dictionary(grouping: bounds, by: \.metric).map { metric, bounds in
      let sql = """
        SELECT count(*) FROM (SELECT run FROM value INDEXED BY valueByNumber WHERE metric = ? AND
        \(bounds.map { "value.\($0.sql)" }.joined(separator: " AND ")) LIMIT \(most + 1))
        """
      let count = try Int.fetchOne(
        database, sql: sql,
        arguments: StatementArguments([metric.databaseValue] + bounds.map(\.value)))
      return Part(metric: metric, bounds: bounds, count: count ?? 0)
    }
    return parts.filter { $0.count <= most }.min { $0.count < $1.count }
  }

  /// Goes through a part of the index of a metric, or through all runs.
  private func found(through part: Part?, _ database: Database) throws -> [Int64] {
    var (demands, arguments) = try filter(sorted: part?.metric)
    var sql = "\(Self.tables) run"
    if let part {
      sql = """
        \(Self.tables) value AS sorted INDEXED BY valueByNumber
        CROSS JOIN run ON run.key = sorted.run
        """
      demands =
        ["sorted.metric = ?", "sorted.number IS NOT NULL"] + part.bounds.map { "sorted.\($0.sql)" }
        + demands
      arguments = [part.metric.databaseValue] + part.bounds.map(\.value) + arguments
    }
    let order = try order(sorted: part?.metric)
    if !demands.isEmpty { sql += " WHERE " + demands.joined(separator: " AND ") }
    sql += " ORDER BY \(order.sql)"
    arguments += order.arguments
    if let limit {
      sql += " LIMIT ?"
      arguments.append(max(0, limit).databaseValue)
    }
    return try Int64.fetchAll(database, sql: sql, arguments: StatementArguments(lists + arguments))
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
