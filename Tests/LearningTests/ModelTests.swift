import Foundation
import Learning
import Randomness
import Tensors
import Testing

/// The exact checks of the models that cases use.
@Suite struct ModelTests {
  @Test("The U-Net has its published size", arguments: zip([16, 8], [6_037_505, 1_512_385]))
  func sizeOfTheUNet(width: Int, count: Int) {
    var stream = RandomStream(seed: 1)
    let model = ResidualUNet(width: width, using: &stream)
    #expect(model.parameterCount == count && model.movingCount == (width == 16 ? 8000 : 4000))
  }

  @Test(arguments: [32, 64, 96])
  func maskOfTheUNetIsAsLargeAsTheFilm(size: Int) {
    var stream = RandomStream(seed: 1)
    let model = ResidualUNet(width: 1, using: &stream)
    let film = Tensor.normal(shape: [2, 1, size, size], using: &stream)
    #expect(model(film).shape == [2, 1, size, size])
    #expect(model(film).scalars == model(film).scalars, "dropout is off in use")
  }

  @Test func variationalAutoencoderHasItsPublishedSize() {
    var stream = RandomStream(seed: 1)
    #expect(DenseVAE(pixels: 784, hidden: 400, code: 20, using: &stream).parameterCount == 652_824)
  }

  /// KL(N(0.7, 0.4²) ‖ N(0, 1)) = 0.74129, and 0 for the standard one.
  @Test func divergenceHasItsClosedForm() {
    let logVariance = Scalar(2 * log(0.4))
    let found = normalDivergence(
      mean: Tensor([0.7], shape: [1, 1]), logVariance: Tensor([logVariance], shape: [1, 1]))
    #expect(abs(Double(found.scalar) - 0.74129) < 1e-5)
    let zero = Tensor(repeating: 0, shape: [3, 2])
    #expect(normalDivergence(mean: zero, logVariance: zero).scalar == 0)
  }

  /// d E[z²] / dμ = 2 μ and d E[z²] / dσ = 2 σ, through the draw.
  @Test func gradientFlowsThroughTheDraw() {
    let (mean, logVariance) = (
      Tensor([0.7], shape: [1, 1]).asVariable(),
      Tensor([Scalar(2 * log(0.4))], shape: [1, 1]).asVariable()
    )
    let count = 40_000
    let z = reparametrized(
      mean.broadcast(to: [count, 1]), logVariance.broadcast(to: [count, 1]),
      in: .training(RandomStream(seed: 3)))
    let slopes = gradients(of: (z * z).mean(), at: [mean, logVariance]).map { Double($0.scalar) }
    #expect(abs(slopes[0] - 1.4) < 3 * 2 * 0.4 / Double(count).squareRoot() + 1e-4)
    // dσ / d ln σ² = σ / 2.
    #expect(abs(slopes[1] / 0.2 - 0.8) < 0.03)
  }

  @Test func arcKeepsTheLength() {
    let (a, b) = ([3.0, 0, 4], [0.0, 5, 0])
    for share in [0, 0.25, 0.5, 1] {
      let point = sphericalPath(a, b, share)
      #expect(abs(point.reduce(0) { $0 + $1 * $1 } - 25) < 1e-9)
    }
    #expect(linearPath(a, b, 0) == a && linearPath(a, b, 1) == b)
  }

  @Test func entropyRatioOfUniformIsOneAndOfOneClassZero() {
    #expect(abs(entropyRatio([5, 5, 5, 5]) - 1) < 1e-12)
    #expect(entropyRatio([7, 0, 0]) == 0)
  }

  @Test func oneGreyLevelOf255Is48Decibels() {
    let truth = (0..<50).map { Float($0) }
    #expect(abs(peakSignalToNoise(truth.map { $0 + 1 }, truth, peak: 255) - 48.13) < 0.005)
    #expect(peakSignalToNoise(truth, truth, peak: 255) == .infinity)
  }

  @Test func bordersOfEqualMasksAgree() {
    let square = (0..<100).map { (3..<7).contains($0 % 10) && (3..<7).contains($0 / 10) }
    let moved = (0..<100).map { (4..<8).contains($0 % 10) && (3..<7).contains($0 / 10) }
    #expect(borderDice(square, square, width: 10, tolerance: 0) == 1)
    #expect(borderDice(square, moved, width: 10, tolerance: 1) == 1)
    #expect(borderDice(square, moved, width: 10, tolerance: 0) < 1)
    #expect(borderDice(square, square.map { _ in false }, width: 10, tolerance: 5) == 0)
  }

  /// Started from principal components, the network with a rectifier is the linear optimum.
  @Test func networkStartsAsPrincipalComponents() {
    var stream = RandomStream(seed: 7)
    let rows = (0..<60).map { _ -> [Double] in
      let (u, v) = (stream.normal(), stream.normal())
      return (0..<6).map { u * Double($0) + v * Double($0 * $0 % 5) + 0.1 * stream.normal() + 3 }
    }
    let components = PrincipalComponents(of: rows)
    var model = DenseAutoencoder(6, code: 2, activation: .relu, using: &stream)
    model.start(from: components, rows)
    let input = Tensor(rows.joined().map { Scalar($0) }, shape: [60, 6])
    let error = Double(meanSquaredError(model(input), input).scalar)
    let expected = rows.reduce(0) { $0 + components.residual(of: $1, components: 2) } / 60
    #expect(abs(error - expected) < 1e-4 * (1 + expected))
    #expect(
      DenseAutoencoder(128, code: 32, activation: .relu, using: &stream).parameterCount == 8352)
  }

  /// PCA of white noise: what the components leave is the share of the other variances.
  @Test func residualOfComponentsIsTheShareOfTheOthers() {
    var stream = RandomStream(seed: 8)
    let rows = (0..<40).map { _ in (0..<8).map { _ in stream.normal() } }
    let components = PrincipalComponents(of: rows)
    func left(_ count: Int) -> Double {
      rows.reduce(0) { $0 + components.residual(of: $1, components: count) }
    }
    for count in [0, 3, 8] {
      #expect(abs(left(count) / left(0) - components.residualShare(components: count)) < 1e-10)
    }
  }

  @Test func fusionOfKindsSeesEachAndLateNone() {
    var stream = RandomStream(seed: 9)
    let images = Tensor.normal(shape: [6, 1, 8, 8], using: &stream)
    let records = Tensor.normal(shape: [6, 3], using: &stream)
    let joint = FusionNetwork(
      of: [images, records], kinds: [0, 1], isEarly: false, using: &stream)
    #expect(joint([images, records], in: .inference).shape == [6, 1])
    let (_, gradient) = valueWithGradient(at: joint) {
      $0([images, records], in: .inference).sum()
    }
    for extractor in ["extractors.0", "extractors.1"] {
      let slopes = zip(joint.parameters, gradient.tensors).filter { $0.0.name.hasPrefix(extractor) }
      #expect(!slopes.isEmpty && slopes.contains { $0.1.scalars.contains { $0 != 0 } })
    }
    let early = FusionNetwork(of: [images, records], kinds: [0, 1], isEarly: true, using: &stream)
    #expect(early([images, records], in: .inference).shape == [6, 1])
    // A network of one kind does not see the other.
    let single = FusionNetwork(of: [images, records], kinds: [1], isEarly: false, using: &stream)
    #expect(
      single([images, records], in: .inference).scalars
        == single([images * 3, records], in: .inference).scalars)
  }

  @Test func headAloneIsTrainedWhereFeaturesAreFrozen() throws {
    var stream = RandomStream(seed: 10)
    var model = ConvolutionalClassifier(width: 8, height: 8, classes: 5, using: &stream)
    let before = model.features.parameters.map(\.tensor.scalars)
    #expect(model.head.parameterCount == 325)
    let images = Tensor.normal(shape: [10, 1, 8, 8], using: &stream)
    let labels = Tensor((0..<10).map { Scalar($0 % 5) }, shape: [10])
    let batches = Batches(of: model.features.predictions(for: images), targets: labels, size: 10)
    var trainer = Trainer(Adam(learningRate: 0.01), epochs: 3)
    try trainer.fit(&model.head, to: batches) { softmaxCrossEntropy($0($1.input), $1.target) }
    #expect(model.features.parameters.map(\.tensor.scalars) == before)
    // A rate of zero gives back what was there.
    let whole = model.parameters.map(\.tensor.scalars)
    var still = Trainer(Adam(learningRate: 0), epochs: 1)
    try still.fit(&model, to: Batches(of: images, targets: labels, size: 5)) {
      softmaxCrossEntropy($0($1.input), $1.target)
    }
    #expect(model.parameters.map(\.tensor.scalars) == whole)
  }

  /// The transposed convolution is the adjoint of the strided one: ⟨Ax, y⟩ = ⟨x, A'y⟩.
  @Test func transposedConvolutionIsTheAdjoint() {
    var stream = RandomStream(seed: 11)
    let x = Tensor.normal(shape: [2, 3, 8, 8], using: &stream)
    let y = Tensor.normal(shape: [2, 5, 4, 4], using: &stream)
    let weight = Tensor.normal(shape: [5, 3, 2, 2], using: &stream)
    let window = Window(stride: 2)
    func zeros(_ count: Int) -> Tensor { Tensor(repeating: 0, shape: [count]) }
    let a = (convolution(x, weight, zeros(5), window: window) * y).sum().scalar
    let b = (x * transposedConvolution(y, weight, zeros(3), window: window)).sum().scalar
    #expect(abs(a - b) < 1e-4 * (1 + abs(a)))
  }
}
