import Casework
import Foundation
import GRDB

/// Turns conditions into SQL whose every value is a parameter.
///
/// A comparison with a missing value is neither true nor false, and so is its negation, as in SQL:
/// a run that lacks a value is found by `is null` only. A metric that is not a number is missing.
/// A setting is compared as what it is: a text is unequal to every number, and is neither less nor
/// greater than one.
struct QueryCompiler {
  let text: String
  let names: QueryNames
  /// The metric whose values a statement goes through as `sorted`, if it does: the run is then that of
  /// the value, so that what decides without the table of runs does so before one is looked up.
  var sorted: Int64?

  /// SQL and the values of its question marks, in order.
  struct Fragment {
    var sql: String
    var arguments: [DatabaseValue] = []
  }

  func fragment(_ condition: Condition) throws -> Fragment {
    switch condition {
    case .all(let parts): return try joined(parts, " AND ")
    case .any(let parts): return try joined(parts, " OR ")
    case .not(let part):
      var inner = try fragment(part)
      switch part {
      case .all, .any: break  // in brackets already, and SQLite's parser stack is short
      default: inner.sql = "(\(inner.sql))"
      }
      return Fragment(sql: "NOT \(inner.sql)", arguments: inner.arguments)
    case .comparison(let name, let comparator, let literal):
      return try comparison(name, comparator, literal)
    case .isAmong(let name, let literals):
      let (term, value) = try resolve(name)
      let list = try literals.map { try self.value(of: $0, for: term, name) }
      let marks = Array(repeating: "?", count: list.count).joined(separator: ", ")
      return Fragment(sql: "\(value.sql) IN (\(marks))", arguments: value.arguments + list)
    case .isLike(let name, let pattern):
      let (term, value) = try resolve(name)
      guard term.kind != .number, term.kind != .date else {
        throw mismatch(name, term, "cannot be compared with 'like'")
      }
      let like = Fragment(
        sql: "\(value.sql) LIKE ? ESCAPE '\\'",
        arguments: value.arguments + [pattern.databaseValue])
      return term.kind == .any ? guarded(like, value, "= 'text'") : like
    case .isMissing(let name):
      let value = try resolve(name).value
      return Fragment(sql: "\(value.sql) IS NULL", arguments: value.arguments)
    }
  }

  /// Returns what a name stands for: a field of runs, else a setting, else a metric.
  func resolve(_ name: QueryName) throws -> (term: Term, value: Fragment) {
    if let function = name.function {
      guard [.anywhere, .metrics].contains(name.place), let metric = names.metrics[name.name]
      else {
        throw unknown(QueryName(place: .metrics, name: name.name, column: name.column))
      }
      let direction = function == .best ? try self.direction(name) : nil
      return placed(QueryField.history(function, of: metric, direction))
    }
    let term: Term? =
      switch name.place {
      case .run: QueryField.named(name.name)
      case .settings: names.settings[name.name].map(QueryField.setting)
      case .metrics: names.metrics[name.name].map(QueryField.metric)
      case .provenance: QueryField.provenance(name.name)
      case .data: QueryField.provenance("data." + name.name)
      case .tags: QueryField.tag(name.name)
      case .anywhere: try QueryField.named(name.name) ?? settingOrMetric(name)
      }
    guard let term else { throw unknown(name) }
    return placed(term)
  }

  private func settingOrMetric(_ name: QueryName) throws -> Term? {
    let (setting, metric) = (names.settings[name.name], names.metrics[name.name])
    guard setting == nil || metric == nil else {
      throw RecordsError.query(
        text, column: name.column,
        problem: "'\(name.name)' is a setting of some runs and a metric of some: write "
          + "params.\(name.name) or metrics.\(name.name).")
    }
    return setting.map(QueryField.setting) ?? metric.map(QueryField.metric)
  }

  private func placed(_ term: Term) -> (term: Term, value: Fragment) {
    guard let sorted else { return (term, Fragment(sql: term.sql, arguments: term.values)) }
    if term.metric == sorted { return (term, Fragment(sql: "sorted.number")) }
    let sql = term.sql.replacingOccurrences(of: "run.key", with: "sorted.run")
    return (term, Fragment(sql: sql, arguments: term.values))
  }

  private func direction(_ name: QueryName) throws -> Metric.Better {
    let better = names.directions(name.name)
    guard let better, better != .neither else {
      throw RecordsError.query(
        text, column: name.column,
        problem: "No direction of '\(name.name)' is the better one: ask for min() or max().")
    }
    return better
  }
}

extension QueryCompiler {
  private func joined(_ parts: [Condition], _ word: String) throws -> Fragment {
    let fragments = try parts.map(fragment)
    return Fragment(
      sql: "(" + fragments.map(\.sql).joined(separator: word) + ")",
      arguments: fragments.flatMap(\.arguments))
  }

  private func comparison(
    _ name: QueryName, _ comparator: Comparator, _ literal: Literal
  ) throws -> Fragment {
    let (term, value) = try resolve(name)
    let plain = Fragment(
      sql: "\(value.sql) \(comparator.rawValue) ?",
      arguments: value.arguments + [try self.value(of: literal, for: term, name)])
    guard term.kind == .any, comparator.isOrdering else { return plain }
    if case .text = literal.value { return guarded(plain, value, "= 'text'") }
    return guarded(plain, value, "<> 'text'")
  }

  /// Makes a comparison of values that may be of another kind unknown where they are.
  private func guarded(_ inner: Fragment, _ value: Fragment, _ kind: String) -> Fragment {
    Fragment(
      sql: "CASE WHEN typeof(\(value.sql)) \(kind) THEN \(inner.sql) END",
      arguments: value.arguments + inner.arguments)
  }

  private func value(
    of literal: Literal, for term: Term, _ name: QueryName
  ) throws -> DatabaseValue {
    switch (term.kind, literal.value) {
    case (.number, .integer(let value)), (.date, .integer(let value)), (.any, .integer(let value)):
      return value.databaseValue
    case (.number, .number(let value)), (.date, .number(let value)), (.any, .number(let value)):
      return value.databaseValue
    case (.text, .text(let value)), (.any, .text(let value)): return value.databaseValue
    case (.choice(let choices), .text(let value)):
      guard choices.contains(value) else {
        throw RecordsError.query(
          text, column: literal.column,
          problem: "'\(name.name)' is never '\(value)'."
            + suggestion(for: value, among: choices)
            + " It is one of: \(choices.joined(separator: ", ")).")
      }
      return value.databaseValue
    case (.date, .text(let value)):
      guard let seconds = QueryDate.seconds(value) else {
        throw RecordsError.query(
          text, column: literal.column,
          problem: "'\(value)' is no time. Write it as '2026-11-23' or '2026-11-23T14:05:00Z'.")
      }
      return seconds.databaseValue
    case (.date, .age(let seconds)):
      return (Date().timeIntervalSince1970 - seconds).databaseValue
    case (.number, .age), (.any, .age):
      throw mismatch(literal, name, "is no time, and an age is a time ago")
    case (.number, .text):
      throw mismatch(literal, name, "is a number: compare it with one, without quotes")
    case (.text, _), (.choice, _):
      throw mismatch(literal, name, "is a text: compare it with one, in quotes")
    }
  }

  private func mismatch(_ literal: Literal, _ name: QueryName, _ reason: String) -> RecordsError {
    .query(text, column: literal.column, problem: "'\(name.name)' \(reason).")
  }

  private func mismatch(_ name: QueryName, _ term: Term, _ reason: String) -> RecordsError {
    .query(
      text, column: name.column,
      problem: "'\(name.name)' is a \(term.kind == .date ? "time" : "number") and \(reason).")
  }

  private func unknown(_ name: QueryName) -> RecordsError {
    let known: [String]
    let what: String
    switch name.place {
    case .run: (what, known) = ("field of runs", QueryField.names)
    case .settings: (what, known) = ("setting of any run here", names.settings.keys.sorted())
    case .metrics: (what, known) = ("metric of any run here", names.metrics.keys.sorted())
    case .provenance: (what, known) = ("fact of provenance", QueryField.provenanceNames)
    case .data, .tags: (what, known) = ("name that can be asked for", [])
    case .anywhere:
      what = "field, setting or metric of any run here"
      known = QueryField.names + names.settings.keys.sorted() + names.metrics.keys.sorted()
    }
    let near = suggestion(for: name.name, among: known)
    let excerpt = name.name.prefix(80) + (name.name.count > 80 ? "…" : "")
    let list = known.prefix(12).joined(separator: ", ") + (known.count > 12 ? ", …" : "")
    return .query(
      text, column: name.column,
      problem: "'\(excerpt)' is no \(what).\(near)"
        + (near.isEmpty && !known.isEmpty ? " There are: \(list)." : ""))
  }
}

/// What names in queries may stand for in a registry.
struct QueryNames {
  let settings: [String: Int64]
  let metrics: [String: Int64]
  /// Which way is up, for `best()`.
  let directions: (String) -> Metric.Better?

  init(_ database: Database, directions: @escaping (String) -> Metric.Better?) throws {
    self.directions = directions
    settings = Self.keys(try RunStore.names(in: "setting", database))
    metrics = Self.keys(try RunStore.names(in: "metric", database))
  }

  private init() { (settings, metrics, directions) = ([:], [:], { _ in nil }) }

  /// For a query without a name.
  static var none: QueryNames { QueryNames() }

  private static func keys(_ names: [Int64: String]) -> [String: Int64] {
    Dictionary(names.map { ($0.value, $0.key) }) { first, _ in first }
  }
}

/// Reads times as queries write them.
enum QueryDate {
  /// Whether a day such as 2026-11-23 is one; the formatter takes 30 February for 2 March.
  private static func isInCalendar(_ day: some StringProtocol) -> Bool {
    let numbers = day.split(separator: "-").map { Int($0) }
    guard numbers.count == 3 else { return false }
    return DateComponents(
      calendar: Calendar(identifier: .gregorian), timeZone: .gmt, year: numbers[0],
      month: numbers[1], day: numbers[2]
    ).isValidDate
  }

  /// Returns seconds since 1970 for a day or a time of ISO 8601; without a zone it is UTC.
  static func seconds(_ text: String) -> Double? {
    let isDay = text.count == 10
    let hasZone = text.dropFirst(10).contains { "Zz+-".contains($0) }
    guard isInCalendar(text.prefix(10)) else { return nil }
    let full = isDay ? text + "T00:00:00Z" : hasZone ? text.uppercased() : text + "Z"
    let formatter = ISO8601DateFormatter()
    let fractional: ISO8601DateFormatter.Options = [.withInternetDateTime, .withFractionalSeconds]
    for options in [[.withInternetDateTime], fractional] {
      formatter.formatOptions = options
      if let date = formatter.date(from: full) { return date.timeIntervalSince1970 }
    }
    return nil
  }
}
