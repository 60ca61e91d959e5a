import CPNG
public import Foundation

/// Writes pictures without opacity as PNG files.
public enum PNGEncoder {
  /// Encodes a picture without opacity.
  ///
  /// - Parameters:
  ///   - pixels: Rows from the top, of each pixel the number `0xRRGGBB`; what is above 24 bits does
  ///     not count.
  ///   - width: How many pixels a row shows.
  ///   - height: How many rows there are.
  ///   - rowLength: How many numbers a row has.
  ///   - quickly: Whether little is looked for that could be shortened, and colours may be a shade
  ///     off where there are very many: for drawings, with their large surfaces of one colour.
  /// - Returns: The file, the same for the same pixels.
  /// - Throws: ``PNGError``.
  public static func encode(
    _ pixels: UnsafeBufferPointer<UInt32>, width: Int, height: Int, rowLength: Int,
    quickly: Bool
  ) throws(PNGError) -> Data {
    precondition(
      width > 0 && height > 0 && rowLength >= width && pixels.count >= rowLength * height,
      "\(pixels.count) numbers do not fill \(height) rows of \(rowLength) for \(width) pixels")
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    (image.width, image.height) = (UInt32(width), UInt32(height))
    if quickly { image.flags = UInt32(PNG_IMAGE_FLAG_FAST) }
    let indexed = IndexedPixels(
      pixels, width: width, height: height, rowLength: rowLength, isExact: !quickly)
    if let indexed {
      let map = indexed.map
      image.format = PNGFormat.colour | PNGFormat.map
      image.colormap_entries = UInt32(map.count / 3)
      return try PNGFile.written(&image, indexed.indices, map: map)
    }
    image.format = PNGFormat.colour
    var samples = [UInt8](repeating: 0, count: width * height * 3)
    samples.withUnsafeMutableBufferPointer { samples in
      var place = 0
      for row in 0..<height {
        for pixel in pixels[row * rowLength..<row * rowLength + width] {
          samples[place] = UInt8(truncatingIfNeeded: pixel >> 16)
          samples[place + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
          samples[place + 2] = UInt8(truncatingIfNeeded: pixel)
          place += 3
        }
      }
    }
    return try PNGFile.written(&image, samples, map: nil)
  }
}
