import Randomness
import ReferenceModels
import Tensors
import Testing

@testable import Learning

/// Derivatives of derivatives: along a direction against differences of gradients, and inside losses
/// as in PyTorch, `Reference/derivatives.py`.
@Suite struct SecondDerivativeTests {
  private static let layers: [(name: String, shape: Shape, layer: any Layer)] = {
    var stream = RandomStream(seed: 3)
    let padded = Window(padding: 1)
    return [
      (
        "dense", [3, 5],
        Sequential(Dense(5, 4, activation: .tanh, using: &stream), Dense(4, 2, using: &stream))
      ),
      (
        "convolution", [2, 2, 5, 4],
        Sequential(
          Convolution(2, 3, kernel: 3, window: padded, activation: .tanh, using: &stream),
          AveragePooling(2), Convolution(3, 2, kernel: 2, using: &stream))
      ),
      (
        "transposed", [1, 2, 2, 3],
        Sequential(
          TransposedConvolution(
            2, 3, kernel: 3, window: Window(stride: 2), activation: .tanh, using: &stream),
          Upsampling(2), Convolution(3, 1, kernel: 1, using: &stream))
      ),
      (
        "batch normalization", [4, 2, 3, 3],
        Sequential(
          Convolution(2, 3, kernel: 1, using: &stream), BatchNormalization(3, activation: .tanh))
      ),
      (
        "group normalization", [2, 4, 3, 3],
        Sequential(Convolution(4, 4, kernel: 1, using: &stream), GroupNormalization(4, groups: 2))
      ),
      (
        "attention", [2, 5, 4],
        TransformerEncoderLayer(4, heads: 2, hidden: 6, activation: .gelu, using: &stream)
      ),
      ("long short-term memory", [2, 4, 3], LSTM(3, 4, using: &stream)),
      ("gated recurrent unit", [2, 4, 3], GRU(3, 4, using: &stream)),
    ]
  }()

  @Test(arguments: layers.indices)
  func productsWithHessianAreDifferencesOfGradients(index: Int) {
    let (name, shape, layer) = Self.layers[index]
    func opened(_ layer: some Layer) { check(layer, on: wave(shape), name) }
    opened(layer)
  }

  private func check<Model: Layer>(_ model: Model, on input: Tensor, _ name: String) {
    let direction = model.parameters.enumerated().map { wave($1.tensor.shape, from: 3 * $0 + 1) }
    let step: Scalar = isDouble ? 1e-4 : 2e-2
    func slopes(_ shift: Scalar) -> [Tensor] {
      var model = model
      model.shift(direction, by: shift)
      return model.differentiated(on: input) { $1 }
    }
    let expected = zip(slopes(step), slopes(-step)).flatMap { ahead, behind in
      ((ahead - behind) * Tensor(1 / (2 * step))).scalars
    }
    let found = model.differentiated(on: input) { variables, slopes in
      let along = zip(slopes, direction).reduce(Tensor(0)) { $0 + ($1.0 * $1.1).sum() }
      return gradients(of: along, at: variables)
    }.flatMap(\.scalars)
    let size = expected.map { abs($0) }.max() ?? 0
    #expect(size > 0, "\(name)")
    let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
    #expect(worst <= size * (isDouble ? 1e-6 : 1e-2), "\(name)")
  }

  /// `u″ + u = 0` with `u(0) = 1`, `u′(0) = 0`: the loss holds a second derivative in the input.
  @Test func physicsInformedLossIsThatOfPyTorch() throws {
    let numbers = try ReferenceNumbers("derivatives")
    var model = Self.oscillator()
    let times = (wave([12, 1]) + 0.5) * 6
    let (loss, gradient) = valueWithGradient(at: model) { Self.oscillation($0, times) }
    let found = [Double(loss)] + gradient.tensors.flatMap(\.scalars).map { Double($0) }
    try numbers.expect(found, "oscillator", within: isDouble ? 1e-8 : 1e-4)

    var rule = Adam(learningRate: 5e-3)
    for _ in 0..<120 {
      let (_, gradient) = valueWithGradient(at: model) { Self.oscillation($0, times) }
      rule.update(&model, along: gradient)
    }
    #expect(Self.oscillation(model, times).scalar < loss / 3)
  }

  private static func oscillator() -> Sequential {
    var stream = RandomStream(seed: 1)
    var model = Sequential(
      Dense(1, 8, activation: .tanh, using: &stream),
      Dense(8, 8, activation: .tanh, using: &stream), Dense(8, 1, using: &stream))
    model.setWaves()
    return model
  }

  private static func oscillation(_ model: Sequential, _ times: Tensor) -> Tensor {
    func derived(_ times: Tensor) -> (Tensor, Tensor, Tensor) {
      let times = times.asVariable()
      let u = model(times)
      let rate = gradients(of: u, at: [times], keepingGraph: true)[0]
      return (u, rate, gradients(of: rate, at: [times], keepingGraph: true)[0])
    }
    let (u, _, acceleration) = derived(times)
    let (start, rate, _) = derived(Tensor(repeating: 0, shape: [1, 1]))
    let residual = acceleration + u
    return (residual * residual).mean() + ((start - 1) * (start - 1)).sum() + (rate * rate).sum()
  }

  /// The loss of INFERNO (de Castro and Dorigo, arXiv:1806.04743): the variance of the signal's
  /// strength by the inverse of the Fisher information, beside two nuisances.
  @Test func inverseFisherInformationIsThatOfPyTorch() throws {
    let numbers = try ReferenceNumbers("derivatives")
    var stream = RandomStream(seed: 1)
    var model = Sequential(
      Dense(3, 6, activation: .tanh, using: &stream), Dense(6, 4, using: &stream))
    model.setWaves()
    let signal = wave([20, 3]) * 2 + 1
    let background = wave([30, 3], from: 4) * 2
    let (loss, gradient) = valueWithGradient(at: model) { model in
      Self.variance(of: model, signal, background)
    }
    let found = [Double(loss)] + gradient.tensors.flatMap(\.scalars).map { Double($0) }
    try numbers.expect(found, "fisher", within: isDouble ? 1e-8 : 2e-3)
  }

  private static func variance(
    of model: Sequential, _ signal: Tensor, _ background: Tensor
  ) -> Tensor {
    // The strength of the signal, a shift of the background's first variable and a scale of its last.
    let point = Tensor([50, 0, 1], shape: [3]).asVariable()
    let counts = Self.counts(model, signal, background, at: point)
    let observed = counts.detached()
    let likelihood = (counts - observed * log(counts)).sum()
    let slope = gradients(of: likelihood, at: [point], keepingGraph: true)[0]
    let rows = (0..<3).map { row in
      gradients(of: slope.slice(row..<row + 1, along: 0), at: [point], keepingGraph: true)[0]
    }
    func entry(_ row: Int, _ column: Int) -> Tensor {
      rows[row].slice(column..<column + 1, along: 0).sum()
    }
    let minor = entry(1, 1) * entry(2, 2) - entry(1, 2) * entry(2, 1)
    let second = entry(1, 0) * entry(2, 2) - entry(1, 2) * entry(2, 0)
    let third = entry(1, 0) * entry(2, 1) - entry(1, 1) * entry(2, 0)
    return minor / (entry(0, 0) * minor - entry(0, 1) * second + entry(0, 2) * third)
  }

  private static func counts(
    _ model: Sequential, _ signal: Tensor, _ background: Tensor, at point: Tensor
  ) -> Tensor {
    let strength = point.slice(0..<1, along: 0)
    let shift = point.slice(1..<2, along: 0)
    let scale = point.slice(2..<3, along: 0)
    let moved = Tensor.concatenated(
      [
        background.slice(0..<1, along: 1) + shift, background.slice(1..<2, along: 1),
        background.slice(2..<3, along: 1) * scale,
      ], along: 1)
    return softmax(model(signal)).mean(along: 0) * strength
      + softmax(model(moved)).mean(along: 0) * 1000
  }
}

private let isDouble = MemoryLayout<Scalar>.size == 8

extension Module {
  /// Sets each parameter to scalars from a closed formula.
  fileprivate mutating func setWaves() {
    var index = 0
    visitParameters { _, tensor in
      tensor = wave(tensor.shape, from: 5 * index)
      index += 1
    }
  }

  fileprivate mutating func shift(_ direction: [Tensor], by step: Scalar) {
    var index = 0
    visitParameters { _, tensor in
      tensor = tensor + direction[index] * Tensor(step)
      index += 1
    }
  }
}

extension Layer {
  /// Returns what `body` makes of the parameters and the gradient, with its graph, of a loss that is
  /// not linear in the output.
  fileprivate func differentiated(
    on input: Tensor, _ body: (_ variables: [Tensor], _ slopes: [Tensor]) -> [Tensor]
  ) -> [Tensor] {
    var model = self
    var variables: [Tensor] = []
    model.visitParameters { _, tensor in
      tensor = tensor.asVariable()
      variables.append(tensor)
    }
    let output = model(input, in: .training(RandomStream(seed: 5)))
    let weighted = output * wave(output.shape, from: 9)
    let slopes = gradients(
      of: (weighted * weighted + weighted).sum(), at: variables, keepingGraph: true)
    return body(variables, slopes)
  }
}
