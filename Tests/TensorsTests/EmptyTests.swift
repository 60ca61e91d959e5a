import Testing

@testable import Tensors

/// What is computed of no examples is empty, of the shape that it would have; gradients with respect
/// to weights are zeros.
@Suite struct EmptyTests {
  private func expectEmpty(
    _ shape: Shape, of points: [Tensor], _ function: ([Tensor]) -> Tensor,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let variables = points.map { $0.asVariable() }
    let result = function(variables)
    #expect(result.shape == shape && result.scalars.isEmpty, sourceLocation: sourceLocation)
    for keepsGraph in [false, true] {
      let found = gradients(of: result.sum(), at: variables, keepingGraph: keepsGraph)
      for (gradient, point) in zip(found, points) {
        #expect(gradient.shape == point.shape, sourceLocation: sourceLocation)
        #expect(gradient.scalars.allSatisfy { $0 == 0 }, sourceLocation: sourceLocation)
      }
    }
  }

  /// Channels for each of the kernels: of few channels, of few pixels, by tiles, in groups.
  @Test(arguments: [(1, 1), (3, 1), (16, 1), (64, 1), (5, 5), (4, 2)], [1, 2, 3])
  func convolutionOfNoImages(channels: (inputs: Int, groups: Int), axes: Int) {
    let (inputs, groups) = channels
    let (sides, taps) = ([Int](repeating: 9, count: axes), [Int](repeating: 3, count: axes))
    let (images, outputs) = (Shape([0, inputs] + sides), 16 * groups)
    for activation in [Activation.identity, .relu, .tanh, .gelu] {
      let window = Window(padding: 1, groups: groups)
      expectEmpty(
        Shape([0, outputs] + sides),
        of: [wave(images), wave(Shape([outputs, inputs / groups] + taps)), wave([outputs])]
      ) { convolution($0[0], $0[1], $0[2], window: window, activation: activation) }
      expectEmpty(
        Shape([0, outputs] + sides.map { 2 * $0 - 1 }),
        of: [wave(images), wave(Shape([inputs, 16] + taps)), wave([outputs])]
      ) {
        transposedConvolution(
          $0[0], $0[1], $0[2], window: Window(stride: 2, padding: 1, groups: groups),
          activation: activation)
      }
    }
  }

  @Test(arguments: [1, 2, 3]) func poolingOfNoImages(axes: Int) {
    let images = wave(Shape([0, 8] + [Int](repeating: 6, count: axes)))
    let shape = Shape([0, 8] + [Int](repeating: 3, count: axes))
    expectEmpty(shape, of: [images]) { maximumPooling($0[0], kernel: 2) }
    for counts in [false, true] {
      expectEmpty(shape, of: [images]) {
        averagePooling($0[0], kernel: 2, countingPadding: counts)
      }
    }
    expectEmpty([0, 8], of: [images]) { globalAveragePooling($0[0]) }
  }

  @Test func normalizationOfNoImages() {
    let points = [wave([0, 8, 4, 4]), wave([8]), wave([8])]
    expectEmpty([0, 8, 4, 4], of: points) {
      batchNormalization(
        $0[0], mean: wave([8]), variance: wave([8]) + 1, scale: $0[1], shift: $0[2],
        epsilon: 1e-3, activation: .relu)
    }
    expectEmpty([0, 8, 4, 4], of: points) {
      groupNormalization($0[0], groups: 2, scale: $0[1], shift: $0[2], epsilon: 1e-3)
    }
    expectEmpty([0, 5, 8], of: [wave([0, 5, 8]), wave([8]), wave([8])]) {
      layerNormalization($0[0], scale: $0[1], shift: $0[2], epsilon: 1e-3)
    }
  }

  @Test(arguments: Interpolation.allCases) func noImagesAreResized(by way: Interpolation) {
    expectEmpty([0, 3, 8, 10], of: [wave([0, 3, 4, 5])]) { $0[0].resized(to: [8, 10], by: way) }
    expectEmpty([0, 3, 7], of: [wave([0, 3, 4])]) { $0[0].resized(to: [7], by: way) }
  }

  @Test func noSequences() {
    for steps in ReturnedSteps.allCases {
      let shape: Shape = steps == .all ? [0, 5, 4] : [0, 4]
      expectEmpty(shape, of: [wave([0, 5, 3]), wave([7, 16]), wave([16])]) {
        lstm($0[0], weight: $0[1], bias: $0[2], returning: steps)
      }
      expectEmpty(shape, of: [wave([0, 5, 3]), wave([7, 12]), wave([2, 12])]) {
        gru($0[0], weight: $0[1], bias: $0[2], returning: steps)
      }
    }
    expectEmpty([0, 5, 8], of: [wave([0, 5, 8]), wave([0, 6, 8]), wave([0, 6, 8])]) {
      attention($0[0], $0[1], $0[2], heads: 2)
    }
    expectEmpty([0, 5, 8], of: [wave([0, 5, 24])]) { selfAttention($0[0], heads: 2) }
  }

  @Test func noRows() {
    for activation in Activation.allCases {
      expectEmpty([0, 4], of: [wave([0, 3]), wave([3, 4]), wave([4])]) {
        linear($0[0], $0[1], $0[2], activation: activation)
      }
    }
    expectEmpty([0, 3], of: [wave([0, 3])]) { softmax($0[0]) + logSoftmax($0[0]) }
    expectEmpty([0, 5, 2], of: [wave([5, 2])]) {
      $0[0].rows([Int]()).reshaped(to: [0, 1, 2]).broadcast(to: [0, 5, 2])
    }
  }

  @Test(arguments: [[4, 0], [0, 4], [0, 0], [2, 0, 3], [0, 3, 2]])
  func operandsStretchToNothing(extents: [Int]) {
    let shape = Shape(extents)
    for axis in extents.indices {
      let column = wave(shape.replacing(axis, with: 1))
      let row = wave(Shape(extents.suffix(axis + 1)))
      for other in [column, row, wave([])] {
        expectEmpty(shape, of: [wave(shape), other]) { $0[0] * $0[1] + ($0[1] - $0[0]) }
        expectEmpty(shape, of: [wave(shape), other]) { maximum($0[0], $0[1]) }
      }
    }
  }

  @Test func reductionsOfNothing() {
    let nothing = wave([2, 0, 3])
    #expect(nothing.sum(along: 1).scalars == [0, 0, 0, 0, 0, 0])
    #expect(nothing.sum().scalar == 0 && nothing.mean().scalar.isNaN)
    #expect(nothing.mean(along: 1).scalars.allSatisfy { $0.isNaN })
    #expect(nothing.mean(along: 1).shape == [2, 3])
    #expect(nothing.logSumExp(along: 1).scalars == Array(repeating: -.infinity, count: 6))
    #expect(nothing.logSumExp(along: 1, keepingAxes: true).shape == [2, 1, 3])
    #expect(nothing.logSumExp(along: 0).shape == [0, 3])
    #expect(nothing.max(along: 0).shape == [0, 3] && nothing.max(along: 2).shape == [2, 0])
    #expect(nothing.cumulativeSum(along: 1).shape == [2, 0, 3])
    expectEmpty([0, 3], of: [nothing]) { $0[0].max(along: 0) + $0[0].logSumExp(along: 0) }
  }

  @Test func lossesOfNothingAreNotNumbers() {
    #expect(meanSquaredError(wave([0, 2]), wave([0, 2])).scalar.isNaN)
    #expect(softmaxCrossEntropy(wave([0, 2]), wave([0])).scalar.isNaN)
    #expect(sigmoidCrossEntropy(wave([0, 2]), wave([0, 2])).scalar.isNaN)
  }
}
