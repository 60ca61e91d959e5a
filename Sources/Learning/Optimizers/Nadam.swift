import Foundation
import struct Kernels.AdamStep
import func Kernels.adamStep
public import Tensors
import func Kernels.require

/// Adam that looks ahead as Nesterov's momentum does (Dozat, ICLR workshop 2016).
///
/// With `μₜ = β₁ (1 - ½ 0.96^(tψ))` and `m`, `v̂` as in ``Adam``, the step is
/// `p ← p - α (μₜ₊₁ m / (1 - μ₁…μₜ₊₁) + (1 - μₜ) g / (1 - μ₁…μₜ)) / (√v̂ + ε)`. PyTorch, whose
/// defaults these are, has ψ = 0.004; Keras has ψ = 1 and ε = 1e-7.
public struct Nadam: Optimizer {
  public var learningRate: Scalar
  /// How much of the running means is kept in each step: of the gradient, and of its square.
  public let decay: (mean: Scalar, square: Scalar)
  /// What keeps the quotient finite.
  public let epsilon: Scalar
  /// How fast the momentum grows, ψ.
  public let momentumDecay: Double
  /// What is added to the gradient.
  public let weightDecay: WeightDecay
  public var memory = OptimizerMemory(["mean", "square"])

  /// The product of the momenta of so many steps, which a restored memory does not hold.
  private var product = (steps: 0, value: 1.0)

  /// Creates the rule.
  ///
  /// - Parameters:
  ///   - learningRate: The size of a step.
  ///   - decay: How much of the running means of the gradient and its square is kept in each step.
  ///   - epsilon: What keeps the quotient finite.
  ///   - momentumDecay: How fast the momentum grows: 0.004 in PyTorch, 1 in Keras.
  ///   - weightDecay: What is added to the gradient.
  public init(
    learningRate: Scalar = 2e-3, decay: (mean: Scalar, square: Scalar) = (0.9, 0.999),
    epsilon: Scalar = 1e-8, momentumDecay: Double = 4e-3, weightDecay: WeightDecay = .none
  ) {
    checkRule(
      learningRate: learningRate,
      keeping: ["decay of the mean": decay.mean, "decay of the square": decay.square],
      epsilon: epsilon)
    require(
      momentumDecay >= 0 && momentumDecay.isFinite,
      "a decay of the momentum is 0 or more, not \(momentumDecay)")
    (self.learningRate, self.decay, self.epsilon) = (learningRate, decay, epsilon)
    (self.momentumDecay, self.weightDecay) = (momentumDecay, weightDecay)
  }

  private func momentum(at step: Int) -> Double {
    Double(decay.mean) * (1 - 0.5 * pow(0.96, Double(step) * momentumDecay))
  }

  /// Returns the product of the momenta up to a step, the same whether it is built at once or not.
  private mutating func momentumProduct(upTo step: Int) -> Double {
    if product.steps > step { product = (0, 1) }
    while product.steps < step {
      product.steps += 1
      product.value *= momentum(at: product.steps)
    }
    return product.value
  }

  public mutating func update<Model: Module>(_ model: inout Model, along gradient: Gradient<Model>)
  {
    let count = memory.step + 1
    let (now, next) = (momentum(at: count), momentum(at: count + 1))
    let past = momentumProduct(upTo: count)
    let rate = Double(learningRate)
    let step = AdamStep(
      meanRate: Scalar(rate * next / (1 - past * next)),
      slopeRate: Scalar(rate * (1 - now) / (1 - past)), meanDecay: decay.mean,
      squareDecay: decay.square,
      squareCorrection: 1 / (1 - pow(decay.square, Scalar(count))).squareRoot(), epsilon: epsilon)
    let weightDecay = weightDecay
    memory.move(&model, along: gradient, naming: weightDecay.isSelective) {
      name, parameter, slope, slots in
      adamStep(
        parameter, along: slope, mean: slots[0], square: slots[1], step,
        weightDecay.added(for: name))
    }
  }

  public var settings: [String: String] {
    [
      "rule": "Nadam", "learning_rate": "\(learningRate)", "mean_decay": "\(decay.mean)",
      "square_decay": "\(decay.square)", "epsilon": "\(epsilon)",
      "momentum_decay": "\(momentumDecay)",
    ].merging(weightDecay.settings) { $1 }
  }
}
