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
  /// `x` where that is positive, else `exp(x) - 1` (Clevert and others,
  /// [arXiv:1511.07289](https://arxiv.org/abs/1511.07289)).
  case elu
  /// `x` where that is positive, else `x / 100`, as in PyTorch.
  case leakyRelu
  /// The input times its logistic function, also called swish.
  case silu
  /// The input times the normal distribution up to it (Hendrycks and Gimpel,
  /// [arXiv:1606.08415](https://arxiv.org/abs/1606.08415)).
  case gelu
  /// An approximation of ``gelu`` by the hyperbolic tangent, `approximate="tanh"` in PyTorch.
  case geluTanh

  /// Whether the slope is known from the value alone; else it takes the argument.
  ///
  /// Far below 0 the value of an elu is rounded to -1, which its slope is not told from.
  var hasSlopeOfValue: Bool { ![.elu, .silu, .gelu, .geluTanh].contains(self) }

  package var kernel: Nonlinearity {
    switch self {
    case .identity: .identity
    case .relu: .relu
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    case .softplus: .softplus
    case .elu: .elu
    case .leakyRelu: .leakyRelu
    case .silu: .silu
    case .gelu: .gelu
    case .geluTanh: .geluTanh
    }
  }

  /// The slope's own slope by what it is known from: the activation's value `y`, or its argument.
  func bend(at y: Tensor) -> Tensor {
    switch self {
    case .identity, .relu, .leakyRelu: Tensor(0)
    case .tanh: y * -2
    case .sigmoid: 1 - y * 2
    case .softplus: exp(-y)
    // The exponential of the lesser does not overflow where it is then left out.
    case .elu: exp(minimum(y, 0)) * (1 - y.compared(.greater, 0))
    case .silu: bendOfSilu(at: y)
    case .gelu: exp(y * y * -0.5) * (2 - y * y) * Tensor(Scalar((0.5 / Double.pi).squareRoot()))
    case .geluTanh: bendOfGeluTanh(at: y)
    }
  }

  private func bendOfSilu(at x: Tensor) -> Tensor {
    let s = Tensors.sigmoid(x)
    return s * (1 - s) * (2 + x * (1 - s * 2))
  }

  private func bendOfGeluTanh(at x: Tensor) -> Tensor {
    let factor = Tensor(Scalar((2 / Double.pi).squareRoot()))
    let t = Tensors.tanh((x + x * x * x * 0.044715) * factor)
    let slope = (1 + x * x * 0.134145) * factor
    let curve = x * 0.26829 * factor
    return (1 - t * t) * (slope + x * 0.5 * (curve - t * slope * slope * 2))
  }
}

/// How two tensors are compared.
public enum Comparison: Hashable, Sendable, CaseIterable {
  case greater, greaterOrEqual, equal, less, lessOrEqual, notEqual

  var kernel: Relation {
    switch self {
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    case .equal: .equal
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .notEqual: .notEqual
    }
  }
}
