import Foundation

/// A way from numbers to colours.
struct ColourMap: Sendable {
  struct Colour: Hashable, Sendable {
    var red: Double
    var green: Double
    var blue: Double

    /// Such as `#440154`.
    var hex: String {
      "#" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// From 0 to 255 each.
    var bytes: [UInt8] { [red, green, blue].map { UInt8(($0 * 255).rounded()) } }

    /// WCAG's relative luminance, from 0 to 1.
    var luminance: Double {
      let linear = [red, green, blue].map { value in
        value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    /// Whether black text reads better on it than white.
    var isLight: Bool { luminance > 0.179 }

    /// Creates a colour from six hexadecimal digits.
    init(_ hex: UInt32) {
      red = Double(hex >> 16 & 255) / 255
      green = Double(hex >> 8 & 255) / 255
      blue = Double(hex & 255) / 255
    }
  }

  private let stops: [Colour]

  /// Viridis (Smith and van der Walt, 2015), by nine of its colours.
  static let sequential = ColourMap(
    stops: [
      0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725,
    ].map(Colour.init))

  /// Blue below and red above zero (ColorBrewer's RdBu, reversed).
  static let diverging = ColourMap(
    stops: [
      0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B,
    ].map(Colour.init))

  /// The colour of a number from 0 to 1; what lies outside is taken as the nearer end.
  func colour(_ value: Double) -> Colour {
    let position = min(max(value.isNaN ? 0 : value, 0), 1) * Double(stops.count - 1)
    let index = min(Int(position), stops.count - 2)
    let part = position - Double(index)
    var result = stops[index]
    let next = stops[index + 1]
    result.red += (next.red - result.red) * part
    result.green += (next.green - result.green) * part
    result.blue += (next.blue - result.blue) * part
    return result
  }
}
