#if !DoublePrecision
  import CVectors
  import Foundation

  /// Returns, for each row, the exponentials divided by their sum.
  package func softmax(_ input: Storage, width: Int) -> Storage {
    let result = Storage(count: input.count)
    KernelClock.enter()
    defer { KernelClock.leave() }
    guard width > 0 else { return result }
    withExtendedLifetime(input) {
      vectors_softmax(input.scalars, result.scalars, nil, nil, input.count / width, width)
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

  /// Returns the mean over rows of minus the logarithm of the softmax at each row's label, and the
  /// softmax, which its gradient is made of.
  package func softmaxCrossEntropy(
    _ logits: Storage, labels: Storage, width: Int
  ) -> (mean: Scalar, softmax: Storage) {
    let (result, rows) = (Storage(count: logits.count), labels.count)
    KernelClock.enter()
    defer { KernelClock.leave() }
    var sum = 0.0
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: rows) { greatest in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: rows) { sums in
        vectors_softmax(
          logits.scalars, result.scalars, greatest.baseAddress, sums.baseAddress, rows, width)
        for row in 0..<rows {
          let scalar = logits.scalars[row * width + Int(labels.scalars[row])]
          sum += Foundation.log(sums[row]) - Double(scalar - greatest[row])
        }
      }
    }
    withExtendedLifetime((logits, labels)) {}
    return (Scalar(sum / Double(rows)), result)
  }

  /// Returns the gradient of ``softmaxCrossEntropy(_:labels:width:)`` times a factor.
  package func softmaxCrossEntropySlope(
    _ softmax: Storage, labels: Storage, width: Int, times factor: Scalar
  ) -> Storage {
    let factor = factor / Scalar(labels.count)
    let (x, result) = (softmax.scalars, Storage(count: softmax.count))
    KernelClock.enter()
    defer { KernelClock.leave() }
    for offset in stride(from: 0, to: result.count, by: 16) {
      result.scalars[vector: offset] = x[vector: offset] * factor
    }
    for row in 0..<labels.count {
      result.scalars[row * width + Int(labels.scalars[row])] -= factor
    }
    withExtendedLifetime((softmax, labels)) {}
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

  /// Returns a multiple of the differences.
  package func scaledDifference(_ left: Storage, _ right: Storage, times factor: Scalar) -> Storage
  {
    let result = Storage(count: left.count)
    let (a, b, y) = (left.scalars, right.scalars, result.scalars)
    Threads.parallel(count: left.count, grain: elementGrain) { range in
      let start = range.lowerBound
      vectors_scaled_difference(a + start, b + start, factor, y + start, range.count)
    }
    withExtendedLifetime((left, right)) {}
    return result
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
