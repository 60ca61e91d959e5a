#if !DoublePrecision
  import CVectors
  import Foundation

  /// Returns, for each row, the exponentials divided by their sum.
  package func softmax(_ input: Storage, width: Int) -> Storage {
    let result = Storage(count: input.count)
    KernelClock.enter()
    defer { KernelClock.leave() }
    for row in stride(from: 0, to: input.count, by: width) {
      let (x, y) = (input.scalars + row, result.scalars + row)
      let greatest = vectors_maximum(x, width)
      let sum = Vector(repeating: Scalar(vectors_exponentials(x, greatest, y, width)))
      // What a row's last vector spills into the next row, that row overwrites.
      for column in stride(from: 0, to: width, by: 16) { y[vector: column] /= sum }
    }
    return result
  }

  /// Returns, for each row, the logarithm of the softmax.
  package func logSoftmax(_ input: Storage, width: Int) -> Storage {
    let result = Storage(count: input.count)
    KernelClock.enter()
    defer { KernelClock.leave() }
    for row in stride(from: 0, to: input.count, by: width) {
      let (x, y) = (input.scalars + row, result.scalars + row)
      let (greatest, rest) = logSumExp(x, width)
      // Two steps: their sum would round away the small one where the greatest is large.
      for column in stride(from: 0, to: width, by: 16) {
        y[vector: column] = (x[vector: column] - greatest) - rest
      }
    }
    return result
  }

  /// Returns the mean over rows of minus the logarithm of the softmax at each row's label.
  package func softmaxCrossEntropy(_ logits: Storage, labels: Storage, width: Int) -> Scalar {
    var sum = 0.0
    KernelClock.enter()
    defer { KernelClock.leave() }
    for row in 0..<labels.count {
      let x = logits.scalars + row * width
      let (greatest, rest) = logSumExp(x, width)
      sum += Double(rest) - Double(x[Int(labels.scalars[row])] - greatest)
    }
    return Scalar(sum / Double(labels.count))
  }

  /// Returns the gradient of ``softmaxCrossEntropy(_:labels:width:)`` times a factor.
  package func softmaxCrossEntropySlope(
    _ logits: Storage, labels: Storage, width: Int, times factor: Scalar
  ) -> Storage {
    let result = softmax(logits, width: width)
    KernelClock.enter()
    defer { KernelClock.leave() }
    let y = result.scalars
    let factor = factor / Scalar(labels.count)
    for row in 0..<labels.count { y[row * width + Int(labels.scalars[row])] -= 1 }
    for offset in stride(from: 0, to: result.count, by: 16) { y[vector: offset] *= factor }
    return result
  }

  /// Returns the mean of `log(1 + exp(x)) - x · target`.
  package func sigmoidCrossEntropy(_ logits: Storage, _ targets: Storage) -> Scalar {
    KernelClock.enter()
    defer { KernelClock.leave() }
    let sum = vectors_sigmoid_cross_entropy(logits.scalars, targets.scalars, logits.count)
    return Scalar(sum / Double(logits.count))
  }

  /// Returns the mean of the squared differences.
  package func meanSquaredDifference(_ left: Storage, _ right: Storage) -> Scalar {
    let (a, b) = (left.scalars, right.scalars)
    KernelClock.enter()
    defer { KernelClock.leave() }
    let sum = total(count: left.count) { offset in
      let difference = a[vector: offset] - b[vector: offset]
      return difference * difference
    }
    return Scalar(sum / Double(left.count))
  }

  /// Returns the greatest of a row and the logarithm of the sum of exponentials less it.
  @inline(__always) private func logSumExp(
    _ x: UnsafeMutablePointer<Scalar>, _ width: Int
  ) -> (greatest: Scalar, rest: Scalar) {
    let greatest = vectors_maximum(x, width)
    let exponentials = Storage(count: width)
    let sum = vectors_exponentials(x, greatest, exponentials.scalars, width)
    return (greatest, Scalar(Foundation.log(sum)))
  }
#endif
