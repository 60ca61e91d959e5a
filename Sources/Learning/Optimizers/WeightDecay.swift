import struct Kernels.StepDecay
public import Tensors
import func Kernels.require

/// How strongly an optimizer pulls parameters towards zero, and which it spares.
///
/// ```swift
/// AdamW(learningRate: 1e-3, weightDecay: WeightDecay(0.01, sparing: ["bias"]))
/// ```
public struct WeightDecay: Hashable, Sendable, ExpressibleByFloatLiteral {
  /// The rate λ: ``SGD``, ``Adam``, ``Nadam`` and ``RMSprop`` add `λp` to the gradient of a
  /// parameter `p`, as PyTorch does; ``AdamW`` takes `αλp` from the parameter itself.
  public var rate: Scalar
  /// The last parts of the names of parameters that do not decay, such as `bias`.
  public var spared: [String]

  /// Creates a decay.
  ///
  /// - Parameters:
  ///   - rate: Not negative.
  ///   - spared: The last parts of the names of parameters that do not decay.
  public init(_ rate: Scalar, sparing spared: [String] = []) {
    require(
      rate >= 0 && rate.isFinite, "a weight decay is neither negative nor endless, as \(rate) is")
    (self.rate, self.spared) = (rate, spared)
  }

  /// Creates a decay of all parameters.
  public init(floatLiteral rate: Double) { self.init(Scalar(rate)) }

  /// No parameter decays.
  public static var none: WeightDecay { WeightDecay(0) }

  /// Whether ``rate(for:)`` depends on the name.
  var isSelective: Bool { rate > 0 && !spared.isEmpty }

  func rate(for name: String) -> Scalar {
    guard isSelective else { return rate }
    return spared.contains { name == $0 || name.hasSuffix("." + $0) } ? 0 : rate
  }

  /// The decay that is added to the gradient.
  func added(for name: String) -> StepDecay { StepDecay(added: rate(for: name)) }

  var settings: [String: String] {
    ["weight_decay": "\(rate)", "weight_decay_spares": spared.sorted().joined(separator: ",")]
  }
}
