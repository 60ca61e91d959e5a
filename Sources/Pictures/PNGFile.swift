import CPNG
import Foundation

/// Why a PNG file could not be read or written.
public struct PNGError: Error, Equatable {
  /// Where: `header`, `pixels`, or a byte.
  public let position: String
  public let reason: String
}

// libpng's flags, whose macros Swift does not import.
enum PNGFormat {
  static let (alpha, colour, linear, map): (UInt32, UInt32, UInt32, UInt32) = (1, 2, 4, 8)
}

enum PNGFile {
  /// Writes an image of 8 bits a sample.
  static func written(
    _ image: inout png_image, _ samples: [UInt8], map: [UInt8]?
  ) throws(PNGError) -> Data {
    defer { png_image_free(&image) }
    // Some more than the samples themselves is above what zlib makes of the worst input.
    var bytes = [UInt8](
      repeating: 0, count: samples.count + samples.count / 8 + 2 * Int(image.height) + 4096)
    var count = bytes.count
    guard png_image_write_to_memory(&image, &bytes, &count, 0, samples, 0, map) != 0 else {
      throw PNGError(position: "pixels", reason: "libpng says: \(message(image))")
    }
    return Data(bytes[..<count])
  }

  static func message(_ image: png_image) -> String {
    withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
