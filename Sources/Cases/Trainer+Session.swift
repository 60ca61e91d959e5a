import Casework
import Learning

extension Trainer {
  /// Returns a trainer that tells a session of each epoch: its mean loss as the metric
  /// `train_loss`, a checkpoint, and the progress.
  func reporting<Model: Module>(to session: Session, of model: Model.Type) -> Trainer {
    onEvent(of: model) { event, training in
      guard case .epoch(let index, let count, let loss) = event else { return .proceed }
      try session.log("train_loss", loss, step: index + 1)
      try session.checkpoint(training.checkpoint().encoded())
      session.progress(index + 1, of: count, "epochs", "loss \(Float(loss))")
      return .proceed
    }
  }
}
