import Casework
import Foundation

/// Where the numbers of an axis stand between its ends.
struct AxisScale: Hashable, Sendable {
  let isLogarithmic: Bool
  /// The numbers at the ends; the first is the smaller one.
  let low: Double
  let high: Double
  /// Numbers to mark, ascending, with what is written at them.
  let ticks: [Tick]

  struct Tick: Hashable, Sendable {
    var value: Double
    var text: String
  }

  /// Fits an axis to numbers; those that have no place on it (see ``AxisObstacle``) have no say.
  ///
  /// - Parameters:
  ///   - axis: Its scale, and its range if that is fixed.
  ///   - values: What should lie between its ends.
  ///   - startsAtZero: Whether a linear axis shows zero at an end, as for counts.
  ///   - isWhole: Whether a linear axis marks whole numbers only.
  ///   - count: About how many numbers to mark.
  init(
    _ axis: Figure.Axis, values: [Double], startsAtZero: Bool = false, isWhole: Bool = false,
    count: Int = 5
  ) {
    isLogarithmic = axis.scale == .logarithmic
    let range = axis.usableRange
    let shown = range == nil ? values.filter { axis.obstacle(to: $0) == nil } : []
    if let range {
      (low, high) = range
    } else if isLogarithmic {
      (low, high) = Self.fitLogarithmic(shown)
    } else {
      (low, high) = Self.fitLinear(shown, startsAtZero: startsAtZero)
    }
    if let only = shown.first, !startsAtZero, shown.allSatisfy({ $0 == only }) {
      // Marks around it would tell of numbers that are not there.
      ticks = [Tick(value: only, text: Numbers.text(only))]
    } else {
      ticks =
        isLogarithmic
        ? Self.logarithmicTicks(low, high, isWhole: isWhole)
        : Self.linearTicks(low, high, count: count, isWhole: isWhole)
    }
  }

  /// Creates a linear axis that marks its ends and what is between them that matters.
  init(from low: Double, to high: Double, marking values: [Double]) {
    (isLogarithmic, self.low, self.high) = (false, low, high)
    ticks = values.map { Tick(value: $0, text: Numbers.short($0)) }
  }

  /// The place of a number: 0 at the low end, 1 at the high end, beyond them outside; `nil` if it
  /// has none.
  func place(_ value: Double) -> Double? {
    guard AxisObstacle(to: value, isLogarithmic: isLogarithmic) == nil else { return nil }
    let place =
      isLogarithmic
      ? (log10(value) - log10(low)) / (log10(high) - log10(low)) : (value - low) / (high - low)
    return min(max(place, -50), 50)
  }

  private static func fitLinear(_ shown: [Double], startsAtZero: Bool) -> (Double, Double) {
    guard var least = shown.min(), var greatest = shown.max() else { return (0, 1) }
    if startsAtZero { (least, greatest) = (min(least, 0), max(greatest, 0)) }
    if greatest - least <= abs(greatest) * 1e-12 {
      let margin = greatest == 0 ? 1 : abs(greatest) * 0.1
      return startsAtZero && greatest == 0 ? (0, 1) : (least - margin, greatest + margin)
    }
    let margin = (greatest - least) * 0.04
    return (
      startsAtZero && least == 0 ? 0 : least - margin,
      startsAtZero && greatest == 0 ? 0 : greatest + margin
    )
  }

  private static func fitLogarithmic(_ shown: [Double]) -> (Double, Double) {
    guard let least = shown.min(), let greatest = shown.max() else { return (0.1, 10) }
    let margin = max(pow(greatest / least, 0.04), 1.1)
    return (least / margin, greatest * margin)
  }

  private static func linearTicks(
    _ low: Double, _ high: Double, count: Int = 5, isWhole: Bool = false
  ) -> [Tick] {
    let rough = (high - low) / Double(count)
    let power = pow(10, floor(log10(rough)))
    let steps = [1, 2, 2.5, 5, 10].map { $0 * power }
    let step =
      steps.first { $0 >= rough * 0.999 && (!isWhole || $0 == $0.rounded()) }
      ?? max(10 * power, isWhole ? 1 : 0)
    guard step.isNormal, (low / step).magnitude < 1e12 else { return [] }
    let (first, last) = ((low / step - 1e-9).rounded(.up), (high / step + 1e-9).rounded(.down))
    guard first <= last, last - first < 100 else { return [] }
    let values = stride(from: first, through: last, by: 1).map { $0 * step }
    return zip(values, Numbers.ticks(values, step: step)).map { Tick(value: $0, text: $1) }
  }

  private static func logarithmicTicks(
    _ low: Double, _ high: Double, isWhole: Bool
  ) -> [Tick] {
    let (first, last) = (Int(log10(low).rounded(.down)), Int(log10(high).rounded(.up)))
    let decades = log10(high) - log10(low)
    // So short a part has one round number or none.
    guard decades >= 0.3 else { return linearTicks(low, high, isWhole: isWhole) }
    let factors: [Double] =
      decades < 0.7 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : decades < 2.2 ? [1, 2, 5] : [1]
    let every = max(1, Int((decades / 6).rounded(.up)))
    return (first...last).filter { $0.isMultiple(of: every) }.flatMap { exponent in
      factors.compactMap { factor -> Tick? in
        let value = factor * pow(10, Double(exponent))
        guard value >= low * 0.999999, value <= high * 1.000001 else { return nil }
        return Tick(value: value, text: Numbers.logarithmicTick(factor, exponent: exponent))
      }
    }
  }
}
