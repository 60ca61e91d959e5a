public import Foundation

/// A file of unsigned bytes in one to three dimensions, as MNIST is published: two zero bytes, the
/// type 8, the number of axes, each axis as a big-endian 32-bit count, then the values, the last
/// axis fastest ([yann.lecun.com/exdb/mnist](http://yann.lecun.com/exdb/mnist/)).
public struct IDXFile: Equatable, Sendable {
  /// The length of each axis: `[60000, 28, 28]` for MNIST's training images.
  public let shape: [Int]
  /// The values, as many as the product of the shape.
  public let values: [UInt8]

  /// Creates a file from its values.
  ///
  /// - Precondition: There are one to three axes, and as many values as they ask for.
  public init(shape: [Int], values: [UInt8]) {
    precondition(
      (1...3).contains(shape.count) && shape.reduce(1, *) == values.count,
      "an IDX file of the shape \(shape) cannot hold \(values.count) values")
    (self.shape, self.values) = (shape, values)
  }

  /// Reads a file, plain or gzipped.
  ///
  /// - Parameters:
  ///   - data: The file's bytes.
  ///   - file: What to call it in an error.
  ///   - limit: The most bytes that a gzipped file may unpack to.
  /// - Throws: ``DatasetsError`` if it is not exactly what the format says.
  public init(_ data: Data, file: String, limit: Int = 1 << 30) throws {
    let data = Gzip.isGzip(data) ? try Gzip.decode(data, limit: limit, file: file) : data
    func refuse(_ position: String, _ reason: String) -> DatasetsError {
      .malformed(file: file, position: position, reason: reason)
    }
    let head = [UInt8](data.prefix(16))
    guard head.count >= 4 else {
      throw refuse("byte \(head.count)", "it ends before the four bytes of an IDX header")
    }
    guard head[0] == 0, head[1] == 0 else {
      throw refuse("byte 0", "an IDX file starts with two zero bytes; this one does not")
    }
    guard head[2] == 8 else {
      throw refuse("byte 2", "only unsigned bytes (type 8) are read; this is type \(head[2])")
    }
    guard (1...3).contains(head[3]) else {
      throw refuse("byte 3", "one to three axes are read; this has \(head[3])")
    }
    let start = 4 + 4 * Int(head[3])
    guard head.count >= start else {
      throw refuse("byte \(head.count)", "it ends inside the header of \(start) bytes")
    }
    let shape = stride(from: 4, to: start, by: 4).map { at in
      head[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    var count = 1
    for length in shape {
      let (product, isOverflow) = count.multipliedReportingOverflow(by: length)
      guard !isOverflow else { throw refuse("byte 4", "the shape \(shape) is too large") }
      count = product
    }
    guard data.count - start == count else {
      throw refuse(
        "byte \(data.count)",
        "the shape \(shape) asks for \(count) values after the header; there are \(data.count - start)"
      )
    }
    self.init(shape: shape, values: [UInt8](data.dropFirst(start)))
  }

  /// The file as it is written.
  public var data: Data {
    var data = Data([0, 0, 8, UInt8(shape.count)])
    for length in shape {
      withUnsafeBytes(of: UInt32(length).bigEndian) { data.append(contentsOf: $0) }
    }
    data.append(contentsOf: values)
    return data
  }
}
