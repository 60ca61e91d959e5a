#if !DoublePrecision
  /// The extents of a recurrence over sequences `[batch, steps, inputs]`.
  package struct RecurrenceExtents: Hashable, Sendable {
    package let batch, steps, inputs, hidden: Int
    /// How many scalars a step computes for each hidden one: 4 in an LSTM, 3 in a GRU.
    package let gates: Int

    package init(batch: Int, steps: Int, inputs: Int, hidden: Int, gates: Int) {
      (self.batch, self.steps, self.inputs) = (batch, steps, inputs)
      (self.hidden, self.gates) = (hidden, gates)
    }

    /// The scalars of the gates of one example in one step.
    var width: Int { gates * hidden }
    var rows: Int { steps * batch }
  }

  /// What a recurrence computed, step after step: the values of the first step stand first.
  package struct RecurrenceRecord {
    /// The hidden scalars before the first step and after each, `[steps + 1, batch, hidden]`.
    package let hidden: Storage
    /// What else the gradient needs.
    package let gates, cells: Storage

    package init(hidden: Storage, gates: Storage, cells: Storage) {
      (self.hidden, self.gates, self.cells) = (hidden, gates, cells)
    }
  }

  /// The gradients of a recurrence; `nil` where none was asked for.
  package struct RecurrenceGradients {
    package var input, state: Storage?
    package var weight, bias: Storage
  }

  /// What the gradient of a recurrence begins with.
  package enum RecurrenceCotangent {
    /// That of the hidden scalars after each step, `[batch, steps, hidden]`.
    case all(Storage)
    /// That of the hidden scalars after the last step, `[batch, hidden]`.
    case last(Storage)
  }

  extension RecurrenceExtents {
    /// Returns the hidden scalars after each step, `[batch, steps, hidden]`.
    package func everyStep(of record: RecurrenceRecord) -> Storage {
      let result = Storage(count: rows * hidden)
      withExtendedLifetime(record.hidden) {
        exchange(
          record.hidden.scalars + batch * hidden, outer: steps, inner: batch, width: hidden,
          into: result.scalars)
      }
      return result
    }

    /// Returns the hidden scalars after the last step, `[batch, hidden]`.
    package func lastStep(of record: RecurrenceRecord) -> Storage {
      let result = Storage(count: batch * hidden)
      withExtendedLifetime(record.hidden) {
        result.scalars.update(from: record.hidden.scalars + rows * hidden, count: batch * hidden)
      }
      return result
    }

    /// Returns the sequences step after step, `[steps, batch, inputs]`.
    func stepwise(_ input: Storage) -> Storage {
      let result = Storage(count: input.count)
      withExtendedLifetime(input) {
        exchange(
          input.scalars, outer: batch, inner: steps, width: inputs, into: result.scalars)
      }
      return result
    }

    /// Returns `input · weight` of all steps in one product, step after step.
    func projected(_ input: Storage, _ weight: Storage) -> Storage {
      let (sequence, result) = (stepwise(input), Storage(count: rows * width))
      withExtendedLifetime((sequence, weight)) {
        multiply(
          Matrix(sequence.scalars, rowStride: inputs), Matrix(weight.scalars, rowStride: width),
          ProductExtents(rows: rows, inner: inputs, columns: width),
          into: Matrix(result.scalars, rowStride: width))
      }
      return result
    }

    /// Adds `hidden · weight` of one step, or sets it.
    func recur(
      _ hidden: UnsafeMutablePointer<Scalar>, _ weight: Storage,
      into target: UnsafeMutablePointer<Scalar>, adding: Bool
    ) {
      multiply(
        Matrix(hidden, rowStride: self.hidden),
        Matrix(weight.scalars + inputs * width, rowStride: width),
        ProductExtents(rows: batch, inner: self.hidden, columns: width),
        into: Matrix(target, rowStride: width), addingTo: adding ? .target : .zero)
    }

    /// Sets or adds the gradient with respect to the hidden scalars before a step.
    func recurBack(
      _ slopes: UnsafeMutablePointer<Scalar>, _ weight: Storage, into target: Storage, adding: Bool
    ) {
      multiply(
        Matrix(slopes, rowStride: width),
        Matrix(weight.scalars + inputs * width, rowStride: width),
        ProductExtents(rows: batch, inner: width, columns: hidden),
        transposing: Transposition(right: true), into: Matrix(target.scalars, rowStride: hidden),
        addingTo: adding ? .target : .zero)
    }

    /// Returns the gradient with respect to both weights, as one product of all steps for each.
    func weightGradient(
      input: Storage, slopes: Storage, hidden record: Storage, recurrentSlopes: Storage
    ) -> Storage {
      let result = Storage(count: (inputs + hidden) * width)
      let sequence = stepwise(input)
      func add(_ left: Storage, _ count: Int, _ right: Storage, at row: Int) {
        multiply(
          Matrix(left.scalars, rowStride: count), Matrix(right.scalars, rowStride: width),
          ProductExtents(rows: count, inner: rows, columns: width),
          transposing: Transposition(left: true),
          into: Matrix(result.scalars + row * width, rowStride: width))
      }
      withExtendedLifetime((sequence, slopes, record, recurrentSlopes)) {
        add(sequence, inputs, slopes, at: 0)
        add(record, hidden, recurrentSlopes, at: inputs)
      }
      return result
    }

    /// Returns the gradient with respect to the sequences, `[batch, steps, inputs]`.
    func inputGradient(_ slopes: Storage, _ weight: Storage) -> Storage {
      let stepwise = Storage(count: rows * inputs)
      withExtendedLifetime((slopes, weight)) {
        multiply(
          Matrix(slopes.scalars, rowStride: width), Matrix(weight.scalars, rowStride: width),
          ProductExtents(rows: rows, inner: width, columns: inputs),
          transposing: Transposition(right: true),
          into: Matrix(stepwise.scalars, rowStride: inputs))
      }
      let result = Storage(count: stepwise.count)
      withExtendedLifetime(stepwise) {
        exchange(
          stepwise.scalars, outer: steps, inner: batch, width: inputs, into: result.scalars)
      }
      return result
    }

    /// Calls `body` with ranges of examples, at the same time where that pays.
    func forExamples(_ body: (_ first: Int, _ count: Int) -> Void) {
      Threads.parallel(count: batch, grain: max(1, 4096 / hidden)) {
        body($0.lowerBound, $0.count)
      }
    }

    /// The scalars before the first step: those of a state, or zeros.
    func start(_ storage: Storage, from state: Storage?, part: Int = 0) {
      let count = batch * hidden
      if let state {
        withExtendedLifetime(state) {
          storage.scalars.update(from: state.scalars + part * count, count: count)
        }
      } else {
        storage.scalars.update(repeating: 0, count: count)
      }
    }
  }

  /// Sets `target[inner, outer, width]` to the rows of `source[outer, inner, width]`.
  private func exchange(
    _ source: UnsafeMutablePointer<Scalar>, outer: Int, inner: Int, width: Int,
    into target: UnsafeMutablePointer<Scalar>
  ) {
    for first in 0..<outer {
      for second in 0..<inner {
        (target + (second * outer + first) * width).update(
          from: source + (first * inner + second) * width, count: width)
      }
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

    /// How far the slopes of neighbouring examples are apart.
    var rowStep: Int { extents.steps * extents.hidden }

    /// What the cotangent holds for a step, to read while the value is held.
    func slopes(of step: Int, from example: Int) -> UnsafeMutablePointer<Scalar>? {
      everyStep.map { $0.scalars + (example * extents.steps + step) * extents.hidden }
    }
  }
#endif
