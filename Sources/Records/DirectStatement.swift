import GRDB
import GRDBSQLite

/// A value that ``GRDB/Database/run(_:_:)`` binds.
enum DirectValue {
  case integer(Int64)
  case real(Double)
  case null

  init(_ number: Int64) { self = .integer(number) }

  init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }

  init(_ number: Double?) { self = number.map { .real($0) } ?? .null }
}

extension Database {
  /// Runs a statement that gives no rows, kept prepared.
  ///
  /// A point that is logged takes four of them. With GRDB's arguments, literals and observers, of which
  /// nothing here makes use, they took as long again as SQLite itself.
  ///
  /// - Parameters:
  ///   - sql: One statement.
  ///   - values: A value for each of its parameters; not-a-number is NULL.
  /// - Throws: SQLite's error.
  func run(_ sql: String, _ values: [DirectValue] = []) throws {
    let statement = try cachedStatement(sql: sql).sqliteStatement
    defer { sqlite3_reset(statement) }
    for (index, value) in zip(Int32(1)..., values) {
      switch value {
      case .integer(let number): sqlite3_bind_int64(statement, index, number)
      case .real(let number): sqlite3_bind_double(statement, index, number)
      case .null: sqlite3_bind_null(statement, index)
      }
    }
    let code = sqlite3_step(statement)
    guard code == SQLITE_DONE else {
      throw DatabaseError(
        resultCode: ResultCode(rawValue: sqlite3_extended_errcode(sqliteConnection)),
        message: String(cString: sqlite3_errmsg(sqliteConnection)), sql: sql)
    }
  }
}
