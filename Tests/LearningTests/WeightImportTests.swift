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

  @Test(arguments: [[2, 3], [2, 3, 1], [2, 3, 1, 1]])
  func flattenedPixelsOfAnyImagesComeIntoOrder(images: [Int]) throws {
    var stream = RandomStream(seed: 1)
    var model = Sequential(Flatten(), Dense(6, 1, using: &stream))
    var file = Safetensors()
    // Keras' order: of each of three places the two channels.
    file.entries["dense/kernel"] = .init((0..<6).map(Double.init), shape: [6, 1])
    file.entries["dense/bias"] = .init([0.0], shape: [1])
    let names = ["layers.1": "dense"]
    try model.importWeights(
      from: file, convention: .keras, names: names, flattened: ["layers.1": Shape(images)])
    #expect(model.parameters[0].tensor.scalars == [0, 2, 4, 1, 3, 5])
    let before = model
    let error = #expect(throws: WeightImportError.self) {
      try model.importWeights(
        from: file, convention: .keras, names: names, flattened: ["layers.1": [4, 4, 3]])
    }
    #expect(error == .notFlattened(layer: "layers.1", images: [4, 4, 3], rows: 6))
    #expect(model.parameters.map(\.tensor.scalars) == before.parameters.map(\.tensor.scalars))
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

  private static let layers: [(name: String, input: Shape, layer: any Layer)] = {
    var stream = RandomStream(seed: 3)
    return [
      (
        "transposed", [2, 2, 3, 4],
        TransposedConvolution(
          2, 3, kernel: 3, window: Window(stride: 2, padding: 1), using: &stream)
      ),
      (
        "grouped", [1, 4, 5, 4],
        Convolution(4, 6, kernel: 3, window: Window(groups: 2), using: &stream)
      ),
      (
        "series", [2, 3, 6],
        Convolution(3, 4, kernel: 3, axes: 1, window: Window(dilation: 2), using: &stream)
      ),
      ("volumes", [1, 2, 3, 3, 2], Convolution(2, 2, kernel: 2, axes: 3, using: &stream)),
      ("batch normalization", [2, 3, 2, 2], BatchNormalization(3)),
      ("layer normalization", [2, 5], LayerNormalization(5)),
      ("group normalization", [2, 4, 3], GroupNormalization(4, groups: 2)),
      ("embedding", [2, 3], Embedding(5, 3, using: &stream)),
      ("lstm", [2, 4, 3], LSTM(3, 4, returning: .all, using: &stream)),
      ("gru", [2, 4, 3], GRU(3, 4, returning: .all, using: &stream)),
      (
        "bidirectional", [2, 4, 3],
        Bidirectional(
          forward: LSTM(3, 4, returning: .all, using: &stream),
          backward: LSTM(3, 4, returning: .all, using: &stream))
      ),
      ("attention", [2, 5, 4], MultiHeadAttention(4, heads: 2, using: &stream)),
    ]
  }()

  @Test(arguments: layers.indices, WeightConvention.allCases)
  func importedLayerAnswersAsTheOther(index: Int, library: WeightConvention) throws {
    var (name, shape, layer) = Self.layers[index]
    let numbers = try ReferenceNumbers("layers")
    let start = "\(library.rawValue) \(name)"
    // Keras has neither of these two as such.
    let weights = numbers.names(after: "\(start) | ")
    if library == .keras && (name == "bidirectional" || name == "group normalization") { return }
    try #require(!weights.isEmpty)
    var file = Safetensors()
    for weight in weights {
      file.entries[weight] = .init(
        try numbers["\(start) | \(weight)"],
        shape: try numbers["\(start) extents | \(weight)"].map { Int($0) })
    }
    // Keras pads nothing here: its image is larger by what the padding takes away.
    if library == .keras && name == "transposed" {
      var stream = RandomStream(seed: 3)
      layer = TransposedConvolution(2, 3, kernel: 3, window: Window(stride: 2), using: &stream)
    }
    try layer.importWeights(from: file, convention: library, names: ["": "layer"])
    let input = name == "embedding" ? Tensor([0, 3, 1, 4, 4, 2], shape: shape) : wave(shape)
    try numbers.expect(layer(input), start, within: 1e-5)
  }

  /// A layer of the other library as it would save it, under the name `layer`.
  private static func file(_ start: String, renaming: [String: String] = [:]) throws -> Safetensors
  {
    let numbers = try ReferenceNumbers("layers")
    var file = Safetensors()
    for weight in numbers.names(after: "\(start) | ") {
      file.entries[renaming[weight] ?? weight] = .init(
        try numbers["\(start) | \(weight)"],
        shape: try numbers["\(start) extents | \(weight)"].map { Int($0) })
    }
    try #require(!file.entries.isEmpty)
    return file
  }

  private static let unbiased: [(name: String, input: Shape, layer: any Layer)] = {
    var stream = RandomStream(seed: 3)
    let bias = Initialization.constant(0.5)
    return [
      ("dense", [2, 3], Dense(3, 4, bias: bias, using: &stream)),
      ("convolution", [1, 2, 5, 4], Convolution(2, 3, kernel: 3, bias: bias, using: &stream)),
      (
        "transposed", [2, 2, 3, 4],
        TransposedConvolution(
          2, 3, kernel: 3, window: Window(stride: 2, padding: 1), bias: bias, using: &stream)
      ),
      ("layer normalization", [2, 5], LayerNormalization(5)),
      ("lstm", [2, 4, 3], LSTM(3, 4, returning: .all, using: &stream)),
      ("gru", [2, 4, 3], GRU(3, 4, returning: .all, using: &stream)),
      ("attention", [2, 5, 4], MultiHeadAttention(4, heads: 2, using: &stream)),
    ]
  }()

  @Test(arguments: unbiased.indices, WeightConvention.allCases)
  func layerWithoutBiasAnswersAsTheOther(index: Int, library: WeightConvention) throws {
    var (name, shape, layer) = Self.unbiased[index]
    let start = "\(library.rawValue) unbiased \(name)"
    let file = try Self.file(start)
    if library == .keras && name == "transposed" {
      var stream = RandomStream(seed: 3)
      layer = TransposedConvolution(2, 3, kernel: 3, window: Window(stride: 2), using: &stream)
    }
    // What lacks by mistake is still told.
    #expect(throws: CheckpointError.self) {
      try layer.importWeights(from: file, convention: library, names: ["": "layer"])
    }
    try layer.importWeights(
      from: file, convention: library, names: ["": "layer"], unbiased: [""])
    try ReferenceNumbers("layers").expect(layer(wave(shape)), start, within: 1e-5)
  }

  private static let stacks: [(name: String, layers: Sequential)] = {
    var stream = RandomStream(seed: 3)
    func lstm(_ inputs: Int) -> LSTM { LSTM(inputs, 4, returning: .all, using: &stream) }
    func both(_ inputs: Int) -> Bidirectional<LSTM> {
      Bidirectional(forward: lstm(inputs), backward: lstm(inputs))
    }
    return [
      ("lstm", Sequential(lstm(3), lstm(4), lstm(4))),
      (
        "gru",
        Sequential(
          GRU(3, 4, returning: .all, using: &stream), GRU(4, 4, returning: .all, using: &stream))
      ),
      ("bidirectional", Sequential(both(3), both(8))),
    ]
  }()

  @Test(arguments: stacks.indices) func stackAnswersAsPyTorchs(index: Int) throws {
    var (name, model) = Self.stacks[index]
    let places = model.layers.indices.map { ("layers.\($0)", $0) }
    try model.importWeights(
      from: Self.file("pytorch stacked \(name)"), convention: .pytorch,
      names: Dictionary(uniqueKeysWithValues: places.map { ($0.0, "layer") }),
      stacked: Dictionary(uniqueKeysWithValues: places))
    try ReferenceNumbers("layers").expect(
      model(wave([2, 4, 3])), "pytorch stacked \(name)", within: 1e-5)
  }

  @Test(arguments: ["kernel", "depthwise_kernel"])
  func convolutionOfEachChannelAnswersAsKeras(kernel: String) throws {
    var stream = RandomStream(seed: 3)
    for (name, shape) in [("depthwise", [2, 3, 5, 4]), ("depthwise series", [2, 3, 6])] {
      var layer = Convolution(
        3, 6, kernel: 3, axes: shape.count - 2, window: Window(groups: 3), using: &stream)
      try layer.importWeights(
        from: Self.file("keras \(name)", renaming: ["layer/kernel": "layer/\(kernel)"]),
        convention: .keras, names: ["": "layer"])
      try ReferenceNumbers("layers").expect(
        layer(wave(Shape(shape))), "keras \(name)", within: 1e-5)
    }
  }

  @Test func whatIsSaidOfLayersMustHold() throws {
    var model = Self.model()
    let (file, names) = (try file(.pytorch), names)
    let before = model.parameters.map(\.tensor.scalars)
    #expect(throws: WeightImportError.biased(layer: "layers.2", name: "head.bias")) {
      try model.importWeights(
        from: file, convention: .pytorch, names: names, unbiased: ["layers.2"])
    }
    #expect(
      throws: WeightImportError.notFilled("layers.3", filled: ["layers.0", "layers.2"])
    ) {
      try model.importWeights(
        from: file, convention: .pytorch, names: names, unbiased: ["layers.3"])
    }
    #expect(throws: WeightImportError.notStacked(layer: "layers.0")) {
      try model.importWeights(
        from: file, convention: .pytorch, names: names, stacked: ["layers.0": 1])
    }
    #expect(model.parameters.map(\.tensor.scalars) == before)
    var stream = RandomStream(seed: 3)
    var layer = Convolution(4, 8, kernel: 3, window: Window(groups: 4), using: &stream)
    let other = try Self.file(
      "keras depthwise", renaming: ["layer/kernel": "layer/depthwise_kernel"])
    #expect(
      throws: WeightImportError.misshaped(
        name: "layer/depthwise_kernel", found: [3, 3, 3, 2], layer: "", expected: [8, 1, 3, 3])
    ) { try layer.importWeights(from: other, convention: .keras, names: ["": "layer"]) }
  }
}
