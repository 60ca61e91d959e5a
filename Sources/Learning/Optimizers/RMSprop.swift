import struct Kernels.RootMeanSquareStep
import func Kernels.rootMeanSquareStep
public import Tensors

/// Steps over the root of the mean square of the gradient (Tieleman and Hinton, Coursera lecture
/// 6.5, 2012), centred as in Graves ([arXiv:1308.0850](https://arxiv.org/abs/1308.0850)).
///
/// `v ← ρv + (1-ρ)g²`; centred, `m ← ρm + (1-ρ)g` and `v - m²` stands for `v`; then
/// `u ← μu + g / (√v + ε)` and `p ← p - αu`. This is PyTorch's form; Keras takes the root of
/// `v + ε`, has 1e-7 for ε and 0.9 for ρ, and the learning rate within `u`.
public struct RMSprop: Optimizer {
  public var learningRate: Scalar
  /// How much of the running means is kept in each step.
  public let decay: Scalar
  /// What keeps the quotient finite.
  public let epsilon: Scalar
  /// How much of the velocity is kept in each step.
  public let momentum: Scalar
  /// Whether the square of the mean gradient is taken from the mean square.
  public let isCentred: Bool
  /// What is added to the gradient.
  public let weightDecay: WeightDecay
  public var memory: OptimizerMemory

  /// Creates the rule, with PyTorch's defaults.
  ///
  /// - Parameters:
  ///   - learningRate: The size of a step.
  ///   - decay: How much of the running means is kept in each step.
  ///   - epsilon: What keeps the quotient finite.
  ///   - momentum: How much of the velocity is kept in each step.
  ///   - isCentred: Whether the square of the mean gradient is taken from the mean square.
  ///   - weightDecay: What is added to the gradient.
  public init(
    learningRate: Scalar = 1e-2, decay: Scalar = 0.99, epsilon: Scalar = 1e-8,
    momentum: Scalar = 0, centred isCentred: Bool = false, weightDecay: WeightDecay = .none
  ) {
    checkRule(
      learningRate: learningRate, keeping: ["decay": decay, "momentum": momentum], epsilon: epsilon)
    (self.learningRate, self.decay, self.epsilon) = (learningRate, decay, epsilon)
    (self.momentum, self.isCentred, self.weightDecay) = (momentum, isCentred, weightDecay)
    memory = OptimizerMemory(
      ["square"] + (isCentred ? ["mean"] : []) + (momentum == 0 ? [] : ["velocity"]))
  }

  public mutating func update<Model: Module>(_ model: inout Model, along gradient: Gradient<Model>)
  {
    let step = RootMeanSquareStep(
      rate: learningRate, squareDecay: decay, momentum: momentum, epsilon: epsilon)
    let (isCentred, hasVelocity, weightDecay) = (isCentred, momentum != 0, weightDecay)
    memory.move(&model, along: gradient, naming: weightDecay.isSelective) {
      name, parameter, slope, slots in
      rootMeanSquareStep(
        parameter, along: slope, square: slots[0], mean: isCentred ? slots[1] : nil,
        velocity: hasVelocity ? slots.last : nil, step, weightDecay.added(for: name))
    }
  }

  public var settings: [String: String] {
    [
      "rule": "RMSprop", "learning_rate": "\(learningRate)", "decay": "\(decay)",
      "epsilon": "\(epsilon)", "momentum": "\(momentum)", "centred": "\(isCentred)",
    ].merging(weightDecay.settings) { $1 }
  }
}
