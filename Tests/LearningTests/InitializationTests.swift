import Learning
import Randomness
import Tensors
import Testing

@Suite struct InitializationTests {
  private static func draw(_ initialization: Initialization) -> [Double] {
    var stream = RandomStream(seed: 4)
    return Dense(300, 100, initialization: initialization, using: &stream).weight.scalars
      .map { Double($0) }
  }

  @Test(arguments: [
    (Initialization.glorotUniform, (6.0 / 400).squareRoot()),
    (.heUniform, (6.0 / 300).squareRoot()), (.lecunUniform, (3.0 / 300).squareRoot()),
    (.pytorch, 1 / 300.0.squareRoot()), (.uniform(limit: 0.05), 0.05),
  ])
  func evenScalarsFillTheirRange(initialization: Initialization, limit: Double) {
    let scalars = Self.draw(initialization)
    let most = scalars.map { abs($0) }.max() ?? 0
    #expect(most <= limit * (1 + 1e-6) && most > limit * 0.999)
    #expect(abs(Self.deviation(scalars) - limit / 3.0.squareRoot()) < limit * 0.01)
  }

  @Test func groupsCountAsInKerasAndPyTorch() {
    var stream = RandomStream(seed: 4)
    let window = Window(groups: 4)
    let grouped = Convolution(
      32, 64, kernel: 5, window: window, initialization: .glorotUniform, using: &stream)
    let transposed = TransposedConvolution(
      32, 64, kernel: 5, window: window, initialization: .glorotUniform, using: &stream)
    // √(6 / (8 · 25 + 64 · 25)) and √(6 / (16 · 25 + 32 · 25)).
    for (weight, limit) in [(grouped.weight, 0.0577350), (transposed.weight, 0.0707107)] {
      let most = weight.scalars.map { abs(Double($0)) }.max() ?? 0
      #expect(most <= limit * (1 + 1e-5) && most > limit * 0.99)
    }
  }

  private static let normals: [(Initialization, Double, Bool)] = [
    (.glorotNormal, 2.0 / 400, true), (.heNormal, 2.0 / 300, true), (.lecunNormal, 1.0 / 300, true),
    (.xavierNormal, 2.0 / 400, false), (.kaimingNormal, 2.0 / 300, false),
    (.normal(deviation: 0.3), 0.09, false),
  ]

  @Test(arguments: normals)
  func normalScalarsHaveTheirDeviation(
    initialization: Initialization, variance: Double, isTruncated: Bool
  ) {
    let (scalars, deviation) = (Self.draw(initialization), variance.squareRoot())
    #expect(abs(Self.deviation(scalars) - deviation) < deviation * 0.015)
    let most = scalars.map { abs($0) }.max() ?? 0
    #expect((most < 2.28 * deviation) == isTruncated)
  }

  @Test(arguments: [(4, 9), (9, 4), (6, 6)]) func rowsOrColumnsAreOrthogonal(_ extents: (Int, Int))
  {
    var stream = RandomStream(seed: 2)
    let weight = Dense(
      extents.0, extents.1, initialization: .orthogonal(gain: 2), using: &stream
    ).weight
    let isWide = extents.0 <= extents.1
    let product = matmul(
      weight, transposingLeft: !isWide, weight, transposingRight: isWide)
    let count = min(extents.0, extents.1)
    for (index, scalar) in product.scalars.enumerated() {
      let expected: Scalar = index % (count + 1) == 0 ? 4 : 0
      #expect(abs(scalar - expected) < 1e-5)
    }
  }

  @Test func biasOfPyTorchIsDrawn() {
    var stream = RandomStream(seed: 2)
    let layer = Convolution(
      4, 50, kernel: 3, initialization: .pytorch, bias: .pytorch, using: &stream)
    let most = layer.bias.scalars.map { abs($0) }.max() ?? 0
    #expect(most <= 1.0 / 6 && most > 0.13)
    #expect(Dense(3, 2, using: &stream).bias.scalars == [0, 0])
    let embedding = Embedding(9, 90, initialization: .uniform(limit: 0.05), using: &stream)
    #expect(embedding.table.scalars.allSatisfy { abs($0) <= 0.05 })
  }

  @Test func recurrentWeightsAreOrthogonalAsInKeras() {
    var stream = RandomStream(seed: 2)
    let weight = LSTM(3, 4, using: &stream).recurrentWeight
    let product = matmul(weight, weight, transposingRight: true).scalars
    #expect(product.enumerated().allSatisfy { abs($1 - ($0 % 5 == 0 ? 1 : 0)) < 1e-5 })
  }

  private static func deviation(_ scalars: [Double]) -> Double {
    (scalars.reduce(0) { $0 + $1 * $1 } / Double(scalars.count)).squareRoot()
  }
}
