/// Why a model could not be trained or exported.
public enum LearningError: Error, Equatable, CustomStringConvertible {
  /// A number of the training stopped being finite.
  case diverged(Divergence)
  /// A network cannot be written as C, for the reason told.
  case notExportable(String)

  public var description: String {
    switch self {
    case .diverged(let divergence): divergence.description
    case .notExportable(let reason): "The network cannot be written as C: \(reason)."
    }
  }
}

/// Where a training left the finite numbers.
public struct Divergence: Hashable, Sendable, CustomStringConvertible {
  /// What is not a finite number.
  public enum Quantity: Hashable, Sendable {
    case loss
    /// The gradient of the parameter of this name, with a finite loss.
    case gradient(of: String)
  }

  /// What is not a finite number.
  public let quantity: Quantity
  /// The epoch, counted from 0.
  public let epoch: Int
  /// The batch of the epoch, counted from 0.
  public let batch: Int

  init(_ quantity: Quantity, epoch: Int, batch: Int) {
    (self.quantity, self.epoch, self.batch) = (quantity, epoch, batch)
  }

  public var description: String {
    let place = "in epoch \(epoch + 1), batch \(batch + 1)"
    return switch quantity {
    case .loss:
      """
      The loss stopped being a finite number \(place). Try a smaller learning rate, and look for \
      values in the data that are not finite.
      """
    case .gradient(let name):
      """
      The gradient of \(name) stopped being finite \(place), while the loss is finite. Try a \
      smaller learning rate or clipping, and look for a square root, logarithm or quotient at 0.
      """
    }
  }
}
