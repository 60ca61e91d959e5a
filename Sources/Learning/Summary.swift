public import Tensors

/// What a summary tells of a layer.
public struct LayerSummary: Hashable, Sendable {
  /// The dotted name in the model.
  public let name: String
  /// The name of its type, such as `Dense`.
  public let type: String
  /// The shape of its output with the number of examples; nothing where that is not known.
  public let output: Shape?
  /// The shapes of its parameters.
  public let weights: [Shape]
  /// The scalars that are trained.
  public let parameterCount: Int
}

extension Module {
  /// A table of the layers with their parameters, as Keras prints it.
  ///
  /// ```
  /// Layer     Type   Shapes             Parameters
  /// layers.0  Dense  [784, 128], [128]     100,480
  /// layers.1  Dense  [128, 10], [10]         1,290
  /// Total                                  101,770
  /// ```
  ///
  /// ``Layer/summary(for:)`` tells the shapes of the outputs.
  public var summary: String {
    table("Shapes") { _, module in
      module.parameters.map { "\($0.tensor.shape)" }.joined(separator: ", ")
    }
  }

  /// Returns the table with a column that tells something of each of the innermost modules.
  fileprivate func table(
    _ title: String, _ told: (_ name: String, _ module: any Module) -> String
  ) -> String {
    var rows = [["Layer", "Type", title, "Parameters"]]
    for (name, module) in leaves(prefix: "") {
      let type = "\(type(of: module))".prefix { $0 != "<" }
      rows.append([name, String(type), told(name, module), grouped(module.scalarCount)])
    }
    rows.append(["Total", "", "", grouped(scalarCount)])
    if parameterCount != scalarCount {
      rows.append(["Trained", "", "", grouped(parameterCount)])
      rows.append(["Not trained", "", "", grouped(scalarCount - parameterCount)])
    }
    return aligned(rows)
  }

  /// The number of scalars that are saved, trained or not.
  private var scalarCount: Int { named.reduce(0) { $0 + $1.tensor.shape.count } }

  /// The innermost modules; one with parameters beside its modules also stands for itself.
  fileprivate func leaves(prefix: String) -> [(String, any Module)] {
    children.isEmpty
      ? [(prefix.isEmpty ? "model" : prefix, self)]
      : children.flatMap { child in
        child.module.leaves(prefix: prefix.isEmpty ? child.name : "\(prefix).\(child.name)")
      }
  }
}

extension Layer {
  /// Returns a table of the layers with the shapes of their outputs, as Keras prints it.
  ///
  /// ```
  /// Layer     Type         Output          Parameters
  /// layers.0  Convolution  [–, 8, 28, 28]          80
  /// layers.1  MaxPooling   [–, 8, 14, 14]           0
  /// layers.2  Flatten      [–, 1568]                0
  /// layers.3  Dense        [–, 10]             15,690
  /// Total                                      15,770
  /// ```
  ///
  /// The model is used once on the examples. Of ``Sequential`` every layer's output is told; of other
  /// models that of the layers with parameters.
  ///
  /// - Parameter input: Examples such as the model is given; one is enough. Their number is told as a
  ///   dash.
  /// - Returns: Lines of at most 80 characters.
  public func summary(for input: Tensor) -> String {
    let shapes = outputShapes(for: input, prefix: "")
    return table("Output") { name, _ in
      guard let shape = shapes[name == "model" ? "" : name] else { return "" }
      let extents = shape.extents.enumerated().map { index, extent in
        index == 0 && extent == input.exampleCount ? "–" : "\(extent)"
      }
      return "[\(extents.joined(separator: ", "))]"
    }
  }

  /// Returns what the summary tells, layer by layer.
  public func layers(for input: Tensor) -> [LayerSummary] {
    let shapes = outputShapes(for: input, prefix: "")
    return leaves(prefix: "").map { name, module in
      LayerSummary(
        name: name, type: String("\(type(of: module))".prefix { $0 != "<" }),
        output: shapes[name == "model" ? "" : name],
        weights: module.parameters.map(\.tensor.shape), parameterCount: module.parameterCount)
    }
  }

  /// The shapes of what layers put out, by their dotted names.
  fileprivate func outputShapes(for input: Tensor, prefix: String) -> [String: Shape] {
    if let sequence = self as? Sequential {
      var (shapes, output): ([String: Shape], Tensor) = ([:], input)
      for (index, layer) in sequence.layers.enumerated() {
        let name = "\(prefix)layers.\(index)"
        shapes.merge(layer.outputShapes(for: output, prefix: name + ".")) { $1 }
        output = layer(output)
        shapes[name] = output.shape
      }
      return shapes
    }
    var tracked = self
    var (layers, variables): ([String], [Tensor]) = ([], [])
    tracked.visitParameters { name, tensor in
      tensor = tensor.asVariable()
      layers.append(prefix + layer(ofParameter: name))
      variables.append(tensor)
    }
    let output = tracked(input)
    var shapes: [String: Shape] = [:]
    for (position, shape) in output.shapesOfUse(of: variables).enumerated() {
      if let shape { shapes[layers[position]] = shape }
    }
    // One that stands alone puts out what the whole does.
    if children.isEmpty { shapes[String(prefix.dropLast())] = output.shape }
    return shapes
  }
}

/// Returns rows with their columns below each other, the last one to the right; where they would not
/// fit a terminal, names lose their start.
private func aligned(_ rows: [[String]]) -> String {
  var rows = rows
  func widths() -> [Int] { (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 } }
  let excess = widths().reduce(6, +) - 80
  if excess > 0 {
    let most = max(widths()[0] - excess, 12)
    rows = rows.map { row in
      row[0].count <= most ? row : ["…" + row[0].suffix(most - 1)] + row.dropFirst()
    }
  }
  let widths = widths()
  return rows.map { row in
    row.enumerated().map { column, text in
      let space = String(repeating: " ", count: widths[column] - text.count)
      return column == 3 ? space + text : text + space
    }.joined(separator: "  ")
  }.joined(separator: "\n")
}

/// Returns a number with a comma between thousands.
private func grouped(_ number: Int) -> String {
  let digits = String(number)
  return String(
    digits.enumerated().flatMap { index, digit -> [Character] in
      index > 0 && (digits.count - index) % 3 == 0 ? [",", digit] : [digit]
    })
}
