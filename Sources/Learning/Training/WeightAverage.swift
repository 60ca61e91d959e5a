import func Kernels.approach
import Tensors
import func Kernels.require

/// How a trainer averages the parameters along the way; see ``Trainer/averaged(_:)``.
public enum WeightAverage: Hashable, Sendable {
  /// The mean over the ends of epochs, from the end of this one on, counted from 0: stochastic
  /// weight averaging (Izmailov and others, [arXiv:1803.05407](https://arxiv.org/abs/1803.05407)).
  case uniform(fromEpoch: Int)
  /// After every step `a ← decay · a + (1 - decay) p`, from the parameters after the first step on.
  ///
  /// The decay is from 0 to below 1.
  case exponential(decay: Double)

  /// Stops the program if a number of the average has no meaning.
  func check() {
    switch self {
    case .uniform(let epoch):
      require(epoch >= 0, "an average begins at epoch 0 or later, not \(epoch)")
    case .exponential(let decay):
      require(0..<1 ~= decay, "the decay of an average is from 0 to below 1, not \(decay)")
    }
  }

  /// What is remembered: one tensor for each parameter, or none before the first.
  struct State: Sendable {
    var count = 0
    var tensors: [Tensor] = []
  }

  /// Takes note of the parameters.
  func advance(_ state: inout State, by model: some Module) {
    let parameters = model.parameters.map(\.tensor)
    state.count += 1
    guard state.count > 1 else {
      state.tensors = parameters
      return
    }
    let share =
      switch self {
      case .uniform: 1 / Double(state.count)
      case .exponential(let decay): 1 - decay
      }
    for (index, parameter) in parameters.enumerated() {
      let storage = parameter.storage
      state.tensors[index].withOwnStorage(like: storage) {
        approach($0, storage, by: Scalar(share))
      }
    }
  }
}
