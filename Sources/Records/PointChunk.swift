import Foundation

/// A point as it is stored.
struct StoredPoint: Hashable {
  let step: Int
  /// The bit pattern of the value: SQLite would make NULL of not-a-number.
  let bits: Int64
  /// Milliseconds from the start of the run, if it is known.
  var time: Int?

  var value: Double { Double(bitPattern: UInt64(bitPattern: bits)) }
}

/// Many points of one metric as one value of a database.
///
/// A version byte, the number of points, then three columns: steps and times as differences of
/// differences, in as many bytes as they need, and values as what differs from the value before, without
/// the zero bytes at both ends. Of a smooth series a point takes ten bytes or so.
enum PointChunk {
  /// How many points are packed together.
  static let size = 1024
  private static let version: UInt8 = 1

  static func data(of points: [StoredPoint]) -> Data {
    var data = Data([version])
    data.reserveCapacity(points.count * 12 + 16)
    append(UInt64(points.count), to: &data)
    append(differencesOf: points.map(\.step), to: &data)
    let times = points.compactMap(\.time)
    data.append(times.count == points.count ? 1 : 0)
    if times.count == points.count { append(differencesOf: times, to: &data) }
    var before: UInt64 = 0
    for point in points {
      let bits = UInt64(bitPattern: point.bits)
      let change = bits ^ before
      before = bits
      // As a zero has 64 zeros at both ends, they are counted from one end alone.
      let low = change == 0 ? 8 : change.trailingZeroBitCount / 8
      let count = 8 - low - (change == 0 ? 0 : change.leadingZeroBitCount / 8)
      data.append(UInt8(low << 4 | count))
      for index in low..<low + count {
        data.append(UInt8(truncatingIfNeeded: change >> (8 * index)))
      }
    }
    return data
  }

  /// Returns the points of a chunk, or `nil` if it is not sound.
  static func points(in data: Data) -> [StoredPoint]? {
    data.withUnsafeBytes { bytes in
      var reader = Reader(bytes: bytes)
      guard reader.byte() == version, let count = reader.number(), count <= 1 << 24,
        let steps = reader.numbers(Int(count)), let hasTimes = reader.byte(), hasTimes <= 1
      else { return nil }
      var times: [Int]?
      if hasTimes == 1 {
        times = reader.numbers(Int(count))
        guard times != nil else { return nil }
      }
      var (points, before): ([StoredPoint], UInt64) = ([], 0)
      points.reserveCapacity(Int(count))
      for index in 0..<Int(count) {
        guard let head = reader.byte() else { return nil }
        let (low, length) = (Int(head >> 4), Int(head & 15))
        guard low + length <= 8 else { return nil }
        for place in low..<low + length {
          guard let byte = reader.byte() else { return nil }
          before ^= UInt64(byte) << (8 * place)
        }
        points.append(
          StoredPoint(step: steps[index], bits: Int64(bitPattern: before), time: times?[index]))
      }
      return reader.isAtEnd ? points : nil
    }
  }

  private static func append(_ number: UInt64, to data: inout Data) {
    var rest = number
    while rest >= 0x80 {
      data.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    data.append(UInt8(rest))
  }

  private static func append(differencesOf numbers: [Int], to data: inout Data) {
    var (before, slope) = (0, 0)
    for number in numbers {
      let difference = number &- before
      let change = difference &- slope
      append(UInt64(bitPattern: Int64(change << 1 ^ change >> 63)), to: &data)
      (before, slope) = (number, difference)
    }
  }

  private struct Reader {
    let bytes: UnsafeRawBufferPointer
    var place = 0

    var isAtEnd: Bool { place == bytes.count }

    mutating func byte() -> UInt8? {
      guard place < bytes.count else { return nil }
      defer { place += 1 }
      return bytes[place]
    }

    mutating func number() -> UInt64? {
      var (result, shift): (UInt64, UInt64) = (0, 0)
      while shift < 64, let next = byte() {
        result |= UInt64(next & 0x7f) << shift
        if next < 0x80 { return result }
        shift += 7
      }
      return nil
    }

    mutating func numbers(_ count: Int) -> [Int]? {
      guard count <= bytes.count - place else { return nil }
      var (numbers, before, slope): ([Int], Int, Int) = ([], 0, 0)
      numbers.reserveCapacity(count)
      for _ in 0..<count {
        guard let code = number() else { return nil }
        slope = slope &+ (Int(bitPattern: UInt(code >> 1)) ^ -Int(code & 1))
        before = before &+ slope
        numbers.append(before)
      }
      return numbers
    }
  }
}
