/// Mean, variance and skewness of a sample of two or more.
public struct Moments: Sendable {
  /// How many values there are, their mean, and their variance with n - 1 in the denominator.
  public let count, mean, variance: Double
  /// The third moment by the 3/2 power of the second, both without correction.
  public let skewness: Double
  /// The standard deviation.
  public let deviation: Double

  /// Computes them; of a sample with infinities or what is not a number, only the mean can be.
  public init(_ sample: [Double]) {
    let n = Double(sample.count)
    let greatest = sample.reduce(0) { max($0, abs($1)) }
    guard greatest.isFinite, !sample.contains(where: \.isNaN) else {
      let sum = sample.reduce(0, +)
      (count, mean, variance, skewness, deviation) = (
        n, sum.isNaN ? .nan : sum / n, .nan, .nan, .nan
      )
      return
    }
    // In units of a power of two, which costs no digit: squares of what is vast or tiny then neither
    // overflow nor vanish.
    let unit = greatest > 0 ? Double(sign: .plus, exponent: greatest.exponent, significand: 1) : 1
    let sample = sample.map { $0 / unit }
    // Around the first value: equal values have no spread.
    let origin = sample.first ?? 0
    let shift = sample.reduce(0) { $0 + ($1 - origin) } / n
    let offsets = sample.map { $0 - origin - shift }
    let squares = offsets.reduce(0) { $0 + $1 * $1 }
    (count, mean, variance) = (n, (origin + shift) * unit, squares / (n - 1) * unit * unit)
    deviation = (squares / (n - 1)).squareRoot() * unit
    let cubes = offsets.reduce(0) { $0 + $1 * $1 * $1 } / n
    let second = squares / n
    skewness = second > 0 ? cubes / (second * second.squareRoot()) : 0
  }
}
