import Foundation
import struct Kernels.AdamStep
import struct Kernels.StepDecay
import func Kernels.adamStep
public import Tensors

/// Adaptive moment estimation (Kingma and Ba, [arXiv:1412.6980](https://arxiv.org/abs/1412.6980)).
///
/// `m ← β₁m + (1-β₁)g`, `v ← β₂v + (1-β₂)g²`, `p ← p - α m̂ / (√v̂ + ε)`, where `m̂` and `v̂` are
/// `m` and `v` over `1-β₁ᵗ` and `1-β₂ᵗ` at step `t`. All in one pass over the parameters. This is
/// PyTorch's form; Keras adds its ε to `√v` before the correction, and has 1e-7 for it.
public struct Adam: Optimizer {
  public var learningRate: Scalar
  /// How much of the running means is kept in each step: of the gradient, and of its square.
  public let decay: (mean: Scalar, square: Scalar)
  /// What keeps the quotient finite.
  public let epsilon: Scalar
  /// Whether the greatest `v` so far stands for `v` (AMSGrad; Reddi, Kale and Kumar,
  /// [arXiv:1904.09237](https://arxiv.org/abs/1904.09237)).
  public let isAMSGrad: Bool
  /// What is added to the gradient; for a decay of the parameters themselves see ``AdamW``.
  public let weightDecay: WeightDecay
  public var memory: OptimizerMemory

  /// Creates the rule.
  ///
  /// - Parameters:
  ///   - learningRate: The size of a step.
  ///   - decay: How much of the running means of the gradient and its square is kept in each step.
  ///   - epsilon: What keeps the quotient finite.
  ///   - isAMSGrad: Whether the greatest mean square so far stands for the last.
  ///   - weightDecay: What is added to the gradient.
  public init(
    learningRate: Scalar = 1e-3, decay: (mean: Scalar, square: Scalar) = (0.9, 0.999),
    epsilon: Scalar = 1e-8, amsgrad isAMSGrad: Bool = false, weightDecay: WeightDecay = .none
  ) {
    checkRule(
      learningRate: learningRate,
      keeping: ["decay of the mean": decay.mean, "decay of the square": decay.square],
      epsilon: epsilon)
    (self.learningRate, self.decay, self.epsilon) = (learningRate, decay, epsilon)
    (self.isAMSGrad, self.weightDecay) = (isAMSGrad, weightDecay)
    memory = OptimizerMemory(["mean", "square"] + (isAMSGrad ? ["greatest"] : []))
  }

  public mutating func update<Model: Module>(_ model: inout Model, along gradient: Gradient<Model>)
  {
    let weightDecay = weightDecay
    update(&model, along: gradient, naming: weightDecay.isSelective) {
      weightDecay.added(for: $0)
    }
  }

  /// Moves the model one step with a decay for each name of a parameter.
  mutating func update<Model: Module>(
    _ model: inout Model, along gradient: Gradient<Model>, naming: Bool,
    _ decay: (String) -> StepDecay
  ) {
    let count = Scalar(memory.step + 1)
    let step = AdamStep(
      meanRate: learningRate / (1 - pow(self.decay.mean, count)), meanDecay: self.decay.mean,
      squareDecay: self.decay.square,
      squareCorrection: 1 / (1 - pow(self.decay.square, count)).squareRoot(), epsilon: epsilon)
    memory.move(&model, along: gradient, naming: naming) { name, parameter, slope, slots in
      adamStep(
        parameter, along: slope, mean: slots[0], square: slots[1],
        greatest: slots.count > 2 ? slots[2] : nil, step, decay(name))
    }
  }

  public var settings: [String: String] {
    [
      "rule": "Adam", "learning_rate": "\(learningRate)", "mean_decay": "\(decay.mean)",
      "square_decay": "\(decay.square)", "epsilon": "\(epsilon)", "amsgrad": "\(isAMSGrad)",
    ].merging(weightDecay.settings) { $1 }
  }
}

/// Adam with a weight decay of its own, apart from the gradient (Loshchilov and Hutter,
/// [arXiv:1711.05101](https://arxiv.org/abs/1711.05101)): `p ← (1 - αλ)p`, then Adam's step.
public struct AdamW: Optimizer {
  private var rule: Adam

  public var learningRate: Scalar {
    get { rule.learningRate }
    set { rule.learningRate = newValue }
  }
  /// What is taken from the parameters.
  public let weightDecay: WeightDecay

  /// Creates the rule, with PyTorch's defaults (Keras has a decay of 0.004 and an ε of 1e-7).
  ///
  /// - Parameters:
  ///   - learningRate: The size of a step.
  ///   - decay: How much of the running means of the gradient and its square is kept in each step.
  ///   - epsilon: What keeps the quotient finite.
  ///   - isAMSGrad: Whether the greatest mean square so far stands for the last.
  ///   - weightDecay: What is taken from the parameters.
  public init(
    learningRate: Scalar = 1e-3, decay: (mean: Scalar, square: Scalar) = (0.9, 0.999),
    epsilon: Scalar = 1e-8, amsgrad isAMSGrad: Bool = false, weightDecay: WeightDecay = 0.01
  ) {
    rule = Adam(
      learningRate: learningRate, decay: decay, epsilon: epsilon, amsgrad: isAMSGrad)
    self.weightDecay = weightDecay
  }

  public mutating func update<Model: Module>(_ model: inout Model, along gradient: Gradient<Model>)
  {
    let (rate, weightDecay) = (learningRate, weightDecay)
    rule.update(&model, along: gradient, naming: weightDecay.isSelective) {
      StepDecay(kept: 1 - rate * weightDecay.rate(for: $0))
    }
  }

  public var memory: OptimizerMemory {
    _read { yield rule.memory }
    _modify { yield &rule.memory }
  }

  public var settings: [String: String] {
    rule.settings.merging(weightDecay.settings) { $1 }.merging(["rule": "AdamW"]) { $1 }
  }
}
