import Crypto
public import Foundation

/// The SHA-256 of some bytes (FIPS 180-4), which names artifacts and data by what they hold.
public struct SHA256Digest: Hashable, Codable, Sendable, CustomStringConvertible {
  /// Sixty-four lower-case hexadecimal digits.
  public let hex: String

  /// Computes the digest of bytes in memory.
  public init(of data: some DataProtocol) { self.init(SHA256.hash(data: data)) }

  /// Computes the digest of a file, a megabyte at a time.
  ///
  /// - Throws: What opening or reading the file throws.
  public init(ofFile url: URL) throws {
    let file = try FileHandle(forReadingFrom: url)
    defer { try? file.close() }
    var hash = SHA256()
    while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
    self.init(hash.finalize())
  }

  /// Computes the digest of numbers from their bit patterns, little-endian, so that two series are
  /// equal exactly when their digests are.
  public init(ofBitPatterns numbers: some Sequence<Double>) {
    var hash = SHA256()
    for number in numbers {
      withUnsafeBytes(of: number.bitPattern.littleEndian) { hash.update(bufferPointer: $0) }
    }
    self.init(hash.finalize())
  }

  /// Reads a digest, or returns `nil` if the text is not sixty-four hexadecimal digits.
  public init?(hex: String) {
    let lower = hex.lowercased()
    guard lower.utf8.count == 64, lower.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
      return nil
    }
    self.hex = lower
  }

  private init(_ digest: SHA256.Digest) {
    hex = digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let digest = Self(hex: text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a SHA-256"))
    }
    self = digest
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }

  public var description: String { hex }
}
