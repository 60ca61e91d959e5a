import Learning
import Tensors
import Testing

/// Five steps of each rule against the numbers of `Reference/optimizers.py`.
@Suite struct OptimizerTests {
  private struct Network: Layer {
    var hidden, output: Dense
    static var parts: [Part<Self>] { [.module("hidden", \.hidden), .module("output", \.output)] }

    init() {
      var stream = SystemRandomNumberGenerator()
      hidden = Dense(3, 4, activation: .tanh, using: &stream)
      output = Dense(4, 2, using: &stream)
      hidden.weight = wave([3, 4])
      output.weight = wave([4, 2])
    }

    func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor { output(hidden(input)) }
  }

  private static let rules: [(String, any Optimizer)] = [
    ("sgd", SGD(learningRate: 0.1)),
    ("momentum", SGD(learningRate: 0.1, momentum: 0.9)),
    ("nesterov", SGD(learningRate: 0.1, momentum: 0.9, nesterov: true)),
    ("sgd decay", SGD(learningRate: 0.1, momentum: 0.9, weightDecay: sparingBiases)),
    ("adam", Adam(learningRate: 0.01)),
    ("adam decay", Adam(learningRate: 0.01, weightDecay: 0.1)),
    ("amsgrad", Adam(learningRate: 0.05, decay: (0.8, 0.3), amsgrad: true)),
    ("adamw", AdamW(learningRate: 0.01, weightDecay: sparingBiases)),
    ("nadam", Nadam(learningRate: 0.01)),
    ("rmsprop", RMSprop(learningRate: 0.01, decay: 0.9)),
    ("rmsprop momentum", RMSprop(learningRate: 0.01, decay: 0.9, momentum: 0.8)),
    ("rmsprop centred", RMSprop(learningRate: 0.01, decay: 0.9, centred: true)),
    (
      "rmsprop centred momentum",
      RMSprop(learningRate: 0.01, decay: 0.9, momentum: 0.8, centred: true, weightDecay: 0.1)
    ),
    ("keras adam", Adam(learningRate: 0.01, epsilon: 1e-8)),
    ("keras nadam", Nadam(learningRate: 0.01, epsilon: 1e-7, momentumDecay: 1)),
    ("keras amsgrad", Adam(learningRate: 0.05, decay: (0.8, 0.3), epsilon: 1e-12, amsgrad: true)),
  ]
  private static let sparingBiases = WeightDecay(0.1, sparing: ["bias"])

  @Test("Each rule takes the steps of its peer", arguments: rules.map(\.0))
  func ruleTakesStepsOfPeer(name: String) throws {
    let rule = try #require(Self.rules.first { $0.0 == name }?.1)
    try check(rule, name, ReferenceNumbers("optimizers"))
  }

  private func check(_ rule: some Optimizer, _ name: String, _ numbers: ReferenceNumbers) throws {
    var (rule, model, losses) = (rule, Network(), [Double]())
    let (inputs, targets) = (wave([5, 3]) * 2, wave([5, 2]))
    for _ in 0..<5 {
      let (loss, gradient) = valueWithGradient(at: model) { model in
        meanSquaredError(model(inputs), targets)
      }
      rule.update(&model, along: gradient)
      losses.append(Double(loss))
    }
    // Keras puts its epsilon elsewhere.
    let tolerance = name == "keras adam" ? 1e-4 : Scalar.self == Double.self ? 2e-8 : 1e-5
    try numbers.expect(losses, "\(name) losses", within: tolerance)
    try numbers.expect(
      model.parameters.flatMap { $0.tensor.scalars.map { Double($0) } }, "\(name) parameters",
      within: tolerance)
  }

  @Test func plainDescentGoesAgainstGradient() {
    var model = Network()
    let before = model.output.bias.scalars
    var rule = SGD(learningRate: 0.5)
    let (_, gradient) = valueWithGradient(at: model) { model in model(wave([5, 3])).mean() }
    rule.update(&model, along: gradient)
    #expect(zip(before, model.output.bias.scalars).allSatisfy { abs($0 - 0.25 - $1) < 1e-6 })
  }

  @Test func optimizerRefusesOtherModel() async {
    await #expect(processExitsWith: .failure) {
      var stream = SystemRandomNumberGenerator()
      var (small, large) = (Dense(1, 1, using: &stream), Dense(2, 1, using: &stream))
      var rule = Adam()
      rule.update(
        &small, along: valueWithGradient(at: small) { $0(Tensor([1], shape: [1, 1])).sum() }.1)
      rule.update(
        &large, along: valueWithGradient(at: large) { $0(Tensor([1, 1], shape: [1, 2])).sum() }.1)
    }
  }
}

/// Returns the scalars of the scripts in `Reference`.
func wave(_ shape: Shape, from start: Int = 0) -> Tensor {
  Tensor(
    (0..<shape.count).map { Scalar((($0 + start) * 37 + 11) % 23) / 23 - 0.5 }, shape: shape)
}
