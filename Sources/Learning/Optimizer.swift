public import Tensors

/// A rule that moves a model against its gradient.
///
/// An optimizer is a value: a copy of it beside the model is a complete checkpoint. It belongs to
/// the model that it first updates, whose parameters' shapes it keeps.
public protocol Optimizer: Sendable {
  /// The size of a step.
  var learningRate: Scalar { get set }

  /// Moves the model one step.
  mutating func update<Model: Module>(_ model: inout Model, along gradient: Gradient<Model>)

  /// What the optimizer remembers of earlier steps, to be saved and restored.
  var memory: OptimizerMemory { get set }
}

/// What an optimizer remembers of earlier steps.
public struct OptimizerMemory: Sendable {
  /// The number of steps taken.
  public var step: Int
  /// By name, one tensor for each parameter, or none before the first step.
  public var slots: [String: [Tensor]]

  /// Creates a memory.
  public init(step: Int, slots: [String: [Tensor]]) { (self.step, self.slots) = (step, slots) }
}

/// Adaptive moment estimation (Kingma and Ba, [arXiv:1412.6980](https://arxiv.org/abs/1412.6980)).
///
/// `m ← β₁m + (1-β₁)g`, `v ← β₂v + (1-β₂)g²`, `p ← p - α m̂ / (√v̂ + ε)`, where `m̂` and `v̂` are
/// `m` and `v` over `1-β₁ᵗ` and `1-β₂ᵗ` at step `t`. All in one pass over the parameters.
public struct Adam: Optimizer {
  public var learningRate: Scalar
  /// How much of the running means is kept in each step: of the gradient, and of its square.
  public var decay: (mean: Scalar, square: Scalar)
  /// What keeps the quotient finite.
  public var epsilon: Scalar

  var step = 0
  var means: [Tensor] = []
  var squares: [Tensor] = []

  /// Creates the rule.
  public init(
    learningRate: Scalar = 1e-3, decay: (mean: Scalar, square: Scalar) = (0.9, 0.999),
    epsilon: Scalar = 1e-8
  ) {
    (self.learningRate, self.decay, self.epsilon) = (learningRate, decay, epsilon)
  }

  public var memory: OptimizerMemory {
    get { OptimizerMemory(step: step, slots: ["mean": means, "square": squares]) }
    set {
      step = newValue.step
      means = newValue.slots["mean"] ?? []
      squares = newValue.slots["square"] ?? []
    }
  }
}

/// Gradient descent, with momentum (Polyak 1964) or looking ahead (Nesterov 1983), in the form of
/// Sutskever and others (ICML 2013) that PyTorch uses: `v ← μv + g`, `p ← p - αv`, or with
/// Nesterov `p ← p - α(g + μv)`.
public struct SGD: Optimizer {
  public var learningRate: Scalar
  /// How much of the velocity is kept in each step.
  public var momentum: Scalar
  /// Whether the step is that of the point where the velocity leads.
  public var isNesterov: Bool

  var step = 0
  var velocities: [Tensor] = []

  /// Creates the rule.
  public init(learningRate: Scalar, momentum: Scalar = 0, nesterov isNesterov: Bool = false) {
    precondition(
      momentum != 0 || !isNesterov, "Nesterov's step needs a momentum greater than 0")
    (self.learningRate, self.momentum, self.isNesterov) = (learningRate, momentum, isNesterov)
  }

  public var memory: OptimizerMemory {
    get { OptimizerMemory(step: step, slots: ["velocity": velocities]) }
    set { (step, velocities) = (newValue.step, newValue.slots["velocity"] ?? []) }
  }
}
