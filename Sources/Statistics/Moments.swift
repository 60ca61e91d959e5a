/// Mean, variance and skewness of a sample of two or more.
public struct Moments: Sendable {
  /// How many values there are, their mean, and their variance with n - 1 in the denominator.
  public let count, mean, variance: Double
  /// The third moment by the 3/2 power of the second, both without correction.
  public let skewness: Double
  /// The standard deviation.
  public var deviation: Double { variance.squareRoot() }

  /// Computes them.
  public init(_ sample: [Double]) {
    let n = Double(sample.count)
    // Around the first value: equal values have no spread.
    let origin = sample.first ?? 0
    let shift = sample.reduce(0) { $0 + ($1 - origin) } / n
    let offsets = sample.map { $0 - origin - shift }
    let squares = offsets.reduce(0) { $0 + $1 * $1 }
    (count, mean, variance) = (n, origin + shift, squares / (n - 1))
    let cubes = offsets.reduce(0) { $0 + $1 * $1 * $1 } / n
    let second = squares / n
    skewness = second > 0 ? cubes / (second * second.squareRoot()) : 0
  }
}
