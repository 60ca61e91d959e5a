public import Tensors
import func Kernels.require

/// Returns the mean of the absolute differences, over all scalars; at 0 the gradient is 0.
public func meanAbsoluteError(_ prediction: Tensor, _ target: Tensor) -> Tensor {
  checkSame(prediction, target)
  return abs(prediction - target).mean()
}

/// Returns the mean Huber loss (*Annals of Mathematical Statistics* 35, 1964), over all scalars.
///
/// It is `d²/2` for a difference `d` within `delta` and `delta · (|d| - delta/2)` beyond, as in Keras
/// and PyTorch.
///
/// - Parameters:
///   - prediction: What the model says.
///   - target: What is true, of the same shape.
///   - delta: Where the loss turns from quadratic to linear; greater than 0.
/// - Returns: A single scalar.
public func huberLoss(_ prediction: Tensor, _ target: Tensor, delta: Scalar = 1) -> Tensor {
  checkSame(prediction, target)
  require(delta > 0, "Huber's delta is greater than 0, not \(delta)")
  let distance = abs(prediction - target)
  // Within delta the second factor is the distance, beyond it delta.
  let inner = minimum(distance, Tensor(delta))
  return (inner * (distance - inner * 0.5)).mean()
}

/// Returns the mean negative log likelihood of counts under Poisson distributions, up to the
/// logarithm of the counts' factorials, which does not depend on the model.
///
/// - Parameters:
///   - logRates: The logarithms of the expected counts.
///   - counts: What was counted, of the same shape.
/// - Returns: The mean of `exp(logRate) - count · logRate`.
public func poissonNegativeLogLikelihood(_ logRates: Tensor, _ counts: Tensor) -> Tensor {
  checkSame(logRates, counts)
  return (exp(logRates) - counts * logRates).mean()
}
