import Foundation
import Synchronization

/// Adds up the time that one thread spends in kernels, while somebody profiles it.
///
/// Everywhere else, and while nobody does, a kernel costs one relaxed load more. What is called
/// through ``Threads/parallel(count:grain:_:)`` or runs in oneDNN is timed there; a kernel with a
/// serial loop of its own says where it starts and ends.
package enum KernelClock {
  /// The thread that is profiled, or 0.
  private static let owner = Atomic<UInt>(0)
  // Touched by that thread only.
  nonisolated(unsafe) private static var depth = 0
  nonisolated(unsafe) private static var begin: UInt64 = 0
  nonisolated(unsafe) private static var total: UInt64 = 0

  /// Whether it is the calling thread that is profiled.
  package static var isOn: Bool {
    let thread = owner.load(ordering: .relaxed)
    return thread != 0 && thread == pthread_self()
  }

  /// Starts to profile the calling thread; returns `false` if one is profiled already.
  package static func start() -> Bool {
    let (isFree, _) = owner.compareExchange(
      expected: 0, desired: pthread_self(), ordering: .acquiringAndReleasing)
    if isFree { (depth, total) = (0, 0) }
    return isFree
  }

  /// Ends what ``start()`` started.
  package static func stop() { owner.store(0, ordering: .releasing) }

  /// The nanoseconds that the profiled thread has spent in kernels so far.
  package static var nanoseconds: UInt64 { total }

  /// The nanoseconds since some fixed moment.
  package static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// A kernel starts here, and ends at the ``leave()`` that belongs to it.
  package static func enter() {
    guard isOn else { return }
    depth += 1
    if depth == 1 { begin = now }
  }

  package static func leave() {
    guard isOn else { return }
    depth -= 1
    if depth == 0 { total += now - begin }
  }
}
