#if !DoublePrecision
  import COneDNN

  /// A normalisation with what its gradient needs.
  package struct Normalized {
    package let value: Storage
    /// Of each channel, or of each row, over what it is normalised by; the variance is biased.
    package let mean, variance: Storage
    /// Where a rectifier let its input through; `nil` without one.
    package let passed: Storage?

    package init(value: Storage, mean: Storage, variance: Storage, passed: Storage?) {
      (self.value, self.mean, self.variance, self.passed) = (value, mean, variance, passed)
    }
  }

  /// Returns `(x - mean) / √(variance + epsilon) · scale + shift` with the moments of each channel.
  ///
  /// - Parameters:
  ///   - input: A batch of images of `extents`, whose second axis counts the channels.
  ///   - extents: The extents of the images.
  ///   - scale: One scalar for each channel.
  ///   - shift: One scalar for each channel.
  ///   - epsilon: What keeps the quotient finite.
  ///   - rectifies: Whether what is negative is then set to 0.
  /// - Returns: The value, in the layout of the input, and the moments.
  package func batchNormalization(
    _ input: Storage, extents: [Int], scale: Storage, shift: Storage, epsilon: Scalar,
    rectifies: Bool
  ) -> Normalized {
    let results = forward(input.layout ?? .rowMajor(extents.asImages), epsilon, rectifies)(
      input, scale, shift)
    return Normalized(
      value: results[0], mean: results[1], variance: results[2],
      passed: rectifies ? results[3] : nil)
  }

  /// Returns the gradients of a batch normalisation.
  ///
  /// - Parameters:
  ///   - slope: The gradient with respect to the value.
  ///   - normalized: What the normalisation returned.
  ///   - input: What was normalised.
  ///   - extents: The extents of the images.
  ///   - scale: One scalar for each channel.
  ///   - epsilon: As in the normalisation.
  /// - Returns: The gradients with respect to the input, the scale and the shift.
  package func batchNormalizationGradient(
    _ slope: Storage, of normalized: Normalized, _ input: Storage, extents: [Int],
    scale: Storage, epsilon: Scalar
  ) -> [Storage] {
    let layout = input.layout ?? .rowMajor(extents.asImages)
    let rectifies = normalized.passed != nil
    let asksForShift = onednn_batch_normalization_asks_for_shift() != 0
    let kernel = Primitive.cached(
      .batchNormalizationGradient(
        ObjectIdentifier(layout), epsilon: epsilon, rectifies: rectifies),
      from: [
        DNNL_ARG_SRC, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE, DNNL_ARG_DIFF_DST, DNNL_ARG_SCALE,
      ] + (asksForShift ? [DNNL_ARG_SHIFT] : []) + (rectifies ? [DNNL_ARG_WORKSPACE] : []),
      to: [DNNL_ARG_DIFF_SRC, DNNL_ARG_DIFF_SCALE, DNNL_ARG_DIFF_SHIFT]
    ) {
      onednn_batch_normalization_describe(
        &$0, onednn_input_gradient, layout.handle, epsilon, rectifies ? 1 : 0, OneDNN.engine, $1,
        forward(layout, epsilon, rectifies).description)
    }
    return kernel(
      [input, normalized.mean, normalized.variance, slope, scale]
        + (asksForShift ? [scale] : []) + (normalized.passed.map { [$0] } ?? []))
  }

  private func forward(_ layout: Layout, _ epsilon: Scalar, _ rectifies: Bool) -> Primitive {
    Primitive.cached(
      .batchNormalization(ObjectIdentifier(layout), epsilon: epsilon, rectifies: rectifies),
      from: [DNNL_ARG_SRC, DNNL_ARG_SCALE, DNNL_ARG_SHIFT],
      to: [DNNL_ARG_DST, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE]
        + (rectifies ? [DNNL_ARG_WORKSPACE] : [])
    ) {
      onednn_batch_normalization_describe(
        &$0, onednn_forward, layout.handle, epsilon, rectifies ? 1 : 0, OneDNN.engine, $1, nil)
    }
  }

#endif
