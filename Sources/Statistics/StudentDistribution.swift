import Foundation

/// Student's t distribution (Student, Biometrika 6, 1908, 1-25).
public struct StudentDistribution: Sendable {
  /// Any positive number.
  public let degreesOfFreedom: Double

  /// Creates a distribution.
  public init(degreesOfFreedom: Double) { self.degreesOfFreedom = degreesOfFreedom }

  /// Returns the probability of a value beyond `t` in the upper tail, for `t` not below 0.
  public func upperTail(_ t: Double) -> Double {
    let x = degreesOfFreedom / (degreesOfFreedom + t * t)
    let complement = t * t / (degreesOfFreedom + t * t)
    return Self.incompleteBeta(degreesOfFreedom / 2, 0.5, x, complement: complement) / 2
  }

  /// Returns the density at `t`.
  public func density(_ t: Double) -> Double {
    let n = degreesOfFreedom
    let scale: Double = lgamma((n + 1) / 2) - lgamma(n / 2) - log(n * Double.pi) / 2
    let shape: Double = (n + 1) / 2 * log1p(t * t / n)
    return exp(scale - shape)
  }

  /// Returns the value that leaves `tail` (below one half) above it, to about 1e-12 of itself.
  ///
  /// Bisection brackets it, Newton's steps refine it as long as they stay in the bracket.
  public func quantile(upperTail tail: Double) -> Double {
    guard tail > 0 && tail < 0.5 else { fatalError("a tail is above 0 and below 0.5, not \(tail)") }
    var (low, high) = (0.0, 1.0)
    while upperTail(high) > tail { (low, high) = (high, high * 2) }
    var t = (low + high) / 2
    for _ in 0..<200 {
      let excess = upperTail(t) - tail
      if excess > 0 { low = t } else { high = t }
      var next = t + excess / density(t)
      if !(next > low && next < high) { next = (low + high) / 2 }
      if abs(next - t) <= 1e-15 * abs(t) { return next }
      t = next
    }
    return t
  }

  /// The regularised incomplete beta function by its continued fraction (Lentz's method; Press et
  /// al., Numerical Recipes, third edition, section 6.4); `complement` is 1 - x without loss.
  private static func incompleteBeta(
    _ a: Double, _ b: Double, _ x: Double, complement: Double
  ) -> Double {
    if x <= 0 { return 0 }
    if complement <= 0 { return 1 }
    let front = exp(
      lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(complement))
    return x < (a + 1) / (a + b + 2)
      ? front * fraction(a, b, x) / a : 1 - front * fraction(b, a, complement) / b
  }

  private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    var c = 1.0
    var d = 1 / nonZero(1 - (a + b) * x / (a + 1), tiny)
    var result = d
    for m in 1..<100_000 {
      let m = Double(m)
      let even: Double = a + 2 * m
      let terms: [Double] = [
        m * (b - m) * x / ((even - 1) * even), -(a + m) * (a + b + m) * x / (even * (even + 1)),
      ]
      for term in terms {
        d = 1 / nonZero(1 + term * d, tiny)
        c = nonZero(1 + term / c, tiny)
        result *= c * d
      }
      if abs(c * d - 1) < 1e-16 { break }
    }
    return result
  }

  private static func nonZero(_ value: Double, _ tiny: Double) -> Double {
    abs(value) < tiny ? tiny : value
  }
}
