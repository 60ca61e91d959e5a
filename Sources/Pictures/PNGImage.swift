import CPNG
public import Foundation

/// A picture of whole numbers, read from and written as PNG.
public struct PNGImage: Equatable, Sendable {
  /// What a pixel consists of.
  public enum Kind: Int, Sendable {
    /// One sample of 8 bits, as the screen shows it (sRGB).
    case grey = 1
    /// Red, green and blue, 8 bits each.
    case rgb = 3
    /// Red, green, blue and opacity, 8 bits each.
    case rgba = 4
    /// One sample of 16 bits, proportional to light (libpng's linear format).
    case grey16 = 16

    /// How many samples a pixel has.
    public var channels: Int { self == .grey16 ? 1 : rawValue }
  }

  public let width: Int
  public let height: Int
  public let kind: Kind
  /// Rows from the top, pixels from the left, the samples of a pixel side by side: 0…255, or
  /// 0…65535 for ``Kind/grey16``.
  public let samples: [UInt16]

  /// Creates a grey picture of 8 bits.
  ///
  /// - Precondition: There are `width * height` samples.
  public init(grey samples: [UInt8], width: Int, height: Int) {
    precondition(
      width > 0 && height > 0 && samples.count == width * height,
      "\(samples.count) samples do not fill \(width)x\(height) pixels")
    (self.width, self.height, kind) = (width, height, .grey)
    self.samples = samples.map(UInt16.init)
  }

  /// Reads a picture of 8 bits, or a grey one of 16.
  ///
  /// A palette is resolved; grey with opacity is read as colour with opacity.
  ///
  /// - Parameters:
  ///   - data: The PNG file.
  ///   - pixelLimit: The most pixels that it may have.
  /// - Throws: ``PNGError`` if it is truncated, damaged, too large or of another kind.
  public init(_ data: Data, pixelLimit: Int = 1 << 26) throws {
    func refuse(_ reason: String, _ position: String = "header") -> PNGError {
      PNGError(position: position, reason: reason)
    }
    // libpng stops at the last row that it needs and would not miss the rest.
    guard data.suffix(12).elementsEqual(Self.end) else {
      throw refuse(
        "it does not end as PNG does: it is truncated, or other bytes follow", "byte \(data.count)")
    }
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    let bytes = [UInt8](data)
    // The picture is read while the bytes are pinned: libpng keeps the pointer.
    (width, height, kind, samples) = try bytes.withUnsafeBytes { source in
      guard png_image_begin_read_from_memory(&image, source.baseAddress, source.count) != 0 else {
        throw refuse("libpng says: \(PNGFile.message(image))")
      }
      let (width, height) = (Int(image.width), Int(image.height))
      guard width * height <= pixelLimit else {
        throw refuse("\(width)x\(height) pixels are more than the allowed \(pixelLimit)")
      }
      let kind = try Self.kind(of: image.format, refuse: { refuse($0) })
      image.format = Self.format(of: kind)
      let count = width * height * kind.channels
      let samples: [UInt16]
      var isRead: Int32 = 0
      if kind == .grey16 {
        samples = [UInt16](unsafeUninitializedCapacity: count) { buffer, filled in
          isRead = png_image_finish_read(&image, nil, buffer.baseAddress, 0, nil)
          filled = isRead == 0 ? 0 : count
        }
      } else {
        var small = [UInt8](repeating: 0, count: count)
        isRead = png_image_finish_read(&image, nil, &small, 0, nil)
        samples = small.map(UInt16.init)
      }
      guard isRead != 0 else { throw refuse("libpng says: \(PNGFile.message(image))", "pixels") }
      return (width, height, kind, samples)
    }
  }

  /// Returns the picture as a PNG file.
  ///
  /// - Throws: ``PNGError`` unless the picture is ``Kind/grey``.
  public func encoded() throws -> Data {
    guard kind == .grey else {
      throw PNGError(position: "pixels", reason: "only grey of 8 bits is written as PNG")
    }
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    (image.width, image.height) = (UInt32(width), UInt32(height))
    image.format = Self.format(of: .grey)
    return try PNGFile.written(&image, samples.map { UInt8(truncatingIfNeeded: $0) }, map: nil)
  }

  private static let end: [UInt8] = [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]

  private static let (alpha, colour, linear) = (
    PNGFormat.alpha, PNGFormat.colour, PNGFormat.linear
  )

  private static func format(of kind: Kind) -> UInt32 {
    switch kind {
    case .grey: 0
    case .rgb: colour
    case .rgba: colour | alpha
    case .grey16: linear
    }
  }

  private static func kind(
    of format: UInt32, refuse: (String) -> PNGError
  ) throws -> Kind {
    guard format & linear == 0 else {
      guard format & (colour | alpha) == 0 else {
        throw refuse("of pictures with 16 bits only grey ones without opacity are read")
      }
      return .grey16
    }
    if format & alpha != 0 { return .rgba }
    return format & colour != 0 ? .rgb : .grey
  }
}
