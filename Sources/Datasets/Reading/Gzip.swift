import Archives
public import Foundation

/// Reading of gzip (RFC 1952).
public enum Gzip {
  /// Whether data starts as gzip does.
  public static func isGzip(_ data: Data) -> Bool { data.starts(with: [0x1F, 0x8B]) }

  /// Undoes gzip.
  ///
  /// libarchive does not compare gzip's own check sum: what must be exact is checked by SHA-256, as
  /// every file of a data set is. Gzip of nothing at all is refused.
  ///
  /// - Parameters:
  ///   - data: What gzip has written.
  ///   - limit: The most bytes that the content may have.
  ///   - file: What to call the data in an error.
  /// - Returns: What `gunzip` leaves.
  /// - Throws: ``DatasetsError/archiveRefused(file:reason:)`` if the data is not gzip, is cut short,
  ///   or holds more than the limit.
  public static func decode(_ data: Data, limit: Int, file: String = "gzip data") throws -> Data {
    guard isGzip(data) else {
      throw DatasetsError.archiveRefused(
        file: file, reason: "it does not start as gzip does, with the bytes 1f 8b")
    }
    // A member has at least a header of 10 bytes, 2 of content and a trailer of 8.
    guard data.count >= 20 else {
      throw DatasetsError.archiveRefused(
        file: file, reason: "it is truncated, with only \(data.count) bytes")
    }
    let reader = try ArchiveReader(.data(data), format: .gzip) {
      DatasetsError.archiveRefused(file: file, reason: $0)
    }
    guard try reader.next() != nil else { return Data() }
    var content = Data()
    content.reserveCapacity(min(limit, 1 << 26))
    try reader.readContent(limit: limit) { content.append(contentsOf: $0) }
    return content
  }
}
