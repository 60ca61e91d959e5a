public import Foundation

/// Why bytes are not a safetensors file.
public enum SafetensorsError: Error, Hashable, CustomStringConvertible {
  /// What is wrong with the file as a whole.
  case malformed(String)
  /// What is wrong with one of its arrays.
  case entry(name: String, String)

  public var description: String {
    switch self {
    case .malformed(let reason):
      "This is no sound safetensors file: \(reason). Get or write it again."
    case .entry(let name, let reason):
      "The array “\(name)” of the safetensors file is not sound: \(reason). Get or write it again."
    }
  }
}

extension Safetensors {
  /// The longest header that is read, as in the format's own library.
  private static let headerLimit = 100_000_000

  /// Returns the bytes of the file: the same for the same arrays and texts.
  ///
  /// The header's keys are sorted and it is padded with spaces to a multiple of 8 bytes; the bytes
  /// of the widest kind come first, so that each array is aligned to its numbers.
  public func encoded() -> Data {
    let order = entries.sorted { a, b in
      (b.value.kind.size, a.key) < (a.value.kind.size, b.key)
    }
    var (offset, fields): (Int, [String: String]) = (0, [:])
    for (name, entry) in order {
      let end = offset + entry.bytes.count
      fields[name] =
        #"{"data_offsets":[\#(offset),\#(end)],"dtype":"\#(entry.kind.rawValue)","shape":"#
        + "[\(entry.shape.map(String.init).joined(separator: ","))]}"
      offset = end
    }
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }
        .map { "\(JSONText.quoted($0.key)):\(JSONText.quoted($0.value))" }
      fields["__metadata__"] = "{\(texts.joined(separator: ","))}"
    }
    let body = fields.sorted { $0.key < $1.key }.map { "\(JSONText.quoted($0.key)):\($0.value)" }
    var header = Data("{\(body.joined(separator: ","))}".utf8)
    header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: -header.count & 7))
    var data = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
    data.append(header)
    for (_, entry) in order { data.append(entry.bytes) }
    return data
  }

  /// Reads the bytes of a file, or refuses it whole.
  ///
  /// - Throws: ``SafetensorsError``, with what is wrong: a length or an offset that is out of range,
  ///   arrays that overlap or leave a gap, a size that is not that of the shape, a name that comes
  ///   twice, a kind of number that is not known, or a header that is not JSON.
  public init(decoding data: Data) throws {
    self.init()
    let data = Data(data)
    guard data.count >= 8 else {
      throw SafetensorsError.malformed("it has \(data.count) bytes, fewer than the 8 of a length")
    }
    let length = data.withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))
    }
    guard length <= UInt64(min(Self.headerLimit, data.count - 8)) else {
      throw SafetensorsError.malformed(
        "its header should have \(length) bytes, but only \(data.count - 8) follow")
    }
    let start = 8 + Int(length)
    let body = data[start...]
    var header = JSONText(data[8..<start])
    guard case .object(let fields) = try header.document() else {
      throw SafetensorsError.malformed("its header is not a JSON object")
    }
    var ranges: [(name: String, range: Range<Int>)] = []
    for (name, value) in fields {
      if name == "__metadata__" {
        metadata = try Self.texts(value)
        continue
      }
      let (entry, range) = try Self.entry(name, value, in: body)
      entries[name] = entry
      ranges.append((name, range))
    }
    try Self.checkCover(ranges, count: body.count)
  }

  private static func texts(_ value: JSONText.Value) throws -> [String: String] {
    guard case .object(let fields) = value else {
      throw SafetensorsError.malformed("its __metadata__ is not a JSON object")
    }
    return try fields.reduce(into: [:]) { texts, field in
      guard case .text(let text) = field.value else {
        throw SafetensorsError.malformed("its metadata “\(field.name)” is not a text")
      }
      texts[field.name] = text
    }
  }

  private static func entry(
    _ name: String, _ value: JSONText.Value, in body: Data
  ) throws -> (Entry, Range<Int>) {
    func wrong(_ reason: String) -> SafetensorsError { .entry(name: name, reason) }
    guard case .object(let fields) = value else { throw wrong("it is not a JSON object") }
    let known = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value) })
    guard case .text(let dtype)? = known["dtype"] else { throw wrong("it has no dtype") }
    guard let kind = Kind(rawValue: dtype) else {
      let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw wrong("its dtype \(dtype) is not one of \(kinds)")
    }
    guard let shape = known["shape"]?.integers else { throw wrong("it has no shape") }
    guard let offsets = known["data_offsets"]?.integers, offsets.count == 2 else {
      throw wrong("it has no two data_offsets")
    }
    guard offsets[0] <= offsets[1], offsets[1] <= body.count else {
      throw wrong("its offsets \(offsets) are not within the \(body.count) bytes")
    }
    var size = kind.size
    for extent in shape {
      let (product, isTooLarge) = size.multipliedReportingOverflow(by: extent)
      guard !isTooLarge, extent <= Int(Int32.max) else {
        throw wrong("its shape \(shape) is too large")
      }
      size = product
    }
    guard size == offsets[1] - offsets[0] else {
      throw wrong(
        "its shape \(shape) of \(dtype) takes \(size) bytes, not \(offsets[1] - offsets[0])")
    }
    let bytes = body[body.startIndex + offsets[0]..<body.startIndex + offsets[1]]
    return (Entry(kind: kind, shape: shape, bytes: Data(bytes)), offsets[0]..<offsets[1])
  }

  /// Every byte belongs to exactly one array, so that nothing can hide in a file.
  private static func checkCover(
    _ ranges: [(name: String, range: Range<Int>)], count: Int
  ) throws {
    var end = 0
    for (name, range) in ranges.sorted(by: {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }) {
      guard range.lowerBound == end else {
        let fault = range.lowerBound < end ? "overlaps the one before" : "leaves a gap before it"
        throw SafetensorsError.entry(name: name, "its range \(range) \(fault)")
      }
      end = range.upperBound
    }
    guard end == count else {
      throw SafetensorsError.malformed("\(count - end) bytes at its end belong to no array")
    }
  }
}
