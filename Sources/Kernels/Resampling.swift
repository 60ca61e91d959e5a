#if !DoublePrecision
  import COneDNN

  /// Returns images drawn with other extents.
  ///
  /// - Parameters:
  ///   - input: A batch of images.
  ///   - extents: Its extents.
  ///   - target: The extents of the result.
  ///   - isLinear: Whether a pixel is drawn from its neighbours, or from the nearest alone.
  /// - Returns: The images, in the layout of the input.
  package func resampled(
    _ input: Storage, from extents: [Int], to target: [Int], isLinear: Bool
  ) -> Storage {
    let layout = input.layout ?? .rowMajor(extents.asImages)
    return forward(layout, target, isLinear)(input)[0]
  }

  /// Returns the gradient of ``resampled(_:from:to:isLinear:)`` with respect to its input.
  ///
  /// - Parameters:
  ///   - slope: The gradient with respect to the result.
  ///   - input: What was drawn.
  ///   - extents: The extents of the input.
  ///   - target: The extents of the result.
  ///   - isLinear: As in the drawing.
  /// - Returns: The gradient, in the layout of the input.
  package func resamplingGradient(
    _ slope: Storage, of input: Storage, from extents: [Int], to target: [Int], isLinear: Bool
  ) -> Storage {
    let layout = input.layout ?? .rowMajor(extents.asImages)
    return Primitive.cached(
      .resamplingGradient(ObjectIdentifier(layout), target, isLinear: isLinear),
      from: [DNNL_ARG_DIFF_DST], to: [DNNL_ARG_DIFF_SRC]
    ) {
      describe(
        &$0, onednn_input_gradient, layout, target, isLinear, $1,
        forward(layout, target, isLinear).description)
    }(slope)[0]
  }

  private func forward(_ layout: Layout, _ target: [Int], _ isLinear: Bool) -> Primitive {
    Primitive.cached(
      .resampling(ObjectIdentifier(layout), target, isLinear: isLinear), from: [DNNL_ARG_SRC],
      to: [DNNL_ARG_DST]
    ) { describe(&$0, onednn_forward, layout, target, isLinear, $1, nil) }
  }

  private func describe(
    _ description: inout dnnl_primitive_desc_t?, _ direction: onednn_direction, _ layout: Layout,
    _ target: [Int], _ isLinear: Bool, _ attributes: dnnl_primitive_attr_t?,
    _ hint: dnnl_primitive_desc_t?
  ) -> dnnl_status_t {
    let output = described(target.asImages.map { dnnl_dim_t($0) })
    defer { onednn_layout_destroy(output) }
    return onednn_resampling_describe(
      &description, direction, isLinear ? dnnl_resampling_linear : dnnl_resampling_nearest,
      layout.handle, output, OneDNN.engine, attributes, hint)
  }
#endif
