public import Tensors

/// A fully connected layer: `activation(input · weight + bias)`.
public struct Dense: Layer {
  /// The weights, of shape `[inputs, outputs]`.
  public var weight: Tensor
  /// The bias, of shape `[outputs]`.
  public var bias: Tensor
  private let activation: Activation

  public static var parts: [Part<Self>] { [.tensor("weight", \.weight), .tensor("bias", \.bias)] }

  /// Creates a layer.
  ///
  /// - Parameters:
  ///   - inputs: The number of scalars in each row of the input.
  ///   - outputs: The number of scalars in each row of the output.
  ///   - activation: What is applied to the sums.
  ///   - initialization: How the weights start.
  ///   - bias: How the bias starts.
  ///   - randomness: What the weights are drawn from.
  public init(
    _ inputs: Int, _ outputs: Int, activation: Activation = .identity,
    initialization: Initialization = .glorotUniform, bias: Initialization = .zeros,
    using randomness: inout some RandomNumberGenerator
  ) {
    weight = initialization.weights(
      inputs: inputs, outputs: outputs, shape: [inputs, outputs], using: &randomness)
    self.bias = bias.weights(
      inputs: inputs, outputs: outputs, shape: [outputs], using: &randomness)
    self.activation = activation
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    linear(input, weight, bias, activation: activation)
  }
}
