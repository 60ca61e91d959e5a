#if !DoublePrecision
  import CVectors

  /// Returns each row normalised to its own moments, times `scale` plus `shift`.
  ///
  /// - Parameters:
  ///   - input: Rows of the width of `scale`.
  ///   - scale: One scalar for each column.
  ///   - shift: One scalar for each column.
  ///   - epsilon: What is added to the variance.
  /// - Returns: The value, and of each row the mean and one over the deviation.
  package func layerNormalization(
    _ input: Storage, scale: Storage, shift: Storage, epsilon: Scalar
  ) -> (value: Storage, means: Storage, factors: Storage) {
    let width = scale.count
    let rows = input.count / width
    let (value, means, factors) = (
      Storage(count: input.count), Storage(count: rows), Storage(count: rows)
    )
    Threads.parallel(count: rows, grain: max(1, 16384 / width)) { range in
      let (first, start) = (range.lowerBound, range.lowerBound * width)
      vectors_normalize(
        input.scalars + start, scale.scalars, shift.scalars, epsilon, value.scalars + start,
        means.scalars + first, factors.scalars + first, range.count, width)
    }
    withExtendedLifetime((input, scale, shift)) {}
    return (value, means, factors)
  }

  /// Returns the gradients of ``layerNormalization(_:scale:shift:epsilon:)`` with respect to the
  /// input, the scale and the shift.
  package func layerNormalizationGradients(
    of cotangent: Storage, _ input: Storage, scale: Storage, means: Storage, factors: Storage
  ) -> (input: Storage, scale: Storage, shift: Storage) {
    let (width, block) = (scale.count, 64)
    let rows = input.count / width
    // Sums over blocks of rows, then over blocks: the same with any number of threads.
    let blocks = (rows + block - 1) / block
    let result = Storage(count: input.count)
    let (scales, shifts) = (Storage(count: blocks * width), Storage(count: blocks * width))
    Threads.parallel(count: blocks, grain: max(1, 256 / width)) { range in
      for index in range {
        let first = index * block
        vectors_normalize_back(
          cotangent.scalars + first * width, input.scalars + first * width, scale.scalars,
          means.scalars + first, factors.scalars + first, result.scalars + first * width,
          scales.scalars + index * width, shifts.scalars + index * width,
          min(block, rows - first), width)
      }
    }
    withExtendedLifetime((cotangent, input, scale, means, factors)) {}
    let span = Span(outer: 1, middle: blocks, inner: width)
    return (result, sum(scales, span), sum(shifts, span))
  }
#endif
