#if !DoublePrecision
  import CVectors

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
        let (cells, hidden) = (
          record.cells.scalars + step * count, record.hidden.scalars + step * count
        )
        extents.forExamples { first, rows in
          let (offset, sums) = (first * extents.hidden, first * extents.width)
          vectors_gru(
            gates + sums, recurrent.scalars + sums, bias.scalars, cells + offset,
            hidden + offset, hidden + count + offset, rows, extents.hidden)
        }
      }
    }
    return record
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
        extents.forExamples { first, rows in
          let offset = step * count + first * extents.hidden
          let sums = start + first * extents.width
          vectors_gru_slopes(
            record.gates.scalars + sums, record.cells.scalars + offset,
            record.hidden.scalars + offset, carried.hidden.scalars + first * extents.hidden,
            carried.slopes(of: step, from: first), carried.rowStep, slopes.scalars + sums,
            recurrent.scalars + sums, rows, extents.hidden)
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
#endif
