public import Tensors
import func Kernels.require

/// Returns the mean binary cross entropy of logits with a weight for each scalar.
///
/// - Parameters:
///   - logits: What the model says, before the logistic function.
///   - targets: From 0 to 1, of the same shape.
///   - weights: What each scalar's loss is multiplied by, of a shape that stretches to that of the
///     logits.
///   - positiveWeight: What the loss of a positive is multiplied by, `pos_weight` of PyTorch; 0 or
///     more.
/// - Returns: The mean over all scalars, not over the weights, as in Keras and PyTorch.
public func sigmoidCrossEntropy(
  _ logits: Tensor, _ targets: Tensor, weights: Tensor, positiveWeight: Scalar = 1
) -> Tensor {
  checkSame(logits, targets)
  require(
    weights.shape.stretches(to: logits.shape),
    "weights of shape \(weights.shape) do not stretch to logits of shape \(logits.shape)")
  require(
    positiveWeight >= 0 && positiveWeight.isFinite,
    "the weight of a positive is 0 or more, not \(positiveWeight)")
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
///   - smoothing: What is added to numerator and denominator, 0 or more.
/// - Returns: `1 - (2 Σ shares · targets + s) / (Σ shares + Σ targets + s)` over the whole batch.
public func diceLoss(_ shares: Tensor, _ targets: Tensor, smoothing: Scalar = 1) -> Tensor {
  checkSame(shares, targets)
  require(smoothing >= 0, "what smooths a Dice is 0 or more, not \(smoothing)")
  let overlap = (shares * targets).sum() * 2 + Tensor(smoothing)
  return 1 - overlap / (shares.sum() + targets.sum() + Tensor(smoothing))
}

/// Returns the mean cross entropy of rows of logits and rows of targets that are shares.
///
/// - Parameters:
///   - logits: Of shape `[rows, classes]`.
///   - shares: Of the same shape; each row sums to 1.
/// - Returns: The mean over rows of `-Σ share · log softmax(logits)`.
public func softmaxCrossEntropy(_ logits: Tensor, shares: Tensor) -> Tensor {
  require(
    logits.shape.rank == 2, "logits of shape \(logits.shape) are not rows of classes")
  checkSame(logits, shares)
  return -sharedLogarithms(of: logits, shares).sum() / Tensor(Scalar(logits.shape[0]))
}

/// Returns the mean cross entropy of rows of logits and the class of each row, with a weight for each
/// class and with smooth labels (Szegedy and others,
/// [arXiv:1512.00567](https://arxiv.org/abs/1512.00567)).
///
/// - Parameters:
///   - logits: Of shape `[rows, classes]`.
///   - labels: For each row, a whole number from 0 to below the number of classes.
///   - classWeights: What a row of each class counts, of shape `[classes]`; the mean is over their
///     sum, as with PyTorch's `weight`. Without them, one each.
///   - smoothing: The share of a label that is spread evenly over all classes, PyTorch's
///     `label_smoothing`.
/// - Returns: A single scalar.
public func softmaxCrossEntropy(
  _ logits: Tensor, _ labels: Tensor, classWeights: Tensor? = nil, smoothing: Scalar
) -> Tensor {
  require(
    logits.shape.rank == 2 && labels.shape.count == logits.shape[0],
    "logits of shape \(logits.shape) do not meet labels of shape \(labels.shape)")
  require(0...1 ~= smoothing, "a share is from 0 to 1, not \(smoothing)")
  let classes = logits.shape[1]
  let weights = classWeights ?? Tensor(repeating: 1, shape: [classes])
  require(
    weights.shape == [classes], "weights of shape \(weights.shape) are not of \(classes) classes")
  let truth = oneHot(labels, classes: classes)
  let shares = truth * Tensor(1 - smoothing) + Tensor(smoothing / Scalar(classes))
  return -(sharedLogarithms(of: logits, shares) * weights).sum() / (truth * weights).sum()
}

/// A class without a share counts nothing, even if its logit is -∞ and so is its logarithm.
private func sharedLogarithms(of logits: Tensor, _ shares: Tensor) -> Tensor {
  shares.selecting(logSoftmax(logits) * shares, else: 0)
}

/// Returns the mean focal loss of logits, which leaves what is easy aside (Lin and others,
/// [arXiv:1708.02002](https://arxiv.org/abs/1708.02002)).
///
/// - Parameters:
///   - logits: What the model says, before the logistic function.
///   - targets: 0 or 1, of the same shape.
///   - focus: The exponent γ of `1 - p`, where `p` is the probability of what is true; 0 leaves the
///     cross entropy.
///   - balance: What a positive counts, from 0 to 1, and one less it a negative.
/// - Returns: The mean over all scalars.
public func focalLoss(
  _ logits: Tensor, _ targets: Tensor, focus: Scalar = 2, balance: Scalar = 0.25
) -> Tensor {
  checkSame(logits, targets)
  require(
    focus >= 0 && 0...1 ~= balance,
    "a focus of \(focus) is 0 or more, and a balance of \(balance) from 0 to 1")
  // The logit of what is true.
  let truth = logits * (targets * 2 - 1)
  let weights = targets * Tensor(2 * balance - 1) + Tensor(1 - balance)
  return (exp(softplus(truth) * Tensor(-focus)) * softplus(-truth) * weights).mean()
}
