#if !DoublePrecision
  import CVectors

  // Long short-term memory (Hochreiter and Schmidhuber, Neural Computation 9, 1997) with gates in
  // the order input, forget, candidate, output, as in Keras and PyTorch.

  /// Returns what an LSTM computes of sequences.
  ///
  /// - Parameters:
  ///   - input: `[batch, steps, inputs]`.
  ///   - weight: That of the input above that of the hidden scalars, `[inputs + hidden, 4 hidden]`.
  ///   - bias: `[4 hidden]`.
  ///   - state: Hidden scalars and cells before the first step, `[2, batch, hidden]`, or zeros.
  ///   - extents: With 4 gates.
  /// - Returns: Gates after their functions, `[steps, batch, 4 hidden]`; the cells before the first
  ///   step and after each, `[steps + 1, batch, hidden]`.
  package func lstm(
    _ input: Storage, weight: Storage, bias: Storage, state: Storage?,
    _ extents: RecurrenceExtents
  ) -> RecurrenceRecord {
    KernelClock.enter()
    defer { KernelClock.leave() }
    let (rows, count) = (extents.rows, extents.batch * extents.hidden)
    let record = RecurrenceRecord(
      hidden: Storage(count: (rows + extents.batch) * extents.hidden),
      gates: extents.projected(input, weight),
      cells: Storage(count: (rows + extents.batch) * extents.hidden))
    extents.start(record.hidden, from: state)
    extents.start(record.cells, from: state, part: 1)
    withExtendedLifetime((weight, bias, record)) {
      for step in 0..<extents.steps {
        let gates = record.gates.scalars + step * extents.batch * extents.width
        extents.recur(record.hidden.scalars + step * count, weight, into: gates, adding: true)
        let (cells, hidden) = (
          record.cells.scalars + step * count, record.hidden.scalars + (step + 1) * count
        )
        extents.forExamples { first, rows in
          let offset = first * extents.hidden
          vectors_lstm(
            gates + first * extents.width, bias.scalars, cells + offset, cells + count + offset,
            hidden + offset, rows, extents.hidden)
        }
      }
    }
    return record
  }

  /// Returns the gradients of an LSTM.
  package func lstmGradients(
    of cotangent: RecurrenceCotangent, _ record: RecurrenceRecord, input: Storage,
    weight: Storage, wantsInput: Bool, wantsState: Bool, _ extents: RecurrenceExtents
  ) -> RecurrenceGradients {
    KernelClock.enter()
    defer { KernelClock.leave() }
    let count = extents.batch * extents.hidden
    let slopes = Storage(count: extents.rows * extents.width)
    let carried = CarriedSlopes(cotangent, extents)
    let cells = Storage(repeating: 0, count: count)
    withExtendedLifetime((record, weight, slopes)) {
      for step in (0..<extents.steps).reversed() {
        let start = step * extents.batch * extents.width
        let (gates, before) = (
          record.gates.scalars + start, record.cells.scalars + step * count
        )
        extents.forExamples { first, rows in
          let (offset, sums) = (first * extents.hidden, first * extents.width)
          vectors_lstm_slopes(
            gates + sums, before + offset, before + count + offset,
            carried.hidden.scalars + offset, carried.slopes(of: step, from: first),
            carried.rowStep, cells.scalars + offset, slopes.scalars + start + sums, rows,
            extents.hidden)
        }
        guard step > 0 || wantsState else { break }
        extents.recurBack(slopes.scalars + start, weight, into: carried.hidden, adding: false)
      }
    }
    return RecurrenceGradients(
      input: wantsInput ? extents.inputGradient(slopes, weight) : nil,
      state: wantsState
        ? concatenated(carried.hidden, cells, outer: 1, blocks: (count, count)) : nil,
      weight: extents.weightGradient(
        input: input, slopes: slopes, hidden: record.hidden, recurrentSlopes: slopes),
      bias: sum(slopes, Span(outer: 1, middle: extents.rows, inner: extents.width)))
  }

#endif
