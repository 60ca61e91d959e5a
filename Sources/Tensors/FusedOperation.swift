/// An operation that one kernel computes and another differentiates.
///
/// Its kernels know the first derivative only. Where a graph is kept, so that gradients can be
/// differentiated in turn, its ``composed(_:)`` form is differentiated instead; and in double
/// precision, the oracle, that form is all there is. The composed form is the definition: the tests
/// compare the kernels with it.
protocol FusedOperation: Sendable {
  /// By which the tests know that the operation is probed.
  var kind: FusedKind { get }

  /// Returns the value, composed of operations that can be differentiated any number of times.
  func composed(_ x: Inputs) -> Tensor

  #if !DoublePrecision
    /// Returns the value, and what the gradient will need of its computation.
    func evaluate(_ x: Inputs) -> (value: Tensor, saved: [Tensor])

    /// Returns the gradient that flows to each input, or `nil` where none is wanted.
    func pullback(
      of c: Tensor, at x: Inputs, output y: Tensor, saved: [Tensor], wanted: Wanted
    ) -> Flows
  #endif
}

/// The fused operations.
enum FusedKind: String, CaseIterable, Sendable {
  case meanSquaredError, softmaxCrossEntropy
  case lstm, gru
  case attention, selfAttention
  case batchNormalization, layerNormalization
  case pooling, resampling
  case magnitudeSpectrum
}

extension Tensor {
  /// Returns the value of a fused operation.
  static func fused(_ operation: some FusedOperation, _ inputs: Inputs) -> Tensor {
    guard let log = OperationLog.active else { return computed(operation, inputs) }
    return log.forward(operation.kind.rawValue, inputs) { computed(operation, inputs) }
  }

  private static func computed(_ operation: some FusedOperation, _ inputs: Inputs) -> Tensor {
    #if DoublePrecision
      return operation.composed(inputs)
    #else
      // The kernels ask for some scalars.
      if inputs[0].shape.count == 0 { return operation.composed(inputs) }
      return fusedWithSaved(operation, inputs).value
    #endif
  }

  #if !DoublePrecision
    /// Returns the value of a fused operation, and what it keeps for its gradient.
    static func fusedWithSaved(
      _ operation: some FusedOperation, _ inputs: Inputs
    ) -> (value: Tensor, saved: [Tensor]) {
      let (value, saved) = operation.evaluate(inputs.detached())
      guard inputs.leadToVariable else { return (value, saved) }
      let origin = Origin(.fused(operation), of: inputs, saved: saved)
      return (Tensor(value.storage, shape: value.shape, origin: origin), saved)
    }
  #endif
}
