import Learning
import Randomness
import Tensors
import Testing

@Suite struct LBFGSTests {
  private static let inputs = wave([12, 3]) * 4
  private static let targets = wave([12, 1], from: 5).compared(.greater, 0)
  private static let isDouble = MemoryLayout<Scalar>.size == 8

  private static func start() -> Dense {
    var stream = RandomStream(seed: 1)
    return Dense(3, 1, initialization: .zeros, using: &stream)
  }

  private static func loss(_ model: Dense) -> Tensor {
    sigmoidCrossEntropy(model(inputs), targets) + Penalty.l2(0.05).ofWeights(in: model)
  }

  @Test func regressionEndsWhereThatOfPyTorchDoes() throws {
    let numbers = try ReferenceNumbers("optimizers")
    var model = Self.start()
    var rule = LBFGS(
      iterations: 100, gradientTolerance: Self.isDouble ? 1e-12 : 1e-5,
      changeTolerance: Self.isDouble ? 1e-14 : 1e-9)
    let minimum = rule.minimize(&model, loss: Self.loss)
    #expect(minimum.isConverged)
    try numbers.expect([minimum.loss], "lbfgs minimum", within: Self.isDouble ? 1e-8 : 1e-5)
    try numbers.expect(
      model.parameters.flatMap { $0.tensor.scalars.map { Double($0) } }, "lbfgs parameters",
      within: Self.isDouble ? 1e-7 : 1e-3)
    if Self.isDouble {
      try numbers.expect([Double(minimum.evaluations)], "lbfgs evaluations", within: 0)
    }
  }

  /// Rosenbrock's valley, of a network's weights: `(1 - a)² + 100 (b - a²)²`.
  @Test func valleyIsFollowed() {
    var model = Self.start()
    model.weight = Tensor([-1.2, 1, 0], shape: [3, 1])
    var rule = LBFGS(iterations: 100, evaluations: 200)
    let minimum = rule.minimize(&model) { model in
      let (a, b) = (model.weight.slice(0..<1, along: 0), model.weight.slice(1..<2, along: 0))
      return (power(1 - a, 2) + 100 * power(b - a * a, 2)).sum()
    }
    #expect(minimum.loss < 1e-6 && minimum.iterations < 60)
    #expect(model.weight.scalars.prefix(2).allSatisfy { abs($0 - 1) < 2e-3 })
  }

  @Test func searchGoesOnWhereItStopped() {
    var (whole, halves) = (Self.start(), Self.start())
    var (one, two) = (LBFGS(iterations: 6), LBFGS(iterations: 3))
    one.evaluations = 100
    two.evaluations = 100
    one.minimize(&whole, loss: Self.loss)
    two.minimize(&halves, loss: Self.loss)
    #expect(halves.weight.scalars != whole.weight.scalars)
    let minimum = two.minimize(&halves, loss: Self.loss)
    #expect(halves.weight.scalars == whole.weight.scalars && minimum.iterations <= 3)
  }

  @Test func lossThatIsNoNumberIsSteppedBackFrom() {
    var model = Self.start()
    model.weight = Tensor([1, 0, 0], shape: [3, 1])
    var rule = LBFGS(learningRate: 100, iterations: 50, evaluations: 500)
    // The logarithm is not defined where the first step leads.
    let minimum = rule.minimize(&model) { model in
      let a = model.weight.slice(0..<1, along: 0)
      return (a * 3 - log(a)).sum()
    }
    #expect(minimum.loss.isFinite && abs(model.weight.scalars[0] - 1.0 / 3) < 1e-3)
  }
}
