/// Reads a table of labelled images as it streams by: a header, then in each row a label and the
/// pixels of one image, all 0…255, separated by commas.
///
/// A parser of its own because the training table of MNIST has 110 MB: it takes each byte once and
/// keeps nothing but the values.
struct PixelTable {
  private(set) var labels: [UInt8] = []
  private(set) var pixels: [UInt8] = []
  /// How many pixels a row has to have.
  let width: Int
  private let file: String
  private var isInHeader = true
  private var headerCommas = 0
  private var headerStart: [UInt8] = []
  private var row = 1
  private var column = 0
  private var value = 0
  private var digits = 0
  private var isAfterReturn = false

  /// Creates a reader.
  ///
  /// - Parameters:
  ///   - rows: How many rows are expected, so that memory is asked for once.
  ///   - width: The pixels of an image.
  ///   - file: What to call the table in an error.
  init(rows: Int, width: Int, file: String) {
    (self.width, self.file) = (width, file)
    labels.reserveCapacity(rows)
    pixels.reserveCapacity(rows * width)
  }

  /// Takes the next bytes.
  ///
  /// - Throws: ``DatasetsError/malformed(file:position:reason:)`` at the first wrong byte.
  mutating func consume(_ bytes: UnsafeRawBufferPointer) throws {
    for byte in bytes {
      let digit = byte &- 0x30
      if digit < 10, !isInHeader, !isAfterReturn {
        value = value &* 10 &+ Int(digit)
        digits &+= 1
        guard digits <= 3 else { throw refuse("a value has more than three digits") }
      } else {
        try punctuate(byte)
      }
    }
  }

  /// Takes the end of the table.
  ///
  /// - Throws: ``DatasetsError/malformed(file:position:reason:)`` if it ends inside a row.
  mutating func finish() throws {
    guard !isInHeader else { throw refuse("it ends inside its header") }
    if column > 0 || digits > 0 || isAfterReturn { try endRow() }
  }

  private mutating func punctuate(_ byte: UInt8) throws {
    guard !isInHeader else { return try header(byte) }
    guard !isAfterReturn || byte == UInt8(ascii: "\n") else {
      throw refuse("a carriage return is not followed by a line feed")
    }
    switch byte {
    case UInt8(ascii: ","): try endField()
    case UInt8(ascii: "\r"): isAfterReturn = true
    case UInt8(ascii: "\n"):
      isAfterReturn = false
      try endRow()
    default: throw refuse("the byte \(byte) is neither a digit, a comma nor a line end")
    }
  }

  private mutating func header(_ byte: UInt8) throws {
    if headerStart.count < 6 { headerStart.append(byte) }
    if byte == UInt8(ascii: ",") { headerCommas += 1 }
    guard byte == UInt8(ascii: "\n") else { return }
    guard headerStart == Array("label,".utf8), headerCommas == width else {
      throw DatasetsError.malformed(
        file: file, position: "line 1",
        reason: "the header does not name 'label' and then \(width) pixels")
    }
    isInHeader = false
  }

  private mutating func endField() throws {
    guard digits > 0 else { throw refuse("there is no value") }
    guard value < 256 else { throw refuse("\(value) is above 255") }
    guard column <= width else { throw refuse("the row has more than \(width + 1) values") }
    if column == 0 { labels.append(UInt8(value)) } else { pixels.append(UInt8(value)) }
    (column, value, digits) = (column + 1, 0, 0)
  }

  private mutating func endRow() throws {
    try endField()
    guard column == width + 1 else {
      throw refuse("the row has \(column) values, not \(width + 1)")
    }
    (row, column) = (row + 1, 0)
  }

  private func refuse(_ reason: String) -> DatasetsError {
    .malformed(file: file, position: "row \(row), column \(column + 1)", reason: reason)
  }
}
