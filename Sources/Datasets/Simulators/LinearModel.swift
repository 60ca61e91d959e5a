import Foundation
public import Randomness

/// Samples of a linear model with normal noise, whose likelihood is known: probabilistic principal
/// components with two hidden variables, `x = W z + μ + σ ε` (Tipping and Bishop,
/// [10.1111/1467-9868.00196](https://doi.org/10.1111/1467-9868.00196)).
public struct LinearModel: Sendable {
  /// Two columns, each of as many numbers as a sample.
  public let weights: (first: [Double], second: [Double])
  public let mean: [Double]
  /// σ.
  public let deviation: Double

  /// Draws a model: weights and means are standard normal.
  public init(width: Int, deviation: Double = 0.5, from stream: RandomStream) {
    var stream = stream
    func numbers() -> [Double] { (0..<width).map { _ in stream.normal() } }
    weights = (numbers(), numbers())
    mean = numbers()
    self.deviation = deviation
  }

  /// Draws samples.
  public func samples(_ count: Int, from stream: RandomStream) -> [[Double]] {
    var stream = stream
    return (0..<count).map { _ in
      let (u, v) = (stream.normal(), stream.normal())
      return mean.indices.map {
        mean[$0] + weights.first[$0] * u + weights.second[$0] * v
          + stream.normal(deviation: deviation)
      }
    }
  }

  /// Returns the logarithm of the density at a point, in nats, by the inverse of the 2×2 matrix
  /// `WᵀW + σ²`.
  public func logLikelihood(of sample: [Double]) -> Double {
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let square = deviation * deviation
    let x = zip(sample, mean).map { $0 - $1 }
    let (a, b, c) = (
      dot(weights.first, weights.first) + square, dot(weights.first, weights.second),
      dot(weights.second, weights.second) + square
    )
    let determinant = a * c - b * b
    let (u, v) = (dot(weights.first, x), dot(weights.second, x))
    let explained = (c * u * u - 2 * b * u * v + a * v * v) / determinant
    let count = Double(x.count)
    return -0.5
      * (count * log(2 * .pi) + (count - 2) * log(square) + log(determinant)
        + (dot(x, x) - explained) / square)
  }
}
