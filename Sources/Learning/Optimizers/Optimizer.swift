import class Kernels.Storage
public import Tensors
import func Kernels.require

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

  /// The rule and its numbers by name, which a checkpoint holds and a training that goes on from it
  /// must share.
  var settings: [String: String] { get }
}

/// Stops unless numbers of a rule are such that its steps are finite and its running means are means.
///
/// - Parameters:
///   - learningRate: The size of a step.
///   - shares: By their names, how much of running means or a velocity is kept in each step.
///   - epsilon: What keeps a quotient finite.
func checkRule(
  learningRate: Scalar, keeping shares: KeyValuePairs<String, Scalar>, epsilon: Scalar = 0
) {
  require(
    learningRate >= 0 && learningRate.isFinite,
    "a learning rate is a finite number from 0 on, not \(learningRate)")
  for (name, share) in shares {
    require(0..<1 ~= share, "a \(name) is from 0 to below 1, not \(share)")
  }
  require(epsilon >= 0 && epsilon.isFinite, "an epsilon is 0 or more, not \(epsilon)")
}

/// What an optimizer remembers of earlier steps.
public struct OptimizerMemory: Sendable {
  /// The number of steps taken.
  public internal(set) var step = 0
  /// What each slot is called in a checkpoint.
  let names: [String]
  /// For each name one tensor for each parameter, or none before the first step.
  var slots: [[Tensor]]

  /// Creates the memory of a rule that has taken no step.
  ///
  /// - Parameter names: What each of the tensors that are remembered of a parameter is called.
  public init(_ names: [String]) {
    (self.names, slots) = (names, [[Tensor]](repeating: [], count: names.count))
  }

  /// Counts a step and moves a model: each parameter by one pass over it, its gradient and what is
  /// remembered of it.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - gradient: What it moves along.
  ///   - naming: Whether `body` is told names.
  ///   - body: Changes the scalars of the parameter of that name and of its slots in place; all are
  ///     in the layout of the gradient.
  mutating func move<Model: Module>(
    _ model: inout Model, along gradient: Gradient<Model>, naming: Bool = true,
    _ body: (_ name: String, _ parameter: Storage, _ slope: Storage, _ slots: [Storage]) -> Void
  ) {
    prepare(for: gradient.tensors)
    step += 1
    var storages: [Storage] = []
    storages.reserveCapacity(slots.count)
    model.move(along: gradient, naming: naming) { name, index, parameter, slope in
      storages.removeAll(keepingCapacity: true)
      for slot in slots.indices {
        slots[slot][index].withOwnStorage(like: slope) { storages.append($0) }
      }
      body(name, parameter, slope, storages)
    }
  }

  /// Fills the slots with zeros at the first step, and checks them at later ones.
  private mutating func prepare(for gradients: [Tensor]) {
    for slot in slots.indices {
      if slots[slot].isEmpty {
        slots[slot] = gradients.map { Tensor(repeating: 0, shape: $0.shape) }
      }
      require(
        slots[slot].count == gradients.count
          && zip(slots[slot], gradients).allSatisfy { $0.shape == $1.shape },
        """
        the optimizer remembers parameters of shapes \(slots[slot].map(\.shape)), not those of this \
        model, \(gradients.map(\.shape)): each model needs an optimizer of its own
        """)
    }
  }
}
