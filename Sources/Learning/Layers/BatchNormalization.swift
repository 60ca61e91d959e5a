public import Tensors
import func Kernels.require

/// Normalises each channel of a batch (Ioffe and Szegedy,
/// [arXiv:1502.03167](https://arxiv.org/abs/1502.03167)).
///
/// `y = activation((x - mean) / √(variance + epsilon) · scale + shift)`: in training with the moments
/// of the batch, which also move the running ones, and in use with the running moments. The
/// variance of a batch is the biased one.
public struct BatchNormalization: Layer {
  /// What each channel is multiplied by, of shape `[channels]`.
  public var scale: Tensor
  /// What is added to each channel, of shape `[channels]`.
  public var shift: Tensor
  /// The running mean of each channel.
  public var mean: Moving
  /// The running variance of each channel.
  public var variance: Moving
  private let convention: Convention
  private let activation: Activation

  public static var parts: [Part<Self>] {
    [
      .tensor("scale", \.scale), .tensor("shift", \.shift), .moving("mean", \.mean),
      .moving("variance", \.variance),
    ]
  }
  public static var dependsOnPhase: Bool { true }

  /// What other libraries do differently.
  public struct Convention: Hashable, Sendable {
    /// What keeps the quotient finite.
    public var epsilon: Scalar
    /// How much of the running moments is kept in each step, from 0 to 1.
    public var kept: Scalar
    /// Whether the running variance is that of a sample, over one less than the count.
    public var isUnbiased: Bool

    /// Creates a convention.
    public init(epsilon: Scalar, kept: Scalar, isUnbiased: Bool) {
      require(
        epsilon >= 0 && 0...1 ~= kept,
        "an epsilon of \(epsilon) is 0 or more, and a share kept of \(kept) from 0 to 1")
      (self.epsilon, self.kept, self.isUnbiased) = (epsilon, kept, isUnbiased)
    }

    /// Keras' defaults: epsilon 1e-3, momentum 0.99, the biased variance.
    public static let keras = Convention(epsilon: 1e-3, kept: 0.99, isUnbiased: false)
    /// PyTorch's defaults: epsilon 1e-5, momentum 0.1 (of the new), the unbiased variance.
    public static let pytorch = Convention(epsilon: 1e-5, kept: 0.9, isUnbiased: true)
  }

  /// Creates a layer of scale 1 and shift 0, with running moments 0 and 1.
  ///
  /// - Parameters:
  ///   - channels: The number of channels, the extent of the second axis.
  ///   - convention: Epsilon, and how the running moments move.
  ///   - activation: What is applied to the result; a rectifier costs nothing.
  public init(
    _ channels: Int, convention: Convention = .keras, activation: Activation = .identity
  ) {
    require(channels > 0, "a batch of \(channels) channels is not normalised")
    scale = Tensor(repeating: 1, shape: [channels])
    shift = Tensor(repeating: 0, shape: [channels])
    mean = Moving(Tensor(repeating: 0, shape: [channels]))
    variance = Moving(Tensor(repeating: 1, shape: [channels]))
    (self.convention, self.activation) = (convention, activation)
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    guard case .training = phase else {
      return batchNormalization(
        input, mean: mean.value, variance: variance.value, scale: scale, shift: shift,
        epsilon: convention.epsilon, activation: activation)
    }
    let (value, newMean, newVariance) = batchNormalization(
      input, scale: scale, shift: shift, epsilon: convention.epsilon, activation: activation)
    let count = input.shape.count / max(1, scale.shape.count)
    let correction = convention.isUnbiased && count > 1 ? Scalar(count) / Scalar(count - 1) : 1
    let kept = Tensor(convention.kept)
    mean.move { $0 * kept + newMean * (1 - kept) }
    variance.move { $0 * kept + newVariance * ((1 - kept) * Tensor(correction)) }
    return value
  }
}

/// Normalises groups of channels of each image (Wu and He,
/// [arXiv:1803.08494](https://arxiv.org/abs/1803.08494)).
public struct GroupNormalization: Layer {
  /// What each channel is multiplied by, of shape `[channels]`.
  public var scale: Tensor
  /// What is added to each channel, of shape `[channels]`.
  public var shift: Tensor
  private let groups: Int
  private let epsilon: Scalar

  public static var parts: [Part<Self>] { [.tensor("scale", \.scale), .tensor("shift", \.shift)] }

  /// Creates a layer of scale 1 and shift 0.
  ///
  /// - Parameters:
  ///   - channels: The number of channels, the extent of the second axis.
  ///   - groups: In how many groups they are taken; it divides their number.
  ///   - epsilon: What keeps the quotient finite: 1e-5 as in PyTorch; Keras' default is 1e-3.
  public init(_ channels: Int, groups: Int, epsilon: Scalar = 1e-5) {
    require(
      channels > 0 && groups > 0 && channels % groups == 0 && epsilon >= 0,
      "\(channels) channels do not come in \(groups) groups, with an epsilon of \(epsilon)")
    scale = Tensor(repeating: 1, shape: [channels])
    shift = Tensor(repeating: 0, shape: [channels])
    (self.groups, self.epsilon) = (groups, epsilon)
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    groupNormalization(input, groups: groups, scale: scale, shift: shift, epsilon: epsilon)
  }
}
