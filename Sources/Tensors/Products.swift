import Kernels

/// Returns the product of two matrices, or of the matrices on the last two axes of arrays of them.
///
/// See ``matmul(_:transposingLeft:_:transposingRight:)``.
public func matmul(_ a: Tensor, _ b: Tensor) -> Tensor { matmul(a, b, Transposition()) }

/// Returns the product of two matrices, or of the matrices on the last two axes of arrays of them.
///
/// The axes before the last two are stretched to each other as in elementwise operations.
///
/// - Parameters:
///   - a: The left factor, of shape `[…, rows, inner]`.
///   - transposingLeft: Whether `a` is read with its last two axes exchanged.
///   - b: The right factor, of shape `[…, inner, columns]`.
///   - transposingRight: Whether `b` is read with its last two axes exchanged.
/// - Returns: The products, of shape `[…, rows, columns]`.
public func matmul(
  _ a: Tensor, transposingLeft: Bool = false, _ b: Tensor, transposingRight: Bool
) -> Tensor {
  matmul(a, b, Transposition(left: transposingLeft, right: transposingRight))
}

func matmul(_ a: Tensor, _ b: Tensor, _ transposition: Transposition) -> Tensor {
  let (m, n) = (a.shape, b.shape)
  require(
    m.rank >= 2 && n.rank >= 2
      && m[m.rank - (transposition.left ? 2 : 1)] == n[n.rank - (transposition.right ? 1 : 2)],
    """
    matrices of shapes \(m)\(transposition.left ? " transposed" : "") and \
    \(n)\(transposition.right ? " transposed" : "") have no product
    """)
  if m.rank == 2, n.rank == 2 { return a.applying(.matrixProduct(transposition), with: b) }
  if n.rank == 2, !transposition.left {
    // One matrix for all is one product of all rows.
    let rows = Shape(rows: m.count / max(m.width, 1), columns: m.width)
    let columns = n[transposition.right ? 0 : 1]
    return a.reshaped(to: rows).applying(.matrixProduct(transposition), with: b)
      .reshaped(to: m.withLast(columns))
  }
  let leading = m.withoutLast(2).broadcast(with: n.withoutLast(2))
  return a.broadcast(to: leading.followed(by: m)).applying(
    .batchedProduct(transposition), with: b.broadcast(to: leading.followed(by: n)))
}

/// Returns `activation(input · weight + bias)` along the last axis.
///
/// - Parameters:
///   - input: Of shape `[…, inputs]`.
///   - weight: Of shape `[inputs, outputs]`.
///   - bias: Of shape `[outputs]`.
///   - activation: What is applied to the sums.
/// - Returns: Of shape `[…, outputs]`.
public func linear(
  _ input: Tensor, _ weight: Tensor, _ bias: Tensor, activation: Activation = .identity
) -> Tensor {
  require(
    input.shape.rank >= 1 && weight.shape.rank == 2 && input.shape.width == weight.shape[0]
      && bias.shape == [weight.shape[1]],
    """
    an input of shape \(input.shape) does not meet a weight of shape \(weight.shape) and a bias \
    of shape \(bias.shape)
    """)
  guard activation.hasSlopeOfValue else {
    return activate(linear(input, weight, bias), activation)
  }
  if input.shape.rank == 2 { return input.applying(.linear(activation), with: weight, bias) }
  let rows = Shape(rows: input.shape.withoutLast(1).count, columns: input.shape.width)
  return input.reshaped(to: rows).applying(.linear(activation), with: weight, bias)
    .reshaped(to: input.shape.withLast(weight.shape[1]))
}

extension Shape {
  /// Returns the shape without the last axes.
  func withoutLast(_ count: Int) -> Shape { Shape(extents.dropLast(count)) }

  /// Returns these extents and then the last two of another shape.
  fileprivate func followed(by matrix: Shape) -> Shape {
    Shape(extents + matrix.extents.suffix(2))
  }
}
