public import Tensors

/// How the scalars of a parameter start.
///
/// | here | Keras | PyTorch | from 0 |
/// |---|---|---|---|
/// | ``glorotUniform`` | `glorot_uniform`, its default of weights | `xavier_uniform_` | even, √(6 / (in + out)) |
/// | ``glorotNormal`` | `glorot_normal` | | truncated, √(2 / (in + out)) |
/// | ``xavierNormal`` | | `xavier_normal_` | normal, √(2 / (in + out)) |
/// | ``heUniform`` | `he_uniform` | `kaiming_uniform_` | even, √(6 / in) |
/// | ``heNormal`` | `he_normal` | | truncated, √(2 / in) |
/// | ``kaimingNormal`` | | `kaiming_normal_` | normal, √(2 / in) |
/// | ``lecunUniform`` | `lecun_uniform` | | even, √(3 / in) |
/// | ``lecunNormal`` | `lecun_normal` | | truncated, √(1 / in) |
/// | ``pytorch`` | | its default of weights and biases | even, 1 / √in |
/// | ``orthogonal(gain:)`` | `orthogonal`, its default of recurrent weights | `orthogonal_` | |
///
/// The last column gives the limit of what is drawn evenly, else the deviation; what is truncated is
/// drawn within two deviations of a wider normal distribution, so that the deviation is as told. `in`
/// and `out` are the numbers of scalars that a sum is taken of, and that a scalar goes into. Of
/// biases Keras' default is ``zeros``; of embeddings it is `uniform(limit: 0.05)`, PyTorch's is
/// `normal(deviation: 1)`.
public enum Initialization: Hashable, Sendable {
  /// Every scalar the same.
  case constant(Scalar)
  /// Even, from `-limit` to `limit`.
  case uniform(limit: Double)
  /// Normal around 0.
  case normal(deviation: Double)
  /// Normal around 0, drawn anew beyond two deviations, which leaves 0.88 of the deviation.
  case truncatedNormal(deviation: Double)
  /// Of a variance of `scale` over a count, Keras' `VarianceScaling`.
  case scaled(Double, by: Count, Distribution)
  /// A matrix whose rows, or columns if they are fewer, are orthogonal and of length `gain` (Saxe
  /// and others, [arXiv:1312.6120](https://arxiv.org/abs/1312.6120)); of more axes than two, the
  /// last ones count as columns.
  case orthogonal(gain: Double)

  /// What a variance is divided by.
  public enum Count: Hashable, Sendable {
    case inputs, outputs
    /// The mean of the two.
    case mean
  }

  /// What scalars are drawn from.
  public enum Distribution: Hashable, Sendable { case uniform, normal, truncatedNormal }

  /// Zeros.
  public static let zeros = Initialization.constant(0)
  /// Ones.
  public static let ones = Initialization.constant(1)
  /// Even, for saturating activations (Glorot and Bengio, AISTATS 2010).
  public static let glorotUniform = Initialization.scaled(1, by: .mean, .uniform)
  /// Truncated, for saturating activations.
  public static let glorotNormal = Initialization.scaled(1, by: .mean, .truncatedNormal)
  /// Normal, for saturating activations.
  public static let xavierNormal = Initialization.scaled(1, by: .mean, .normal)
  /// Even, for rectifiers (He and others, [arXiv:1502.01852](https://arxiv.org/abs/1502.01852)).
  public static let heUniform = Initialization.scaled(2, by: .inputs, .uniform)
  /// Truncated, for rectifiers.
  public static let heNormal = Initialization.scaled(2, by: .inputs, .truncatedNormal)
  /// Normal, for rectifiers.
  public static let kaimingNormal = Initialization.scaled(2, by: .inputs, .normal)
  /// Even, for self-normalising networks (LeCun and others, *Efficient BackProp*, 1998).
  public static let lecunUniform = Initialization.scaled(1, by: .inputs, .uniform)
  /// Truncated, for self-normalising networks.
  public static let lecunNormal = Initialization.scaled(1, by: .inputs, .truncatedNormal)
  /// PyTorch's default of dense and convolutional layers, for weights and for biases.
  public static let pytorch = Initialization.scaled(1.0 / 3, by: .inputs, .uniform)
}
