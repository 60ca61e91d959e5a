#if !DoublePrecision
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
        for row in 0..<extents.batch {
          let before = step * count + row * extents.hidden
          lstmCell(
            gates + row * extents.width, bias.scalars, record.cells.scalars + before,
            next: count, record.hidden.scalars + before + count, extents.hidden)
        }
      }
    }
    return record
  }

  /// Moves the cells of one example by one step: those after it are `next` scalars further on.
  @inline(__always) private func lstmCell(
    _ gates: UnsafeMutablePointer<Scalar>, _ bias: UnsafeMutablePointer<Scalar>,
    _ cells: UnsafeMutablePointer<Scalar>, next: Int, _ hidden: UnsafeMutablePointer<Scalar>,
    _ width: Int
  ) {
    forEachVector(width) { column, count in
      @inline(__always) func sum(_ gate: Int) -> Vector {
        gates[vector: gate * width + column] + bias[vector: gate * width + column]
      }
      let input = sum(0).sigmoid
      let forget = sum(1).sigmoid
      let candidate = sum(2).hyperbolicTangent
      let output = sum(3).sigmoid
      let cell = forget * cells[vector: column] + input * candidate
      gates.store(input, at: column, count: count)
      gates.store(forget, at: width + column, count: count)
      gates.store(candidate, at: 2 * width + column, count: count)
      gates.store(output, at: 3 * width + column, count: count)
      cells.store(cell, at: next + column, count: count)
      hidden.store(output * cell.hyperbolicTangent, at: column, count: count)
    }
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
        for row in 0..<extents.batch {
          let before = step * count + row * extents.hidden
          lstmCellSlopes(
            record.gates.scalars + start + row * extents.width,
            record.cells.scalars + before, next: count, carried.at(row: row, step: step),
            cells.scalars + row * extents.hidden, slopes.scalars + start + row * extents.width,
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

  /// Moves the slopes of one example back by one step.
  @inline(__always) private func lstmCellSlopes(
    _ gates: UnsafeMutablePointer<Scalar>, _ cells: UnsafeMutablePointer<Scalar>, next: Int,
    _ hidden: CarriedSlopes.Row, _ cellSlopes: UnsafeMutablePointer<Scalar>,
    _ slopes: UnsafeMutablePointer<Scalar>, _ width: Int
  ) {
    forEachVector(width) { column, count in
      let input = gates[vector: column]
      let forget = gates[vector: width + column]
      let candidate = gates[vector: 2 * width + column]
      let output = gates[vector: 3 * width + column]
      let bent = cells[vector: next + column].hyperbolicTangent
      let slope = hidden[column]
      let cell = cellSlopes[vector: column] + slope * output * (1 - bent * bent)
      slopes.store(cell * candidate * input * (1 - input), at: column, count: count)
      slopes.store(
        cell * cells[vector: column] * forget * (1 - forget), at: width + column, count: count)
      slopes.store(
        cell * input * (1 - candidate * candidate), at: 2 * width + column, count: count)
      slopes.store(slope * bent * output * (1 - output), at: 3 * width + column, count: count)
      cellSlopes.store(cell * forget, at: column, count: count)
    }
  }

  /// The gradient with respect to the hidden scalars after a step: what later steps send back, and
  /// what the cotangent holds for the step.
  struct CarriedSlopes {
    /// What comes from later steps, `[batch, hidden]`.
    let hidden: Storage
    private let everyStep: Storage?
    private let extents: RecurrenceExtents

    init(_ cotangent: RecurrenceCotangent, _ extents: RecurrenceExtents) {
      self.extents = extents
      switch cotangent {
      case .all(let slopes):
        hidden = Storage(repeating: 0, count: extents.batch * extents.hidden)
        everyStep = slopes
      case .last(let slopes): (hidden, everyStep) = (Storage(copying: slopes), nil)
      }
    }

    /// The slopes of one example at one step, to read while the value is held.
    struct Row {
      let carried: UnsafeMutablePointer<Scalar>
      let here: UnsafeMutablePointer<Scalar>?

      @inline(__always) subscript(column: Int) -> Vector {
        guard let here else { return carried[vector: column] }
        return carried[vector: column] + here[vector: column]
      }
    }

    @inline(__always) func at(row: Int, step: Int) -> Row {
      Row(
        carried: hidden.scalars + row * extents.hidden,
        here: everyStep.map { $0.scalars + (row * extents.steps + step) * extents.hidden })
    }
  }
#endif
