/// Random numbers that depend on a seed, a name and nothing else.
///
/// A run has one seed. Whatever draws takes a stream of its own by name, so that a draw added in
/// one place moves no number anywhere else:
///
/// ```swift
/// let root = RandomStream(seed: 1)
/// var weights = root.split("weights")
/// var order = root.split("order").split(3)     // the order of epoch 3
/// ```
///
/// A stream is a value; with its ``position`` it is also all that a checkpoint needs to go on.
public struct RandomStream: RandomNumberGenerator, Hashable, Codable, Sendable {
  private let key: SIMD2<UInt32>
  private let name: UInt64
  /// How many 64-bit numbers have been drawn.
  public private(set) var position: UInt64 = 0
  private var block = SIMD4<UInt32>()

  /// Creates the nameless stream of a seed.
  public init(seed: Int) {
    let bits = UInt64(bitPattern: Int64(seed))
    self.init(key: SIMD2(UInt32(truncatingIfNeeded: bits), UInt32(bits >> 32)), name: 0)
  }

  private init(key: SIMD2<UInt32>, name: UInt64) { (self.key, self.name) = (key, name) }

  /// Returns the stream of this name below this one, from its start.
  public func split(_ name: String) -> RandomStream {
    // FNV-1a over the bytes, then one block of Philox to mix it with the name so far.
    let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
    }
    return split(hash, kind: 1)
  }

  /// Returns the stream of this number below this one, from its start.
  public func split(_ number: Int) -> RandomStream {
    split(UInt64(bitPattern: Int64(number)), kind: 2)
  }

  private func split(_ label: UInt64, kind: UInt32) -> RandomStream {
    let words = SIMD4(
      UInt32(truncatingIfNeeded: label), UInt32(label >> 32),
      UInt32(truncatingIfNeeded: name), UInt32(name >> 32))
    let mixed = Philox.block(words, key: SIMD2(kind, 0x5EED))
    return RandomStream(key: key, name: UInt64(mixed[0]) | UInt64(mixed[1]) << 32)
  }

  public mutating func next() -> UInt64 {
    if position & 1 == 0 { block = Self.block(at: position, name: name, key: key) }
    defer { position += 1 }
    return position & 1 == 0
      ? UInt64(block[0]) | UInt64(block[1]) << 32 : UInt64(block[2]) | UInt64(block[3]) << 32
  }

  private static func block(
    at position: UInt64, name: UInt64, key: SIMD2<UInt32>
  ) -> SIMD4<UInt32> {
    let count = position >> 1
    return Philox.block(
      SIMD4(
        UInt32(truncatingIfNeeded: count), UInt32(count >> 32),
        UInt32(truncatingIfNeeded: name), UInt32(name >> 32)), key: key)
  }
}
