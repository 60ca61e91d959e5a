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

  /// What a condition demands of the last value of a metric, or of a setting.
  private struct Bound {
    let subject: Subject
    let sql: String
    let value: DatabaseValue

    init(_ subject: Subject, _ comparator: Comparator, _ value: DatabaseValue) {
      (self.subject, self.value) = (subject, value)
      let column = if case .metric = subject { "number" } else { "value" }
      sql = "\(column) \(comparator.rawValue) ?"
    }
  }

  /// What an index holds the values of.
  private enum Subject: Hashable { case metric(Int64), setting(Int64) }

  /// The values of a metric or a setting that a condition leaves.
  private struct Part {
    let subject: Subject
    let bounds: [Bound]
    /// How many there are, if they were counted.
    var count = Int.max

    /// Asks for their runs; what else is demanded of one of them, may follow.
    var sql: String {
      let (place, demand) =
        switch subject {
        case .metric: ("value AS few INDEXED BY valueByNumber", "few.metric = ?")
        case .setting: ("choice AS few INDEXED BY choiceByValue", "few.setting = ?")
        }
      let demands = [demand] + bounds.map { "few.\($0.sql)" }
      return "SELECT few.run FROM \(place) WHERE " + demands.joined(separator: " AND ")
    }
    var arguments: [DatabaseValue] {
      switch subject {
      case .metric(let key), .setting(let key): [key.databaseValue] + bounds.map(\.value)
      }
    }
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
      let metric = try subject(of: first.resolved, in: first.name), case .metric(let key) = metric
    {
      // If the parts leave a share of all runs, limit / share are looked at along the index, and along
      // the parts as many as the least has.
      let all = Double(
        try Int.fetchOne(database.cachedStatement(sql: "SELECT max(key) FROM run")) ?? 0)
      let parts = try narrow(bounds.filter { $0.subject != metric }, database)
      let share = parts.map { Double($0.count) / max(all, 1) }.reduce(1, *)
      if let least = parts.first, Double(least.count) * share <= Double(max(limit, 1)) {
        return try found(within: parts, database)
      }
      let own = bounds.filter { $0.subject == metric }
      let best = try found(along: key, own, among: parts, database)
      if best.count >= limit || !own.isEmpty { return best }
    }
    return try found(within: narrow(bounds, database), database)
  }

  /// The bounds of each metric and setting that few runs fulfil, the fewest first.
  private func narrow(_ bounds: [Bound], _ database: Database) throws -> [Part] {
    try Dictionary(grouping: bounds, by: \.subject).map { subject, bounds in
      var part = Part(subject: subject, bounds: bounds)
      part.count =
        try Int.fetchOne(
          database.cachedStatement(
            sql: "SELECT count(*) FROM (\(part.sql) LIMIT \(Self.few + 1))"),
          arguments: StatementArguments(part.arguments)) ?? 0
      return part
    }.filter { $0.count <= Self.few }.sorted { $0.count < $1.count }
  }

  /// Goes through the runs that are in all of the parts, or through all runs.
  private func found(within parts: [Part], _ database: Database) throws -> [Int64] {
    guard !parts.isEmpty else { return try found(in: "run", [], without: [], database) }
    let common =
      parts.dropLast().map { "\($0.sql) AND few.run IN (" }.joined()
      + (parts.last?.sql ?? "") + String(repeating: ")", count: parts.count - 1)
    return try found(
      in: "(\(common)) AS sorted CROSS JOIN run ON run.key = sorted.run",
      parts.flatMap(\.arguments), without: Set(parts.map(\.subject)), database)
  }

  /// Goes along the index of a metric; those that must be in a few parts too are looked for in them
  /// first, as a look into a small set costs less than one into the values of all runs.
  private func found(
    along metric: Int64, _ bounds: [Bound], among parts: [Part], _ database: Database
  ) throws -> [Int64] {
    let demands =
      ["sorted.metric = ?", "sorted.number IS NOT NULL"] + bounds.map { "sorted.\($0.sql)" }
      + parts.map { "sorted.run IN (\($0.sql))" }
    return try found(
      in: """
        value AS sorted INDEXED BY valueByNumber CROSS JOIN run ON run.key = sorted.run
        AND \(demands.joined(separator: " AND "))
        """,
      [metric.databaseValue] + bounds.map(\.value) + parts.flatMap(\.arguments),
      without: Set(parts.map(\.subject)), sorted: metric, database)
  }

  /// Finds the runs of a place that fulfil what is left of the condition.
  private func found(
    in place: String, _ values: [DatabaseValue], without known: Set<Subject>,
    sorted: Int64? = nil, _ database: Database
  ) throws -> [Int64] {
    let rest = condition.flatMap { self.rest(of: $0, without: known) }
    let (demands, arguments) = try filter(rest, sorted: sorted)
    let order = try order(sorted: sorted)
    var sql = "\(Self.tables) \(place)"
    if !demands.isEmpty { sql += " WHERE " + demands.joined(separator: " AND ") }
    sql += " ORDER BY \(order.sql)"
    var all = lists + values + arguments + order.arguments
    if let limit {
      sql += " LIMIT ?"
      all.append(max(0, limit).databaseValue)
    }
    return try Int64.fetchAll(
      database.cachedStatement(sql: sql), arguments: StatementArguments(all))
  }

  private func filter(
    _ rest: Condition?, sorted: Int64?
  ) throws -> (sql: [String], arguments: [DatabaseValue]) {
    // Deleted runs are found by those who ask for them.
    let asksForDeleted =
      condition?.names.contains { $0.name == "deleted" && [.anywhere, .run].contains($0.place) }
      == true
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

  private func subject(of name: QueryName, in text: String) throws -> Subject? {
    let term = try QueryCompiler(text: text, names: names).resolve(name).term
    return term.metric.map(Subject.metric) ?? term.setting.map(Subject.setting)
  }

  private func bounds(in condition: Condition) -> [Bound] {
    if case .all(let parts) = condition { return parts.flatMap(bounds) }
    return [bound(condition)].compactMap(\.self)
  }

  /// What is left to look at of runs that are within the bounds of some metrics and settings.
  private func rest(of condition: Condition, without known: Set<Subject>) -> Condition? {
    if case .all(let parts) = condition {
      let left = parts.compactMap { rest(of: $0, without: known) }
      return left.isEmpty ? nil : .all(left)
    }
    return bound(condition).map { known.contains($0.subject) } == true ? nil : condition
  }

  private func bound(_ condition: Condition) -> Bound? {
    guard case .comparison(let name, let comparator, let literal) = condition,
      comparator != .unequal, let subject = try? subject(of: name, in: text)
    else { return nil }
    switch (subject, literal.value) {
    // Values of settings are of several kinds, which have no order among each other.
    case (.setting, _) where comparator != .equal: return nil
    case (_, .integer(let number)):
      return Bound(subject, comparator, number.databaseValue)
    case (_, .number(let number)):
      return Bound(subject, comparator, number.databaseValue)
    case (.setting, .text(let text)):
      return Bound(subject, comparator, text.databaseValue)
    case (.metric, .text), (_, .age): return nil
    }
  }
}
