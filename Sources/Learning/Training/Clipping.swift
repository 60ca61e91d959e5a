import class Kernels.Storage
import func Kernels.clamped
import func Kernels.isFinite
import func Kernels.require
import func Kernels.scaled
import func Kernels.sumOfSquares
import Tensors

/// How gradients that are too large are made smaller before a step.
public enum Clipping: Hashable, Sendable {
  /// All by one factor, so that the norm of all of them together is at most this (Pascanu and
  /// others, [arXiv:1211.5063](https://arxiv.org/abs/1211.5063)); as in PyTorch the factor is
  /// `bound / (norm + 1e-6)`.
  case norm(Double)
  /// Each scalar for itself, to at most this and at least minus this.
  case value(Double)

  /// Stops the program if the bound has no meaning.
  func check() {
    switch self {
    case .norm(let bound): require(bound > 0, "the norm of a gradient is not clipped to \(bound)")
    case .value(let bound):
      require(bound > 0, "the scalars of a gradient are not clipped to \(bound)")
    }
  }

  /// Clips a gradient.
  ///
  /// - Parameter gradient: The gradient.
  /// - Returns: The norm that it had, of all tensors together.
  func apply<Model: Module>(to gradient: inout Gradient<Model>) -> Double {
    let norm = gradient.norm
    switch self {
    case .norm(let bound):
      let factor = bound / (norm + 1e-6)
      if factor < 1 { gradient.change { scaled($0, by: Scalar(factor)) } }
    case .value(let bound): gradient.change { clamped($0, to: Scalar(bound)) }
    }
    return norm
  }
}

extension Gradient {
  /// The root of the sum of the squares of all its scalars, the same bits in whatever layout they are.
  public var norm: Double {
    tensors.reduce(0) { $0 + sumOfSquares($1.plain) }.squareRoot()
  }

  /// The index of the last tensor with a scalar that is not a finite number: the nearest to the
  /// loss, from where the rest has it.
  var lastDiverged: Int? { tensors.lastIndex { !isFinite($0.storage) } }

  fileprivate mutating func change(_ body: (Storage) -> Storage) {
    tensors = tensors.map { Tensor(body($0.storage), shape: $0.shape) }
  }
}
