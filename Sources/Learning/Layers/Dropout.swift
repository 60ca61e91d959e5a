import Randomness
public import Tensors
import func Kernels.require

/// Sets each scalar to 0 with a probability in training; in use it does nothing.
///
/// The scalars that stay are scaled up so that the mean stays (Srivastava and others, *JMLR* 15,
/// 2014).
public struct Dropout: Layer {
  /// The probability that a scalar is dropped, from 0 to below 1.
  public let probability: Double

  public static var parts: [Part<Self>] { [] }
  public static var dependsOnPhase: Bool { true }

  /// Creates a layer that drops scalars with a probability from 0 to below 1.
  public init(_ probability: Double) {
    require(
      0..<1 ~= probability, "a dropout probability is from 0 to below 1, not \(probability)")
    self.probability = probability
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    guard case .training(var stream) = phase, probability > 0 else { return input }
    return input * dropoutMask(input.shape, probability, &stream)
  }
}

/// Sets whole channels of each image to 0 with a probability in training; in use it does nothing.
///
/// Neighbouring pixels say much the same, so that ``Dropout`` would drop little (Tompson and others,
/// [arXiv:1411.4280](https://arxiv.org/abs/1411.4280)). The channels that stay are scaled up.
public struct SpatialDropout: Layer {
  /// The probability that a channel is dropped, from 0 to below 1.
  public let probability: Double

  public static var parts: [Part<Self>] { [] }
  public static var dependsOnPhase: Bool { true }

  /// Creates a layer that drops channels with a probability from 0 to below 1.
  public init(_ probability: Double) {
    require(
      0..<1 ~= probability, "a dropout probability is from 0 to below 1, not \(probability)")
    self.probability = probability
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    require(input.shape.rank > 2, "a batch of shape \(input.shape) has no images")
    guard case .training(var stream) = phase, probability > 0 else { return input }
    let pixels = [Int](repeating: 1, count: input.shape.rank - 2)
    let shape = Shape([input.shape[0], input.shape[1]] + pixels)
    return input * dropoutMask(shape, probability, &stream)
  }
}

/// Returns zeros with a probability, and elsewhere what keeps the mean.
private func dropoutMask(
  _ shape: Shape, _ probability: Double, _ stream: inout RandomStream
) -> Tensor {
  // Two draws a number: 32 bits are enough to compare with a probability.
  let limit = UInt32((probability * 0x1p32).rounded(.down))
  let kept = Scalar(1 / (1 - probability))
  var word: UInt64 = 0
  let mask = (0..<shape.count).map { index -> Scalar in
    word = index & 1 == 0 ? stream.next() : word >> 32
    return UInt32(truncatingIfNeeded: word) < limit ? 0 : kept
  }
  return Tensor(mask, shape: shape)
}
