import Casework

/// Why a number has no place on an axis.
enum AxisObstacle: Int, Comparable, CaseIterable {
  case notANumber, infinite, tooLarge, notPositive, tooSmall
  /// It has a place, but beyond the ends of an axis whose range is fixed.
  case outside

  /// Numbers from here on have no place: the difference of two could overflow.
  private static let limit = 1e300

  /// Finds what keeps a number from an axis without ends, or returns `nil`.
  init?(to value: Double, isLogarithmic: Bool) {
    if value.isNaN {
      self = .notANumber
    } else if value.isInfinite {
      self = .infinite
    } else if abs(value) >= Self.limit {
      self = .tooLarge
    } else if isLogarithmic, value <= 0 {
      self = .notPositive
    } else if isLogarithmic, value < 1 / Self.limit {
      self = .tooSmall
    } else {
      return nil
    }
  }

  /// What is said of so many marks, such as `3 points without a number (NaN)`.
  func words(_ count: Int, _ noun: String) -> String {
    let reason =
      switch self {
      case .notANumber: "without a number (NaN)"
      case .infinite: "at infinity"
      case .tooLarge: "beyond 10³⁰⁰"
      case .notPositive: "at or below 0, where a logarithmic axis has no place"
      case .tooSmall: "below 10⁻³⁰⁰"
      case .outside: "outside the axes"
      }
    return "\(Numbers.text(count)) \(noun)\(count == 1 ? "" : "s") \(reason)"
  }

  static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}

extension Figure.Axis {
  /// The fixed ends of the axis, if there are some between which something can be drawn.
  var usableRange: (Double, Double)? {
    guard let range, range.count == 2, range[0] < range[1],
      range.allSatisfy({
        AxisObstacle(to: $0, isLogarithmic: scale == .logarithmic) == nil
      })
    else { return nil }
    return (range[0], range[1])
  }

  /// What keeps a number from the axis, or `nil` if it has a place between its ends.
  func obstacle(to value: Double) -> AxisObstacle? {
    if let found = AxisObstacle(to: value, isLogarithmic: scale == .logarithmic) { return found }
    guard let (low, high) = usableRange else { return nil }
    // What is outside by rounding alone is seen.
    let margin = (high - low) * 1e-6
    return value < low - margin || value > high + margin ? .outside : nil
  }
}
