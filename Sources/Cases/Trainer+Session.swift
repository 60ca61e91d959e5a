import Casework
import Learning

extension Trainer {
  /// Returns a trainer that tells a session of each epoch: its mean loss as the metric
  /// `train_loss`, a checkpoint, and the progress.
  ///
  /// A run that is taken up again goes on from its checkpoint.
  func reporting<Model: Module>(to session: Session, of model: Model.Type) throws
    -> Trainer
  {
    let start = try session.resumption.map { try Safetensors(decoding: $0) }
    return starting(from: start).onEvent(of: model) { event, training in
      guard case .epoch(let index, let count, let loss) = event else { return .proceed }
      try session.log("train_loss", loss, step: index + 1)
      try session.checkpoint(training.checkpoint().encoded())
      session.progress(index + 1, of: count, "epochs", "loss \(Float(loss))")
      return .proceed
    }
  }

  /// Returns a trainer that stops after so many steps, wherever in an epoch that is, and that shows
  /// the progress in steps.
  ///
  /// - Parameters:
  ///   - steps: The most steps.
  ///   - session: What is told of each fiftieth step; nothing if there is none.
  /// - Returns: The trainer.
  func stopping(after steps: Int, telling session: Session? = nil) -> Trainer {
    let limited = stopping(afterSteps: steps)
    guard let session else { return limited }
    var done = 0
    return limited.onEvent { event in
      guard case .batch(_, _, let loss) = event else { return .proceed }
      done += 1
      if done % 50 == 0 || done == steps {
        session.progress(done, of: steps, "steps", "loss \(Float(loss))")
      }
      return .proceed
    }
  }
}

extension Batches {
  /// How many epochs give at least so many steps.
  func epochs(forSteps steps: Int) -> Int { (steps + count - 1) / max(count, 1) }
}
