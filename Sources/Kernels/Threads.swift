import COneDNN
import Synchronization

/// The OpenMP threads that matrix products and convolutions are computed on.
///
/// The number is one for the whole process, 1 until ``use(_:)`` is called, whatever
/// `OMP_NUM_THREADS` says: a run's record then holds what was truly used. Set it before training.
/// Matrix products give the same bits with any number of threads; gradients of convolutions need
/// not.
public enum Threads {
  private static let wanted = Atomic<Int>(1)

  /// The number of threads in use.
  public static var count: Int { wanted.load(ordering: .relaxed) }

  /// Computes on this many threads from now on.
  ///
  /// - Parameter count: At least 1.
  public static func use(_ count: Int) {
    precondition(count >= 1, "the number of threads is at least 1, not \(count)")
    wanted.store(count, ordering: .relaxed)
  }

  /// Tells OpenMP the number, which it keeps for each calling thread apart.
  static func prepare(_ count: Int = count) { omp_set_num_threads(Int32(count)) }
}
