public import Tensors
import func Kernels.require

/// A convolution of series, images or volumes, `activation(input ∗ weight + bias)`.
public struct Convolution: Layer {
  /// The weights, of shape `[outputs, inputs / groups]` and the kernel's extents.
  public var weight: Tensor
  /// The bias, of shape `[outputs]`.
  public var bias: Tensor
  private let window: Window
  private let activation: Activation

  public static var parts: [Part<Self>] { [.tensor("weight", \.weight), .tensor("bias", \.bias)] }

  /// Creates a layer with a kernel of equal extents.
  ///
  /// - Parameters:
  ///   - inputs: The number of channels of the input.
  ///   - outputs: The number of channels of the output.
  ///   - kernel: How many pixels the kernel extends along each axis.
  ///   - axes: How many axes it moves along: 1 for series, 2 for images, 3 for volumes.
  ///   - window: How the kernel moves.
  ///   - activation: What is applied to the sums.
  ///   - initialization: How the weights start.
  ///   - bias: How the bias starts.
  ///   - randomness: What the weights are drawn from.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Int, axes: Int = 2, window: Window = Window(),
    activation: Activation = .identity, initialization: Initialization = .glorotUniform,
    bias: Initialization = .zeros, using randomness: inout some RandomNumberGenerator
  ) {
    let extents = kernelExtents(kernel, axes: axes, inputs, outputs, window)
    weight = kernelWeights(
      extents, [outputs, inputs / window.groups], inputs: inputs / window.groups,
      outputs: outputs, initialization, using: &randomness)
    self.bias = bias.weights(
      inputs: inputs / window.groups * weight.shape.pixelsOfKernel, outputs: outputs,
      shape: [outputs], using: &randomness)
    (self.window, self.activation) = (window, activation)
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    convolution(input, weight, bias, window: window, activation: activation)
  }
}

/// The transpose of a convolution, which draws a larger image from a smaller one.
public struct TransposedConvolution: Layer {
  /// The weights, of shape `[inputs, outputs / groups]` and the kernel's extents.
  public var weight: Tensor
  /// The bias, of shape `[outputs]`.
  public var bias: Tensor
  private let window: Window
  private let outputPadding: PerAxis
  private let activation: Activation

  public static var parts: [Part<Self>] { [.tensor("weight", \.weight), .tensor("bias", \.bias)] }

  /// Creates a layer with a kernel of equal extents.
  ///
  /// How the weights start is told by the channels of the convolution whose transpose this is, as in
  /// Keras and PyTorch: a sum is taken of the channels of the output.
  ///
  /// - Parameters:
  ///   - inputs: The number of channels of the input.
  ///   - outputs: The number of channels of the output.
  ///   - kernel: How many pixels the kernel extends along each axis.
  ///   - axes: How many axes it moves along: 1 for series, 2 for images, 3 for volumes.
  ///   - window: How the kernel of the convolution moves whose transpose this is.
  ///   - outputPadding: By how many pixels the result extends further at its end.
  ///   - activation: What is applied to the sums.
  ///   - initialization: How the weights start.
  ///   - bias: How the bias starts.
  ///   - randomness: What the weights are drawn from.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Int, axes: Int = 2, window: Window = Window(),
    outputPadding: PerAxis = 0, activation: Activation = .identity,
    initialization: Initialization = .glorotUniform, bias: Initialization = .zeros,
    using randomness: inout some RandomNumberGenerator
  ) {
    let extents = kernelExtents(kernel, axes: axes, inputs, outputs, window)
    weight = kernelWeights(
      extents, [inputs, outputs / window.groups], inputs: outputs / window.groups,
      outputs: inputs, initialization, using: &randomness)
    self.bias = bias.weights(
      inputs: outputs / window.groups * weight.shape.pixelsOfKernel, outputs: outputs,
      shape: [outputs], using: &randomness)
    (self.window, self.outputPadding, self.activation) = (window, outputPadding, activation)
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    transposedConvolution(
      input, weight, bias, window: window, outputPadding: outputPadding, activation: activation)
  }
}

extension Shape {
  /// The number of pixels of a kernel with two axes of channels.
  fileprivate var pixelsOfKernel: Int { count / (self[0] * self[1]) }
}

/// Returns the extents of a kernel, and stops unless groups divide the channels.
private func kernelExtents(
  _ kernel: Int, axes: Int, _ inputs: Int, _ outputs: Int, _ window: Window
) -> [Int] {
  require(1...3 ~= axes, "a kernel moves along one to three axes, not \(axes)")
  require(
    inputs % window.groups == 0 && outputs % window.groups == 0,
    "\(inputs) and \(outputs) channels do not come in \(window.groups) groups")
  return [Int](repeating: kernel, count: axes)
}

/// Returns kernels, each scalar of which meets `inputs` and `outputs` channels.
private func kernelWeights(
  _ extents: [Int], _ channels: [Int], inputs: Int, outputs: Int,
  _ initialization: Initialization, using randomness: inout some RandomNumberGenerator
) -> Tensor {
  let taps = extents.reduce(1, *)
  return initialization.weights(
    inputs: inputs * taps, outputs: outputs * taps, shape: Shape(channels + extents),
    using: &randomness)
}

extension Layer where Self == Convolution {
  /// Returns a convolution of pictures with kernels of 3 by 3 that keeps width and height.
  ///
  /// - Parameters:
  ///   - inputs: The channels of its input.
  ///   - outputs: The channels of its output.
  ///   - activation: What follows.
  ///   - initialization: What the kernels are drawn from.
  ///   - weights: Where the draws come from.
  /// - Returns: The layer.
  public static func same(
    _ inputs: Int, _ outputs: Int, activation: Activation = .relu,
    initialization: Initialization = .heNormal, using weights: inout some RandomNumberGenerator
  ) -> Convolution {
    Convolution(
      inputs, outputs, kernel: 3, window: Window(padding: 1), activation: activation,
      initialization: initialization, using: &weights)
  }
}
