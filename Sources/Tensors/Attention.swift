import Kernels

/// Returns scaled dot-product attention, `softmax(queries · keysᵀ / √width + mask) · values`, of
/// each head (Vaswani and others, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762)).
///
/// The heads stand side by side along the last axis, `width` scalars each.
///
/// - Parameters:
///   - queries: Of shape `[batch, queries, heads · width]`.
///   - keys: Of shape `[batch, keys, heads · width]`.
///   - values: Of the shape of `keys`.
///   - heads: The number of heads.
///   - mask: What is added to the scores, of a shape that stretches to
///     `[batch, heads, queries, keys]`: minus infinity where a query is not to see a key. A query
///     that sees none has values that are not numbers.
///   - isCausal: Whether query `i` sees only the keys 0 to `i`.
/// - Returns: Of the shape of `queries`.
public func attention(
  _ queries: Tensor, _ keys: Tensor, _ values: Tensor, heads: Int = 1, mask: Tensor? = nil,
  isCausal: Bool = false
) -> Tensor {
  let (q, k) = (queries.shape, keys.shape)
  require(
    q.rank == 3 && k.rank == 3 && q[0] == k[0] && q[2] == k[2] && values.shape == k
      && k[1] > 0 && heads > 0 && q[2] % heads == 0,
    """
    queries of shape \(q) do not meet keys of shape \(k) and values of shape \(values.shape) \
    with \(heads) heads
    """)
  let operation = Attention(heads: heads, isCausal: isCausal, isPacked: false)
  guard let mask = checked(mask, [q[0], heads, q[1], k[1]]) else {
    return .fused(operation, Inputs(queries, keys, values))
  }
  return operation.masked(Inputs(queries, keys, values, mask), mask)
}

/// Returns ``attention(_:_:_:heads:mask:isCausal:)`` of sequences to themselves.
///
/// - Parameters:
///   - projections: Queries, keys and values side by side, of shape
///     `[batch, tokens, 3 · heads · width]`.
///   - heads: The number of heads.
///   - mask: What is added to the scores, of a shape that stretches to
///     `[batch, heads, tokens, tokens]`.
///   - isCausal: Whether token `i` sees only the tokens 0 to `i`.
/// - Returns: Of shape `[batch, tokens, heads · width]`.
public func selfAttention(
  _ projections: Tensor, heads: Int = 1, mask: Tensor? = nil, isCausal: Bool = false
) -> Tensor {
  let shape = projections.shape
  require(
    shape.rank == 3 && shape[1] > 0 && heads > 0 && shape[2] % (3 * heads) == 0,
    "shape \(shape) does not hold queries, keys and values of \(heads) heads")
  let operation = Attention(heads: heads, isCausal: isCausal, isPacked: true)
  guard let mask = checked(mask, [shape[0], heads, shape[1], shape[1]]) else {
    return .fused(operation, Inputs(projections))
  }
  return operation.masked(Inputs(projections, mask), mask)
}

/// Returns the mask with four axes, the last of its full extent.
private func checked(_ mask: Tensor?, _ scores: Shape) -> Tensor? {
  guard let mask else { return nil }
  require(
    mask.shape.rank <= 4 && mask.shape.broadcast(with: scores) == scores,
    "a mask of shape \(mask.shape) does not stretch to the scores' shape \(scores)")
  let shape = mask.shape.padded(to: 4)
  return mask.reshaped(to: shape).broadcast(to: shape.replacing(3, with: scores[3]))
}

private struct Attention: FusedOperation {
  let heads: Int
  let isCausal: Bool
  /// Whether queries, keys and values stand side by side in one input.
  let isPacked: Bool

  var kind: FusedKind { isPacked ? .selfAttention : .attention }

  /// Returns the value with a mask; the kernels have no gradient with respect to that.
  func masked(_ x: Inputs, _ mask: Tensor) -> Tensor {
    mask.origin == nil ? .fused(self, x) : composed(x)
  }

  private func mask(_ x: Inputs) -> Tensor? {
    let position = isPacked ? 1 : 3
    return x.count > position ? x[position] : nil
  }

  func composed(_ x: Inputs) -> Tensor {
    let width = x[0].shape[2] / (isPacked ? 3 : 1)
    let parts = (0..<3).map { index -> Tensor in
      let part = isPacked ? x[0].slice(index * width..<(index + 1) * width, along: 2) : x[index]
      return part.reshaped(to: [part.shape[0], part.shape[1], heads, width / heads])
        .permuted(0, 2, 1, 3)
    }
    var scores =
      matmul(parts[0], parts[1], transposingRight: true)
      * Tensor(1 / Scalar(width / heads).squareRoot())
    if let mask = mask(x) { scores = scores + mask }
    if isCausal {
      let (queries, keys) = (scores.shape[2], scores.shape[3])
      scores =
        scores
        + Tensor(
          (0..<queries * keys).map { $0 % keys > $0 / keys ? -.infinity : 0 },
          shape: [queries, keys])
    }
    let value = matmul(softmax(scores), parts[2]).permuted(0, 2, 1, 3)
    return value.reshaped(to: [value.shape[0], value.shape[1], width])
  }

  #if !DoublePrecision
    func evaluate(_ x: Inputs) -> (value: Tensor, saved: [Tensor]) {
      let (parts, extents) = (operands(x), extents(x))
      let (value, weights) = Kernels.attention(
        parts[0], parts[1], parts[2], mask: mask(x).map { arranged($0) }, extents)
      return (
        Tensor(value, shape: x[0].shape.withLast(heads * extents.width)),
        [Tensor(weights, shape: [weights.count])]
      )
    }

    func pullback(
      of c: Tensor, at x: Inputs, output y: Tensor, saved: [Tensor], wanted: Wanted
    ) -> Flows {
      let targets = x.map { Tensor(Storage(count: $0.shape.count), shape: $0.shape) }
      attentionGradients(
        of: c.plain, weights: saved[0].storage, operands(x), into: operands(targets), extents(x))
      return isPacked
        ? wanted.flows(targets[0]) : wanted.flows(targets[0], targets[1], targets[2])
    }

    private func extents(_ x: Inputs) -> AttentionExtents {
      AttentionExtents(
        batch: x[0].shape[0], heads: heads, queries: x[0].shape[1],
        keys: x[isPacked ? 0 : 1].shape[1], width: x[0].shape[2] / (isPacked ? 3 : 1) / heads,
        isCausal: isCausal)
    }

    private func operands(_ x: Inputs) -> [AttentionOperand] {
      let rowStride = x[0].shape[2]
      guard isPacked else {
        return (0..<3).map { AttentionOperand(x[$0].plain, rowStride: rowStride) }
      }
      let storage = x[0].plain
      return (0..<3).map {
        AttentionOperand(storage, offset: $0 * rowStride / 3, rowStride: rowStride)
      }
    }

    private func arranged(_ mask: Tensor) -> AttentionMask {
      let (shape, keys) = (mask.shape, mask.shape[3])
      func step(_ axis: Int, _ inner: Int) -> Int { shape[axis] == 1 ? 0 : inner }
      return AttentionMask(
        mask.plain, exampleStep: step(0, shape[1] * shape[2] * keys),
        headStep: step(1, shape[2] * keys), queryStep: step(2, keys))
    }
  #endif
}
