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

  /// Returns the output for many examples, a part of them at a time so that memory stays small.
  ///
  /// - Parameters:
  ///   - input: The first axis counts the examples, of which there is at least one.
  ///   - batchSize: How many are computed at a time.
  /// - Returns: The outputs, one after another along the first axis.
  public func predictions(for input: Tensor, batchSize: Int = 256) -> Tensor {
    Tensor.concatenated(
      stride(from: 0, to: input.shape[0], by: batchSize).map {
        self(input.rows($0..<min($0 + batchSize, input.shape[0])))
      })
  }
}
