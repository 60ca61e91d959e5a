#if !DoublePrecision
  import COneDNN

  /// Returns what becomes of the pixels in each place of a window, and what its gradient needs.
  package func pooled(
    _ input: Storage, _ problem: PoolingProblem
  ) -> (value: Storage, passed: Storage?) {
    let results = forward(input.layout ?? .rowMajor(problem.inputExtents.asImages), problem)(input)
    return (results[0], results.count > 1 ? results[1] : nil)
  }

  /// Returns the gradient of a pooling with respect to its input.
  ///
  /// - Parameters:
  ///   - slope: The gradient with respect to the value.
  ///   - passed: What the pooling returned beside its value.
  ///   - input: What was pooled.
  ///   - problem: How.
  /// - Returns: The gradient, in the layout of the input.
  package func poolingGradient(
    _ slope: Storage, passed: Storage?, _ input: Storage, _ problem: PoolingProblem
  ) -> Storage {
    let layout = input.layout ?? .rowMajor(problem.inputExtents.asImages)
    let kernel = Primitive.cached(
      .poolingGradient(ObjectIdentifier(layout), problem),
      from: [DNNL_ARG_DIFF_DST] + (passed == nil ? [] : [DNNL_ARG_WORKSPACE]),
      to: [DNNL_ARG_DIFF_SRC]
    ) {
      describe(
        &$0, onednn_input_gradient, layout, problem, $1, forward(layout, problem).description)
    }
    return kernel([slope] + (passed.map { [$0] } ?? []))[0]
  }

  private func forward(_ layout: Layout, _ problem: PoolingProblem) -> Primitive {
    Primitive.cached(
      .pooling(ObjectIdentifier(layout), problem), from: [DNNL_ARG_SRC],
      to: [DNNL_ARG_DST] + (problem.kind == .greatest ? [DNNL_ARG_WORKSPACE] : [])
    ) { describe(&$0, onednn_forward, layout, problem, $1, nil) }
  }

  private func describe(
    _ description: inout dnnl_primitive_desc_t?, _ direction: onednn_direction, _ layout: Layout,
    _ problem: PoolingProblem, _ attributes: dnnl_primitive_attr_t?, _ hint: dnnl_primitive_desc_t?
  ) -> dnnl_status_t {
    let output = described(problem.outputExtents.asImages.map { dnnl_dim_t($0) })
    defer { onednn_layout_destroy(output) }
    let kind =
      switch problem.kind {
      case .greatest: dnnl_pooling_max
      case .mean: dnnl_pooling_avg_exclude_padding
      case .meanWithPadding: dnnl_pooling_avg_include_padding
      }
    return withWindow(problem.axes) { window, kernel in
      onednn_pooling_describe(
        &description, direction, kind, layout.handle, output, kernel, window, OneDNN.engine,
        attributes, hint)
    }
  }
#endif

/// Returns for each place of a window the index of the greatest pixel it meets: the first of them,
/// in row-major order.
///
/// What is not a number is greater than all.
package func greatestIndices(_ input: Storage, _ problem: PoolingProblem) -> [Int] {
  let (pixels, positions) = (problem.axes.pixels, problem.axes.positions)
  let meetings = problem.axes.meetings
  var indices = [Int](repeating: -1, count: problem.batch * problem.channels * positions)
  for image in 0..<problem.batch * problem.channels {
    for meeting in meetings {
      let (place, pixel) = (
        image * positions + meeting.position, image * pixels + meeting.pixel
      )
      let known = indices[place] < 0 ? nil : input.scalars[indices[place]]
      let new = input.scalars[pixel]
      if known.map({ new > $0 || new.isNaN && !$0.isNaN }) ?? true { indices[place] = pixel }
    }
  }
  withExtendedLifetime(input) {}
  return indices
}
