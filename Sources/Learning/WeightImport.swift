public import Tensors

/// The library that weights come from, which decides their names and their layouts.
///
/// | layer | PyTorch's `state_dict` | Keras' variables | Casebook |
/// |---|---|---|---|
/// | ``Dense`` | `weight` [out, in], `bias` | `kernel` [in, out], `bias` | `weight` [in, out] |
/// | ``Convolution`` | `weight` [out, in, h, w], `bias` | `kernel` [h, w, in, out], `bias` | as PyTorch |
/// | ``Convolution`` of each channel | as others | `kernel` or `depthwise_kernel` [h, w, in, multiplier], `bias` | [in · multiplier, 1, h, w] |
/// | ``TransposedConvolution`` | `weight` [in, out, h, w], `bias` | `kernel` [h, w, out, in], `bias` | as PyTorch |
/// | ``BatchNormalization`` | `weight`, `bias`, `running_mean`, `running_var` | `gamma`, `beta`, `moving_mean`, `moving_variance` | `scale`, `shift`, `mean`, `variance` |
/// | ``GroupNormalization``, ``LayerNormalization`` | `weight`, `bias` | `gamma`, `beta` | `scale`, `shift` |
/// | ``Embedding`` | `weight` | `embeddings` | `table` |
/// | ``LSTM`` | `weight_ih_l0` [4 out, in], `weight_hh_l0`, two biases | `kernel`, `recurrent_kernel`, `bias` | as Keras; the biases added |
/// | ``GRU`` | `weight_ih_l0` [3 out, in], `weight_hh_l0`, two biases | `kernel`, `recurrent_kernel`, `bias`: update before reset | gates as PyTorch, transposed |
/// | ``Bidirectional`` | as its layers, the second one's with `_reverse` | each of its layers by itself | `forward`, `backward` |
/// | ``MultiHeadAttention`` | `in_proj_weight` [3 width, width], `in_proj_bias`, `out_proj.…` | `query/kernel` [width, heads, size] …, `attention_output/…` | [width, 3 width] |
///
/// Of a stack in PyTorch (`num_layers`), `_l1` stands for `_l0` in the second layer, and so on.
///
/// A name is that of the layer, a dot (PyTorch) or a slash (Keras), and that of the weight, such as
/// `features.0.weight` or `dense/kernel`.
public enum WeightConvention: String, Hashable, Sendable, CaseIterable {
  case pytorch, keras

  fileprivate var separator: String { self == .pytorch ? "." : "/" }
}

/// How a tensor of a layer is made of those of another library's.
public struct ForeignWeight {
  /// The tensor's part in the layer, such as `weight`.
  let part: String
  /// What the other library calls those that it is made of.
  let names: [String]
  /// How many axes each of them has.
  let ranks: ClosedRange<Int>
  /// Whether it is a bias, which a layer of the other library may do without.
  let isBias: Bool
  let convert: ([Tensor]) -> Tensor

  /// Creates a rule for a tensor that is made of several.
  ///
  /// - Parameters:
  ///   - part: The tensor's part in the layer, such as `bias`.
  ///   - names: What the other library calls those that it is made of.
  ///   - rank: How many axes each of them has.
  ///   - isBias: Whether a layer of the other library may do without it.
  ///   - convert: Makes it of them.
  public init(
    _ part: String, from names: [String], rank: Int, isBias: Bool = false,
    convert: @escaping ([Tensor]) -> Tensor
  ) {
    self.init(part, from: names, ranks: rank...rank, isBias: isBias, convert: convert)
  }

  /// Creates a rule for a tensor whose number of axes varies, as those of kernels do.
  ///
  /// - Parameters:
  ///   - part: The tensor's part in the layer, such as `weight`.
  ///   - names: What the other library calls those that it is made of.
  ///   - ranks: How many axes each of them may have.
  ///   - isBias: Whether a layer of the other library may do without it.
  ///   - convert: Makes it of them.
  public init(
    _ part: String, from names: [String], ranks: ClosedRange<Int>, isBias: Bool = false,
    convert: @escaping ([Tensor]) -> Tensor
  ) {
    (self.part, self.names, self.ranks, self.convert) = (part, names, ranks, convert)
    self.isBias = isBias
  }

  /// Creates a rule for a tensor that is made of one.
  ///
  /// - Parameters:
  ///   - part: The tensor's part in the layer, such as `weight`.
  ///   - name: What the other library calls it.
  ///   - rank: How many axes it has.
  ///   - isBias: Whether a layer of the other library may do without it.
  ///   - convert: Brings it into the layer's layout, if that is another.
  public init(
    _ part: String, from name: String, rank: Int, isBias: Bool = false,
    convert: @escaping (Tensor) -> Tensor = { $0 }
  ) {
    self.init(part, from: [name], rank: rank, isBias: isBias) { convert($0[0]) }
  }
}

/// A layer whose weights can be taken from another library.
public protocol WeightImporting: Module {
  /// How each of its tensors is made of the other library's; of several rules for a tensor, the first
  /// whose result has its shape.
  static func foreignWeights(_ convention: WeightConvention) -> [ForeignWeight]
}

/// Why weights of another library cannot be taken.
public enum WeightImportError: Error, Hashable, CustomStringConvertible {
  /// The model has no layer of a name.
  case unknownLayer(String, known: [String])
  /// Something is said of a layer that is not among those to fill.
  case notFilled(String, filled: [String])
  /// A layer that is said to have no bias has one.
  case biased(layer: String, name: String)
  /// A layer is said to be of a stack, and has weights of no stack.
  case notStacked(layer: String)
  /// A layer is of a type whose weights are not imported.
  case unsupported(layer: String, type: String)
  /// A tensor does not become one of the layer's shape.
  case misshaped(name: String, found: [Int], layer: String, expected: [Int])
  /// A layer has not as many rows as flattened images have scalars.
  case notFlattened(layer: String, images: [Int], rows: Int)

  public var description: String {
    switch self {
    case .unknownLayer(let name, let known):
      "The model has no layer “\(name)” with weights. It has \(known.joined(separator: ", "))."
    case .notFilled(let name, let filled):
      "“\(name)” is not among the layers to fill, which are \(filled.joined(separator: ", "))."
    case .biased(let layer, let name):
      "\(layer) is said to have no bias, and the file has \(name). Leave it out of `unbiased`."
    case .notStacked(let layer):
      "\(layer) has no weights of a stack of recurrent layers. Leave it out of `stacked`."
    case .unsupported(let layer, let type):
      """
      \(layer) is a \(type), whose weights are not imported. Conform \(type) to WeightImporting, or \
      import the layers inside it.
      """
    case .misshaped(let name, let found, let layer, let expected):
      """
      \(name) has shape \(found), which does not become the shape \(expected) that \(layer) has \
      in the model. Build the model with the other's extents, and name the right convention.
      """
    case .notFlattened(let layer, let images, let rows):
      """
      \(layer) has \(rows) rows, which are not the flattened scalars of images of shape \(images). \
      Give `flattened` their channels and then one to three spatial axes.
      """
    }
  }
}

extension Module {
  /// Takes the weights of layers from a file of PyTorch's or Keras', or none.
  ///
  /// ```swift
  /// // Python: safetensors.torch.save_file(model.state_dict(), "model.safetensors")
  /// // Keras:  safetensors.numpy.save_file({v.path: v.numpy() for v in model.variables}, …)
  /// try model.importWeights(
  ///   from: Safetensors(decoding: data), convention: .pytorch,
  ///   names: ["layers.0": "conv", "layers.2": "head"])
  /// ```
  ///
  /// Keras' images have their channels last: a dense layer that follows flattened images is then
  /// given their shape, so that its rows are brought into our order.
  ///
  /// - Parameters:
  ///   - file: The tensors; those of other names are passed over.
  ///   - convention: The library that wrote them.
  ///   - names: The layers to fill, each with its name in the file; others stay as they are.
  ///   - flattened: By layer, the shape, such as `[channels, height, width]`, of the images whose
  ///     flattened scalars it is given; only Keras' need it.
  ///   - unbiased: The layers that have no bias in the other library; here it becomes 0.
  ///   - stacked: By layer, which one it is, from 0, of a stack of recurrent layers that go by one name;
  ///     only PyTorch's do.
  /// - Throws: ``WeightImportError`` or ``CheckpointError``; the model is then as it was.
  public mutating func importWeights(
    from file: Safetensors, convention: WeightConvention, names: [String: String],
    flattened: [String: Shape] = [:], unbiased: Set<String> = [], stacked: [String: Int] = [:]
  ) throws {
    let others = [Array(flattened.keys), Array(unbiased), Array(stacked.keys)].joined().sorted()
    if let other = others.first(where: { names[$0] == nil }) {
      throw WeightImportError.notFilled(other, filled: names.keys.sorted())
    }
    let layers = Dictionary(uniqueKeysWithValues: layers(prefix: ""))
    var found: [String: Tensor] = [:]
    for (name, foreign) in names.sorted(by: { $0.key < $1.key }) {
      guard let layer = layers[name] else {
        throw WeightImportError.unknownLayer(name, known: layers.keys.sorted())
      }
      let weights = try layer.weights(
        from: file, convention, prefix: foreign + convention.separator, of: name,
        flattened: convention == .keras ? flattened[name] : nil,
        isUnbiased: unbiased.contains(name), place: stacked[name])
      for (part, tensor) in weights { found[name.isEmpty ? part : "\(name).\(part)"] = tensor }
    }
    visitTensors { name, _, tensor in tensor = found[name] ?? tensor }
  }

  /// The tensors of this layer by their parts, made of those of a file.
  private func weights(
    from file: Safetensors, _ convention: WeightConvention, prefix: String, of layer: String,
    flattened: Shape?, isUnbiased: Bool, place: Int?
  ) throws -> [String: Tensor] {
    guard let type = Self.self as? any WeightImporting.Type else {
      throw WeightImportError.unsupported(layer: layer, type: "\(Self.self)")
    }
    var rules = type.foreignWeights(convention)
    if let place {
      guard convention == .pytorch, rules.contains(where: \.isOfStack) else {
        throw WeightImportError.notStacked(layer: layer)
      }
      rules = rules.map { $0.ofStack(at: place) }
    }
    let shapes = checkpoint().entries.mapValues(\.shape)
    var (weights, errors) = ([String: Tensor](), [(part: String, error: any Error)]())
    for rule in rules where weights[rule.part] == nil {
      let expected = shapes[rule.part] ?? []
      if isUnbiased && rule.isBias {
        if let name = rule.names.first(where: { file.entries[prefix + $0] != nil }) {
          throw WeightImportError.biased(layer: layer, name: prefix + name)
        }
        weights[rule.part] = Tensor(repeating: 0, shape: Shape(expected))
        continue
      }
      do {
        let converted = try rule.converted(
          from: file, prefix: prefix, of: layer, expected: expected)
        guard let ordered = converted.withRows(ofFlattened: flattened) else {
          throw WeightImportError.notFlattened(
            layer: layer, images: flattened?.extents ?? [], rows: converted.shape[0])
        }
        weights[rule.part] = ordered
      } catch {
        errors.append((rule.part, error))
      }
    }
    // A weight of a wrong shape tells more than the lack of one by another name.
    let open = errors.filter { weights[$0.part] == nil }.map(\.error)
    if let error = open.first(where: { $0 is WeightImportError }) ?? open.first { throw error }
    return weights
  }

  /// The modules inside this one, and it itself, that weights can be imported into, by dotted names.
  private func layers(prefix: String) -> [(String, any Module)] {
    let inner = children.flatMap {
      $0.module.layers(prefix: prefix.isEmpty ? $0.name : "\(prefix).\($0.name)")
    }
    let isLayer = !parameters.isEmpty && (inner.isEmpty || self is any WeightImporting)
    return (isLayer ? [(prefix, self)] : []) + inner
  }
}

extension ForeignWeight {
  fileprivate var isOfStack: Bool { names.contains { $0.contains("_l0") } }

  /// Returns the rule for another layer of a stack.
  fileprivate func ofStack(at place: Int) -> ForeignWeight {
    ForeignWeight(
      part, from: names.map { $0.replacing("_l0", with: "_l\(place)") }, ranks: ranks,
      isBias: isBias, convert: convert)
  }

  /// Returns the tensor made of those of a file.
  fileprivate func converted(
    from file: Safetensors, prefix: String, of layer: String, expected: [Int]
  ) throws -> Tensor {
    let entries = try names.map { name in
      guard let entry = file.entries[prefix + name] else {
        throw CheckpointError.missing([prefix + name])
      }
      return entry
    }
    let tensors = entries.filter { ranks.contains($0.shape.count) }.compactMap(\.tensor)
    let converted = tensors.count == entries.count ? convert(tensors) : nil
    guard let converted, converted.shape.extents == expected else {
      throw WeightImportError.misshaped(
        name: prefix + names[0], found: entries[0].shape, layer: layer, expected: expected)
    }
    return converted
  }
}

extension Tensor {
  /// Returns a matrix whose rows, in the order of flattened images with their channels last, are
  /// brought into that of `[channels]` and the spatial axes; `nil` if it has other rows.
  fileprivate func withRows(ofFlattened images: Shape?) -> Tensor? {
    guard let images, shape.rank == 2 else { return self }
    let spatial = Array(images.extents.dropFirst())
    guard 1...3 ~= spatial.count, images.count == shape[0] else { return nil }
    let axes = Array(spatial.indices)
    return reshaped(to: Shape(spatial + [images[0], shape[1]]))
      .permuted([axes.count] + axes + [axes.count + 1]).reshaped(to: shape)
  }
}
