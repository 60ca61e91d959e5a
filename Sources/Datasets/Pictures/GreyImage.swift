import Foundation
public import Pictures

/// A picture of one real number a pixel.
public struct GreyImage: Equatable, Sendable {
  public let width: Int
  public let height: Int
  /// Rows from the top; in files of 8 bits from 0 (black) to 255.
  public var pixels: [Float]

  /// Creates a picture.
  ///
  /// - Precondition: There are `width * height` pixels.
  public init(width: Int, height: Int, pixels: [Float]) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height,
      "\(pixels.count) pixels do not fill \(width)x\(height)")
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }

  /// Creates a picture from what each pixel is.
  public init(width: Int, height: Int, _ pixel: (_ x: Int, _ y: Int) -> Float) {
    self.init(
      width: width, height: height,
      pixels: (0..<height).flatMap { y in (0..<width).map { pixel($0, y) } })
  }

  /// Takes the luminance of a file.
  ///
  /// Grey is taken as it is; of colour, ITU-R BT.601's
  /// `16 + (65.481 R + 128.553 G + 24.966 B) / 255`, from 16 (black) to 235 (white). Opacity is
  /// applied over black. A pixel of 16 bits, proportional to light, is encoded as sRGB.
  public init(luminanceOf png: PNGImage) {
    let samples = png.samples
    let count = png.width * png.height
    let pixels: [Float] =
      switch png.kind {
      case .grey: samples.map { Float($0) }
      case .grey16:
        samples.map { sample in
          let light = Double(sample) / 65535
          return Float(
            255 * (light <= 0.003_130_8 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055))
        }
      case .rgb, .rgba:
        (0..<count).map { index in
          let at = index * png.kind.channels
          let opacity = png.kind == .rgba ? Double(samples[at + 3]) / 255 : 1
          let (r, g, b) = (Double(samples[at]), Double(samples[at + 1]), Double(samples[at + 2]))
          return Float(16 + (65.481 * r + 128.553 * g + 24.966 * b) * opacity / 255)
        }
      }
    self.init(width: png.width, height: png.height, pixels: pixels)
  }

  /// The pixel in a column and row.
  public subscript(x: Int, y: Int) -> Float {
    get { pixels[y * width + x] }
    set { pixels[y * width + x] = newValue }
  }

  /// Returns a picture with each pixel changed.
  public func mapped(_ change: (Float) -> Float) -> GreyImage {
    GreyImage(width: width, height: height, pixels: pixels.map(change))
  }

  /// Returns whole numbers from 0 to 255.
  public var rounded: GreyImage { mapped { min(max($0.rounded(), 0), 255) } }

  /// Returns a part.
  public func cropped(x: Int, y: Int, width: Int, height: Int) -> GreyImage {
    precondition(
      x >= 0 && y >= 0 && x + width <= self.width && y + height <= self.height,
      "\(width)x\(height) pixels from \(x), \(y) are not within \(self.width)x\(self.height)")
    return GreyImage(
      width: width, height: height,
      pixels: (y..<y + height).flatMap { pixels[$0 * self.width + x..<$0 * self.width + x + width] }
    )
  }

  /// Returns the picture without so many pixels at each edge.
  public func cropped(border: Int) -> GreyImage {
    cropped(x: border, y: border, width: width - 2 * border, height: height - 2 * border)
  }

  /// Returns the picture without what a multiple of a number leaves over at the right and below.
  public func cropped(toMultipleOf number: Int) -> GreyImage {
    cropped(x: 0, y: 0, width: width / number * number, height: height / number * number)
  }

  /// Returns the picture with its edge pixels repeated outwards.
  public func padded(border: Int) -> GreyImage {
    GreyImage(width: width + 2 * border, height: height + 2 * border) { x, y in
      self[min(max(x - border, 0), width - 1), min(max(y - border, 0), height - 1)]
    }
  }

  /// Returns one of the eight pictures that turning by right angles and mirroring make.
  public func turned(_ number: Int) -> GreyImage {
    precondition((0..<8).contains(number), "there are eight orientations, not \(number)")
    let isFlipped = number & 1 == 1
    switch number >> 1 {
    case 0:
      return GreyImage(width: width, height: height) { self[isFlipped ? width - 1 - $0 : $0, $1] }
    case 1:
      return GreyImage(width: height, height: width) { x, y in
        self[isFlipped ? width - 1 - y : y, x]
      }
    case 2:
      return GreyImage(width: width, height: height) { x, y in
        self[isFlipped ? width - 1 - x : x, height - 1 - y]
      }
    default:
      return GreyImage(width: height, height: width) { x, y in
        self[isFlipped ? width - 1 - y : y, height - 1 - x]
      }
    }
  }

  /// Returns the picture turned and stretched about its middle, between pixels by their distance
  /// and black outside.
  ///
  /// - Parameters:
  ///   - angle: In radians, clockwise on the screen.
  ///   - scale: By how much it grows.
  ///   - shift: By how many pixels it moves to the right and down.
  /// - Returns: A picture of the same size.
  public func warped(angle: Double, scale: Double, shift: (x: Double, y: Double) = (0, 0))
    -> GreyImage
  {
    let (cosine, sine) = (cos(angle) / scale, sin(angle) / scale)
    let middle = (x: Double(width - 1) / 2, y: Double(height - 1) / 2)
    return GreyImage(width: width, height: height) { x, y in
      let (dx, dy) = (Double(x) - middle.x - shift.x, Double(y) - middle.y - shift.y)
      let (u, v) = (cosine * dx + sine * dy + middle.x, cosine * dy - sine * dx + middle.y)
      let (left, top) = (Int(u.rounded(.down)), Int(v.rounded(.down)))
      let (a, b) = (Float(u - Double(left)), Float(v - Double(top)))
      func at(_ x: Int, _ y: Int) -> Float {
        x >= 0 && y >= 0 && x < width && y < height ? self[x, y] : 0
      }
      return (1 - b) * ((1 - a) * at(left, top) + a * at(left + 1, top))
        + b * ((1 - a) * at(left, top + 1) + a * at(left + 1, top + 1))
    }
  }

  /// Returns the picture on a square, with black beside it.
  public var squared: GreyImage {
    let side = max(width, height)
    let (left, top) = ((side - width) / 2, (side - height) / 2)
    return GreyImage(width: side, height: side) { x, y in
      let (u, v) = (x - left, y - top)
      return u >= 0 && v >= 0 && u < width && v < height ? self[u, v] : 0
    }
  }
}
