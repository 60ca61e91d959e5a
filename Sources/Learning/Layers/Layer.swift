public import Tensors

/// A module that maps one tensor to another.
public protocol Layer: Module {
  /// Returns the output of the layer for a batch, whose first axis counts the examples.
  ///
  /// - Parameters:
  ///   - input: The batch.
  ///   - phase: Whether the layer is trained or used; see ``Phase``.
  /// - Returns: The output, of as many examples.
  func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor
}

extension Layer {
  /// Returns the output of the layer when it is used, and not trained.
  public func callAsFunction(_ input: Tensor) -> Tensor { self(input, in: .inference) }
}
