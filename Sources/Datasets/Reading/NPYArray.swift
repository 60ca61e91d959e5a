import Archives
public import Foundation

/// An array as NumPy writes it with `np.save`: numbers of one type in rows (the
/// [NPY format](https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), versions 1
/// to 3).
public struct NPYArray: Equatable, Sendable {
  /// The extents of the axes; none for a single number.
  public let shape: [Int]
  private let type: String
  private let bytes: [UInt8]
  private let file: String

  /// Reads an array.
  ///
  /// - Parameters:
  ///   - data: The file's bytes.
  ///   - file: What to call it in an error.
  /// - Throws: ``DatasetsError/malformed(file:position:reason:)`` if it is not exactly what the format
  ///   says, holds Python objects, or runs down the columns (Fortran's order).
  public init(_ data: Data, file: String) throws {
    func refuse(_ position: String, _ reason: String) -> DatasetsError {
      .malformed(file: file, position: position, reason: reason)
    }
    let all = [UInt8](data)
    guard all.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw refuse("byte 0", "an NPY file starts with the byte 93 and NUMPY; this one does not")
    }
    guard all.count > 12, (1...3).contains(all[6]) else {
      throw refuse("byte 6", "only versions 1 to 3 of the format are read")
    }
    let lengthBytes = all[6] == 1 ? 2 : 4
    let length = all[8..<8 + lengthBytes].reversed().reduce(0) { $0 << 8 | Int($1) }
    let start = 8 + lengthBytes + length
    guard start <= all.count else { throw refuse("byte 8", "it ends inside its header") }
    let header = String(decoding: all[8 + lengthBytes..<start], as: UTF8.self)
    guard let type = header.firstMatch(of: /'descr': *'([<>|=]?[a-zA-Z][0-9]*)'/)?.1,
      let order = header.firstMatch(of: /'fortran_order': *(True|False)/)?.1,
      let axes = header.firstMatch(of: /'shape': *\(([0-9, ]*)\)/)?.1
    else {
      throw refuse("header", "it does not tell a plain type, an order and a shape")
    }
    guard let width = Self.widths[String(type.drop { "<>|=".contains($0) })] else {
      throw refuse("header", "the type '\(type)' is not read: numbers of 1 to 8 bytes are")
    }
    var count = 1
    let shape = axes.split(separator: ",").compactMap {
      Int($0.trimmingCharacters(in: .whitespaces))
    }
    for extent in shape {
      let (product, isOverflow) = count.multipliedReportingOverflow(by: extent)
      guard !isOverflow, product < 1 << 40 else {
        throw refuse("header", "the shape \(shape) is too large")
      }
      count = product
    }
    guard order == "False" || shape.count < 2 else {
      throw refuse(
        "header", "it runs down the columns (Fortran's order); save np.ascontiguousarray of it")
    }
    guard all.count - start == count * width else {
      throw refuse(
        "byte \(all.count)",
        "the shape \(shape) of '\(type)' asks for \(count * width) bytes; there are "
          + "\(all.count - start)")
    }
    self.shape = shape
    self.type = String(type)
    self.file = file
    bytes = Array(all[start...])
  }

  private static let widths = [
    "b1": 1, "u1": 1, "i1": 1, "u2": 2, "i2": 2, "u4": 4, "i4": 4, "u8": 8, "i8": 8, "f4": 4,
    "f8": 8,
  ]

  /// The values as bytes.
  ///
  /// - Throws: ``DatasetsError/malformed(file:position:reason:)`` unless they are unsigned bytes or
  ///   truth values.
  public func unsignedBytes() throws -> [UInt8] {
    guard type.hasSuffix("u1") || type.hasSuffix("b1") else {
      throw DatasetsError.malformed(
        file: file, position: "header", reason: "unsigned bytes are wanted, and these are '\(type)'"
      )
    }
    return bytes
  }

  /// The values as finite real numbers.
  ///
  /// - Throws: ``DatasetsError/malformed(file:position:reason:)`` if one is not finite.
  public func numbers() throws -> [Double] {
    let kind = String(type.drop { "<>|=".contains($0) })
    let width = Self.widths[kind] ?? 1
    let isBig = type.hasPrefix(">")
    return try stride(from: 0, to: bytes.count, by: width).map { at in
      let piece = bytes[at..<at + width]
      let pattern = (isBig ? Array(piece) : piece.reversed()).reduce(UInt64(0)) {
        $0 << 8 | UInt64($1)
      }
      let value: Double =
        switch kind {
        case "i1": Double(Int8(truncatingIfNeeded: pattern))
        case "i2": Double(Int16(truncatingIfNeeded: pattern))
        case "i4": Double(Int32(truncatingIfNeeded: pattern))
        case "i8": Double(Int64(bitPattern: pattern))
        case "f4": Double(Float(bitPattern: UInt32(truncatingIfNeeded: pattern)))
        case "f8": Double(bitPattern: pattern)
        default: Double(pattern)
        }
      guard value.isFinite else {
        throw DatasetsError.malformed(
          file: file, position: "value \(at / width)", reason: "\(value) is not finite")
      }
      return value
    }
  }
}

/// Arrays by name in one file, as NumPy writes them with `np.savez` and MedMNIST publishes its
/// images.
public struct NPZFile: Equatable, Sendable {
  /// The arrays.
  public let arrays: [String: NPYArray]
  private let file: String

  /// Reads all arrays of a file.
  ///
  /// - Parameters:
  ///   - data: The file's bytes.
  ///   - file: What to call it in an error.
  ///   - limit: The most bytes that all arrays together may have.
  /// - Throws: ``DatasetsError`` if the archive is damaged, unpacks to more, or holds other than arrays.
  public init(_ data: Data, file: String, limit: Int = 1 << 30) throws {
    let reader = try ArchiveReader(.data(data), format: .zip) {
      DatasetsError.archiveRefused(file: file, reason: $0)
    }
    var (arrays, left): ([String: NPYArray], Int) = ([:], limit)
    while let member = try reader.next() {
      guard member.isFile, member.path.hasSuffix(".npy"), !member.path.contains("/") else {
        throw DatasetsError.archiveRefused(
          file: file, reason: "'\(member.path)' in it is no array of NumPy")
      }
      var content = Data()
      try reader.readContent(limit: left) { content.append(contentsOf: $0) }
      left -= content.count
      let name = String(member.path.dropLast(4))
      guard arrays[name] == nil else {
        throw DatasetsError.archiveRefused(file: file, reason: "the array '\(name)' is there twice")
      }
      arrays[name] = try NPYArray(content, file: "\(file): \(member.path)")
    }
    (self.arrays, self.file) = (arrays, file)
  }

  /// Returns the array of a name.
  ///
  /// - Throws: ``DatasetsError/malformed(file:position:reason:)`` with the names that there are.
  public func array(_ name: String) throws -> NPYArray {
    guard let array = arrays[name] else {
      throw DatasetsError.malformed(
        file: file, position: "archive",
        reason: "it has no array '\(name)'; it has \(arrays.keys.sorted().joined(separator: ", "))")
    }
    return array
  }
}
