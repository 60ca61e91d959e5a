import Randomness
import ReferenceModels
import Tensors
import Testing

@testable import Learning

/// Operations with their gradients against the numbers of `Reference/operations.py`.
@Suite struct OperationTests {
  /// A function by its name in the reference, at points of these shapes.
  struct Case: CustomTestStringConvertible {
    let name: String
    let shapes: [Shape]
    let scale: Scalar
    let function: @Sendable ([Tensor]) -> Tensor

    init(
      _ name: String, _ shapes: Shape..., scale: Scalar = 1,
      _ function: @escaping @Sendable ([Tensor]) -> Tensor
    ) {
      (self.name, self.shapes, self.scale, self.function) = (name, shapes, scale, function)
    }

    var testDescription: String { name }
  }

  @Test(
    arguments: arithmetic + axes + products + losses + convolutions + transposed + pooling
      + resampling + normalizations)
  func valuesAndGradientsAreThoseOfPyTorch(_ test: Case) throws {
    let points = test.shapes.enumerated().map {
      (wave($1, from: 5 * $0) * Tensor(test.scale)).asVariable()
    }
    let value = test.function(points)
    let slopes = gradients(of: (value * wave(value.shape, from: 3)).sum(), at: points)
    let numbers = try ReferenceNumbers("operations")
    try numbers.expect(sampled([value]), test.name, within: 1e-5)
    try numbers.expect(sampled(slopes), "\(test.name) gradients", within: 2e-5)
  }

  private static let arithmetic = [
    Case("sum", [4, 1, 3], [5, 1]) { $0[0] + $0[1] },
    Case("difference", [17], [3, 17]) { $0[0] - $0[1] },
    Case("product", [2, 3, 5], [3, 1]) { $0[0] * $0[1] },
    Case("quotient", [3, 7], [3, 7]) { $0[0] / ($0[1] + 2) },
    Case("greater", [3, 7], [7]) { maximum($0[0], $0[1]) },
    Case("less", [3, 1], [3, 7]) { minimum($0[0], $0[1]) },
    Case("chosen", [4, 6], [4, 6]) {
      $0[0].compared(.greater, $0[1]).selecting($0[0] * $0[0], else: $0[1])
    },
    Case("functions", [5, 7]) { exp($0[0]) + log($0[0] + 2) + sqrt($0[0] + 1) + abs($0[0]) },
    Case("powers", [33]) {
      power($0[0] + 1, 3) + power($0[0] + 1, -1) + power($0[0] + 1, 0.7) + power($0[0], 2)
    },
  ]

  private static let axes =
    [
      Case("sum along", [3, 4, 5]) { $0[0].sum(along: 0, 2) },
      Case("mean along", [3, 4, 5]) { $0[0].mean(along: 1, keepingAxes: true) },
      Case("greatest along", [2, 3, 23]) { $0[0].max(along: 2) },
      Case("least along", [19, 3]) { $0[0].min(along: 0) },
      Case("variance", [3, 17]) { $0[0].variance(along: 1) },
      Case("clamped", [40]) { $0[0].clamped(to: -0.23...0.31) },
      Case("turned", [2, 3, 5]) {
        matmul($0[0].permuted(2, 0, 1).reshaped(to: [5, 6]), $0[0].reshaped(to: [6, 5]))
      },
      Case("joined", [2, 3, 2], [2, 1, 2]) {
        Tensor.concatenated([$0[0], $0[1], $0[0]], along: 1).slice(1..<6, along: 1)
      },
      Case("embedding", [5, 3]) { embedding(Tensor([0, 3, 4, 3], shape: [2, 2]), in: $0[0]) },
    ]
    + [3, 16, 17].flatMap { width in
      [
        Case("softmax \(width)", [2, 3, width], scale: 9) { softmax($0[0]) },
        Case("log softmax \(width)", [4, width], scale: 9) { logSoftmax($0[0]) },
      ]
    }

  private static let products =
    [
      Case("matrix product", [5, 3], [3, 17]) { matmul($0[0], $0[1]) },
      Case("both turned", [3, 5], [17, 3]) {
        matmul($0[0], transposingLeft: true, $0[1], transposingRight: true)
      },
      Case("linear of axes", [2, 3, 5], [5, 4], [4]) { linear($0[0], $0[1], $0[2]) },
    ]
    + [Activation.identity, .relu, .tanh, .sigmoid, .softplus, .gelu, .silu, .elu].map { function in
      Case("linear \(function.rawValue)", [4, 5], [5, 19], [19], scale: 3) {
        linear($0[0], $0[1], $0[2], activation: function)
      }
    }

  private static let losses = [
    Case("squares", [5, 7], [5, 7]) { meanSquaredError($0[0], $0[1]) },
    Case("classes", [4, 11], scale: 9) {
      softmaxCrossEntropy($0[0], Tensor([1, 0, 10, 3], shape: [4]))
    },
    Case("binary", [5, 7], scale: 9) { sigmoidCrossEntropy($0[0], wave([5, 7], from: 4) + 0.5) },
  ]

  private static let convolutions = [
    convolved(
      "series", [2, 3, 11], [4, 3, 3], Window(stride: 2, padding: 1, dilation: 2)),
    convolved("images", [2, 3, 7, 5], [4, 3, 3, 2], Window(stride: [2, 1], padding: [1, 0])),
    convolved("blocks", [1, 16, 5, 4], [32, 16, 3, 3], Window(padding: 1)),
    convolved(
      "groups", [2, 4, 5, 5], [6, 2, 3, 3], Window(padding: 2, dilation: [2, 1], groups: 2)),
    convolved("depthwise", [2, 3, 6, 5], [3, 1, 3, 3], Window(groups: 3)),
    convolved("same", [2, 2, 5, 6], [3, 2, 4, 3], Window(padding: .same)),
    convolved("volumes", [1, 2, 4, 5, 3], [3, 2, 2, 3, 2], Window(stride: [1, 2, 1])),
  ]

  private static func convolved(
    _ name: String, _ input: Shape, _ weight: Shape, _ window: Window
  ) -> Case {
    Case("convolution \(name)", input, weight, [weight[0]]) {
      convolution($0[0], $0[1], $0[2], window: window)
    }
  }

  private static let transposed = [
    transposed("series", [2, 3, 5], [3, 4, 3], Window(stride: 2, padding: 1), 1),
    transposed("images", [2, 3, 3, 4], [3, 2, 3, 2], Window(stride: [2, 3], dilation: [2, 1])),
    transposed("blocks", [1, 16, 3, 2], [16, 32, 2, 2], Window(stride: 2)),
    transposed("groups", [1, 4, 3, 3], [4, 3, 3, 3], Window(padding: 1, groups: 2)),
    transposed("volumes", [1, 2, 2, 3, 2], [2, 1, 2, 2, 2], Window(stride: 2)),
  ]

  private static func transposed(
    _ name: String, _ input: Shape, _ weight: Shape, _ window: Window, _ further: PerAxis = 0
  ) -> Case {
    Case("transposed \(name)", input, weight, [weight[1] * window.groups]) {
      transposedConvolution($0[0], $0[1], $0[2], window: window, outputPadding: further)
    }
  }

  private static let pooling: [Case] =
    [
      ("series", [2, 3, 11], 3, Window(stride: 2, padding: 1)),
      ("images", [1, 2, 7, 5], [2, 3], Window(stride: [2, 1])),
      ("blocks", [1, 16, 5, 4], 2, Window(stride: 2)),
      ("padded", [2, 3, 4, 5], 3, Window(stride: 2, padding: 1)),
      ("volumes", [1, 1, 4, 3, 5], 2, Window(stride: 1)),
    ].flatMap { (name: String, shape: Shape, kernel: PerAxis, window: Window) in
      [
        Case("greatest \(name)", shape) { maximumPooling($0[0], kernel: kernel, window: window) },
        Case("mean \(name)", shape) { averagePooling($0[0], kernel: kernel, window: window) },
        Case("padded mean \(name)", shape) {
          averagePooling($0[0], kernel: kernel, window: window, countingPadding: true)
        },
      ]
    } + [Case("mean of images", [2, 3, 5, 4]) { globalAveragePooling($0[0]) }]

  private static let resampling: [Case] = [
    ("series", [2, 3, 5], [8]), ("images", [1, 2, 4, 5], [8, 10]),
    ("shrunk", [1, 2, 7, 6], [3, 4]), ("volumes", [1, 1, 2, 3, 4], [4, 5, 6]),
  ].flatMap { (name: String, shape: Shape, extents: [Int]) in
    Interpolation.allCases.map { kind in
      Case("\(kind.rawValue) \(name)", shape) { $0[0].resized(to: extents, by: kind) }
    }
  }

  private static let normalizations: [Case] =
    [
      ("images", [3, 4, 5, 3]), ("blocks", [2, 16, 3, 3]), ("rows", [7, 5]), ("series", [2, 3, 7]),
    ].flatMap { (name: String, shape: Shape) in
      let channels: Shape = [shape[1]]
      return [
        Case("batch \(name)", shape, channels, channels) {
          batchNormalization($0[0], scale: $0[1] + 1, shift: $0[2], epsilon: 1e-3).value
        },
        Case("fixed batch \(name)", shape, channels, channels) {
          batchNormalization(
            $0[0], mean: wave(channels, from: 2), variance: wave(channels, from: 4) + 1,
            scale: $0[1] + 1, shift: $0[2], epsilon: 1e-3)
        },
      ]
    } + [
      Case("group", [2, 6, 3, 3], [6], [6]) {
        groupNormalization($0[0], groups: 2, scale: $0[1] + 1, shift: $0[2], epsilon: 1e-5)
      },
      Case("layer", [2, 3, 5], [5], [5]) {
        layerNormalization($0[0], scale: $0[1] + 1, shift: $0[2], epsilon: 1e-5)
      },
    ]

  @Test func perceptronsTakeStepsOfPyTorch() throws {
    var stream = RandomStream(seed: 1)
    let rows = wave([6, 100]) + 0.5
    try train("autoencoder", ReferenceModels.autoencoder(using: &stream)) {
      meanSquaredError($0(rows), rows)
    }
    let labels = Tensor([1, 0, 9, 3, 4, 4], shape: [6])
    try train("perceptron", ReferenceModels.perceptron(using: &stream)) {
      softmaxCrossEntropy($0(wave([6, 784])), labels)
    }
  }

  private func train(
    _ name: String, _ start: Sequential, _ loss: (Sequential) -> Tensor
  ) throws {
    var (model, rule, index) = (start, Adam(learningRate: 0.01, epsilon: 1e-3), 0)
    model.visitParameters { _, tensor in
      tensor = wave(tensor.shape, from: 5 * index) * 0.3
      index += 1
    }
    let losses = (0..<5).map { _ -> Tensor in
      let (value, gradient) = valueWithGradient(at: model, of: loss)
      rule.update(&model, along: gradient)
      return Tensor(value)
    }
    let numbers = try ReferenceNumbers("operations")
    try numbers.expect(sampled(losses), "\(name) losses")
    try numbers.expect(sampled(model.parameters.map(\.tensor)), "\(name) parameters")
  }

  /// The numbers of tensors, of which the script stores no more than 60.
  private func sampled(_ tensors: [Tensor]) -> [Double] {
    let all = tensors.flatMap(\.scalars).map { Double($0) }
    return stride(from: 0, to: all.count, by: (all.count + 59) / 60).map { all[$0] }
  }
}
