#if !DoublePrecision
  import CVectors

  /// The extents of an attention: queries and keys are `[batch, tokens, heads · width]`.
  package struct AttentionExtents: Hashable, Sendable {
    package let batch, heads, queries, keys, width: Int
    /// Whether a query sees no later key.
    package let isCausal: Bool

    package init(
      batch: Int, heads: Int, queries: Int, keys: Int, width: Int, isCausal: Bool
    ) {
      (self.batch, self.heads, self.queries) = (batch, heads, queries)
      (self.keys, self.width, self.isCausal) = (keys, width, isCausal)
    }

    /// The scalars of a row of weights in memory: whole vectors, of which the last ends in zeros.
    var rowStride: Int { (keys + 15) & ~15 }
    var blockCount: Int { queries * rowStride }
    var scale: Scalar { 1 / Scalar(width).squareRoot() }
    var scores: ProductExtents { ProductExtents(rows: queries, inner: width, columns: keys) }
  }

  /// Queries, keys or values: of a storage of their own, or side by side in one.
  package struct AttentionOperand {
    let storage: Storage
    let offset, rowStride: Int

    /// Creates the operand that starts `offset` scalars after each row's start.
    package init(_ storage: Storage, offset: Int = 0, rowStride: Int) {
      (self.storage, self.offset, self.rowStride) = (storage, offset, rowStride)
    }

    /// The matrix `[tokens, width]` of one head, to use while the storage is held.
    func matrix(_ example: Int, _ head: Int, tokens: Int, width: Int) -> Matrix {
      Matrix(
        storage.scalars + example * tokens * rowStride + offset + head * width,
        rowStride: rowStride)
    }
  }

  /// What is added to the scores of each query before the softmax, with the steps between examples,
  /// heads and queries: 0 where all share a row.
  package struct AttentionMask {
    let storage: Storage
    let exampleStep, headStep, queryStep: Int

    package init(_ storage: Storage, exampleStep: Int, headStep: Int, queryStep: Int) {
      (self.storage, self.exampleStep) = (storage, exampleStep)
      (self.headStep, self.queryStep) = (headStep, queryStep)
    }

    /// The rows of one head, to use while the storage is held.
    func rows(_ example: Int, _ head: Int) -> UnsafeMutablePointer<Scalar> {
      storage.scalars + example * exampleStep + head * headStep
    }
  }

  /// Returns `softmax(queries · keysᵀ / √width + mask) · values` of each head.
  ///
  /// - Returns: The value, `[batch, queries, heads · width]`, and the weights for the gradient.
  package func attention(
    _ queries: AttentionOperand, _ keys: AttentionOperand, _ values: AttentionOperand,
    mask: AttentionMask?, _ extents: AttentionExtents
  ) -> (value: Storage, weights: Storage) {
    KernelClock.enter()
    defer { KernelClock.leave() }
    let (heads, width) = (extents.heads, extents.width)
    let value = Storage(count: extents.batch * extents.queries * heads * width)
    let weights = Storage(count: extents.batch * heads * extents.blockCount)
    let target = AttentionOperand(value, rowStride: heads * width)
    Threads.parallel(count: extents.batch * heads, grain: 4) { range in
      for block in range {
        let (example, head) = (block / heads, block % heads)
        let scores = Matrix(
          weights.scalars + block * extents.blockCount, rowStride: extents.rowStride)
        multiplyHere(
          queries.matrix(example, head, tokens: extents.queries, width: width),
          keys.matrix(example, head, tokens: extents.keys, width: width), extents.scores,
          transposing: Transposition(right: true), into: scores, scale: extents.scale)
        vectors_weigh(
          scores.start, mask?.rows(example, head), mask?.queryStep ?? 0, extents.queries,
          extents.keys, extents.rowStride, extents.isCausal ? 1 : -1)
        multiplyHere(
          scores, values.matrix(example, head, tokens: extents.keys, width: width),
          ProductExtents(rows: extents.queries, inner: extents.keys, columns: width),
          into: target.matrix(example, head, tokens: extents.queries, width: width))
      }
    }
    withExtendedLifetime((queries, keys, values, mask, value, weights)) {}
    return (value, weights)
  }

  /// Sets the gradients of an attention with respect to its queries, keys and values.
  ///
  /// - Parameters:
  ///   - cotangent: The gradient with respect to the value, `[batch, queries, heads · width]`.
  ///   - weights: What ``attention(_:_:_:mask:_:)`` returned.
  ///   - operands: The queries, keys and values.
  ///   - targets: What is set, in the arrangement of the operands.
  ///   - extents: The extents of the attention.
  package func attentionGradients(
    of cotangent: Storage, weights: Storage, _ operands: [AttentionOperand],
    into targets: [AttentionOperand], _ extents: AttentionExtents
  ) {
    KernelClock.enter()
    defer { KernelClock.leave() }
    let (heads, width) = (extents.heads, extents.width)
    let tokens = [extents.queries, extents.keys, extents.keys]
    let slopes = AttentionOperand(cotangent, rowStride: heads * width)
    let ofKeys = ProductExtents(rows: extents.keys, inner: extents.queries, columns: width)
    Threads.parallel(count: extents.batch * heads, grain: 4) { range in
      // Zeros beyond the keys: the products leave them as they are.
      let scratch = Storage(repeating: 0, count: extents.blockCount)
      let scores = Matrix(scratch.scalars, rowStride: extents.rowStride)
      for block in range {
        let (example, head) = (block / heads, block % heads)
        func matrix(_ operands: [AttentionOperand], _ index: Int) -> Matrix {
          operands[index].matrix(example, head, tokens: tokens[index], width: width)
        }
        let slope = slopes.matrix(example, head, tokens: extents.queries, width: width)
        let block = Matrix(
          weights.scalars + block * extents.blockCount, rowStride: extents.rowStride)
        multiplyHere(
          slope, matrix(operands, 2), extents.scores, transposing: Transposition(right: true),
          into: scores)
        // This reads the weights row by row, which brings them into the cache the fastest.
        vectors_weigh_back(scores.start, block.start, extents.queries, extents.rowStride)
        multiplyHere(
          block, slope, ofKeys, transposing: Transposition(left: true), into: matrix(targets, 2))
        multiplyHere(
          scores, matrix(operands, 1),
          ProductExtents(rows: extents.queries, inner: extents.keys, columns: width),
          into: matrix(targets, 0), scale: extents.scale)
        multiplyHere(
          scores, matrix(operands, 0), ofKeys, transposing: Transposition(left: true),
          into: matrix(targets, 1), scale: extents.scale)
      }
      withExtendedLifetime(scratch) {}
    }
    withExtendedLifetime((cotangent, weights, operands, targets)) {}
  }
#endif
