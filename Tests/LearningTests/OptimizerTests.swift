import Learning
import Tensors
import Testing

/// The numbers of `Reference/steps.py`.
private struct Reference {
  let losses: [Double]
  let parameters: [Double]

  static let adam = Reference(
    losses: [
      0.110923203, 0.100208588, 0.090406778, 0.081507656, 0.073513049,
    ],
    parameters: [
      -0.071497269, -0.462930963, 0.145919395, -0.146007756, 0.363970874, 0.071554201,
      -0.320075636, 0.189852710, -0.102723791, 0.506529316, 0.021132160, -0.376151820,
      -0.036924856, 0.049213280, 0.046738611, -0.047365914, 0.027869992, -0.363755391,
      0.245716319, -0.245329400, 0.363646799, -0.027759554, -0.320322076, 0.289023449,
      0.046899586, -0.015915062,
    ])
  static let momentum = Reference(
    losses: [
      0.110923203, 0.104325293, 0.093132430, 0.079775885, 0.066341935,
    ],
    parameters: [
      -0.049819654, -0.461671637, 0.117942219, -0.106323622, 0.383968948, 0.046632150,
      -0.294552339, 0.189671842, -0.091788904, 0.473776939, 0.057001075, -0.358316680,
      -0.007451834, 0.030194313, 0.027999288, -0.024824738, 0.068958203, -0.361554859,
      0.275792710, -0.285444623, 0.301656933, -0.002832565, -0.278967025, 0.294987447,
      0.086833370, -0.000809527,
    ])
  static let nesterov = Reference(
    losses: [
      0.110923203, 0.098714655, 0.084524631, 0.070418369, 0.057617390,
    ],
    parameters: [
      -0.056691807, -0.473753115, 0.102905445, -0.089182189, 0.378956195, 0.051755897,
      -0.281337403, 0.183028716, -0.079505219, 0.478945257, 0.056496872, -0.367188271,
      -0.006904552, 0.035416053, 0.027994193, -0.025919623, 0.087659338, -0.350463198,
      0.295869284, -0.304348881, 0.281984637, -0.009765381, -0.263806991, 0.309644893,
      0.088089910, -0.005572691,
    ])
}

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

  @Test func adamTakesStepsOfReference() { check(Adam(learningRate: 0.01), .adam) }

  @Test func momentumTakesStepsOfReference() {
    check(SGD(learningRate: 0.1, momentum: 0.9), .momentum)
  }

  @Test func nesterovTakesStepsOfReference() {
    check(SGD(learningRate: 0.1, momentum: 0.9, nesterov: true), .nesterov)
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

  private func check(_ rule: some Optimizer, _ reference: Reference) {
    var (rule, model) = (rule, Network())
    let (inputs, targets) = (wave([5, 3]) * 2, wave([5, 2]))
    for expected in reference.losses {
      let (loss, gradient) = valueWithGradient(at: model) { model in
        meanSquaredError(model(inputs), targets)
      }
      rule.update(&model, along: gradient)
      #expect(abs(Double(loss) - expected) < 1e-5)
    }
    let found = model.parameters.flatMap(\.tensor.scalars)
    #expect(found.count == reference.parameters.count)
    for (scalar, expected) in zip(found, reference.parameters) {
      #expect(abs(Double(scalar) - expected) < 1e-5)
    }
  }
}

/// Returns the scalars of the scripts in `Reference`.
func wave(_ shape: Shape, from start: Int = 0) -> Tensor {
  Tensor(
    (0..<shape.count).map { Scalar((($0 + start) * 37 + 11) % 23) / 23 - 0.5 }, shape: shape)
}
