import Kernels

/// Returns a sum of products in Einstein's notation, such as `einsum("bhid,bhjd->bhij", a, b)`.
///
/// Each letter names an axis: letters of both factors and the result are multiplied position by
/// position, letters that the result lacks are summed. It is computed as one product of matrices
/// with axes exchanged before and after where that is needed.
///
/// - Parameters:
///   - rule: The axes of each factor, separated by a comma, and of the result after `->`; no
///     factor and no result has a letter twice.
///   - factors: One or two tensors, with as many axes as they have letters.
/// - Returns: The sums, with the axes of the result.
public func einsum(_ rule: String, _ factors: Tensor...) -> Tensor {
  let sides = rule.filter { $0 != " " }.split(separator: "-", omittingEmptySubsequences: false)
  let names = (sides.first ?? "").split(separator: ",", omittingEmptySubsequences: false)
    .map(Array.init)
  require(
    sides.count == 2 && sides[1].first == ">" && names.count == factors.count
      && (1...2).contains(factors.count),
    "the rule \"\(rule)\" does not name the axes of \(factors.count) factors and of a result")
  let result = Array(sides[1].dropFirst())
  checkAxes(rule, names, result, factors.map(\.shape))
  let terms = zip(names, factors).enumerated().map { index, term in
    // What only one factor has and the result lacks is summed at once.
    let others = names.indices.filter { $0 != index }.flatMap { names[$0] } + result
    return Term(axes: term.0, tensor: term.1).summed { !others.contains($0) }
  }
  let product = terms.count == 1 ? terms[0] : contracted(terms[0], terms[1], keeping: result)
  return product.arranged(result).tensor
}

/// A tensor with a name for each axis.
private struct Term {
  var axes: [Character]
  var tensor: Tensor

  func extent(_ name: Character) -> Int {
    axes.firstIndex(of: name).map { tensor.shape[$0] } ?? 1
  }

  func summed(where isSummed: (Character) -> Bool) -> Term {
    let positions = axes.indices.filter { isSummed(axes[$0]) }
    guard !positions.isEmpty else { return self }
    let kept = axes.filter { !isSummed($0) }
    return Term(
      axes: kept,
      tensor: tensor.reduced(to: tensor.shape.collapsing(positions))
        .reshaped(to: Shape(kept.map(extent))))
  }

  func arranged(_ order: [Character]) -> Term {
    order == axes
      ? self
      : Term(
        axes: order,
        tensor: tensor.applying(.permute(order.map { axes.firstIndex(of: $0) ?? 0 })))
  }

  /// The tensor as `[batch…, rows, columns]`, and whether the last two are exchanged instead.
  func matrices(
    _ batch: [Character], rows: [Character], columns: [Character]
  ) -> (tensor: Tensor, isTransposed: Bool) {
    let isTransposed = axes == batch + columns + rows && axes != batch + rows + columns
    let (first, second) = isTransposed ? (columns, rows) : (rows, columns)
    func count(_ names: [Character]) -> Int { names.reduce(1) { $0 * extent($1) } }
    return (
      arranged(batch + first + second).tensor
        .reshaped(to: [count(batch), count(first), count(second)]), isTransposed
    )
  }
}

private func contracted(_ a: Term, _ b: Term, keeping result: [Character]) -> Term {
  let shared = a.axes.filter(b.axes.contains)
  // In the order of the result, so that the product needs no exchange of axes where none is due.
  let batch = result.filter(shared.contains)
  let inner = shared.filter { !result.contains($0) }
  let rows = result.filter { a.axes.contains($0) && !shared.contains($0) }
  let columns = result.filter { b.axes.contains($0) && !shared.contains($0) }
  let (left, right) = (
    a.matrices(batch, rows: rows, columns: inner), b.matrices(batch, rows: inner, columns: columns)
  )
  let product = matmul(
    left.tensor, right.tensor,
    Transposition(left: left.isTransposed, right: right.isTransposed))
  let extents = batch.map(a.extent) + rows.map(a.extent) + columns.map(b.extent)
  return Term(axes: batch + rows + columns, tensor: product.reshaped(to: Shape(extents)))
}

private func checkAxes(
  _ rule: String, _ names: [[Character]], _ result: [Character], _ shapes: [Shape]
) {
  var extents: [Character: Int] = [:]
  for (axes, shape) in zip(names, shapes) {
    require(
      axes.count == shape.rank && Set(axes).count == axes.count,
      "the axes \"\(String(axes))\" of \"\(rule)\" are not those of a tensor of shape \(shape)")
    for (axis, name) in axes.enumerated() {
      require(
        extents[name] ?? shape[axis] == shape[axis],
        "the axis \(name) of \"\(rule)\" differs between shapes \(shapes)")
      extents[name] = shape[axis]
    }
  }
  require(
    Set(result).count == result.count && result.allSatisfy { extents[$0] != nil },
    "the result of \"\(rule)\" has an axis twice, or one that no factor has")
}
