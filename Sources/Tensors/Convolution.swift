import Kernels

/// Returns `activation(input ∗ weight + bias)`, a convolution of series, images or volumes.
///
/// As everywhere in machine learning the kernel is not mirrored: this is a correlation.
///
/// - Parameters:
///   - input: Of shape `[batch, channels, width]`, `[batch, channels, height, width]` or
///     `[batch, channels, depth, height, width]`.
///   - weight: Of shape `[outputs, channels / groups]` and the kernel's extents.
///   - bias: Of shape `[outputs]`.
///   - window: How the kernel moves.
///   - activation: What is applied to the sums.
/// - Returns: Of shape `[batch, outputs]` and, along each axis,
///   `(extent + padding - (kernel - 1) · dilation - 1) / stride + 1`, rounded down.
public func convolution(
  _ input: Tensor, _ weight: Tensor, _ bias: Tensor, window: Window = Window(),
  activation: Activation = .identity
) -> Tensor {
  checkConvolution(input, weight, window)
  require(
    bias.shape == [weight.shape[0]],
    "a bias of shape \(bias.shape) does not meet kernels of shape \(weight.shape)")
  let fused = activation.hasSlopeOfValue ? activation : .identity
  let value = input.applying(.convolution(window, fused), with: weight, bias)
  return fused == activation ? value : activate(value, activation)
}

/// Returns `activation(inputᵀ∗ weight + bias)`, where `ᵀ∗` is the transpose of a convolution.
///
/// It draws a larger image from a smaller one: with `window` and `weight`, ``convolution`` takes an
/// image of the result's shape to one of the input's shape, and this is its transpose as a matrix.
///
/// - Parameters:
///   - input: Of shape `[batch, channels]` and one to three spatial axes.
///   - weight: Of shape `[channels, outputs / groups]` and the kernel's extents.
///   - bias: Of shape `[outputs]`.
///   - window: How the kernel of the convolution moves. With padding that is `same` the result
///     extends `extent · stride` along an axis.
///   - outputPadding: By how many pixels the result extends further at its end; below the stride, and
///     0 with padding that is `same`. A convolution of stride `s` leads from `s` extents to the same
///     one: this tells which of them.
///   - activation: What is applied to the sums.
/// - Returns: Of shape `[batch, outputs]` and, along each axis,
///   `(extent - 1) · stride + (kernel - 1) · dilation + 1 - padding + outputPadding`.
public func transposedConvolution(
  _ input: Tensor, _ weight: Tensor, _ bias: Tensor, window: Window = Window(),
  outputPadding: PerAxis = 0, activation: Activation = .identity
) -> Tensor {
  require(
    3...5 ~= input.shape.rank && weight.shape.rank == input.shape.rank
      && input.shape[1] == weight.shape[0] && weight.shape[0] % window.groups == 0
      && weight.shape.count > 0 && input.shape.pixels > 0
      && bias.shape == [weight.shape[1] * window.groups],
    """
    images of shape \(input.shape) do not meet kernels of shape \(weight.shape) in \
    \(window.groups) groups and a bias of shape \(bias.shape)
    """)
  let extents = (0..<input.shape.rank - 2).map { axis in
    let (stride, extent) = (window.stride[axis], input.shape[axis + 2])
    require(
      0..<stride ~= outputPadding[axis] || outputPadding[axis] == 0,
      "an output padding of \(outputPadding[axis]) is not below the stride, \(stride)")
    if window.padding == .same {
      require(
        outputPadding[axis] == 0,
        """
        with padding that is same the result extends \(extent * stride), and no output padding of \
        \(outputPadding[axis]) further: give the padding in pixels
        """)
      return extent * stride
    }
    let reach = (weight.shape[axis + 2] - 1) * window.dilation[axis] + 1
    let widths = window.padding.widths(axis, extent: extent, reach: reach, stride: stride)
    return (extent - 1) * stride + reach - widths.before - widths.after + outputPadding[axis]
  }
  require(
    extents.allSatisfy { $0 > 0 },
    """
    of images of shape \(input.shape) with padding \(window.padding) and kernels of shape \
    \(weight.shape) nothing is left: \(extents)
    """)
  let shape = Shape([input.shape[0], bias.shape[0]] + extents)
  let fused = activation.hasSlopeOfValue ? activation : .identity
  let value = input.applying(.transposedConvolution(window, shape, fused), with: weight, bias)
  return fused == activation ? value : activate(value, activation)
}

private func checkConvolution(_ input: Tensor, _ weight: Tensor, _ window: Window) {
  require(
    3...5 ~= input.shape.rank && weight.shape.rank == input.shape.rank
      && input.shape[1] == weight.shape[1] * window.groups
      && weight.shape[0] % window.groups == 0 && weight.shape.count > 0
      && input.shape.pixels > 0
      && problem(input.shape, weight.shape, window).axes.allSatisfy {
        $0.extent + $0.before + $0.after >= $0.reach
      },
    """
    images of shape \(input.shape) with padding \(window.padding) do not meet kernels of shape \
    \(weight.shape) in \(window.groups) groups
    """)
}

// From shapes to the kernels' problems.

func problem(_ x: Shape, _ w: Shape, _ window: Window) -> ConvolutionProblem {
  ConvolutionProblem(
    batch: x[0], inputs: x[1], outputs: w[0], groups: window.groups,
    axes: window.axes(image: x.spatial, kernel: w.spatial))
}

func convolved(_ x: Inputs, _ window: Window, _ activation: Activation) -> Tensor {
  let problem = problem(x[0].shape, x[1].shape, window)
  let value = Kernels.convolution(
    x[0].storage, weight: x[1].storage, bias: x.count > 2 ? x[2].plain : nil, problem,
    activation: activation.kernel)
  return Tensor(value, shape: Shape(problem.outputExtents))
}

func transposeConvolved(
  _ x: Inputs, _ window: Window, _ shape: Shape, _ activation: Activation
) -> Tensor {
  let value = convolutionInput(
    x[0].storage, weight: x[1].storage, bias: x[2].plain, problem(shape, x[1].shape, window),
    activation: activation.kernel)
  return Tensor(value, shape: shape)
}

extension Shape {
  /// The extents after those of the batch and the channels.
  var spatial: [Int] { (2..<max(rank, 2)).map { self[$0] } }
  /// The number of pixels of an image in a batch of images.
  var pixels: Int { (2..<max(rank, 2)).reduce(1) { $0 * self[$1] } }
  /// The shape of one scalar for each channel, which stretches over a batch of images.
  var ofChannels: Shape { ofImages.replacing(0, with: 1) }
  /// The shape of one scalar for each channel of each image.
  var ofImages: Shape { Shape([self[0], self[1]] + spatial.map { _ in 1 }) }
}
