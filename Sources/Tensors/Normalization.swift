import Kernels

/// Returns a batch of images normalised channel by channel, and the moments that they had.
///
/// `y = activation((x - mean) / √(variance + epsilon) · scale + shift)`, where the moments are those
/// of a channel over the batch and all pixels (Ioffe and Szegedy,
/// [arXiv:1502.03167](https://arxiv.org/abs/1502.03167)). A rectifier is computed in the same pass.
///
/// - Parameters:
///   - input: Of shape `[batch, channels]` and one to three spatial axes, or none.
///   - scale: Of shape `[channels]`.
///   - shift: Of shape `[channels]`.
///   - epsilon: What keeps the quotient finite.
///   - activation: What is applied to the result.
/// - Returns: The result, of the shape of the input, and the moments, constants of shape
///   `[channels]`. The variance is the biased one, the mean of squared differences.
public func batchNormalization(
  _ input: Tensor, scale: Tensor, shift: Tensor, epsilon: Scalar,
  activation: Activation = .identity
) -> (value: Tensor, mean: Tensor, variance: Tensor) {
  checkChannels(input, scale, shift)
  require(input.shape.count > 0, "a batch of shape \(input.shape) has no moments")
  let x = input.shape.rank == 2 ? input.reshaped(to: Shape(input.shape.extents + [1])) : input
  let operation = BatchNormalization(epsilon: epsilon, rectifies: activation == .relu)
  let channels = scale.shape
  #if DoublePrecision
    let y = operation.composed(Inputs(x, scale, shift))
    let (mean, variance) = moments(x.detached(), to: x.shape.ofChannels)
    let (m, v) = (mean.reshaped(to: channels), variance.reshaped(to: channels))
  #else
    let (y, saved) = Tensor.fusedWithSaved(operation, Inputs(x, scale, shift))
    let (m, v) = (
      Tensor(saved[0].storage, shape: channels), Tensor(saved[1].storage, shape: channels)
    )
  #endif
  let value = y.reshaped(to: input.shape)
  return (activation == .relu ? value : activate(value, activation), m, v)
}

/// Returns a batch of images normalised channel by channel to moments that are given.
///
/// `y = activation((x - mean) / √(variance + epsilon) · scale + shift)`, with all of `mean`,
/// `variance`, `scale` and `shift` of shape `[channels]`.
public func batchNormalization(
  _ input: Tensor, mean: Tensor, variance: Tensor, scale: Tensor, shift: Tensor, epsilon: Scalar,
  activation: Activation = .identity
) -> Tensor {
  checkChannels(input, scale, shift)
  checkChannels(input, mean, variance)
  let factor = scale / sqrt(variance + Tensor(epsilon))
  let channels = input.shape.ofChannels
  let scaled = input * factor.reshaped(to: channels)
  return activate(scaled + (shift - mean * factor).reshaped(to: channels), activation)
}

/// Returns a batch of images normalised in groups of channels, each image to its own moments.
///
/// As ``batchNormalization(_:scale:shift:epsilon:activation:)``, with the moments of a group of
/// channels and all pixels of one image (Wu and He,
/// [arXiv:1803.08494](https://arxiv.org/abs/1803.08494)).
///
/// - Parameters:
///   - input: Of shape `[batch, channels]` and one to three spatial axes.
///   - groups: In how many groups the channels are taken; it divides their number.
///   - scale: Of shape `[channels]`.
///   - shift: Of shape `[channels]`.
///   - epsilon: What keeps the quotient finite.
/// - Returns: The result, of the shape of the input.
public func groupNormalization(
  _ input: Tensor, groups: Int, scale: Tensor, shift: Tensor, epsilon: Scalar
) -> Tensor {
  checkChannels(input, scale, shift)
  require(
    groups >= 1 && input.shape[1] % groups == 0,
    "\(input.shape[1]) channels do not come in \(groups) groups")
  let width = input.shape[1] / groups * input.shape.pixels
  let rows = layerNormalization(
    input.reshaped(to: [input.shape[0], groups, width]),
    scale: Tensor(repeating: 1, shape: [width]), shift: Tensor(repeating: 0, shape: [width]),
    epsilon: epsilon)
  let channels = input.shape.ofChannels
  return rows.reshaped(to: input.shape) * scale.reshaped(to: channels)
    + shift.reshaped(to: channels)
}

private func checkChannels(_ input: Tensor, _ scale: Tensor, _ shift: Tensor) {
  require(
    2...5 ~= input.shape.rank && scale.shape == [input.shape[1]] && shift.shape == scale.shape,
    """
    images of shape \(input.shape) do not meet scalars for each channel of shapes \(scale.shape) \
    and \(shift.shape)
    """)
}

/// Returns the mean and the biased variance, of a shape that stretches to that of `x`.
private func moments(_ x: Tensor, to shape: Shape) -> (mean: Tensor, variance: Tensor) {
  let count = Tensor(Scalar(x.shape.count / shape.count))
  let mean = x.reduced(to: shape) / count
  let difference = x - mean
  return (mean, (difference * difference).reduced(to: shape) / count)
}

/// Of images, their scale and their shift.
private struct BatchNormalization: FusedOperation {
  let epsilon: Scalar
  let rectifies: Bool

  var kind: FusedKind { .batchNormalization }

  func composed(_ x: Inputs) -> Tensor {
    let channels = x[0].shape.ofChannels
    let (mean, variance) = moments(x[0], to: channels)
    let normal = (x[0] - mean) / sqrt(variance + Tensor(epsilon))
    let y = normal * x[1].reshaped(to: channels) + x[2].reshaped(to: channels)
    return rectifies ? relu(y) : y
  }

  #if !DoublePrecision
    func evaluate(_ x: Inputs) -> (value: Tensor, saved: [Tensor]) {
      let found = Kernels.batchNormalization(
        x[0].storage, extents: x[0].shape.extents, scale: x[1].plain, shift: x[2].plain,
        epsilon: epsilon, rectifies: rectifies)
      return (Tensor(found.value, shape: x[0].shape), saved(found))
    }

    func pullback(
      of c: Tensor, at x: Inputs, output y: Tensor, saved: [Tensor], wanted: Wanted
    ) -> Flows {
      let flows = batchNormalizationGradient(
        c.storage, of: normalized(y, saved), x[0].storage, extents: x[0].shape.extents,
        scale: x[1].plain, epsilon: epsilon)
      return wanted.flows(flows, x)
    }
  #endif
}

#if !DoublePrecision
  /// What stays of a normalisation for its gradient, as constants.
  private func saved(_ found: Normalized) -> [Tensor] {
    ([found.mean, found.variance] + (found.passed.map { [$0] } ?? [])).map {
      Tensor($0, shape: [$0.count])
    }
  }

  private func normalized(_ y: Tensor, _ saved: [Tensor]) -> Normalized {
    Normalized(
      value: y.storage, mean: saved[0].storage, variance: saved[1].storage,
      passed: saved.count > 2 ? saved[2].storage : nil)
  }

  extension Wanted {
    /// Returns gradients, which came all at once, as those of the inputs.
    fileprivate func flows(_ storages: [Storage], _ x: Inputs) -> Flows {
      flows(
        Tensor(storages[0], shape: x[0].shape), Tensor(storages[1], shape: x[1].shape),
        Tensor(storages[2], shape: x[2].shape))
    }
  }
#endif
