import Foundation

/// A table as comma-separated values (RFC 4180, with line feeds), row by row.
struct CSVText {
  private var bytes: [UInt8] = []
  private var isInRow = false

  var data: Data { Data(bytes) }

  /// Adds a cell to the row.
  mutating func add(_ text: String) {
    separate()
    let quote = UInt8(ascii: "\"")
    let isPlain = text.utf8.allSatisfy {
      $0 != quote && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "\n")
        && $0 != UInt8(ascii: "\r")
    }
    guard !isPlain else {
      bytes += text.utf8
      return
    }
    bytes.append(quote)
    for byte in text.utf8 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }

  /// Adds a number, exact to the bit.
  mutating func add(_ value: Double) {
    separate()
    bytes += Numbers.exact(value).utf8
  }

  mutating func endRow() {
    bytes.append(UInt8(ascii: "\n"))
    isInRow = false
  }

  /// Adds a whole row.
  mutating func row(_ texts: [String], _ values: some Sequence<Double> = []) {
    for text in texts { add(text) }
    for value in values { add(value) }
    endRow()
  }

  private mutating func separate() {
    if isInRow { bytes.append(UInt8(ascii: ",")) }
    isInRow = true
  }
}
