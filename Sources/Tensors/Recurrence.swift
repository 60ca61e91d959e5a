import Kernels

/// Which steps of a sequence a recurrent layer returns.
public enum ReturnedSteps: String, Hashable, Sendable, Codable, CaseIterable {
  /// The hidden scalars after the last step, `[batch, hidden]`.
  case last
  /// Those after each step, `[batch, steps, hidden]`.
  case all
}

/// Returns the hidden scalars of long short-term memory (Hochreiter and Schmidhuber, *Neural
/// Computation* 9, 1997) over whole sequences.
///
/// At each step, with `s = input · W + hidden · U + bias` cut into four along its columns:
/// `i = σ(s₀)`, `f = σ(s₁)`, `g = tanh(s₂)`, `o = σ(s₃)`, `cell ← f · cell + i · g` and
/// `hidden ← o · tanh(cell)`. The order of the gates is that of Keras and of PyTorch.
///
/// - Parameters:
///   - input: Of shape `[batch, steps, inputs]`.
///   - weight: `W` above `U`, of shape `[inputs + hidden, 4 hidden]`.
///   - bias: Of shape `[4 hidden]`; that of PyTorch is the sum of its two.
///   - state: The hidden scalars and the cells before the first step, `[2, batch, hidden]`;
///     without it zeros.
///   - steps: What is returned.
/// - Returns: Of shape `[batch, hidden]` or `[batch, steps, hidden]`.
public func lstm(
  _ input: Tensor, weight: Tensor, bias: Tensor, state: Tensor? = nil,
  returning steps: ReturnedSteps = .last
) -> Tensor {
  recurrence(.lstm, input, weight: weight, bias: bias, state: state, steps)
}

/// Returns the hidden scalars of gated recurrent units (Cho and others,
/// [arXiv:1406.1078](https://arxiv.org/abs/1406.1078)) over whole sequences, in the form that
/// resets after the product.
///
/// At each step, with `a = input · W + bias₀` and `b = hidden · U + bias₁` cut into three along
/// their columns: `r = σ(a₀ + b₀)`, `z = σ(a₁ + b₁)`, `n = tanh(a₂ + r · b₂)` and
/// `hidden ← z · hidden + (1 - z) · n`. The order of the gates is that of PyTorch; Keras
/// (`reset_after=True`) has `z` before `r`.
///
/// - Parameters:
///   - input: Of shape `[batch, steps, inputs]`.
///   - weight: `W` above `U`, of shape `[inputs + hidden, 3 hidden]`.
///   - bias: Of shape `[2, 3 hidden]`.
///   - state: The hidden scalars before the first step, `[batch, hidden]`; without it zeros.
///   - steps: What is returned.
/// - Returns: Of shape `[batch, hidden]` or `[batch, steps, hidden]`.
public func gru(
  _ input: Tensor, weight: Tensor, bias: Tensor, state: Tensor? = nil,
  returning steps: ReturnedSteps = .last
) -> Tensor {
  recurrence(.gru, input, weight: weight, bias: bias, state: state, steps)
}

private func recurrence(
  _ cell: RecurrentCell, _ input: Tensor, weight: Tensor, bias: Tensor, state: Tensor?,
  _ steps: ReturnedSteps
) -> Tensor {
  let hidden = weight.shape.width / cell.gates
  require(
    input.shape.rank == 3 && input.shape[1] > 0
      && weight.shape == [input.shape[2] + hidden, cell.gates * hidden]
      && bias.shape == cell.biasShape(hidden),
    """
    sequences of shape \(input.shape) do not meet a weight of shape \(weight.shape) and a bias of \
    shape \(bias.shape)
    """)
  guard let state else { return .fused(Recurrence(cell, steps), Inputs(input, weight, bias)) }
  let shape = cell.stateShape(batch: input.shape[0], hidden)
  require(
    state.shape == shape, "a state of shape \(state.shape) is not one of shape \(shape)")
  return .fused(Recurrence(cell, steps), Inputs(input, weight, bias, state))
}

enum RecurrentCell: Sendable {
  case lstm, gru

  var gates: Int {
    switch self {
    case .lstm: 4
    case .gru: 3
    }
  }

  func biasShape(_ hidden: Int) -> Shape {
    switch self {
    case .lstm: [4 * hidden]
    case .gru: [2, 3 * hidden]
    }
  }

  func stateShape(batch: Int, _ hidden: Int) -> Shape {
    switch self {
    case .lstm: [2, batch, hidden]
    case .gru: [batch, hidden]
    }
  }
}

/// A whole sequence as one step: its inputs are the sequences, the weight, the bias and the state.
private struct Recurrence: FusedOperation {
  let cell: RecurrentCell
  let steps: ReturnedSteps

  init(_ cell: RecurrentCell, _ steps: ReturnedSteps) { (self.cell, self.steps) = (cell, steps) }

  var kind: FusedKind { cell == .lstm ? .lstm : .gru }

  func composed(_ x: Inputs) -> Tensor {
    let (batch, inputs) = (x[0].shape[0], x[0].shape[2])
    let (weight, hidden) = (x[1], x[1].shape.width / cell.gates)
    let (ofInput, ofHidden) = (
      weight.rows(0..<inputs), weight.rows(inputs..<weight.shape[0])
    )
    let state = x.count > 3 ? x[3] : nil
    var step: (Tensor) -> Tensor
    switch cell {
    case .lstm: step = lstmSteps(state, ofHidden, [batch, hidden])
    case .gru: step = gruSteps(state, ofHidden, bias: x[2].rows(1..<2), [batch, hidden])
    }
    let bias = cell == .lstm ? x[2] : x[2].rows(0..<1).reshaped(to: [3 * hidden])
    let sums = linear(x[0], ofInput, bias)
    let outputs = (0..<x[0].shape[1]).map {
      step(sums.slice($0..<$0 + 1, along: 1).reshaped(to: [batch, cell.gates * hidden]))
    }
    switch steps {
    case .last: return outputs[outputs.count - 1]
    case .all:
      return .concatenated(outputs.map { $0.reshaped(to: [batch, 1, hidden]) }, along: 1)
    }
  }

  #if !DoublePrecision
    func evaluate(_ x: Inputs) -> (value: Tensor, saved: [Tensor]) {
      let (extents, state) = (extents(x), x.count > 3 ? x[3].plain : nil)
      let compute = cell == .lstm ? Kernels.lstm : Kernels.gru
      let record = compute(x[0].plain, x[1].plain, x[2].plain, state, extents)
      let value =
        steps == .all
        ? Tensor(
          extents.everyStep(of: record), shape: [extents.batch, extents.steps, extents.hidden])
        : Tensor(extents.lastStep(of: record), shape: [extents.batch, extents.hidden])
      return (
        value,
        [record.hidden, record.gates, record.cells].map { Tensor($0, shape: [$0.count]) }
      )
    }

    func pullback(
      of c: Tensor, at x: Inputs, output y: Tensor, saved: [Tensor], wanted: Wanted
    ) -> Flows {
      let record = RecurrenceRecord(
        hidden: saved[0].storage, gates: saved[1].storage, cells: saved[2].storage)
      let compute = cell == .lstm ? lstmGradients : gruGradients
      let found = compute(
        steps == .all ? .all(c.plain) : .last(c.plain), record, x[0].plain, x[1].plain,
        wanted.first, wanted.fourth, extents(x))
      return wanted.flows(
        found.input.map { Tensor($0, shape: x[0].shape) }, Tensor(found.weight, shape: x[1].shape),
        Tensor(found.bias, shape: x[2].shape), found.state.map { Tensor($0, shape: x[3].shape) })
    }

    private func extents(_ x: Inputs) -> RecurrenceExtents {
      RecurrenceExtents(
        batch: x[0].shape[0], steps: x[0].shape[1], inputs: x[0].shape[2],
        hidden: x[1].shape.width / cell.gates, gates: cell.gates)
    }
  #endif
}

/// Returns a function that moves an LSTM by one step, given what the input adds to its sums.
private func lstmSteps(
  _ state: Tensor?, _ weight: Tensor, _ shape: Shape
) -> (Tensor) -> Tensor {
  var hidden = state?.rows(0..<1).reshaped(to: shape) ?? Tensor(repeating: 0, shape: shape)
  var cell = state?.rows(1..<2).reshaped(to: shape) ?? Tensor(repeating: 0, shape: shape)
  return { input in
    let sums = input + matmul(hidden, weight)
    func gate(_ index: Int) -> Tensor { part(index, of: sums, width: shape[1]) }
    cell = sigmoid(gate(1)) * cell + sigmoid(gate(0)) * tanh(gate(2))
    hidden = sigmoid(gate(3)) * tanh(cell)
    return hidden
  }
}

/// Returns a function that moves a GRU by one step, given what the input adds to its sums.
private func gruSteps(
  _ state: Tensor?, _ weight: Tensor, bias: Tensor, _ shape: Shape
) -> (Tensor) -> Tensor {
  var hidden = state ?? Tensor(repeating: 0, shape: shape)
  return { input in
    let recurrent = matmul(hidden, weight) + bias
    func gate(_ index: Int, of sums: Tensor) -> Tensor {
      part(index, of: sums, width: shape[1])
    }
    let reset = sigmoid(gate(0, of: input) + gate(0, of: recurrent))
    let update = sigmoid(gate(1, of: input) + gate(1, of: recurrent))
    let candidate = tanh(gate(2, of: input) + reset * gate(2, of: recurrent))
    hidden = candidate + update * (hidden - candidate)
    return hidden
  }
}

private func part(_ index: Int, of sums: Tensor, width: Int) -> Tensor {
  sums.slice(index * width..<(index + 1) * width, along: 1)
}
