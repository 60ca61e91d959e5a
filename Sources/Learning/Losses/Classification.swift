public import Tensors

/// Returns the mean binary cross entropy of logits with a weight for each scalar.
///
/// - Parameters:
///   - logits: What the model says, before the logistic function.
///   - targets: From 0 to 1, of the same shape.
///   - weights: What each scalar's loss is multiplied by, of a shape that stretches to that of the
///     logits.
///   - positiveWeight: What the loss of a positive is multiplied by, `pos_weight` of PyTorch.
/// - Returns: The mean over all scalars, not over the weights, as in Keras and PyTorch.
public func sigmoidCrossEntropy(
  _ logits: Tensor, _ targets: Tensor, weights: Tensor, positiveWeight: Scalar = 1
) -> Tensor {
  checkSame(logits, targets)
  let positive = targets * softplus(-logits) * Tensor(positiveWeight)
  let negative = (1 - targets) * softplus(logits)
  return ((positive + negative) * weights).mean()
}

/// Returns one less the soft Dice of shares and targets (Milletari and others,
/// [arXiv:1606.04797](https://arxiv.org/abs/1606.04797)).
///
/// - Parameters:
///   - shares: From 0 to 1: what the model takes for inside.
///   - targets: 1 inside and 0 outside, of the same shape.
///   - smoothing: What is added to numerator and denominator.
/// - Returns: `1 - (2 Σ shares · targets + s) / (Σ shares + Σ targets + s)` over the whole batch.
public func diceLoss(_ shares: Tensor, _ targets: Tensor, smoothing: Scalar = 1) -> Tensor {
  checkSame(shares, targets)
  let overlap = (shares * targets).sum() * 2 + Tensor(smoothing)
  return 1 - overlap / (shares.sum() + targets.sum() + Tensor(smoothing))
}

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
