import Foundation

/// How many runs it takes to find an effect with a power of 80 % at a level of 5 %, by the noncentral
/// t distribution (Cohen, *Statistical Power Analysis*, second edition, chapter 2).
public enum StatisticalPower {
  private static let most = 10_000

  /// The fewest pairs, for a mean difference in standard deviations of the differences, which may be
  /// infinite; `nil` beyond ten thousand.
  public static func seeds(paired effect: Double) -> Int? {
    fewest { power(degrees: Double($0 - 1), shift: effect * Double($0).squareRoot()) }
  }

  /// The fewest runs of each of two groups.
  public static func seeds(independent effect: Double) -> Int? {
    fewest { power(degrees: Double(2 * $0 - 2), shift: effect * (Double($0) / 2).squareRoot()) }
  }

  private static func fewest(_ power: (Int) -> Double) -> Int? {
    var (low, high) = (1, 2)
    while power(high) < 0.8 {
      if high == most { return nil }
      (low, high) = (high, min(high * 2, most))
    }
    while high - low > 1 {
      let middle = (low + high) / 2
      if power(middle) < 0.8 { low = middle } else { high = middle }
    }
    return high
  }

  /// The probability that a two-sided t-test at 5 % rejects.
  ///
  /// - Parameters:
  ///   - degrees: Its degrees of freedom.
  ///   - shift: The effect in standard errors, by which the distribution is not central.
  /// - Returns: The probability.
  public static func power(degrees: Double, shift: Double) -> Double {
    let bound = StudentDistribution(degreesOfFreedom: degrees).quantile(upperTail: 0.025)
    return 1 - noncentral(bound, degrees, shift) + noncentral(-bound, degrees, shift)
  }

  /// The probability that `(Z + shift) / S` is at most `t`, where S² is chi-square over its degrees
  /// of freedom: an integral over S (Simpson's rule).
  private static func noncentral(_ t: Double, _ degrees: Double, _ shift: Double) -> Double {
    let reach = 12 / (2 * degrees).squareRoot()
    let (low, high, steps) = (max(0, 1 - reach), 1 + reach, 2000)
    let scale = log(2) + degrees / 2 * log(degrees / 2) - lgamma(degrees / 2)
    func term(_ s: Double) -> Double {
      guard s > 0 || degrees == 1 else { return 0 }
      let density = exp(scale + (degrees == 1 ? 0 : (degrees - 1) * log(s)) - degrees * s * s / 2)
      return density * erfc((shift - t * s) / 2.0.squareRoot()) / 2
    }
    let width = (high - low) / Double(steps)
    let sum = (0...steps).reduce(0.0) { sum, index in
      let weight = index == 0 || index == steps ? 1.0 : index.isMultiple(of: 2) ? 2 : 4
      return sum + weight * term(low + width * Double(index))
    }
    return sum * width / 3
  }
}
