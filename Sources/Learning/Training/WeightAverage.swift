import func Kernels.approach
import Tensors

/// How a trainer averages the parameters along the way; see ``Trainer/averaged(_:)``.
public enum WeightAverage: Hashable, Sendable {
  /// The mean over the ends of epochs, from the end of this one on, counted from 0: stochastic
  /// weight averaging (Izmailov and others, [arXiv:1803.05407](https://arxiv.org/abs/1803.05407)).
  case uniform(fromEpoch: Int)
  /// After every step `a ← decay · a + (1 - decay) p`, from the parameters after the first step on.
  case exponential(decay: Double)

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
