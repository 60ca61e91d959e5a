public import Foundation

/// A table with a header, read strictly as RFC 4180 says: fields in double quotes may hold the
/// separator, line breaks and doubled quotes; every row has as many fields as the header.
public struct CSVTable: Equatable, Sendable {
  /// What the table is called in an error.
  public let file: String
  /// The names of the columns.
  public let columns: [String]
  /// The fields of each row, in the order of the columns.
  public let rows: [[String]]

  /// Reads a table whose lines end in LF or CRLF.
  ///
  /// - Parameters:
  ///   - data: UTF-8.
  ///   - file: What to call it in an error.
  ///   - separator: What stands between fields: a comma, or `\t` for tab-separated values.
  /// - Throws: ``DatasetsError/malformed(file:position:reason:)``, with the line.
  public init(_ data: Data, file: String, separator: Unicode.Scalar = ",") throws {
    var parser = Parser(file: file, separator: UInt8(ascii: separator))
    var lines = try parser.parse([UInt8](data))
    guard !lines.isEmpty else {
      throw DatasetsError.malformed(file: file, position: "line 1", reason: "it has no header")
    }
    columns = lines.removeFirst()
    for (index, name) in columns.enumerated() where columns[..<index].contains(name) {
      throw DatasetsError.malformed(
        file: file, position: "line 1", reason: "the column '\(name)' is there twice")
    }
    (self.file, rows) = (file, lines)
  }

  /// Returns the fields of a column.
  ///
  /// - Throws: ``DatasetsError/malformed(file:position:reason:)`` if there is no such column.
  public func column(_ name: String) throws -> [String] {
    guard let index = columns.firstIndex(of: name) else {
      throw DatasetsError.malformed(
        file: file, position: "line 1",
        reason: "it has no column '\(name)'; it has \(columns.joined(separator: ", "))")
    }
    return rows.map { $0[index] }
  }

  /// Returns a column as finite numbers.
  ///
  /// - Throws: ``DatasetsError/malformed(file:position:reason:)``, with the row (counted from 1
  ///   below the header), if a field is no number.
  public func numbers(_ name: String) throws -> [Double] {
    try column(name).enumerated().map { row, text in
      guard let value = Double(text), value.isFinite else {
        throw DatasetsError.malformed(
          file: file, position: "row \(row + 1), column '\(name)'",
          reason: "'\(text)' is not a finite number")
      }
      return value
    }
  }

  private struct Parser {
    let file: String
    let separator: UInt8
    var line = 1
    var fields: [String] = []
    var rows: [[String]] = []

    mutating func parse(_ bytes: [UInt8]) throws -> [[String]] {
      var at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
      while at < bytes.count {
        let isQuoted = bytes[at] == UInt8(ascii: "\"")
        let field = try isQuoted ? quoted(bytes, &at) : plain(bytes, &at)
        guard let text = String(validating: field, as: UTF8.self) else {
          throw refuse("a field is not UTF-8")
        }
        fields.append(text)
        if at == bytes.count {
          try endRow()
        } else if bytes[at] == separator {
          at += 1
          // A separator at the very end still has an empty field behind it.
          if at == bytes.count {
            fields.append("")
            try endRow()
          }
        } else {
          at += bytes[at] == UInt8(ascii: "\r") ? 2 : 1
          try endRow()
          line += 1
        }
      }
      return rows
    }

    private mutating func plain(_ bytes: [UInt8], _ at: inout Int) throws -> [UInt8] {
      let start = at
      while at < bytes.count, bytes[at] != separator, !isLineEnd(bytes, at) {
        guard bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\r") else {
          throw refuse("a quote or a carriage return stands inside a field that is not quoted")
        }
        at += 1
      }
      return Array(bytes[start..<at])
    }

    private mutating func quoted(_ bytes: [UInt8], _ at: inout Int) throws -> [UInt8] {
      let quote = UInt8(ascii: "\"")
      var field: [UInt8] = []
      let opening = line
      at += 1
      while at < bytes.count {
        if bytes[at] == quote {
          at += 1
          guard at < bytes.count, bytes[at] == quote else {
            guard at == bytes.count || bytes[at] == separator || isLineEnd(bytes, at) else {
              throw refuse("something stands between a closing quote and the end of the field")
            }
            return field
          }
        }
        if bytes[at] == UInt8(ascii: "\n") { line += 1 }
        field.append(bytes[at])
        at += 1
      }
      line = opening
      throw refuse("a quote is opened and never closed")
    }

    private func isLineEnd(_ bytes: [UInt8], _ at: Int) -> Bool {
      bytes[at] == UInt8(ascii: "\n")
        || (bytes[at] == UInt8(ascii: "\r") && at + 1 < bytes.count
          && bytes[at + 1] == UInt8(ascii: "\n"))
    }

    private mutating func endRow() throws {
      if let header = rows.first, header.count != fields.count {
        throw refuse("it has \(fields.count) fields where the header has \(header.count)")
      }
      rows.append(fields)
      fields = []
    }

    private func refuse(_ reason: String) -> DatasetsError {
      .malformed(file: file, position: "line \(line)", reason: reason)
    }
  }
}
