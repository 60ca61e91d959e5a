/// Which way a number is better.
public enum Direction: String, Hashable, Sendable {
  /// Less is better, as of a loss.
  case minimize
  /// More is better, as of an accuracy.
  case maximize

  /// The worst number there is.
  var worst: Double { self == .minimize ? .infinity : -.infinity }

  /// Whether a number is better than another by more than a change.
  func improves(_ value: Double, on best: Double, byMoreThan change: Double) -> Bool {
    self == .minimize ? value < best - change : value > best + change
  }
}
