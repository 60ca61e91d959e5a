public import Tensors
import func Kernels.require

/// A layer that goes through sequences `[batch, steps, inputs]` step by step.
public protocol RecurrentLayer: Layer {
  /// Which steps the layer returns.
  var steps: ReturnedSteps { get }

  /// Returns the hidden scalars of the layer.
  ///
  /// - Parameters:
  ///   - input: Of shape `[batch, steps, inputs]`.
  ///   - state: What the layer starts from; without it zeros.
  ///   - phase: Whether the layer is trained or used.
  /// - Returns: Of shape `[batch, hidden]` or `[batch, steps, hidden]`, as ``steps`` says.
  func callAsFunction(_ input: Tensor, from state: Tensor?, in phase: Phase) -> Tensor
}

extension RecurrentLayer {
  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    self(input, from: nil, in: phase)
  }
}

/// The weights of a recurrent layer: its input, hidden scalars before, and gates.
struct RecurrentWeights {
  let input, recurrent: Tensor

  init(
    inputs: Int, hidden: Int, gates: Int, _ initialization: Initialization,
    _ recurrence: Initialization, using randomness: inout some RandomNumberGenerator
  ) {
    input = initialization.weights(
      inputs: inputs, outputs: gates * hidden, shape: [inputs, gates * hidden],
      using: &randomness)
    recurrent = recurrence.weights(
      inputs: hidden, outputs: gates * hidden, shape: [hidden, gates * hidden],
      using: &randomness)
  }
}

/// Long short-term memory over whole sequences; see ``lstm(_:weight:bias:state:returning:)``.
///
/// The gates stand in the order of Keras and PyTorch: input, forget, candidate, output. Keras'
/// `kernel`, `recurrent_kernel` and `bias` are the three tensors as they are; PyTorch's
/// `weight_ih_l0` and `weight_hh_l0` are transposed, and its two biases are added.
public struct LSTM: RecurrentLayer {
  /// The weights of the input, of shape `[inputs, 4 hidden]`.
  public var inputWeight: Tensor
  /// The weights of the hidden scalars before, of shape `[hidden, 4 hidden]`.
  public var recurrentWeight: Tensor
  /// The bias, of shape `[4 hidden]`; that of the forget gate starts at 1, as in Keras.
  public var bias: Tensor
  public let steps: ReturnedSteps
  /// What drops scalars of the input in training, if anything does.
  private var dropouts: [Dropout]

  public static var parts: [Part<Self>] {
    [
      .tensor("inputWeight", \.inputWeight), .tensor("recurrentWeight", \.recurrentWeight),
      .tensor("bias", \.bias), .modules("dropouts", \.dropouts),
    ]
  }

  /// Creates a layer.
  ///
  /// - Parameters:
  ///   - inputs: The number of scalars at each step of the input.
  ///   - hidden: The number of hidden scalars.
  ///   - steps: Which steps are returned.
  ///   - dropout: The probability that a scalar of the input is dropped in training.
  ///   - initialization: How the weights of the input start.
  ///   - recurrent: How those of the hidden scalars start.
  ///   - randomness: What the weights are drawn from.
  public init(
    _ inputs: Int, _ hidden: Int, returning steps: ReturnedSteps = .last, dropout: Double = 0,
    initialization: Initialization = .glorotUniform,
    recurrent: Initialization = .orthogonal(gain: 1),
    using randomness: inout some RandomNumberGenerator
  ) {
    let weights = RecurrentWeights(
      inputs: inputs, hidden: hidden, gates: 4, initialization, recurrent, using: &randomness)
    (inputWeight, recurrentWeight) = (weights.input, weights.recurrent)
    bias = Tensor(
      (0..<4 * hidden).map { $0 / hidden == 1 ? 1 : 0 }, shape: [4 * hidden])
    (self.steps, dropouts) = (steps, dropout == 0 ? [] : [Dropout(dropout)])
  }

  /// Returns the hidden scalars.
  ///
  /// - Parameters:
  ///   - input: Of shape `[batch, steps, inputs]`.
  ///   - state: The hidden scalars and the cells to start from, `[2, batch, hidden]`, or zeros.
  ///   - phase: Whether the layer is trained or used.
  /// - Returns: Of shape `[batch, hidden]` or `[batch, steps, hidden]`, as ``steps`` says.
  public func callAsFunction(_ input: Tensor, from state: Tensor?, in phase: Phase) -> Tensor {
    lstm(
      dropouts.reduce(input) { $1($0, in: phase) },
      weight: .concatenated([inputWeight, recurrentWeight]),
      bias: bias, state: state, returning: steps)
  }
}

/// Gated recurrent units over whole sequences; see ``gru(_:weight:bias:state:returning:)``.
///
/// The gates stand in PyTorch's order: reset, update, candidate. PyTorch's `weight_ih_l0` and
/// `weight_hh_l0` are transposed, and its two biases are the rows of ``bias``; of Keras' arrays the
/// first two thirds of the columns are exchanged.
public struct GRU: RecurrentLayer {
  /// The weights of the input, of shape `[inputs, 3 hidden]`.
  public var inputWeight: Tensor
  /// The weights of the hidden scalars before, of shape `[hidden, 3 hidden]`.
  public var recurrentWeight: Tensor
  /// The bias of the input and that of the hidden scalars, of shape `[2, 3 hidden]`.
  public var bias: Tensor
  public let steps: ReturnedSteps
  /// What drops scalars of the input in training, if anything does.
  private var dropouts: [Dropout]

  public static var parts: [Part<Self>] {
    [
      .tensor("inputWeight", \.inputWeight), .tensor("recurrentWeight", \.recurrentWeight),
      .tensor("bias", \.bias), .modules("dropouts", \.dropouts),
    ]
  }

  /// Creates a layer with a bias of zeros.
  ///
  /// - Parameters:
  ///   - inputs: The number of scalars at each step of the input.
  ///   - hidden: The number of hidden scalars.
  ///   - steps: Which steps are returned.
  ///   - dropout: The probability that a scalar of the input is dropped in training.
  ///   - initialization: How the weights of the input start.
  ///   - recurrent: How those of the hidden scalars start.
  ///   - randomness: What the weights are drawn from.
  public init(
    _ inputs: Int, _ hidden: Int, returning steps: ReturnedSteps = .last, dropout: Double = 0,
    initialization: Initialization = .glorotUniform,
    recurrent: Initialization = .orthogonal(gain: 1),
    using randomness: inout some RandomNumberGenerator
  ) {
    let weights = RecurrentWeights(
      inputs: inputs, hidden: hidden, gates: 3, initialization, recurrent, using: &randomness)
    (inputWeight, recurrentWeight) = (weights.input, weights.recurrent)
    bias = Tensor(repeating: 0, shape: [2, 3 * hidden])
    (self.steps, dropouts) = (steps, dropout == 0 ? [] : [Dropout(dropout)])
  }

  /// Returns the hidden scalars.
  ///
  /// - Parameters:
  ///   - input: Of shape `[batch, steps, inputs]`.
  ///   - state: The hidden scalars to start from, `[batch, hidden]`, or zeros.
  ///   - phase: Whether the layer is trained or used.
  /// - Returns: Of shape `[batch, hidden]` or `[batch, steps, hidden]`, as ``steps`` says.
  public func callAsFunction(_ input: Tensor, from state: Tensor?, in phase: Phase) -> Tensor {
    gru(
      dropouts.reduce(input) { $1($0, in: phase) },
      weight: .concatenated([inputWeight, recurrentWeight]),
      bias: bias, state: state, returning: steps)
  }
}

/// A recurrent layer forwards and another backwards in time, their outputs side by side.
///
/// Where all steps are returned, those of the backward layer are turned round again, as in Keras
/// and PyTorch.
public struct Bidirectional<Recurrent: RecurrentLayer>: Layer {
  /// The layer that goes forwards.
  public var forward: Recurrent
  /// The layer that goes backwards.
  public var backward: Recurrent

  public static var parts: [Part<Self>] {
    [.module("forward", \.forward), .module("backward", \.backward)]
  }

  /// Creates a layer from two that return the same steps.
  public init(forward: Recurrent, backward: Recurrent) {
    require(
      forward.steps == backward.steps,
      "one layer returns \(forward.steps) steps, the other \(backward.steps)")
    (self.forward, self.backward) = (forward, backward)
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    let ahead = forward(input, in: phase.split("forward"))
    let back = backward(input.reversed(along: 1), in: phase.split("backward"))
    return .concatenated(
      [ahead, backward.steps == .all ? back.reversed(along: 1) : back], along: -1)
  }
}
