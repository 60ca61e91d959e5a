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

  /// Where a loss first left the finite numbers, in the order in which it is computed.
  public enum Cause: Hashable, Sendable {
    /// In the batch, or in another constant that the loss is given.
    case data
    /// In the parameter of this name itself, as the step before left it.
    case parameter(String)
    /// In the layer of this name, or after it before the next.
    case layer(String)
  }

  /// What is not a finite number.
  public let quantity: Quantity
  /// Where that began, of a loss.
  public let cause: Cause?
  /// The epoch, counted from 0.
  public let epoch: Int
  /// The batch of the epoch, counted from 0.
  public let batch: Int

  init(_ quantity: Quantity, cause: Cause? = nil, epoch: Int, batch: Int) {
    (self.quantity, self.cause, self.epoch, self.batch) = (quantity, cause, epoch, batch)
  }

  public var description: String {
    let place = "in epoch \(epoch + 1), batch \(batch + 1)"
    return switch (quantity, cause) {
    case (.loss, .data?):
      """
      The loss is not a finite number \(place), because the data of this batch hold one that is \
      not. Remove or replace such values; the model is as it was before this batch.
      """
    case (.loss, .parameter(let name)?):
      """
      The loss stopped being a finite number \(place): \(name) left the range of numbers in the step \
      before. Try a smaller learning rate or clipping.
      """
    case (.loss, .layer(let name)?):
      """
      The loss stopped being a finite number \(place), first at the output of layer \(name). Try a \
      smaller learning rate or clipping, and look there for an exponential, logarithm, root or \
      quotient.
      """
    case (.loss, nil):
      """
      The loss stopped being a finite number \(place). Try a smaller learning rate, and look for \
      values in the data that are not finite.
      """
    case (.gradient(let name), _):
      """
      The gradient of \(name) stopped being finite \(place), while the loss is finite. Try a \
      smaller learning rate or clipping, and look for a square root, logarithm or quotient at 0.
      """
    }
  }
}
