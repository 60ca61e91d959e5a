public import Foundation
public import Pictures

extension PNGImage {
  /// Reads a picture of 8 bits, or a grey one of 16.
  ///
  /// - Parameters:
  ///   - data: The PNG file.
  ///   - file: What to call it in an error.
  ///   - pixelLimit: The most pixels that it may have.
  /// - Throws: ``DatasetsError/malformed(file:position:reason:)``.
  public init(_ data: Data, file: String, pixelLimit: Int = 1 << 26) throws {
    do {
      try self.init(data, pixelLimit: pixelLimit)
    } catch let error as PNGError {
      throw DatasetsError.malformed(file: file, position: error.position, reason: error.reason)
    }
  }
}
