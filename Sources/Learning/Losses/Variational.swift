public import Tensors
import func Kernels.require

/// Returns the Kullback-Leibler divergence of diagonal normal distributions from the standard one,
/// summed over the variables and averaged over the examples (Kingma and Welling,
/// [arXiv:1312.6114](https://arxiv.org/abs/1312.6114)).
///
/// - Parameters:
///   - mean: Of shape `[examples, variables]`.
///   - logVariance: Of the same shape.
/// - Returns: The mean of `½ Σ (exp(logVariance) + mean² - 1 - logVariance)`.
public func normalDivergence(mean: Tensor, logVariance: Tensor) -> Tensor {
  checkSame(mean, logVariance)
  let terms = exp(logVariance) + mean * mean - 1 - logVariance
  return terms.sum() * 0.5 / Tensor(Scalar(mean.shape[0]))
}

/// Returns the Kullback-Leibler divergence of diagonal normal distributions from others, summed over
/// the variables and averaged over the examples.
///
/// - Parameters:
///   - mean: Of the first distribution, of shape `[examples, variables]`.
///   - logVariance: Of the first, of the same shape.
///   - otherMean: Of the second, of the same shape.
///   - otherLogVariance: Of the second, of the same shape.
/// - Returns: The mean of `½ Σ (v₂ - v₁ + (exp(v₁) + (m₁ - m₂)²) / exp(v₂) - 1)` with the means `m` and
///   the logarithms of the variances `v`.
public func normalDivergence(
  mean: Tensor, logVariance: Tensor, from otherMean: Tensor, _ otherLogVariance: Tensor
) -> Tensor {
  checkSame(mean, logVariance)
  checkSame(otherMean, otherLogVariance)
  checkSame(mean, otherMean)
  let distance = mean - otherMean
  let terms =
    otherLogVariance - logVariance - 1
    + (exp(logVariance) + distance * distance) * exp(-otherLogVariance)
  return terms.sum() * 0.5 / Tensor(Scalar(mean.shape[0]))
}

/// What a variational autoencoder takes its data to be distributed like.
public enum Likelihood: Hashable, Sendable {
  /// Scalars from 0 to 1 under logits.
  case bernoulli
  /// Scalars around a mean with this standard deviation.
  case normal(deviation: Scalar)
}

/// Returns minus the evidence lower bound of a variational autoencoder, in nats for each example
/// (Kingma and Welling, [arXiv:1312.6114](https://arxiv.org/abs/1312.6114)).
///
/// - Parameters:
///   - output: What the decoder says of the examples: logits or means.
///   - examples: What was encoded, of the same shape; the first axis counts them.
///   - likelihood: How the data are distributed around the output.
///   - mean: Of the latent variables, of shape `[examples, variables]`.
///   - logVariance: Of the latent variables, of the same shape.
///   - weight: What the divergence from the standard normal distribution is multiplied by: the β of
///     β-VAE.
/// - Returns: The mean over examples of the summed negative log likelihood and the divergence.
public func negativeEvidenceBound(
  _ output: Tensor, _ examples: Tensor, likelihood: Likelihood, mean: Tensor, logVariance: Tensor,
  weight: Scalar = 1
) -> Tensor {
  checkSame(output, examples)
  let count = Scalar(examples.shape.count / max(examples.exampleCount, 1))
  let restoration =
    switch likelihood {
    case .bernoulli: sigmoidCrossEntropy(output, examples) * Tensor(count)
    case .normal(let deviation):
      meanSquaredError(output, examples) * Tensor(count / (2 * deviation * deviation))
        + Tensor(count * (logarithm(deviation) + 0.918_938_533_204_672_7))
    }
  return restoration + normalDivergence(mean: mean, logVariance: logVariance) * Tensor(weight)
}

private func logarithm(_ scalar: Scalar) -> Scalar {
  require(scalar > 0, "a standard deviation is greater than 0, not \(scalar)")
  return log(Tensor(scalar)).scalar
}
