import Synchronization

/// Counts signals.
final class SignalCount: Sendable {
  private let count = Atomic<Int>(0)

  /// Returns 1 at the first call, 2 at the second.
  func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}
