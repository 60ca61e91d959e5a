/// Why a model could not be trained.
public enum LearningError: Error, Equatable, CustomStringConvertible {
  /// The loss stopped being a finite number; epoch and batch count from 0.
  case diverged(epoch: Int, batch: Int)

  public var description: String {
    switch self {
    case .diverged(let epoch, let batch):
      """
      The loss stopped being a finite number in epoch \(epoch + 1), batch \(batch + 1). \
      Try a smaller learning rate, and look for values in the data that are not finite.
      """
    }
  }
}
