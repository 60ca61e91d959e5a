public import Tensors

/// Makes one row of each example.
public struct Flatten: Layer {
  public static var parts: [Part<Self>] { [] }

  /// Creates the layer.
  public init() {}

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    input.reshaped(to: [input.shape[0], input.shape.count / max(input.shape[0], 1)])
  }
}
