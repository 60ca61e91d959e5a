public import Tensors

/// A variational autoencoder of images, such as 784-400-(20, 20)-400-784 (Kingma and Welling,
/// [arXiv:1312.6114](https://arxiv.org/abs/1312.6114)): a mean and a logarithm of the variance for each number of the code, and
/// logits at the end.
public struct DenseVAE: Module {
  public var encoder, mean, logVariance: Dense
  public var decoder: Sequential

  public static var parts: [Part<Self>] {
    [
      .module("encoder", \.encoder), .module("mean", \.mean),
      .module("logVariance", \.logVariance), .module("decoder", \.decoder),
    ]
  }

  /// Creates the network.
  public init(
    pixels: Int, hidden: Int, code: Int, using weights: inout some RandomNumberGenerator
  ) {
    encoder = Dense(pixels, hidden, activation: .relu, using: &weights)
    mean = Dense(hidden, code, using: &weights)
    logVariance = Dense(hidden, code, using: &weights)
    decoder = Sequential(
      Dense(code, hidden, activation: .relu, using: &weights),
      Dense(hidden, pixels, using: &weights))
  }

  /// Returns mean and logarithm of the variance of the codes of images, `[count, pixels]`.
  public func encoded(_ images: Tensor) -> (mean: Tensor, logVariance: Tensor) {
    let features = encoder(images)
    return (mean(features), logVariance(features))
  }

  /// Returns minus the evidence lower bound in nats, with one draw of the code for each image.
  ///
  /// - Parameters:
  ///   - images: Pixels from 0 to 1, `[count, pixels]`.
  ///   - weight: What the divergence is multiplied by.
  ///   - phase: Where the codes are drawn from; in use they are the means.
  /// - Returns: The mean over images, a single scalar.
  public func loss(on images: Tensor, weight: Double = 1, in phase: Phase) -> Tensor {
    let (mean, logVariance) = encoded(images)
    return negativeEvidenceBound(
      decoder(reparametrized(mean, logVariance, in: phase)), images, likelihood: .bernoulli,
      mean: mean, logVariance: logVariance, weight: Scalar(weight))
  }
}

extension DenseVAE {
  /// The evidence lower bound of images and its parts, in nats an image.
  public struct Bound: Sendable {
    /// Minus the logarithm of the likelihood of the images given one draw of their codes.
    public let restoration: Double
    /// The divergence of each number of the code from the prior.
    public let divergences: [Double]
    /// The numbers of the code whose means vary by more than 0.01 (variance) over the images.
    public let activeUnits: Int

    public var divergence: Double { divergences.reduce(0, +) }
    public var value: Double { -(restoration + divergence) }
  }

  /// Returns the evidence lower bound of images, `[count, pixels]` from 0 to 1, with one draw of the
  /// code for each.
  public func bound(
    on images: Tensor, drawingFrom noise: inout some RandomNumberGenerator
  ) -> Bound {
    let (mean, logVariance) = encoded(images)
    let codes = mean + exp(logVariance * 0.5) * Tensor.normal(shape: mean.shape, using: &noise)
    let divergence = 0.5 * (exp(logVariance) + mean * mean - 1 - logVariance)
    return Bound(
      restoration: Double(sigmoidCrossEntropy(decoder(codes), images).scalar)
        * Double(images.shape[1]),
      divergences: divergence.mean(along: 0).scalars.map { Double($0) },
      activeUnits: mean.variance(along: 0).scalars.count { $0 > 0.01 })
  }
}

/// A variational autoencoder that is linear in both directions, with a deviation of the data that is
/// learned too: it can reach the likelihood of probabilistic principal components.
public struct LinearVAE: Module {
  public var encoder, decoder: Dense
  public var logVariance, logDeviation: Tensor

  public static var parts: [Part<Self>] {
    [
      .module("encoder", \.encoder), .module("decoder", \.decoder),
      .tensor("logVariance", \.logVariance), .tensor("logDeviation", \.logDeviation),
    ]
  }

  /// Creates the network.
  public init(width: Int, code: Int, using weights: inout some RandomNumberGenerator) {
    encoder = Dense(width, code, using: &weights)
    decoder = Dense(code, width, using: &weights)
    logVariance = Tensor(repeating: 0, shape: [code])
    logDeviation = Tensor(repeating: 0, shape: [1])
  }

  /// Returns minus the evidence lower bound in nats, with one draw of the code for each sample.
  public func loss(on samples: Tensor, in phase: Phase) -> Tensor {
    let mean = encoder(samples)
    let logVariance = self.logVariance.broadcast(to: mean.shape)
    let error = samples - decoder(reparametrized(mean, logVariance, in: phase))
    return loss(error * error, mean, logVariance)
  }

  /// Returns the evidence lower bound without draws: the mean square of the error is known.
  public func bound(on samples: Tensor) -> Double {
    let mean = encoder(samples)
    let error = samples - decoder(mean)
    let spread =
      (exp(logVariance).reshaped(to: [logVariance.shape[0], 1]) * decoder.weight * decoder.weight)
      .sum(along: 0)
    return -Double(loss(error * error + spread, mean, logVariance.broadcast(to: mean.shape)).scalar)
  }

  private func loss(_ squares: Tensor, _ mean: Tensor, _ logVariance: Tensor) -> Tensor {
    let (count, width) = (Scalar(squares.shape[0]), Scalar(squares.shape[1]))
    let likelihood =
      -squares.sum() * 0.5 * exp(logDeviation * -2) / Tensor(count)
      - (logDeviation + 0.918_938_533_204_672_7) * Tensor(width)
    return normalDivergence(mean: mean, logVariance: logVariance) - likelihood.sum()
  }
}

/// Returns the mean plus the deviation times a standard normal number, through which gradients flow;
/// in use, the mean.
public func reparametrized(_ mean: Tensor, _ logVariance: Tensor, in phase: Phase) -> Tensor {
  guard case .training(var stream) = phase else { return mean }
  return mean + exp(logVariance * 0.5) * Tensor.normal(shape: mean.shape, using: &stream)
}
