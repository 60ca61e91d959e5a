public import Tensors
import func Kernels.require

/// Normalises each row along the last axis to its own moments (Ba and others,
/// [arXiv:1607.06450](https://arxiv.org/abs/1607.06450)).
public struct LayerNormalization: Layer {
  /// What the normalised rows are multiplied by, of shape `[features]`; 1 at the start.
  public var scale: Tensor
  /// What is then added, of shape `[features]`; 0 at the start.
  public var shift: Tensor
  /// What is added to the variance.
  public let epsilon: Scalar

  public static var parts: [Part<Self>] { [.tensor("scale", \.scale), .tensor("shift", \.shift)] }

  /// Creates a layer.
  ///
  /// - Parameters:
  ///   - features: The extent of the last axis.
  ///   - epsilon: What is added to the variance: 1e-5 in PyTorch, 1e-3 in Keras.
  public init(_ features: Int, epsilon: Scalar = 1e-5) {
    require(
      features > 0 && epsilon >= 0,
      "\(features) features are not normalised with an epsilon of \(epsilon)")
    scale = Tensor(repeating: 1, shape: [features])
    shift = Tensor(repeating: 0, shape: [features])
    self.epsilon = epsilon
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    layerNormalization(input, scale: scale, shift: shift, epsilon: epsilon)
  }
}
