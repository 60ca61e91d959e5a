import Tensors

extension Module {
  /// A table of the layers with their parameters, as Keras prints it.
  ///
  /// ```
  /// Layer     Type   Shapes             Parameters
  /// layers.0  Dense  [784, 128], [128]     100,480
  /// layers.1  Dense  [128, 10], [10]         1,290
  /// Total                                  101,770
  /// ```
  public var summary: String {
    let leaves = leaves(prefix: "")
    let rows =
      [["Layer", "Type", "Shapes", "Parameters"]]
      + leaves.map { name, module in
        [
          name, "\(type(of: module))",
          module.parameters.map { "\($0.tensor.shape)" }.joined(separator: ", "),
          grouped(module.parameterCount),
        ]
      } + [["Total", "", "", grouped(parameterCount)]]
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, text in
        let space = String(repeating: " ", count: widths[column] - text.count)
        return column == 3 ? space + text : text + space
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  /// The innermost modules; one with parameters beside its modules also stands for itself.
  private func leaves(prefix: String) -> [(String, any Module)] {
    children.isEmpty
      ? [(prefix.isEmpty ? "model" : prefix, self)]
      : children.flatMap { child in
        child.module.leaves(prefix: prefix.isEmpty ? child.name : "\(prefix).\(child.name)")
      }
  }
}

/// Returns a number with a comma between thousands.
private func grouped(_ number: Int) -> String {
  let digits = String(number)
  return String(
    digits.enumerated().flatMap { index, digit -> [Character] in
      index > 0 && (digits.count - index) % 3 == 0 ? [",", digit] : [digit]
    })
}
