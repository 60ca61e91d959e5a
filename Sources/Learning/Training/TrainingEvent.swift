public import Tensors

/// What a trainer tells its observers, each event with all that belongs to it.
public enum TrainingEvent: Hashable, Sendable {
  /// The gradient was clipped for the next step, if its norm asked for it; see ``Clipping``.
  case gradient(step: Int, norm: Double)
  /// One batch was seen, and a step taken unless gradients of more batches are gathered; all counts
  /// are from 0.
  case batch(index: Int, epoch: Int, loss: Scalar)
  /// Every batch has been seen once more; the mean is over examples, not over batches.
  case epoch(index: Int, count: Int, meanLoss: Double)
}

/// What an observer wants of the trainer.
public enum Verdict: Sendable { case proceed, stop }

/// How far a training has come.
public struct TrainingProgress: Hashable, Sendable {
  /// The number of epochs that are done.
  public internal(set) var epoch = 0
  /// The number of batches of the next epoch that are done.
  public internal(set) var batch = 0
  /// The number of batches seen in all.
  public internal(set) var step = 0
  /// The number of steps that the optimizer took.
  public internal(set) var updates = 0
  var lossSum = 0.0
  var exampleCount = 0
}

/// A training in the middle, as an observer sees it.
public struct TrainingSnapshot<Model: Module> {
  /// The model as it is now.
  public let model: Model
  let record: TrainingRecord

  /// How far the training has come.
  public var progress: TrainingProgress { record.progress }
  /// What was measured in the epochs that are done.
  public var history: History { record.state.history }
  /// The parameters' average in place of the parameters; see ``Trainer/averaged(_:)``.
  public var averagedModel: Model { record.state.averaged(model) }
}

/// All that a training remembers beside the model, to be saved and restored.
struct TrainingRecord: Sendable {
  var progress = TrainingProgress()
  var memory: OptimizerMemory
  var state: TrainingState
  /// What must be the same where the training goes on.
  let settings: [String: String]
}

/// What the parts of a training remember between steps and epochs.
struct TrainingState: Sendable {
  var history = History()
  var plateau: Plateau.State?
  var stopping: EarlyStopping.State?
  /// All tensors of the model, as they were at the end of the best epoch.
  var best: [Tensor] = []
  var average = WeightAverage.State()
  var sum = GradientSum()

  /// Returns the model with the average of its parameters, if there is one yet.
  func averaged<Model: Module>(_ model: Model) -> Model {
    guard !average.tensors.isEmpty else { return model }
    var (copy, index) = (model, 0)
    copy.visitParameters { _, tensor in
      tensor = average.tensors[index]
      index += 1
    }
    return copy
  }

  /// Gives the model its best tensors, if there are any.
  func restoreBest(_ model: inout some Module) {
    guard !best.isEmpty else { return }
    var index = 0
    model.visitTensors { _, _, tensor in
      tensor = best[index]
      index += 1
    }
  }
}
