import Randomness
import Tensors
import Testing

@testable import Learning

@Suite struct WeightImportTests {
  private let numbers: ReferenceNumbers
  private let names = ["layers.0": "conv", "layers.2": "head"]

  init() throws { numbers = try ReferenceNumbers("imports") }

  private static func model() -> Sequential {
    var stream = RandomStream(seed: 3)
    return Sequential(
      Convolution(
        2, 3, kernel: 3, window: Window(padding: 1), activation: .tanh, using: &stream),
      Flatten(), Dense(3 * 5 * 4, 4, using: &stream))
  }

  /// The weights of a model of another library, as it would save them.
  private func file(_ library: WeightConvention) throws -> Safetensors {
    let weights =
      library == .pytorch
      ? ["conv.weight", "conv.bias", "head.weight", "head.bias"]
      : ["conv/kernel", "conv/bias", "head/kernel", "head/bias"]
    var file = Safetensors()
    for name in weights {
      let extents = try numbers["\(library.rawValue) \(name) extents"].map { Int($0) }
      file.entries[name] = .init(try numbers["\(library.rawValue) \(name)"], shape: extents)
    }
    return file
  }

  @Test(arguments: WeightConvention.allCases)
  func importedModelAnswersAsTheOther(library: WeightConvention) throws {
    var model = Self.model()
    try model.importWeights(
      from: file(library), convention: library, names: names, flattened: ["layers.2": [3, 5, 4]])
    try numbers.expect(
      model(wave([2, 2, 5, 4])), "\(library.rawValue) output", within: 1e-5)
  }

  @Test func layersThatAreNotNamedStay() throws {
    var model = Self.model()
    let before = model.parameters.map(\.tensor.scalars)
    try model.importWeights(
      from: file(.pytorch), convention: .pytorch, names: ["layers.2": "head"])
    let after = model.parameters.map(\.tensor.scalars)
    #expect(before[0] == after[0] && before[1] == after[1] && before[2] != after[2])
  }

  @Test func badFilesLeaveTheModelAsItWas() throws {
    var model = Self.model()
    let before = model.parameters.map(\.tensor.scalars)
    var lacking = try file(.pytorch)
    lacking.entries["head.bias"] = nil
    #expect(throws: CheckpointError.missing(["head.bias"])) {
      try model.importWeights(from: lacking, convention: .pytorch, names: names)
    }
    var turned = try file(.pytorch)
    turned["head.weight"] = wave([60, 4])
    #expect(
      throws: WeightImportError.misshaped(
        name: "head.weight", found: [60, 4], layer: "layers.2", expected: [60, 4])
    ) { try model.importWeights(from: turned, convention: .pytorch, names: names) }
    #expect(
      throws: WeightImportError.unknownLayer("layers.1", known: ["layers.0", "layers.2"])
    ) {
      try model.importWeights(
        from: try file(.pytorch), convention: .pytorch, names: ["layers.1": "conv"])
    }
    #expect(model.parameters.map(\.tensor.scalars) == before)
  }
}
