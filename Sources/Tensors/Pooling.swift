import Kernels

/// Returns the greatest pixel of each channel in each place of a window.
///
/// What pads the image is never the greatest. Where several pixels are, the gradient flows to the
/// first of them in row-major order.
///
/// - Parameters:
///   - images: Of shape `[batch, channels]` and one to three spatial axes.
///   - kernel: The extents of the window.
///   - window: How it moves; `nil` by its own extents, so that no pixel is seen twice.
/// - Returns: Of shape `[batch, channels]` and, along each axis, as a convolution.
public func maximumPooling(_ images: Tensor, kernel: PerAxis, window: Window? = nil) -> Tensor {
  pooled(images, .greatest, kernel, window)
}

/// Returns the mean pixel of each channel in each place of a window.
///
/// - Parameters:
///   - images: Of shape `[batch, channels]` and one to three spatial axes.
///   - kernel: The extents of the window.
///   - window: How it moves; `nil` by its own extents, so that no pixel is seen twice.
///   - countingPadding: Whether the zeros around the image are counted, as PyTorch does unless told
///     otherwise, or the pixels alone, as Keras does.
/// - Returns: Of shape `[batch, channels]` and, along each axis, as a convolution.
public func averagePooling(
  _ images: Tensor, kernel: PerAxis, window: Window? = nil, countingPadding: Bool = false
) -> Tensor {
  pooled(images, countingPadding ? .meanWithPadding : .mean, kernel, window)
}

/// Returns the mean pixel of each channel of each image, of shape `[batch, channels]`.
public func globalAveragePooling(_ images: Tensor) -> Tensor {
  require(3...5 ~= images.shape.rank, "a batch of shape \(images.shape) has no pixels")
  let sums = images.reduced(to: images.shape.ofImages)
  return sums.reshaped(to: [images.shape[0], images.shape[1]])
    / Tensor(Scalar(images.shape.pixels))
}

private func pooled(
  _ images: Tensor, _ kind: PoolingProblem.Kind, _ kernel: PerAxis, _ window: Window?
) -> Tensor {
  require(3...5 ~= images.shape.rank, "a batch of shape \(images.shape) has no pixels")
  let window = window ?? Window(stride: kernel)
  let image = images.shape.spatial
  let axes = window.axes(image: image, kernel: image.indices.map { kernel[$0] })
  let problem = PoolingProblem(
    kind, batch: images.shape[0], channels: images.shape[1], axes: axes)
  require(
    window.groups == 1 && kernel.isFor(axes: image.count) && problem.alwaysMeetsPixel,
    """
    a window of \(image.indices.map { kernel[$0] }) with padding \(window.padding) does not always \
    meet a pixel of images of shape \(images.shape)
    """)
  let pooling = Pooling(problem: problem)
  // oneDNN's maximum passes over what is not a number, and is never below the least of numbers; its
  // mean takes no window whose own pixels stand further apart than the image extends.
  let isWide = axes.contains { $0.dilation > 1 && $0.dilation >= $0.extent }
  guard kind == .greatest ? isFinite(images.storage) : !isWide else {
    return pooling.composed(Inputs(images))
  }
  return .fused(pooling, Inputs(images))
}

private struct Pooling: FusedOperation {
  let problem: PoolingProblem

  var kind: FusedKind { .pooling }

  func composed(_ x: Inputs) -> Tensor {
    if problem.kind == .greatest {
      return x[0].reshaped(to: [x[0].shape.count, 1])
        .rows(greatestIndices(x[0].plain, problem)).reshaped(to: Shape(problem.outputExtents))
    }
    let sums = windowSums(x[0])
    if problem.kind == .meanWithPadding {
      return sums / Tensor(Scalar(problem.axes.reduce(1) { $0 * $1.kernel }))
    }
    return sums / windowSums(Tensor(repeating: 1, shape: x[0].shape))
  }

  /// Returns the sums of the pixels, by a convolution of each channel with ones.
  private func windowSums(_ x: Tensor) -> Tensor {
    let axes = problem.axes
    let window = Window(
      stride: PerAxis(axes.map(\.stride)),
      padding: .sides(before: PerAxis(axes.map(\.before)), after: PerAxis(axes.map(\.after))),
      dilation: PerAxis(axes.map(\.dilation)), groups: problem.channels)
    let ones = Tensor(repeating: 1, shape: Shape([problem.channels, 1] + axes.map(\.kernel)))
    return x.applying(.convolution(window, .identity), with: ones)
  }

  #if !DoublePrecision
    func evaluate(_ x: Inputs) -> (value: Tensor, saved: [Tensor]) {
      let (value, passed) = Kernels.pooled(x[0].storage, problem)
      return (
        Tensor(value, shape: Shape(problem.outputExtents)),
        passed.map { [Tensor($0, shape: [$0.count])] } ?? []
      )
    }

    func pullback(
      of c: Tensor, at x: Inputs, output y: Tensor, saved: [Tensor], wanted: Wanted
    ) -> Flows {
      let slope = poolingGradient(
        c.storage, passed: saved.first?.storage, x[0].storage, problem)
      return wanted.flows(Tensor(slope, shape: x[0].shape))
    }
  #endif
}
