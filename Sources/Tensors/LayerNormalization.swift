import Kernels

/// Returns each row along the last axis normalised to its own moments.
///
/// `y = (x - mean) / √(variance + epsilon) · scale + shift`, with the mean and the biased variance
/// of the row (Ba and others, [arXiv:1607.06450](https://arxiv.org/abs/1607.06450)).
///
/// - Parameters:
///   - input: Of any shape with a last axis; to normalise along several, reshape them into one.
///   - scale: Of the extent of the last axis.
///   - shift: Of the extent of the last axis.
///   - epsilon: What keeps the quotient finite.
/// - Returns: The result, of the shape of the input.
public func layerNormalization(
  _ input: Tensor, scale: Tensor, shift: Tensor, epsilon: Scalar
) -> Tensor {
  require(
    input.shape.rank > 0 && scale.shape == [input.shape.width] && shift.shape == scale.shape,
    """
    rows of shape \(input.shape) do not meet a scale of shape \(scale.shape) and a shift of shape \
    \(shift.shape)
    """)
  guard input.shape.count > 0 else { return input }
  return .fused(LayerNormalization(epsilon: epsilon), Inputs(input, scale, shift))
}

private struct LayerNormalization: FusedOperation {
  let epsilon: Scalar

  var kind: FusedKind { .layerNormalization }

  func composed(_ x: Inputs) -> Tensor {
    let difference = x[0] - x[0].mean(along: -1, keepingAxes: true)
    let variance = (difference * difference).mean(along: -1, keepingAxes: true)
    return difference / sqrt(variance + Tensor(epsilon)) * x[1] + x[2]
  }

  #if !DoublePrecision
    func evaluate(_ x: Inputs) -> (value: Tensor, saved: [Tensor]) {
      let found = Kernels.layerNormalization(
        x[0].plain, scale: x[1].plain, shift: x[2].plain, epsilon: epsilon)
      return (
        Tensor(found.value, shape: x[0].shape),
        [found.means, found.factors].map { Tensor($0, shape: [$0.count]) }
      )
    }

    func pullback(
      of c: Tensor, at x: Inputs, output y: Tensor, saved: [Tensor], wanted: Wanted
    ) -> Flows {
      let found = layerNormalizationGradients(
        of: c.plain, x[0].plain, scale: x[1].plain, means: saved[0].storage,
        factors: saved[1].storage)
      return wanted.flows(
        Tensor(found.input, shape: x[0].shape), Tensor(found.scale, shape: x[1].shape),
        Tensor(found.shift, shape: x[2].shape))
    }
  #endif
}
