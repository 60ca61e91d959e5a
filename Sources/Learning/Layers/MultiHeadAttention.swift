public import Tensors
import func Kernels.require

/// Attention with projections (Vaswani and others,
/// [arXiv:1706.03762](https://arxiv.org/abs/1706.03762)).
///
/// PyTorch's `in_proj_weight` and `out_proj.weight` are the two weights transposed.
public struct MultiHeadAttention: Layer {
  /// The projections to queries, keys and values side by side, of shape `[width, 3 width]`.
  public var projectionWeight: Tensor
  /// Of shape `[3 width]`.
  public var projectionBias: Tensor
  /// The projection of the heads' values, of shape `[width, width]`.
  public var outputWeight: Tensor
  /// Of shape `[width]`.
  public var outputBias: Tensor
  /// The number of heads.
  public let heads: Int
  /// Whether a token sees only those up to itself.
  public let isCausal: Bool

  public static var parts: [Part<Self>] {
    [
      .tensor("projectionWeight", \.projectionWeight), .tensor("projectionBias", \.projectionBias),
      .tensor("outputWeight", \.outputWeight), .tensor("outputBias", \.outputBias),
    ]
  }

  /// Creates a layer with biases of zeros.
  ///
  /// - Parameters:
  ///   - width: The number of scalars of a token.
  ///   - heads: The number of heads, which divides the width.
  ///   - isCausal: Whether a token sees only those up to itself.
  ///   - initialization: How the weights start.
  ///   - randomness: What the weights are drawn from.
  public init(
    _ width: Int, heads: Int, isCausal: Bool = false,
    initialization: Initialization = .glorotUniform,
    using randomness: inout some RandomNumberGenerator
  ) {
    require(
      heads > 0 && width % heads == 0, "\(heads) heads do not divide a width of \(width)")
    projectionWeight = initialization.weights(
      inputs: width, outputs: 3 * width, shape: [width, 3 * width], using: &randomness)
    projectionBias = Tensor(repeating: 0, shape: [3 * width])
    outputWeight = initialization.weights(
      inputs: width, outputs: width, shape: [width, width], using: &randomness)
    outputBias = Tensor(repeating: 0, shape: [width])
    (self.heads, self.isCausal) = (heads, isCausal)
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor { self(input, mask: nil) }

  /// Returns what tokens see of each other.
  ///
  /// - Parameters:
  ///   - input: Of shape `[batch, tokens, width]`.
  ///   - mask: What is added to the scores, of a shape that stretches to
  ///     `[batch, heads, tokens, tokens]`; see ``paddingMask(_:)``.
  /// - Returns: Of the shape of the input.
  public func callAsFunction(_ input: Tensor, mask: Tensor?) -> Tensor {
    let projections = linear(input, projectionWeight, projectionBias)
    let values = selfAttention(projections, heads: heads, mask: mask, isCausal: isCausal)
    return linear(values, outputWeight, outputBias)
  }

  /// Returns what tokens see of others.
  ///
  /// - Parameters:
  ///   - input: The tokens that see, `[batch, tokens, width]`.
  ///   - context: The tokens that are seen, `[batch, others, width]`.
  ///   - mask: What is added to the scores, of a shape that stretches to
  ///     `[batch, heads, tokens, others]`.
  /// - Returns: Of the shape of the input.
  public func callAsFunction(_ input: Tensor, seeing context: Tensor, mask: Tensor? = nil)
    -> Tensor
  {
    let width = outputBias.shape[0]
    func projected(_ tokens: Tensor, _ part: Int) -> Tensor {
      let columns = part * width..<(part + 1) * width
      return linear(
        tokens, projectionWeight.slice(columns, along: 1), projectionBias.rows(columns))
    }
    let values = attention(
      projected(input, 0), projected(context, 1), projected(context, 2), heads: heads,
      mask: mask, isCausal: isCausal)
    return linear(values, outputWeight, outputBias)
  }
}

/// Returns the mask that hides keys, of shape `[batch, 1, 1, keys]`.
///
/// - Parameter isPadding: Of shape `[batch, keys]`: not zero where a key is not to be seen.
/// - Returns: Minus infinity there and 0 elsewhere.
public func paddingMask(_ isPadding: Tensor) -> Tensor {
  require(
    isPadding.shape.rank == 2, "shape \(isPadding.shape) is not that of keys of a batch")
  return isPadding.selecting(Tensor(-.infinity), else: 0)
    .reshaped(to: [isPadding.shape[0], 1, 1, isPadding.shape[1]])
}
