import func Kernels.require

/// Ends a training when a measure no longer gets better, with the weights that were best.
///
/// As Keras' `EarlyStopping`: the training ends after `patience` epochs in a row in none of which
/// the measure was better than the best by more than `minimumChange`.
public struct EarlyStopping: Hashable, Sendable {
  /// Which way the measure is better.
  public var direction: Direction
  /// How many epochs in a row without improvement end the training.
  public var patience: Int
  /// By how much a measure must be better to count as an improvement.
  public var minimumChange: Double
  /// Whether the model is given the weights of the best epoch when the training ends early.
  public var restoresBest: Bool

  /// Creates a rule.
  ///
  /// - Parameters:
  ///   - direction: Which way the measure is better.
  ///   - patience: How many epochs in a row without improvement end the training, at least 1.
  ///   - minimumChange: By how much a measure must be better to count as an improvement.
  ///   - restoresBest: Whether the model is given the weights of the best epoch at the early end.
  public init(
    _ direction: Direction, patience: Int, minimumChange: Double = 0, restoresBest: Bool = true
  ) {
    require(patience > 0, "a patience is at least one epoch, not \(patience)")
    require(minimumChange >= 0, "a change is not negative, as \(minimumChange) is")
    (self.direction, self.patience) = (direction, patience)
    (self.minimumChange, self.restoresBest) = (minimumChange, restoresBest)
  }

  /// What is remembered between epochs.
  struct State: Hashable, Sendable {
    var best: Double
    var bad = 0
    /// Whether the training has ended early.
    var isOver = false
  }

  var start: State { State(best: direction.worst) }

  /// Takes note of the measure of one more epoch; returns whether it is the best so far.
  func advance(_ state: inout State, by value: Double) -> Bool {
    if direction.improves(value, on: state.best, byMoreThan: minimumChange) {
      (state.best, state.bad) = (value, 0)
      return true
    }
    state.bad += 1
    state.isOver = state.bad >= patience
    return false
  }
}
