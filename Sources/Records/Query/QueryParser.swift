import Casework

/// A condition on runs, as it was written.
indirect enum Condition: Equatable {
  case all([Condition])
  case any([Condition])
  case not(Condition)
  case comparison(QueryName, Comparator, Literal)
  case isAmong(QueryName, [Literal])
  case isLike(QueryName, pattern: String)
  case isMissing(QueryName)
}

extension Condition {
  /// The names in it.
  var names: [QueryName] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.names)
    case .not(let part): part.names
    case .comparison(let name, _, _), .isAmong(let name, _), .isLike(let name, _),
      .isMissing(let name):
      [name]
    }
  }
}

/// How two values are compared, in SQL's words.
enum Comparator: String, CaseIterable {
  case equal = "="
  case unequal = "<>"
  case less = "<"
  case atMost = "<="
  case greater = ">"
  case atLeast = ">="

  /// Whether it asks for an order, which values of different kinds have not.
  var isOrdering: Bool { self != .equal && self != .unequal }
}

/// A value in a query.
struct Literal: Equatable {
  enum Value: Equatable {
    case integer(Int), number(Double), text(String)
    /// So many seconds ago.
    case age(Double)
  }
  let value: Value
  let column: Int
}

/// A name in a query, perhaps with the word that says where to look.
struct QueryName: Hashable {
  enum Place: String { case anywhere, run, settings, metrics, provenance, tags, data }
  /// What is asked of the history of a metric.
  enum Function: Hashable {
    case last, least, greatest, mean
    /// The least or the greatest, as the metric's direction has it.
    case best
    case at(Int)
  }
  let place: Place
  let name: String
  let column: Int
  var function: Function?
}

/// Reads the filter language of runs.
///
/// ```
/// condition  = conjunction { "or" conjunction }
/// conjunction = negation { "and" negation }
/// negation   = "not" negation | "(" condition ")" | predicate
/// predicate  = name ( = | == | != | <> | < | <= | > | >= ) value
///            | name [ "not" ] "in" "(" value { "," value } ")"
///            | name [ "not" ] "like" text          % any letters, _ any one, \ before a plain one
///            | name "is" [ "not" ] "null"
///            | name [ "not" ] "between" value "and" value
/// name       = path | ( "best" | "last" | "min" | "max" | "mean" ) "(" path ")" | "at" "(" path "," step ")"
/// path       = [ ( "metrics" | "settings" | "params" | "provenance" | "run" ) "." ] part { "." part }
/// part       = word | `anything` | "anything"
/// value      = number | 'text' | "text" | true | false | age | day  % 7d: so long ago; s, m, h, d, w
/// ```
struct QueryParser {
  let text: String
  private let tokens: [Token]
  private var index = 0
  private var depth = 0
  private var size = 0

  // Within SQLite's own limits: a parser stack of 100, expressions 1000 deep, 32,766 parameters.
  static let greatestDepth = 9
  static let greatestSize = 500
  static let longestList = 10_000

  init(_ text: String) throws { (self.text, tokens) = (text, try QueryLexer.tokens(of: text)) }

  /// Reads a whole filter.
  static func condition(_ text: String) throws -> Condition {
    var parser = try QueryParser(text)
    let condition = try parser.condition()
    guard parser.token.kind == .end else {
      throw parser.unexpected("'and', 'or' or the end of the filter")
    }
    return condition
  }

  var token: Token { tokens[index] }

  mutating func advance() { index = min(index + 1, tokens.count - 1) }

  mutating func take(sign: String) -> Bool {
    guard token.kind == .sign(sign) else { return false }
    advance()
    return true
  }

  mutating func take(keyword: String) -> Bool {
    guard token.isKeyword(keyword) else { return false }
    advance()
    return true
  }

  func unexpected(_ expected: String) -> RecordsError {
    .query(text, column: token.column, problem: "Expected \(expected), found \(token.words).")
  }

  private mutating func condition() throws -> Condition {
    guard depth <= Self.greatestDepth else {
      throw RecordsError.query(
        text, column: token.column,
        problem: "More than \(Self.greatestDepth) brackets stand within each other.")
    }
    depth += 1
    defer { depth -= 1 }
    var parts = [try conjunction()]
    while take(keyword: "or") { parts.append(try conjunction()) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func conjunction() throws -> Condition {
    var parts = [try negation()]
    while take(keyword: "and") { parts.append(try negation()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func negation() throws -> Condition {
    var isNegated = false
    while take(keyword: "not") { isNegated.toggle() }
    let inner: Condition
    if take(sign: "(") {
      inner = try condition()
      guard take(sign: ")") else { throw unexpected("'and', 'or' or ')'") }
    } else {
      inner = try predicate()
    }
    return isNegated ? .not(inner) : inner
  }

  private mutating func predicate() throws -> Condition {
    let name = try name()
    size += 1
    guard size <= Self.greatestSize else {
      throw RecordsError.query(
        text, column: name.column,
        problem: "The filter has more than \(Self.greatestSize) conditions."
          + " Use 'in (…)' for lists.")
    }
    if let comparator = comparator() {
      advance()
      return .comparison(name, comparator, try literal())
    }
    if take(keyword: "is") {
      let isNegated = take(keyword: "not")
      guard take(keyword: "null") else { throw unexpected("'null'") }
      return isNegated ? .not(.isMissing(name)) : .isMissing(name)
    }
    let isNegated = take(keyword: "not")
    let condition: Condition
    if take(keyword: "between") {
      let low = try literal()
      guard take(keyword: "and") else { throw unexpected("'and' and the upper end") }
      condition = .all([
        .comparison(name, .atLeast, low), .comparison(name, .atMost, try literal()),
      ])
    } else if take(keyword: "in") {
      condition = .isAmong(name, try list())
    } else if take(keyword: "like") || take(keyword: "ilike") {
      guard case .text(let pattern) = try literal().value else {
        index -= 1
        throw unexpected("a text in quotes, such as '%lstm%'")
      }
      condition = .isLike(name, pattern: pattern)
    } else {
      throw unexpected(
        isNegated
          ? "'in', 'like' or 'between'" : "=, !=, <, <=, >, >=, in, like, between or is")
    }
    return isNegated ? .not(condition) : condition
  }

  private func comparator() -> Comparator? {
    guard case .sign(let sign) = token.kind else { return nil }
    switch sign {
    case "==": return .equal
    case "!=": return .unequal
    default: return Comparator(rawValue: sign)
    }
  }

  private mutating func list() throws -> [Literal] {
    guard take(sign: "(") else { throw unexpected("'(' and a list of values") }
    var values = [try literal()]
    while take(sign: ",") { values.append(try literal()) }
    guard take(sign: ")") else { throw unexpected("',' or ')'") }
    guard values.count <= Self.longestList else {
      throw RecordsError.query(
        text, column: values[0].column, problem: "A list has at most \(Self.longestList) values.")
    }
    return values
  }

  private mutating func literal() throws -> Literal {
    let column = token.column
    let value: Literal.Value
    switch token.kind {
    case .integer(let number): value = .integer(number)
    case .number(let number): value = .number(number)
    case .age(let seconds): value = .age(seconds)
    case .text(let text), .quoted(let text): value = .text(text)
    case _ where token.isKeyword("true"): value = .integer(1)
    case _ where token.isKeyword("false"): value = .integer(0)
    case _ where token.isKeyword("null"):
      throw unexpected("a value ('is null' asks for what is missing)")
    case .word(let word):
      throw unexpected("a value (a text stands in quotes: '\(word)')")
    default: throw unexpected("a number, a text in quotes, true or false")
    }
    advance()
    return Literal(value: value, column: column)
  }
}

extension QueryParser {
  private static let places: [String: QueryName.Place] = [
    "metrics": .metrics, "metric": .metrics, "settings": .settings, "setting": .settings,
    "params": .settings, "param": .settings, "parameters": .settings,
    "provenance": .provenance, "run": .run, "attributes": .run, "tags": .tags, "tag": .tags,
    "data": .data,
  ]
  private static let keywords: Set = [
    "and", "or", "not", "in", "like", "ilike", "is", "null", "true", "false", "between",
  ]
  private static let functions: [String: QueryName.Function] = [
    "best": .best, "last": .last, "min": .least, "max": .greatest, "mean": .mean, "at": .at(0),
  ]

  /// Reads a name, or a function of the history of a metric.
  mutating func name() throws -> QueryName {
    guard case .word(let word) = token.kind, let function = Self.functions[word.lowercased()],
      tokens[index + 1].kind == .sign("(")
    else { return try path() }
    advance()
    advance()
    var name = try path()
    name.function = function
    if case .at = function {
      guard take(sign: ",") else { throw unexpected("',' and a step, as in at(loss, 10)") }
      guard case .integer(let step) = token.kind else { throw unexpected("a step") }
      advance()
      name.function = .at(step)
    }
    guard take(sign: ")") else { throw unexpected("')'") }
    return name
  }

  private mutating func path() throws -> QueryName {
    let column = token.column
    var place = QueryName.Place.anywhere
    if case .word(let word) = token.kind, let named = Self.places[word.lowercased()],
      tokens[index + 1].kind == .sign(".")
    {
      place = named
      advance()
      advance()
    }
    var parts = [try part(isFirst: place == .anywhere)]
    while take(sign: ".") { parts.append(try part(isFirst: false)) }
    return QueryName(place: place, name: parts.joined(separator: "."), column: column)
  }

  private mutating func part(isFirst: Bool) throws -> String {
    switch token.kind {
    case .word(let word) where !isFirst || !Self.keywords.contains(word.lowercased()):
      advance()
      return word
    case .name(let name), .quoted(let name):
      advance()
      return name
    case .text(let text) where isFirst:
      throw unexpected("a name first (a name with spaces stands in backticks: `\(text)`)")
    case .word where isFirst:
      throw unexpected("a name (one that is a keyword stands in backticks)")
    case .integer where !isFirst, .number where !isFirst:
      throw unexpected("a name (one that starts with a digit stands in backticks)")
    default: throw unexpected("a name of a field, a setting or a metric")
    }
  }
}
