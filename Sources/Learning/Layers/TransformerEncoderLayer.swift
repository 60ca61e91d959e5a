public import Tensors

/// Attention and a network of two layers, each added to what goes in and normalised (Vaswani and
/// others, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762)), as PyTorch's layer of this name.
public struct TransformerEncoderLayer: Layer {
  /// Where the sums are normalised.
  public enum Order: String, Hashable, Sendable, Codable {
    /// After each sum: `x ← norm(x + f(x))`, PyTorch's default.
    case normalizingAfter
    /// Before each function: `x ← x + f(norm(x))`.
    case normalizingBefore
  }

  /// What tokens see of each other.
  public var attention: MultiHeadAttention
  /// The network that each token goes through.
  public var expansion, contraction: Dense
  /// The normalisations of attention and network.
  public var firstNormalization, secondNormalization: LayerNormalization
  private let order: Order
  /// What drops scalars in training, if anything does.
  private var dropouts: [Dropout]

  public static var parts: [Part<Self>] {
    [
      .module("attention", \.attention), .module("expansion", \.expansion),
      .module("contraction", \.contraction), .module("firstNormalization", \.firstNormalization),
      .module("secondNormalization", \.secondNormalization),
      .modules("dropouts", \.dropouts),
    ]
  }

  /// Creates a layer.
  ///
  /// - Parameters:
  ///   - width: The number of scalars of a token.
  ///   - heads: The number of heads, which divides the width.
  ///   - hidden: The width of the network between its two layers.
  ///   - activation: What is applied there.
  ///   - order: Where the sums are normalised.
  ///   - dropout: The probability that a scalar of the attention, of the network between its layers,
  ///     or of its result is dropped in training.
  ///   - isCausal: Whether a token sees only those up to itself.
  ///   - randomness: What the weights are drawn from.
  public init(
    _ width: Int, heads: Int, hidden: Int, activation: Activation = .relu,
    order: Order = .normalizingAfter, dropout: Double = 0, isCausal: Bool = false,
    using randomness: inout some RandomNumberGenerator
  ) {
    attention = MultiHeadAttention(width, heads: heads, isCausal: isCausal, using: &randomness)
    expansion = Dense(width, hidden, activation: activation, using: &randomness)
    contraction = Dense(hidden, width, using: &randomness)
    firstNormalization = LayerNormalization(width)
    secondNormalization = LayerNormalization(width)
    (self.order, dropouts) = (order, dropout == 0 ? [] : [Dropout(dropout)])
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    self(input, mask: nil, in: phase)
  }

  /// Returns the tokens after the layer.
  ///
  /// - Parameters:
  ///   - input: Of shape `[batch, tokens, width]`.
  ///   - mask: What is added to the scores; see ``MultiHeadAttention``.
  ///   - phase: Whether the layer is trained or used.
  /// - Returns: Of the shape of the input.
  public func callAsFunction(_ input: Tensor, mask: Tensor?, in phase: Phase) -> Tensor {
    switch order {
    case .normalizingAfter:
      let seen = firstNormalization(input + attended(input, mask, phase))
      return secondNormalization(seen + expanded(seen, phase))
    case .normalizingBefore:
      let seen = input + attended(firstNormalization(input), mask, phase)
      return seen + expanded(secondNormalization(seen), phase)
    }
  }

  private func attended(_ input: Tensor, _ mask: Tensor?, _ phase: Phase) -> Tensor {
    dropped(attention(input, mask: mask), in: phase.split("attention"))
  }

  private func expanded(_ input: Tensor, _ phase: Phase) -> Tensor {
    let hidden = dropped(expansion(input), in: phase.split("expansion"))
    return dropped(contraction(hidden), in: phase.split("contraction"))
  }

  private func dropped(_ input: Tensor, in phase: Phase) -> Tensor {
    dropouts.reduce(input) { $1($0, in: phase) }
  }
}
