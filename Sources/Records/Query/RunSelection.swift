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

    /// Asks for their runs.
    var sql: String {
      let demands = ["few.metric = ?"] + bounds.map { "few.\($0.sql)" }
      return "SELECT few.run FROM value AS few INDEXED BY valueByNumber WHERE "
        + demands.joined(separator: " AND ")
    }
    var arguments: [DatabaseValue] { [metric.databaseValue] + bounds.map(\.value) }
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
      let all =
        try Int.fetchOne(database.cachedStatement(sql: "SELECT max(key) FROM run")) ?? 0
      let most = (Double(max(limit, 1)) * Double(all)).squareRoot()
      let parts = try narrow(bounds.filter { $0.metric != metric }, database)
      if let part = parts.first, Double(part.count) <= most {
        return try found(through: part, database)
      }
      let own = Part(metric: metric, bounds: bounds.filter { $0.metric == metric })
      let best = try found(through: own, among: parts, database)
      if best.count >= limit || !own.bounds.isEmpty { return best }
    }
    return try found(through: narrow(bounds, database).first, database)
  }

  /// The bounds of each metric that few runs fulfil, the fewest first.
  private func narrow(_ bounds: [Bound], _ database: Database) throws -> [Part] {
    try Dictionary(grouping: bounds, by: \.metric).map { metric, bounds in
      var part = Part(metric: metric, bounds: bounds)
      part.count =
        try Int.fetchOne(
          database, sql: "SELECT count(*) FROM (\(part.sql) LIMIT \(Self.few + 1))",
          arguments: StatementArguments(part.arguments)) ?? 0
      return part
    }.filter { $0.count <= Self.few }.sorted { $0.count < $1.count }
  }

  /// Goes through a part of the index of a metric, or through all runs; those that must be in a few
  /// parts too are looked for in them first, as a look into a small set costs less than one into the
  /// values of all runs.
  private func found(
    through part: Part?, among few: [Part] = [], _ database: Database
  ) throws -> [Int64] {
    let rest = condition.flatMap { self.rest(of: $0, without: Set(few.map(\.metric))) }
    var (demands, arguments) = try filter(rest, sorted: part?.metric)
    var sql = "\(Self.tables) run"
    if let part {
      sql = """
        \(Self.tables) value AS sorted INDEXED BY valueByNumber
        CROSS JOIN run ON run.key = sorted.run
        """
      demands =
        ["sorted.metric = ?", "sorted.number IS NOT NULL"] + part.bounds.map { "sorted.\($0.sql)" }
        + few.map { "sorted.run IN (\($0.sql))" } + demands
      arguments = part.arguments + few.flatMap(\.arguments) + arguments
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

  private func filter(
    _ rest: Condition?, sorted: Int64?
  ) throws -> (sql: [String], arguments: [DatabaseValue]) {
    // Deleted runs are found by those who ask for them.
    let asksForDeleted = condition?.names.contains { $0.name == "deleted" } == true
    let kept = asksForDeleted ? [] : ["run.deletedAt IS NULL"]
    guard let rest else { return (kept, []) }
    let compiler = QueryCompiler(text: text, names: names, sorted: sorted)
    let fragment = try compiler.fragment(rest)
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
    if case .all(let parts) = condition { return parts.flatMap(bounds) }
    return [bound(condition)].compactMap(\.self)
  }

  /// What is left to look at of runs that are within the bounds of some metrics.
  private func rest(of condition: Condition, without metrics: Set<Int64>) -> Condition? {
    if case .all(let parts) = condition {
      let left = parts.compactMap { rest(of: $0, without: metrics) }
      return left.isEmpty ? nil : .all(left)
    }
    return bound(condition).map { metrics.contains($0.metric) } == true ? nil : condition
  }

  private func bound(_ condition: Condition) -> Bound? {
    guard case .comparison(let name, let comparator, let literal) = condition,
      comparator != .unequal, let metric = try? metric(of: name, in: text)
    else { return nil }
    let sql = "number \(comparator.rawValue) ?"
    switch literal.value {
    case .integer(let number):
      return Bound(metric: metric, sql: sql, value: number.databaseValue)
    case .number(let number):
      return Bound(metric: metric, sql: sql, value: number.databaseValue)
    case .text, .age: return nil
    }
  }
}
