import Randomness

extension Tensor {
  /// Returns scalars drawn evenly from a range.
  public static func uniform(
    in range: ClosedRange<Scalar>, shape: Shape, using randomness: inout some RandomNumberGenerator
  ) -> Tensor {
    let (low, high) = (Double(range.lowerBound), Double(range.upperBound))
    return Tensor(
      (0..<shape.count).map { _ in Scalar(randomness.uniform(low, high)) }, shape: shape)
  }

  /// Returns scalars drawn from a normal distribution.
  public static func normal(
    mean: Double = 0, deviation: Double = 1, shape: Shape,
    using randomness: inout some RandomNumberGenerator
  ) -> Tensor {
    Tensor(
      (0..<shape.count).map { _ in
        Scalar(randomness.normal(mean: mean, deviation: deviation))
      }, shape: shape)
  }
}
