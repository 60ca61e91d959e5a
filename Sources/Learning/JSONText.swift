import Foundation

/// The little JSON that a safetensors header is made of, read strictly.
///
/// `JSONSerialization` would let a name that comes twice pass in silence.
struct JSONText {
  indirect enum Value {
    case text(String)
    case integer(Int)
    case array([Value])
    case object([(name: String, value: Value)])

    /// The integers of an array of nothing else, none of them negative.
    var integers: [Int]? {
      guard case .array(let values) = self else { return nil }
      var integers: [Int] = []
      for value in values {
        guard case .integer(let integer) = value else { return nil }
        integers.append(integer)
      }
      return integers
    }
  }

  private let bytes: [UInt8]
  private var position = 0

  init(_ data: Data) { bytes = Array(data) }

  /// Returns a string as JSON.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Reads the one value that the text holds.
  mutating func document() throws -> Value {
    let value = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw fault("something follows its end") }
    return value
  }

  private mutating func value(depth: Int) throws -> Value {
    guard depth < 8 else { throw fault("it is nested too deeply") }
    skipSpace()
    guard let first = peek else { throw fault("it ends too early") }
    switch first {
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return .integer(try integer())
    case UInt8(ascii: "["):
      var values: [Value] = []
      try list(closedBy: UInt8(ascii: "]")) { text in
        values.append(try text.value(depth: depth + 1))
      }
      return .array(values)
    case UInt8(ascii: "{"):
      var fields: [(name: String, value: Value)] = []
      var names: Set<String> = []
      try list(closedBy: UInt8(ascii: "}")) { text in
        text.skipSpace()
        let name = try text.text()
        guard names.insert(name).inserted else {
          throw text.fault("the name “\(name)” comes twice")
        }
        text.skipSpace()
        try text.expect(UInt8(ascii: ":"))
        fields.append((name, try text.value(depth: depth + 1)))
      }
      return .object(fields)
    default: throw fault("a text, a number, a list or an object should stand there")
    }
  }

  private mutating func list(
    closedBy end: UInt8, _ element: (inout JSONText) throws -> Void
  ) throws {
    position += 1
    skipSpace()
    if peek == end {
      position += 1
      return
    }
    while true {
      try element(&self)
      skipSpace()
      if peek == end {
        position += 1
        return
      }
      try expect(UInt8(ascii: ","))
    }
  }

  private mutating func integer() throws -> Int {
    let start = position
    while let digit = peek, UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit { position += 1 }
    let digits = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let integer = Int(digits) else { throw fault("the number \(digits) is too large") }
    return integer
  }

  /// Reads a quoted text; Foundation undoes the escapes and checks the UTF-8.
  private mutating func text() throws -> String {
    let start = position
    try expect(UInt8(ascii: "\""))
    while let byte = peek, byte != UInt8(ascii: "\"") {
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    try expect(UInt8(ascii: "\""))
    do {
      return try JSONDecoder().decode(String.self, from: Data(bytes[start..<position]))
    } catch {
      throw fault("a text before it is not sound")
    }
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  private mutating func expect(_ byte: UInt8) throws {
    guard peek == byte else {
      throw fault("“\(Character(UnicodeScalar(byte)))” should stand there")
    }
    position += 1
  }

  private func fault(_ reason: String) -> SafetensorsError {
    .malformed("its header is wrong at byte \(position): \(reason)")
  }
}
