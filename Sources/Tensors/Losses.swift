import Kernels

/// Returns the mean of the squared differences, over all scalars.
public func meanSquaredError(_ prediction: Tensor, _ target: Tensor) -> Tensor {
  checkSame(prediction, target)
  return .fused(MeanSquaredError(), Inputs(prediction, target))
}

private struct MeanSquaredError: FusedOperation {
  var kind: FusedKind { .meanSquaredError }

  func composed(_ x: Inputs) -> Tensor {
    let difference = x[0] - x[1]
    return (difference * difference).mean()
  }

  #if !DoublePrecision
    func evaluate(_ x: Inputs) -> (value: Tensor, saved: [Tensor]) {
      (Tensor(meanSquaredDifference(x[0].plain, x[1].plain)), [])
    }

    func pullback(
      of c: Tensor, at x: Inputs, output y: Tensor, saved: [Tensor], wanted: Wanted
    ) -> Flows {
      let factor = c.scalar * 2 / Scalar(x[0].shape.count)
      func flow(_ factor: Scalar) -> Tensor {
        Tensor(scaledDifference(x[0].plain, x[1].plain, times: factor), shape: x[0].shape)
      }
      return wanted.flows(flow(factor), flow(-factor))
    }
  #endif
}

/// Returns the mean cross entropy of rows of logits and the class of each row.
///
/// It is `log Σ exp(logits) - logits[label]`, computed less the greatest logit: it neither
/// overflows nor clips.
///
/// - Parameters:
///   - logits: Of shape `[rows, classes]`.
///   - labels: For each row, a whole number from 0 to below the number of classes.
/// - Returns: A single scalar.
public func softmaxCrossEntropy(_ logits: Tensor, _ labels: Tensor) -> Tensor {
  require(
    logits.shape.rank == 2 && labels.shape.count == logits.shape[0],
    "logits of shape \(logits.shape) do not meet labels of shape \(labels.shape)")
  checkLabels(labels, classes: logits.shape[1])
  return .fused(SoftmaxCrossEntropy(), Inputs(logits, labels))
}

private struct SoftmaxCrossEntropy: FusedOperation {
  var kind: FusedKind { .softmaxCrossEntropy }

  func composed(_ x: Inputs) -> Tensor {
    -(logSoftmax(x[0]) * x[1].applying(.oneHot(x[0].shape.width))).sum()
      / Tensor(Scalar(x[0].shape[0]))
  }

  #if !DoublePrecision
    func evaluate(_ x: Inputs) -> (value: Tensor, saved: [Tensor]) {
      let (mean, softmax) = Kernels.softmaxCrossEntropy(
        x[0].plain, labels: x[1].plain, width: x[0].shape.width)
      return (Tensor(mean), [Tensor(softmax, shape: x[0].shape)])
    }

    func pullback(
      of c: Tensor, at x: Inputs, output y: Tensor, saved: [Tensor], wanted: Wanted
    ) -> Flows {
      let slope = softmaxCrossEntropySlope(
        saved[0].plain, labels: x[1].plain, width: x[0].shape.width, times: c.scalar)
      return wanted.flows(Tensor(slope, shape: x[0].shape))
    }
  #endif
}

/// Returns the mean binary cross entropy of logits and targets from 0 to 1, over all scalars.
///
/// It is `log(1 + exp(logit)) - logit · target`, computed so that it neither overflows nor clips.
public func sigmoidCrossEntropy(_ logits: Tensor, _ targets: Tensor) -> Tensor {
  checkSame(logits, targets)
  return logits.applying(.sigmoidCrossEntropy, with: targets)
}

/// Returns rows that are 1 at the label and 0 elsewhere, of shape `[labels, classes]`.
public func oneHot(_ labels: Tensor, classes: Int) -> Tensor {
  checkLabels(labels, classes: classes)
  return labels.applying(.oneHot(classes))
}

/// Stops unless two tensors are of one shape.
package func checkSame(_ a: Tensor, _ b: Tensor) {
  require(a.shape == b.shape, "shapes \(a.shape) and \(b.shape) differ")
}

/// Stops unless every label is a whole number from 0 to below the number of classes.
package func checkLabels(_ labels: Tensor, classes: Int) {
  require(classes > 0, "labels are of at least one class, not \(classes)")
  if let label = firstInvalidLabel(labels.plain, count: classes) {
    fatalError(
      "the label \(label) is not one of the classes 0 to \(classes - 1)")
  }
}
