public import Tensors
import func Kernels.require

/// What large scalars cost: a term that is added to a loss.
///
/// ```swift
/// try trainer.fit(&model, to: batches) { model, batch in
///   meanSquaredError(model(batch.input), batch.target) + Penalty.l2(1e-4).ofWeights(in: model)
/// }
/// ```
///
/// The conventions are Keras': a sum, not a mean, and of squares without a factor of one half.
/// PyTorch's weight decay of λ is `l2(λ / 2)`.
public struct Penalty: Hashable, Sendable {
  /// What the sum of the absolute scalars is multiplied by.
  public let absolute: Scalar
  /// What the sum of the squares is multiplied by.
  public let square: Scalar

  /// Creates a penalty of both sums; Keras' `L1L2`.
  public init(absolute: Scalar = 0, square: Scalar = 0) {
    require(
      absolute >= 0 && square >= 0 && (absolute + square).isFinite,
      "a penalty is neither negative nor endless, as \(absolute) or \(square) is")
    (self.absolute, self.square) = (absolute, square)
  }

  /// `factor · Σ |x|`, which makes scalars zero.
  public static func l1(_ factor: Scalar) -> Penalty { Penalty(absolute: factor) }

  /// `factor · Σ x²`, which makes scalars small.
  public static func l2(_ factor: Scalar) -> Penalty { Penalty(square: factor) }

  /// Returns the penalty of a tensor, a single scalar.
  public func callAsFunction(_ tensor: Tensor) -> Tensor {
    var sum = Tensor(0)
    if absolute > 0 { sum = sum + abs(tensor).sum() * Tensor(absolute) }
    if square > 0 { sum = sum + (tensor * tensor).sum() * Tensor(square) }
    return sum
  }

  /// Returns the penalty of a model's weights.
  ///
  /// - Parameters:
  ///   - model: The model, as the loss is given it.
  ///   - isPenalized: Which parameters count, by name and shape: those with two axes or more, if not
  ///     told otherwise, and so neither biases nor what normalisations are scaled by.
  /// - Returns: A single scalar.
  public func ofWeights(
    in model: some Module,
    where isPenalized: (_ name: String, _ shape: Shape) -> Bool = { $1.rank >= 2 }
  ) -> Tensor {
    model.parameters.filter { isPenalized($0.name, $0.tensor.shape) }
      .reduce(Tensor(0)) { $0 + self($1.tensor) }
  }

  /// Returns the penalty of what a layer puts out, divided by the number of examples, as in Keras 3.
  ///
  /// - Parameter output: Its first axis counts the examples.
  /// - Returns: A single scalar.
  public func ofActivity(_ output: Tensor) -> Tensor {
    self(output) / Tensor(Scalar(max(output.exampleCount, 1)))
  }
}
