import COneDNN
import Synchronization

/// The OpenMP threads that matrix products and convolutions are computed on.
///
/// The number is one for the whole process, whatever `OMP_NUM_THREADS` says: a run's record then
/// holds what was truly used. Unless ``use(_:)`` sets it, it is 1 until a trainer sees steps that are
/// large enough to share, and then chooses once for the training. Matrix products give the same bits
/// on one thread and on two; on more, and gradients of convolutions, they need not.
public enum Threads {
  private static let wanted = Atomic<Int>(1)
  private static let automatic = Atomic<Bool>(true)

  /// Whether trainers choose the number.
  public static var isAutomatic: Bool { automatic.load(ordering: .relaxed) }

  /// Computes on one thread until a trainer chooses otherwise, as at the start.
  public static func useAutomatically() {
    automatic.store(true, ordering: .relaxed)
    set(1)
  }

  /// The number of threads in use.
  public static var count: Int { wanted.load(ordering: .relaxed) }

  /// Computes on this many threads from now on.
  ///
  /// - Parameter count: At least 1.
  public static func use(_ count: Int) {
    require(count >= 1, "the number of threads is at least 1, not \(count)")
    automatic.store(false, ordering: .relaxed)
    set(count)
  }

  static func set(_ count: Int) { wanted.store(count, ordering: .relaxed) }

  /// Calls `body` with ranges that together are `0..<count`, on as many threads as are in use and
  /// as there are grains.
  ///
  /// The ranges start at multiples of the grain. What `body` computes for an index must not depend
  /// on the range that it comes in: the same bits then come from any number of threads.
  ///
  /// - Parameters:
  ///   - count: How many indices there are.
  ///   - grain: The fewest indices that are worth a thread; of a multiple of 16 for vectors.
  ///   - body: Computes a range, at the same time as other ranges.
  package static func parallel(count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    let grains = (count + grain - 1) / grain
    let threads = min(self.count, grains)
    KernelClock.enter()
    defer { KernelClock.leave() }
    guard threads > 1 else {
      if count > 0 { body(0..<count) }
      return
    }
    withoutActuallyEscaping(body) { body in
      var share: (Int32, Int32) -> Void = { part, parts in
        let (part, parts) = (Int(part), Int(parts))
        let range =
          grains * part / parts * grain..<min(grains * (part + 1) / parts * grain, count)
        if !range.isEmpty { body(range) }
      }
      prepare()
      withUnsafeMutablePointer(to: &share) { share in
        onednn_share_work(
          { context, part, parts in
            context?.assumingMemoryBound(to: ((Int32, Int32) -> Void).self).pointee(part, parts)
          }, share, UInt32(threads))
      }
    }
  }

  /// Tells OpenMP the number, which it keeps for each calling thread apart.
  static func prepare(_ count: Int = count) { omp_set_num_threads(Int32(count)) }
}
