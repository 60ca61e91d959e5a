import func Kernels.momentumStep
public import Tensors
import func Kernels.require

/// Gradient descent, with momentum (Polyak 1964) or looking ahead (Nesterov 1983), in the form of
/// Sutskever and others (ICML 2013) that PyTorch uses: `v ← μv + g`, `p ← p - αv`, or with
/// Nesterov `p ← p - α(g + μv)`.
public struct SGD: Optimizer {
  public var learningRate: Scalar
  /// How much of the velocity is kept in each step.
  public let momentum: Scalar
  /// Whether the step is that of the point where the velocity leads.
  public let isNesterov: Bool
  /// What is added to the gradient.
  public let weightDecay: WeightDecay
  public var memory: OptimizerMemory

  /// Creates the rule.
  ///
  /// - Parameters:
  ///   - learningRate: The size of a step.
  ///   - momentum: How much of the velocity is kept in each step, from 0 to below 1.
  ///   - isNesterov: Whether the step looks ahead, for which the momentum is greater than 0.
  ///   - weightDecay: What is added to the gradient.
  public init(
    learningRate: Scalar, momentum: Scalar = 0, nesterov isNesterov: Bool = false,
    weightDecay: WeightDecay = .none
  ) {
    checkRule(learningRate: learningRate, keeping: ["momentum": momentum])
    require(
      momentum != 0 || !isNesterov, "Nesterov's step needs a momentum greater than 0")
    (self.learningRate, self.momentum, self.isNesterov) = (learningRate, momentum, isNesterov)
    self.weightDecay = weightDecay
    memory = OptimizerMemory(momentum == 0 ? [] : ["velocity"])
  }

  public mutating func update<Model: Module>(_ model: inout Model, along gradient: Gradient<Model>)
  {
    let (rate, momentum, isNesterov, weightDecay) = (
      learningRate, momentum, isNesterov, weightDecay
    )
    memory.move(&model, along: gradient, naming: weightDecay.isSelective) {
      name, parameter, slope, slots in
      momentumStep(
        parameter, along: slope, velocity: slots.first, rate: rate, momentum: momentum,
        looksAhead: isNesterov, weightDecay.added(for: name))
    }
  }

  public var settings: [String: String] {
    [
      "rule": "SGD", "learning_rate": "\(learningRate)", "momentum": "\(momentum)",
      "nesterov": "\(isNesterov)",
    ].merging(weightDecay.settings) { $1 }
  }
}
