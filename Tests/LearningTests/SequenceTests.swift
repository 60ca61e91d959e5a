import Randomness
import ReferenceModels
import Tensors
import Testing

@testable import Learning

/// Against the numbers of `Reference/sequences.py`.
@Suite struct SequenceTests {
  private static let sizes = [(3, 5, 2, 7), (2, 4, 3, 17), (1, 3, 1, 16)]

  @Test(arguments: sizes)
  func memoryIsThatOfPyTorch(batch: Int, steps: Int, inputs: Int, hidden: Int) throws {
    let points = [
      wave([batch, steps, inputs]), wave([inputs + hidden, 4 * hidden], from: 5),
      wave([4 * hidden], from: 10), wave([2, batch, hidden], from: 15),
    ]
    try check("lstm \(hidden)", Array(points[..<3])) {
      lstm($0[0], weight: $0[1], bias: $0[2])
    }
    try check("lstm \(hidden) all", points) {
      lstm($0[0], weight: $0[1], bias: $0[2], state: $0[3], returning: .all)
    }
  }

  @Test(arguments: sizes)
  func gatedUnitsAreThoseOfPyTorch(batch: Int, steps: Int, inputs: Int, hidden: Int) throws {
    let points = [
      wave([batch, steps, inputs]), wave([inputs + hidden, 3 * hidden], from: 5),
      wave([2, 3 * hidden], from: 10), wave([batch, hidden], from: 15),
    ]
    try check("gru \(hidden)", Array(points[..<3])) { gru($0[0], weight: $0[1], bias: $0[2]) }
    try check("gru \(hidden) all", points) {
      gru($0[0], weight: $0[1], bias: $0[2], state: $0[3], returning: .all)
    }
  }

  @Test func attentionIsThatOfPyTorch() throws {
    let points = [
      wave([2, 5, 6]) * 3, wave([2, 18, 6], from: 5) * 3, wave([2, 18, 6], from: 10),
    ]
    try check("attention", points) { attention($0[0], $0[1], $0[2], heads: 2) }
    try check("attention masked", points) {
      attention($0[0], $0[1], $0[2], heads: 2, mask: wave([2, 1, 5, 18], from: 7))
    }
    let square = (0..<3).map { wave([2, 17, 4], from: 5 * $0) }
    try check("attention causal", square) { attention($0[0], $0[1], $0[2], isCausal: true) }
    let packed = selfAttention(.concatenated(square, along: 2), isCausal: true)
    try ReferenceNumbers("sequences").expect(packed, "attention causal")
  }

  @Test func layerNormalizationIsThatOfPyTorch() throws {
    try check(
      "layer normalisation",
      [wave([2, 3, 19]), wave([19], from: 5) + 1, wave([19], from: 10)]
    ) { layerNormalization($0[0], scale: $0[1], shift: $0[2], epsilon: 1e-5) }
  }

  @Test func indexingIsThatOfPyTorch() throws {
    let x = [wave([4, 6])]
    let order = Tensor([5, 0, 0, 1, 1, 4, 3, 2, 5, 0, 0, 0], shape: [4, 3])
    try check("cumulative sum", x) { $0[0].cumulativeSum(along: 1) }
    try check("gathered", x) { $0[0].gathered(at: order, along: 1) }
    try check("sorted", x) { $0[0].sorted() }
    try check("segment sum", x) { $0[0].segmentSum([0, 2, 0, 2], count: 3) }
    try check("segment max", x) { $0[0].segmentMax([0, 2, 0, 2], count: 3) }
    try check("strided", x) {
      $0[0].slice(stride(from: 1, to: 6, by: 2), along: 1).reversed(along: 1)
    }
  }

  @Test(arguments: Activation.allCases.filter { $0 != .identity })
  func activationIsThatOfPyTorch(_ activation: Activation) throws {
    try check(activation.rawValue, [wave([5, 5]) * 9]) { activate($0[0], activation) }
  }

  @Test func functionsAreThoseOfPyTorch() throws {
    let x = wave([4, 6])
    try check("log sum exp", [x * 9]) { $0[0].logSumExp(along: 0) }
    try check("standard deviation", [x]) { $0[0].standardDeviation(along: 1, correction: 1) }
    try check("sine", [x * 40]) { sin($0[0]) }
    try check("cosine", [x * 40]) { cos($0[0]) }
    try check("error function", [x * 6]) { erf($0[0]) }
  }

  @Test func productsAreThoseOfPyTorch() throws {
    try check("einsum", [wave([2, 2, 3, 5]), wave([2, 2, 4, 5], from: 5)]) {
      einsum("bhid,bhjd->bihj", $0[0], $0[1])
    }
    try check("matmul", [wave([2, 1, 5, 3]), wave([4, 5, 2], from: 5)]) {
      matmul($0[0], transposingLeft: true, $0[1], transposingRight: false)
    }
  }

  @Test func modelsTakeStepsOfPyTorch() throws {
    var stream = RandomStream(seed: 1)
    try train(
      "sequence regressor", SequenceRegressor(inputs: 3, hidden: 5, using: &stream),
      target: wave([6, 1])
    ) { $0(wave([6, 4, 3]) * 2) }
    let transformer = TransformerRegressor(
      inputs: 3, width: 8, heads: 2, hidden: 12, depth: 2, activation: .tanh, using: &stream)
    try train("transformer regressor", transformer, target: wave([3, 1])) {
      $0(wave([3, 5, 3]) * 2)
    }
    let near = (0..<10).flatMap { p in [1, 3].map { p / 5 * 5 + (p + $0) % 5 } }
    let network = JetGraphNetwork(
      features: 3, widths: (4, 5), activation: .tanh, using: &stream)
    try train("jet graph network", network, target: wave([2, 1])) {
      $0(wave([2, 5, 3]) * 2, neighbours: near)
    }
  }

  @Test func layersListTheirParts() {
    var stream = RandomStream(seed: 1)
    let memory = LSTM(3, 4, returning: .all, dropout: 0.5, using: &stream)
    let transformer = TransformerEncoderLayer(4, heads: 2, hidden: 8, using: &stream)
    let modules: [any Module] = [
      memory, GRU(3, 4, using: &stream), Bidirectional(forward: memory, backward: memory),
      transformer, Embedding(3, 4, using: &stream), PositionalEncoding(tokens: 3, width: 4),
      LearnedPositions(tokens: 3, width: 4, using: &stream), LayerNormalization(4),
      MultiHeadAttention(4, heads: 2, using: &stream),
    ]
    for module in modules { #expect(module.unlistedProperties.isEmpty) }
    #expect(memory.dependsOnPhase && !transformer.dependsOnPhase)
    #expect(
      TransformerEncoderLayer(4, heads: 2, hidden: 8, dropout: 0.1, using: &stream)
        .dependsOnPhase)
  }

  @Test func bothDirectionsMeetAtTheirSteps() {
    var stream = RandomStream(seed: 1)
    let (ahead, back) = (
      GRU(2, 3, returning: .all, using: &stream), GRU(2, 3, returning: .all, using: &stream)
    )
    let x = wave([2, 4, 2])
    let both = Bidirectional(forward: ahead, backward: back)(x)
    #expect(both.shape == [2, 4, 6])
    #expect(both.slice(0..<3, along: 2).scalars == ahead(x).scalars)
    #expect(
      both.slice(3..<6, along: 2).scalars
        == back(x.reversed(along: 1)).reversed(along: 1).scalars)
  }

  @Test func hiddenKeysAreNotSeen() {
    var stream = RandomStream(seed: 1)
    let attention = MultiHeadAttention(4, heads: 2, using: &stream)
    let (tokens, isPadding) = (wave([1, 5, 4]), Tensor([0, 0, 0, 1, 1], shape: [1, 5]))
    let masked = attention(tokens, mask: paddingMask(isPadding)).slice(0..<3, along: 1)
    let alone = attention(tokens.slice(0..<3, along: 1))
    #expect(zip(masked.scalars, alone.scalars).allSatisfy { abs($0 - $1) < 1e-6 })
    let seen = attention(tokens.slice(0..<3, along: 1), seeing: tokens)
    #expect(
      zip(seen.scalars, attention(tokens).scalars).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func positionsAreSinesAndCosines() {
    let table = PositionalEncoding(tokens: 3, width: 4).table.scalars
    let expected: [Double] = [
      0, 1, 0, 1, 0.841470985, 0.540302306, 0.00999983333, 0.999950000, 0.909297427,
      -0.416146837, 0.0199986667, 0.999800007,
    ]
    #expect(zip(table, expected).allSatisfy { abs(Double($0) - $1) < 1e-6 })
  }

  private func check(
    _ name: String, _ points: [Tensor], sourceLocation: SourceLocation = #_sourceLocation,
    _ function: ([Tensor]) -> Tensor
  ) throws {
    let variables = points.map { $0.asVariable() }
    let value = function(variables)
    let slopes = gradients(of: (value * wave(value.shape, from: 3)).sum(), at: variables)
    let reference = try ReferenceNumbers("sequences")
    try reference.expect(sampled([value]), name, within: 1e-5, sourceLocation)
    try reference.expect(sampled(slopes), "\(name) gradients", within: 2e-5, sourceLocation)
  }

  private func train<Model: Module>(
    _ name: String, _ start: Model, target: Tensor, _ predict: (Model) -> Tensor
  ) throws {
    var (model, rule, index) = (start, Adam(learningRate: 0.01, epsilon: 1e-3), 0)
    model.visitParameters { _, tensor in
      tensor = wave(tensor.shape, from: 5 * index)
      index += 1
    }
    let losses = (0..<5).map { _ -> Tensor in
      let (loss, gradient) = valueWithGradient(at: model) { model in
        meanSquaredError(predict(model), target)
      }
      rule.update(&model, along: gradient)
      return Tensor(loss)
    }
    let reference = try ReferenceNumbers("sequences")
    try reference.expect(sampled(losses), "\(name) losses")
    try reference.expect(sampled(model.parameters.map(\.tensor)), "\(name) parameters")
  }

  /// The numbers of tensors, of which the script stores no more than 150.
  private func sampled(_ tensors: [Tensor]) -> [Double] {
    let all = tensors.flatMap(\.scalars).map { Double($0) }
    return stride(from: 0, to: all.count, by: (all.count + 149) / 150).map { all[$0] }
  }
}
