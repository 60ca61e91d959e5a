#if !DoublePrecision
  // Gated recurrent units (Cho and others, arXiv:1406.1078) in the form that resets after the
  // product, with gates in the order reset, update, candidate, as in PyTorch.

  /// Returns what a GRU computes of sequences.
  ///
  /// - Parameters:
  ///   - input: `[batch, steps, inputs]`.
  ///   - weight: That of the input above that of the hidden scalars, `[inputs + hidden, 3 hidden]`.
  ///   - bias: That of the input above that of the hidden scalars, `[2, 3 hidden]`.
  ///   - state: The hidden scalars before the first step, `[batch, hidden]`, or zeros.
  ///   - extents: With 3 gates.
  /// - Returns: Gates after their functions, `[steps, batch, 3 hidden]`; as cells, what the reset
  ///   gate multiplies, `[steps, batch, hidden]`.
  package func gru(
    _ input: Storage, weight: Storage, bias: Storage, state: Storage?,
    _ extents: RecurrenceExtents
  ) -> RecurrenceRecord {
    KernelClock.enter()
    defer { KernelClock.leave() }
    let (rows, count) = (extents.rows, extents.batch * extents.hidden)
    let record = RecurrenceRecord(
      hidden: Storage(count: (rows + extents.batch) * extents.hidden),
      gates: extents.projected(input, weight), cells: Storage(count: rows * extents.hidden))
    extents.start(record.hidden, from: state)
    let recurrent = Storage(count: extents.batch * extents.width)
    withExtendedLifetime((weight, bias, record, recurrent)) {
      for step in 0..<extents.steps {
        let gates = record.gates.scalars + step * extents.batch * extents.width
        extents.recur(
          record.hidden.scalars + step * count, weight, into: recurrent.scalars, adding: false)
        for row in 0..<extents.batch {
          let before = step * count + row * extents.hidden
          gruCell(
            gates + row * extents.width, recurrent.scalars + row * extents.width, bias.scalars,
            record.cells.scalars + before, record.hidden.scalars + before, next: count,
            extents.hidden)
        }
      }
    }
    return record
  }

  /// Moves the hidden scalars of one example by one step: those after it are `next` further on.
  @inline(__always) private func gruCell(
    _ gates: UnsafeMutablePointer<Scalar>, _ recurrent: UnsafeMutablePointer<Scalar>,
    _ bias: UnsafeMutablePointer<Scalar>, _ cells: UnsafeMutablePointer<Scalar>,
    _ hidden: UnsafeMutablePointer<Scalar>, next: Int, _ width: Int
  ) {
    forEachVector(width) { column, count in
      @inline(__always) func ofInput(_ gate: Int) -> Vector {
        gates[vector: gate * width + column] + bias[vector: gate * width + column]
      }
      @inline(__always) func ofHidden(_ gate: Int) -> Vector {
        recurrent[vector: gate * width + column] + bias[vector: (3 + gate) * width + column]
      }
      let reset = (ofInput(0) + ofHidden(0)).sigmoid
      let update = (ofInput(1) + ofHidden(1)).sigmoid
      let cell = ofHidden(2)
      let candidate = (ofInput(2) + reset * cell).hyperbolicTangent
      gates.store(reset, at: column, count: count)
      gates.store(update, at: width + column, count: count)
      gates.store(candidate, at: 2 * width + column, count: count)
      cells.store(cell, at: column, count: count)
      hidden.store(
        candidate + update * (hidden[vector: column] - candidate), at: next + column, count: count)
    }
  }

  /// Returns the gradients of a GRU.
  package func gruGradients(
    of cotangent: RecurrenceCotangent, _ record: RecurrenceRecord, input: Storage,
    weight: Storage, wantsInput: Bool, wantsState: Bool, _ extents: RecurrenceExtents
  ) -> RecurrenceGradients {
    KernelClock.enter()
    defer { KernelClock.leave() }
    let count = extents.batch * extents.hidden
    // Those of the gates' sums by the input and by the hidden scalars: the reset gate parts them.
    let (slopes, recurrent) = (
      Storage(count: extents.rows * extents.width), Storage(count: extents.rows * extents.width)
    )
    let carried = CarriedSlopes(cotangent, extents)
    withExtendedLifetime((record, weight, slopes, recurrent)) {
      for step in (0..<extents.steps).reversed() {
        let start = step * extents.batch * extents.width
        for row in 0..<extents.batch {
          let before = step * count + row * extents.hidden
          let offset = start + row * extents.width
          gruCellSlopes(
            record.gates.scalars + offset, record.cells.scalars + before,
            record.hidden.scalars + before, carried.at(row: row, step: step),
            (slopes.scalars + offset, recurrent.scalars + offset), extents.hidden)
        }
        guard step > 0 || wantsState else { break }
        extents.recurBack(recurrent.scalars + start, weight, into: carried.hidden, adding: true)
      }
    }
    let sums = [slopes, recurrent].map {
      sum($0, Span(outer: 1, middle: extents.rows, inner: extents.width))
    }
    return RecurrenceGradients(
      input: wantsInput ? extents.inputGradient(slopes, weight) : nil,
      state: wantsState ? carried.hidden : nil,
      weight: extents.weightGradient(
        input: input, slopes: slopes, hidden: record.hidden, recurrentSlopes: recurrent),
      bias: concatenated(sums[0], sums[1], outer: 1, blocks: (extents.width, extents.width)))
  }

  /// Moves the slopes of one example back by one step, but for what comes through the weights.
  @inline(__always) private func gruCellSlopes(
    _ gates: UnsafeMutablePointer<Scalar>, _ cells: UnsafeMutablePointer<Scalar>,
    _ hidden: UnsafeMutablePointer<Scalar>, _ carried: CarriedSlopes.Row,
    _ slopes: (input: UnsafeMutablePointer<Scalar>, hidden: UnsafeMutablePointer<Scalar>),
    _ width: Int
  ) {
    forEachVector(width) { column, count in
      let reset = gates[vector: column]
      let update = gates[vector: width + column]
      let candidate = gates[vector: 2 * width + column]
      let slope = carried[column]
      let bent = slope * (1 - update) * (1 - candidate * candidate)
      let ofUpdate = slope * (hidden[vector: column] - candidate) * update * (1 - update)
      let ofReset = bent * cells[vector: column] * reset * (1 - reset)
      slopes.input.store(ofReset, at: column, count: count)
      slopes.hidden.store(ofReset, at: column, count: count)
      slopes.input.store(ofUpdate, at: width + column, count: count)
      slopes.hidden.store(ofUpdate, at: width + column, count: count)
      slopes.input.store(bent, at: 2 * width + column, count: count)
      slopes.hidden.store(bent * reset, at: 2 * width + column, count: count)
      carried.carried.store(slope * update, at: column, count: count)
    }
  }
#endif
