#if !DoublePrecision
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
    for block in 0..<extents.batch * heads {
      let (example, head) = (block / heads, block % heads)
      let scores = Matrix(
        weights.scalars + block * extents.blockCount, rowStride: extents.rowStride)
      multiply(
        queries.matrix(example, head, tokens: extents.queries, width: width),
        keys.matrix(example, head, tokens: extents.keys, width: width), extents.scores,
        transposing: Transposition(right: true), into: scores, scale: extents.scale)
      for query in 0..<extents.queries {
        let row = mask.map {
          $0.storage.scalars + example * $0.exampleStep + head * $0.headStep + query * $0.queryStep
        }
        weigh(
          scores.start + query * extents.rowStride, mask: row, count: extents.keys,
          visible: extents.isCausal ? min(query + 1, extents.keys) : extents.keys)
      }
      multiply(
        scores, values.matrix(example, head, tokens: extents.keys, width: width),
        ProductExtents(rows: extents.queries, inner: extents.keys, columns: width),
        into: target.matrix(example, head, tokens: extents.queries, width: width))
    }
    withExtendedLifetime((queries, keys, values, mask, value, weights)) {}
    return (value, weights)
  }

  /// Sets a row of scores to its softmax, and what is not visible to 0.
  @inline(__always) private func weigh(
    _ row: UnsafeMutablePointer<Scalar>, mask: UnsafeMutablePointer<Scalar>?, count: Int,
    visible: Int
  ) {
    var greatest = Vector(repeating: -.infinity)
    for column in stride(from: 0, to: count, by: 16) {
      var scores = row[vector: column]
      if let mask { scores += mask[vector: column] }
      if column + 16 > visible {
        scores = scores.replacing(
          with: -.infinity, where: .!Vector.lanes(below: max(visible - column, 0)))
      }
      row[vector: column] = scores
      greatest = greatest.greater(scores)
    }
    let shift = Vector(repeating: greatest.greatestLane)
    var sum = Vector(repeating: 0)
    for column in stride(from: 0, to: count, by: 16) {
      let weights = (row[vector: column] - shift).exponential
      row[vector: column] = weights
      sum += weights
    }
    let share = Vector(repeating: 1 / sum.laneSum)
    for column in stride(from: 0, to: count, by: 16) { row[vector: column] *= share }
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
    // Zeros beyond the keys: the products leave them as they are.
    let scratch = Storage(repeating: 0, count: extents.blockCount)
    let scores = Matrix(scratch.scalars, rowStride: extents.rowStride)
    for block in 0..<extents.batch * heads {
      let (example, head) = (block / heads, block % heads)
      func matrix(_ operands: [AttentionOperand], _ index: Int) -> Matrix {
        operands[index].matrix(example, head, tokens: tokens[index], width: width)
      }
      let slope = slopes.matrix(example, head, tokens: extents.queries, width: width)
      let block = Matrix(
        weights.scalars + block * extents.blockCount, rowStride: extents.rowStride)
      multiply(
        slope, matrix(operands, 2), extents.scores, transposing: Transposition(right: true),
        into: scores)
      let ofKeys = ProductExtents(rows: extents.keys, inner: extents.queries, columns: width)
      multiply(
        block, slope, ofKeys, transposing: Transposition(left: true), into: matrix(targets, 2))
      for offset in stride(from: 0, to: extents.blockCount, by: extents.rowStride) {
        weighBack(scores.start + offset, block.start + offset, count: extents.keys)
      }
      multiply(
        scores, matrix(operands, 1),
        ProductExtents(rows: extents.queries, inner: extents.keys, columns: width),
        into: matrix(targets, 0), scale: extents.scale)
      multiply(
        scores, matrix(operands, 0), ofKeys, transposing: Transposition(left: true),
        into: matrix(targets, 1), scale: extents.scale)
    }
    withExtendedLifetime((cotangent, weights, operands, targets, scratch)) {}
  }

  /// Sets a row of slopes by the weights to those by the scores.
  @inline(__always) private func weighBack(
    _ slopes: UnsafeMutablePointer<Scalar>, _ weights: UnsafeMutablePointer<Scalar>, count: Int
  ) {
    var sum = Vector(repeating: 0)
    for column in stride(from: 0, to: count, by: 16) {
      sum += slopes[vector: column] * weights[vector: column]
    }
    let mean = Vector(repeating: sum.laneSum)
    for column in stride(from: 0, to: count, by: 16) {
      slopes[vector: column] = weights[vector: column] * (slopes[vector: column] - mean)
    }
  }

  extension Vector {
    /// The sum of the lanes, of halves of halves.
    @inline(__always) var laneSum: Scalar {
      let eight = lowHalf + highHalf
      let four = eight.lowHalf + eight.highHalf
      let two = four.lowHalf + four.highHalf
      return two[0] + two[1]
    }

    /// The greatest of the lanes; not a number where any is not.
    @inline(__always) var greatestLane: Scalar {
      let eight = lowHalf.replacing(
        with: highHalf, where: (highHalf .> lowHalf) .| (highHalf .!= highHalf))
      var greatest = eight[0]
      for lane in 1..<8 where eight[lane] > greatest || eight[lane].isNaN {
        greatest = eight[lane]
      }
      return greatest
    }
  }
#endif
