/// Why a model could not be trained or exported.
public enum LearningError: Error, Equatable, CustomStringConvertible {
  /// The loss stopped being a finite number; epoch and batch count from 0.
  case diverged(epoch: Int, batch: Int)
  /// A network cannot be written as C, for the reason told.
  case notExportable(String)

  public var description: String {
    switch self {
    case .diverged(let epoch, let batch):
      """
      The loss stopped being a finite number in epoch \(epoch + 1), batch \(batch + 1). \
      Try a smaller learning rate, and look for values in the data that are not finite.
      """
    case .notExportable(let reason): "The network cannot be written as C: \(reason)."
    }
  }
}
