import Learning
import Randomness
import Tensors

/// A model in training on made-up examples, which goes on whenever it is asked to.
struct Training {
  let parameterCount: Int
  /// The number of steps in an epoch.
  let steps: Int
  /// Trains whole epochs until so many seconds have passed; returns the seconds of each.
  let train: (_ duration: Double) throws -> [Double]

  /// Prepares a training by Adam through the public trainer.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - batches: Its examples.
  ///   - loss: The loss of the model on a batch.
  init<Model: Module>(
    _ model: Model, on batches: Batches,
    loss: @escaping (Model, Batch, Phase) throws -> Tensor
  ) {
    (parameterCount, steps) = (model.parameterCount, batches.count)
    let clock = Clock()
    var (model, trainer) = (model, Trainer(Adam(), epochs: .max).onEvent(clock.note))
    train = { duration in
      clock.start(duration)
      if model.dependsOnPhase {
        let stream = RandomStream(seed: 2)
        try trainer.fit(&model, to: batches, drawingFrom: stream, loss: loss)
      } else {
        try trainer.fit(&model, to: batches) { try loss($0, $1, .inference) }
      }
      return clock.epochs
    }
  }
}

/// Notes the seconds of each epoch, and stops the trainer when the time is over.
private final class Clock {
  private(set) var epochs: [Double] = []
  private var (begin, end) = (0.0, 0.0)

  func start(_ duration: Double) {
    (epochs, begin) = ([], seconds())
    end = begin + duration
  }

  func note(_ event: TrainingEvent) -> Verdict {
    guard case .epoch = event else { return .proceed }
    let now = seconds()
    epochs.append(now - begin)
    begin = now
    return now >= end ? .stop : .proceed
  }
}
