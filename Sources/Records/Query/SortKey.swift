/// By what runs are sorted, and which way.
public struct SortKey: Hashable, Sendable {
  /// The name as it was written: of a field, a setting or a metric, as in a filter.
  public let name: String
  public let isDescending: Bool
  let resolved: QueryName

  /// Reads `name`, `-name`, `name asc` or `name desc`.
  ///
  /// - Throws: ``RecordsError/query(_:column:problem:)`` with what was expected.
  public init(_ text: String) throws {
    var parser = try QueryParser(text)
    let isNegated = parser.take(sign: "-")
    resolved = try parser.name()
    let isReversed = parser.take(keyword: "desc") || parser.take(keyword: "descending")
    if !isReversed { _ = parser.take(keyword: "asc") || parser.take(keyword: "ascending") }
    guard parser.token.kind == .end else {
      throw parser.unexpected("'asc', 'desc' or the end of the sort key")
    }
    if isNegated && isReversed {
      throw RecordsError.query(
        text, column: 1, problem: "Descending is asked for twice: write '-name' or 'name desc'.")
    }
    (name, isDescending) = (text, isNegated || isReversed)
  }
}
