import Foundation
import Learning
import Randomness
import ReferenceModels
import Tensors
import Testing

/// Whole models of images, step by step as in PyTorch: `Reference/images.py`.
@Suite struct ImageModelTests {
  @Test func residualUNetTakesStepsOfPyTorch() throws {
    let numbers = try ReferenceNumbers("images")
    var stream = RandomStream(seed: 1)
    var model = BenchmarkUNet(widths: [4, 8, 16], dropout: 0, using: &stream)
    try Self.prepare(&model)
    let images = wave([3, 1, 16, 16]) + 0.5
    let masks = wave([3, 1, 16, 16], from: 5).compared(.greater, 0)
    let losses = try Self.train(&model) { model in
      diceCrossEntropy(model(images, in: .training(RandomStream(seed: 1))), masks)
    }
    try numbers.expect(losses, "unet losses")
    try numbers.expect(Self.digest(of: model), "unet parameters")
    let states = model.checkpoint()
    let running = (0..<6).flatMap { block in
      (0..<3).flatMap { index -> [Double] in
        let name = "\(block < 3 ? "down.\(block)" : "up.\(block - 3)").normalizations.\(index)"
        guard let mean = states["\(name).mean"]?.scalars.first,
          let variance = states["\(name).variance"]?.scalars.last
        else { return [] }
        return [Double(mean), Double(variance)]
      }
    }
    try numbers.expect(running, "unet running")
    let used = model(images).scalars
    try numbers.expect(
      stride(from: 0, to: used.count, by: 37).map { Double(used[$0]) }, "unet used", within: 5e-5)
  }

  #if !DoublePrecision
    @Test func variationalAutoencoderTakesStepsOfPyTorch() throws {
      let numbers = try ReferenceNumbers("images")
      var stream = RandomStream(seed: 1)
      var model = VariationalAutoencoder(using: &stream)
      try Self.prepare(&model)
      let images = wave([2, 1, 28, 28]) + 0.5
      let losses = try Self.train(&model) { $0.loss(of: images, in: .inference) }
      try numbers.expect(losses, "vae losses")
      try numbers.expect(Self.digest(of: model), "vae parameters", within: 2e-5)
    }
  #endif

  private static func train<Model: Module>(
    _ model: inout Model, _ loss: (Model) -> Tensor
  ) throws -> [Double] {
    var rule = Adam(learningRate: 1e-3, epsilon: 1e-2)
    return (0..<5).map { _ in
      let (value, gradient) = valueWithGradient(at: model, of: loss)
      rule.update(&model, along: gradient)
      return Double(value)
    }
  }

  private static func prepare<Model: Module>(_ model: inout Model) throws {
    var file = model.checkpoint()
    for (index, (name, tensor)) in model.parameters.enumerated() {
      let draw = wave(tensor.shape, from: 7 * index)
      file[name] =
        if name.hasSuffix("scale") {
          draw * 0.1 + 1
        } else if name.hasSuffix("shift") {
          draw * 0.1 + 3
        } else if name.hasSuffix("bias") {
          draw * 0.1 + 1
        } else {
          draw * Tensor(Scalar(pow(Double(tensor.shape.count), -0.25)))
        }
    }
    try model.restore(from: file)
  }

  /// The mean, the mean square, the first and the last scalar of each parameter.
  private static func digest(of model: some Module) -> [Double] {
    model.parameters.flatMap { _, tensor -> [Double] in
      let scalars = tensor.scalars.map { Double($0) }
      let count = Double(scalars.count)
      return [
        scalars.reduce(0, +) / count, scalars.reduce(0) { $0 + $1 * $1 } / count,
        scalars[0], scalars[scalars.count - 1],
      ]
    }
  }
}
