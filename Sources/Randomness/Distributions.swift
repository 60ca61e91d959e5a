import Foundation

extension RandomNumberGenerator {
  /// Draws evenly from [0, 1), with 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Draws evenly from [low, high).
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * uniform()
  }

  /// Draws from a normal distribution (Box and Muller, 1958).
  public mutating func normal(mean: Double = 0, deviation: Double = 1) -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return mean + deviation * radius * cos(2 * .pi * uniform())
  }

  /// Draws from a gamma distribution of the shape (at least 1) and scale (Marsaglia and Tsang,
  /// *A simple method for generating gamma variables*, ACM TOMS 26, 2000).
  public mutating func gamma(shape: Double, scale: Double = 1) -> Double {
    guard shape >= 1 else { fatalError("a gamma shape is at least 1 here, not \(shape)") }
    let d = shape - 1 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
      guard v > 0 else { continue }
      if log(1 - uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v * scale }
    }
  }

  /// Draws from a Poisson distribution: by products of uniforms below a mean of 30, above it by
  /// Hörmann's transformed rejection (PTRS, *Insurance: Mathematics and Economics* 12, 1993).
  public mutating func poisson(_ mean: Double) -> Int {
    guard mean >= 0 else { fatalError("a Poisson mean is not negative, as \(mean) is") }
    guard mean >= 30 else {
      let limit = exp(-mean)
      var (count, product) = (0, uniform())
      while product > limit {
        count += 1
        product *= uniform()
      }
      return count
    }
    let b = 0.931 + 2.53 * mean.squareRoot()
    let a = -0.059 + 0.02483 * b
    let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    let bound = 0.9277 - 3.6224 / (b - 2)
    while true {
      let u = uniform() - 0.5
      let v = 1 - uniform()
      let us = 0.5 - abs(u)
      let k = ((2 * a / us + b) * u + mean + 0.43).rounded(.down)
      if us >= 0.07, v <= bound { return Int(k) }
      if k < 0 || (us < 0.013 && v > us) { continue }
      if log(v) + log(inverseAlpha) - log(a / (us * us) + b)
        <= -mean + k * log(mean) - lgamma(k + 1)
      {
        return Int(k)
      }
    }
  }
}
