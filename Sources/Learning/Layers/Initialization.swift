import Tensors

/// How the weights of a layer start.
public enum Initialization: Hashable, Sendable {
  /// Even, within `√(6 / (inputs + outputs))` of 0 (Glorot and Bengio, AISTATS 2010).
  case glorotUniform
  /// Normal, of deviation `√(2 / inputs)`: for rectifiers (He and others,
  /// [arXiv:1502.01852](https://arxiv.org/abs/1502.01852)).
  case heNormal

  func weights(
    inputs: Int, outputs: Int, shape: Shape, using randomness: inout some RandomNumberGenerator
  ) -> Tensor {
    switch self {
    case .glorotUniform:
      let limit = (6 / Scalar(inputs + outputs)).squareRoot()
      return .uniform(in: -limit...limit, shape: shape, using: &randomness)
    case .heNormal:
      return .normal(
        deviation: (2 / Double(inputs)).squareRoot(), shape: shape, using: &randomness)
    }
  }
}
