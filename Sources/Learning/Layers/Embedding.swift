import Foundation
public import Tensors
import func Kernels.require

/// A table of trained rows, looked up by whole numbers.
public struct Embedding: Layer {
  /// The rows, of shape `[count, width]`.
  public var table: Tensor

  public static var parts: [Part<Self>] { [.tensor("table", \.table)] }

  /// Creates a table; its rows are of deviation 1, as PyTorch's, unless told otherwise.
  ///
  /// - Parameters:
  ///   - count: The number of rows.
  ///   - width: The number of scalars in each.
  ///   - initialization: How the rows start; Keras' are `uniform(limit: 0.05)`.
  ///   - randomness: What the rows are drawn from.
  public init(
    _ count: Int, _ width: Int, initialization: Initialization = .normal(deviation: 1),
    using randomness: inout some RandomNumberGenerator
  ) {
    table = initialization.weights(
      inputs: count, outputs: width, shape: [count, width], using: &randomness)
  }

  /// Returns the rows at indices `[…]`, which are whole numbers: of shape `[…, width]`.
  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    embedding(input, in: table)
  }
}

/// Adds to each token of `[batch, tokens, width]` what tells its position.
public struct PositionalEncoding: Layer {
  /// One row for each position, of shape `[tokens, width]`.
  public var table: Tensor

  public static var parts: [Part<Self>] { [.constant("table", \.table)] }

  /// Creates an encoding by sines and cosines (Vaswani and others,
  /// [arXiv:1706.03762](https://arxiv.org/abs/1706.03762)): the even columns are
  /// `sin(position / 10000^(column / width))`, each odd one the cosine to the sine before it.
  ///
  /// - Parameters:
  ///   - tokens: The greatest number of tokens.
  ///   - width: The number of scalars in each.
  public init(tokens: Int, width: Int) {
    require(
      tokens > 0 && width > 0, "positions of \(tokens) tokens of width \(width) hold nothing")
    table = Tensor(
      (0..<tokens * width).map { index in
        let (position, column) = (Double(index / width), index % width)
        let angle = position / pow(10_000, Double(column & ~1) / Double(width))
        return Scalar(column & 1 == 0 ? sin(angle) : cos(angle))
      }, shape: [tokens, width])
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    input + rows(of: table, for: input)
  }
}

/// Adds to each token of `[batch, tokens, width]` a row of its position that is trained.
public struct LearnedPositions: Layer {
  /// One row for each position, of shape `[tokens, width]`.
  public var table: Tensor

  public static var parts: [Part<Self>] { [.tensor("table", \.table)] }

  /// Creates rows from a normal distribution of deviation 0.02.
  ///
  /// - Parameters:
  ///   - tokens: The greatest number of tokens.
  ///   - width: The number of scalars in each.
  ///   - randomness: What the rows are drawn from.
  public init(tokens: Int, width: Int, using randomness: inout some RandomNumberGenerator) {
    table = Initialization.normal(deviation: 0.02).weights(
      inputs: tokens, outputs: width, shape: [tokens, width], using: &randomness)
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    input + rows(of: table, for: input)
  }
}

private func rows(of table: Tensor, for input: Tensor) -> Tensor {
  require(
    input.shape.rank == 3 && input.shape[1] <= table.shape[0]
      && input.shape[2] == table.shape[1],
    "tokens of shape \(input.shape) do not meet positions of shape \(table.shape)")
  return table.rows(0..<input.shape[1])
}
