package import Kernels

/// An elementwise function that a layer ends with.
public enum Activation: String, Hashable, Sendable, Codable, CaseIterable {
  /// The input itself.
  case identity
  /// The greater of the input and 0.
  case relu
  /// The hyperbolic tangent.
  case tanh
  /// The logistic function, `1 / (1 + exp(-x))`.
  case sigmoid
  /// A smooth rectifier, `log(1 + exp(x))`.
  case softplus

  package var kernel: Nonlinearity {
    switch self {
    case .identity: .identity
    case .relu: .relu
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    case .softplus: .softplus
    }
  }

  /// The slope's own slope, where the activation's value is `y`.
  func bend(at y: Tensor) -> Tensor {
    switch self {
    case .identity, .relu: Tensor(0)
    case .tanh: y * -2
    case .sigmoid: 1 - y * 2
    case .softplus: exp(-y)
    }
  }
}

/// How two tensors are compared.
public enum Comparison: Hashable, Sendable, CaseIterable {
  case greater, greaterOrEqual, equal

  var kernel: Relation {
    switch self {
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    case .equal: .equal
    }
  }
}
