public import Tensors
import func Kernels.require

/// The limited-memory method of Broyden, Fletcher, Goldfarb and Shanno with a line search by the
/// strong Wolfe conditions (Nocedal and Wright, *Numerical Optimization*, 2006, algorithms 7.4, 7.5
/// and 3.5), step by step as PyTorch's `LBFGS(line_search_fn="strong_wolfe")`.
///
/// It sees all data at once and computes the loss several times a step: for small models and smooth
/// losses, such as physics-informed networks.
///
/// ```swift
/// var rule = LBFGS(iterations: 500)
/// let minimum = try rule.minimize(&model) { model in residuals(model, points) }
/// print(minimum.loss, minimum.evaluations)
/// ```
public struct LBFGS: Sendable {
  /// How far a step goes before it is searched along; 1 is the step of Newton's method.
  public var learningRate: Double
  /// The most steps of one call.
  public var iterations: Int
  /// The most computations of the loss in one call; a line search that has begun is ended.
  public var evaluations: Int
  /// A search ends where no scalar of the gradient is greater.
  public var gradientTolerance: Double
  /// A search ends where neither the loss nor a parameter changes by more.
  public var changeTolerance: Double
  /// Of how many steps the curvature is remembered.
  public let historySize: Int

  var memory = Memory()

  /// What is known of earlier steps.
  struct Memory: Sendable {
    var steps: [[Double]] = []
    var changes: [[Double]] = []
    /// For each step one over its product with the gradient's change.
    var inverses: [Double] = []
    var scale = 1.0
    var direction: [Double] = []
    var length = 0.0
    var gradient: [Double] = []
  }

  /// How a search ended.
  public struct Minimum: Hashable, Sendable {
    /// The loss of the model as it is now.
    public internal(set) var loss: Double
    /// The greatest scalar of the gradient there.
    public internal(set) var gradient: Double
    /// The number of steps.
    public internal(set) var iterations = 0
    /// How often the loss and its gradient were computed.
    public internal(set) var evaluations = 1
    /// Whether a tolerance ended it, and not the number of steps or evaluations.
    public internal(set) var isConverged = false
  }

  /// Creates a method without a memory, with PyTorch's defaults.
  ///
  /// - Parameters:
  ///   - learningRate: How far a step goes before it is searched along.
  ///   - iterations: The most steps of one call.
  ///   - evaluations: The most computations of the loss in one call; 5/4 of the steps, and at least 2, if
  ///     not told.
  ///   - gradientTolerance: A search ends where no scalar of the gradient is greater.
  ///   - changeTolerance: A search ends where neither the loss nor a parameter changes by more.
  ///   - historySize: Of how many steps the curvature is remembered.
  public init(
    learningRate: Double = 1, iterations: Int = 20, evaluations: Int? = nil,
    gradientTolerance: Double = 1e-7, changeTolerance: Double = 1e-9, historySize: Int = 100
  ) {
    require(
      learningRate > 0 && learningRate.isFinite && iterations > 0 && historySize > 0
        && evaluations ?? 1 > 0,
      """
      a learning rate of \(learningRate), \(iterations) iterations, \(evaluations ?? 1) evaluations \
      and a history of \(historySize) are finite and greater than 0
      """)
    require(
      gradientTolerance >= 0 && changeTolerance >= 0,
      "tolerances are not negative, as \(gradientTolerance) or \(changeTolerance) is")
    (self.learningRate, self.iterations, self.historySize) = (learningRate, iterations, historySize)
    // Without a second there is no step.
    self.evaluations = evaluations ?? max(iterations * 5 / 4, 2)
    (self.gradientTolerance, self.changeTolerance) = (gradientTolerance, changeTolerance)
  }

  /// Moves a model towards the least loss, and goes on from there when it is called again.
  ///
  /// - Parameters:
  ///   - model: The model, whose loss must be the same whenever it is computed: it has no layers that
  ///     are otherwise in training.
  ///   - loss: Returns its loss on all data, a single scalar.
  /// - Returns: How the search ended.
  /// - Throws: What the loss throws; the model is then as the last whole step left it.
  @discardableResult public mutating func minimize<Model: Module>(
    _ model: inout Model, loss: (Model) throws -> Tensor
  ) rethrows -> Minimum {
    require(
      !model.dependsOnPhase, "\(Model.self) has layers whose loss differs from time to time")
    func evaluate(_ point: [Double]) throws -> Evaluation {
      var moved = model
      moved.place(at: point)
      let (value, gradient) = try valueWithGradient(at: moved, of: loss)
      return Evaluation(
        loss: value.isNaN ? .infinity : Double(value),
        gradient: gradient.tensors.flatMap { $0.scalars.map { Double($0) } })
    }
    var point = model.point
    var here = try evaluate(point)
    var minimum = Minimum(loss: here.loss, gradient: here.steepest)
    guard here.steepest > gradientTolerance else {
      minimum.isConverged = true
      return minimum
    }
    while minimum.iterations < iterations && minimum.evaluations < evaluations {
      minimum.iterations += 1
      turn(along: here.gradient)
      let search = LineSearch(from: here, along: memory.direction)
      if search.slope > -changeTolerance {
        minimum.isConverged = true
        break
      }
      let (length, next) = try search.run(from: memory.length) { length in
        minimum.evaluations += 1
        return try evaluate(added(point, memory.direction, times: length))
      }
      memory.length = length
      model.place(at: added(point, memory.direction, times: length))
      point = model.point
      let change = abs(next.loss - here.loss)
      here = next
      (minimum.loss, minimum.gradient) = (here.loss, here.steepest)
      if here.steepest <= gradientTolerance || length * search.span <= changeTolerance
        || change < changeTolerance
      {
        minimum.isConverged = true
        break
      }
    }
    return minimum
  }

  /// Chooses the direction and the length of the next step, by the gradient here.
  private mutating func turn(along gradient: [Double]) {
    defer { memory.gradient = gradient }
    guard !memory.gradient.isEmpty else {
      memory.direction = gradient.map { -$0 }
      memory.length = min(1, 1 / gradient.reduce(0) { $0 + abs($1) }) * learningRate
      return
    }
    let change = added(gradient, memory.gradient, times: -1)
    let step = memory.direction.map { $0 * memory.length }
    let product = dot(change, step)
    if product > 1e-10 {
      if memory.steps.count == historySize {
        memory.steps.removeFirst()
        memory.changes.removeFirst()
        memory.inverses.removeFirst()
      }
      memory.steps.append(step)
      memory.changes.append(change)
      memory.inverses.append(1 / product)
      memory.scale = product / dot(change, change)
    }
    memory.direction = newtonDirection(gradient)
    memory.length = learningRate
  }

  /// The gradient times minus the inverse of the Hessian, as far as it is known.
  private func newtonDirection(_ gradient: [Double]) -> [Double] {
    var direction = gradient.map { -$0 }
    var shares = [Double](repeating: 0, count: memory.steps.count)
    for index in memory.steps.indices.reversed() {
      shares[index] = dot(memory.steps[index], direction) * memory.inverses[index]
      direction = added(direction, memory.changes[index], times: -shares[index])
    }
    direction = direction.map { $0 * memory.scale }
    for index in memory.steps.indices {
      let share = dot(memory.changes[index], direction) * memory.inverses[index]
      direction = added(direction, memory.steps[index], times: shares[index] - share)
    }
    return direction
  }
}

/// A loss and its gradient at a point.
struct Evaluation {
  let loss: Double
  let gradient: [Double]

  var steepest: Double { gradient.map { abs($0) }.max() ?? 0 }
}

func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

private func added(_ a: [Double], _ b: [Double], times factor: Double) -> [Double] {
  zip(a, b).map { $0 + factor * $1 }
}

extension Module {
  /// The scalars of all parameters.
  fileprivate var point: [Double] {
    parameters.flatMap { $0.tensor.scalars.map { Double($0) } }
  }

  /// Sets all parameters to the scalars of a point.
  fileprivate mutating func place(at point: [Double]) {
    var start = 0
    visitParameters(naming: false) { _, tensor in
      let count = tensor.shape.count
      tensor = Tensor(point[start..<start + count].map { Scalar($0) }, shape: tensor.shape)
      start += count
    }
  }
}
