public import Tensors

/// A convolution of images `[batch, channels, height, width]`.
public struct Convolution: Layer {
  /// The weights, of shape `[outputs, inputs, kernel, kernel]`.
  public var weight: Tensor
  /// The bias, of shape `[outputs]`.
  public var bias: Tensor
  private let window: Window
  private let activation: Activation

  public static var parts: [Part<Self>] { [.tensor("weight", \.weight), .tensor("bias", \.bias)] }

  /// Creates a layer with a bias of zeros.
  ///
  /// - Parameters:
  ///   - inputs: The number of channels of the input.
  ///   - outputs: The number of channels of the output.
  ///   - kernel: How many pixels the kernel is wide and high.
  ///   - window: How the kernel moves.
  ///   - activation: What is applied to the sums.
  ///   - initialization: How the weights start.
  ///   - randomness: What the weights are drawn from.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Int, window: Window = Window(),
    activation: Activation = .identity, initialization: Initialization = .glorotUniform,
    using randomness: inout some RandomNumberGenerator
  ) {
    let taps = kernel * kernel
    weight = initialization.weights(
      inputs: inputs * taps, outputs: outputs * taps, shape: [outputs, inputs, kernel, kernel],
      using: &randomness)
    bias = Tensor(repeating: 0, shape: [outputs])
    (self.window, self.activation) = (window, activation)
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    convolution(input, weight, bias, window: window, activation: activation)
  }
}
