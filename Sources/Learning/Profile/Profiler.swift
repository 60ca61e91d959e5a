import Kernels
import Synchronization
import Tensors

/// Finds out where the time of trainings goes.
///
/// ```swift
/// let profiler = Profiler()
/// try profiler.record { try trainer.fit(&model, to: batches, loss: loss) }
/// for row in profiler.profile.layers { print(row.name, row.forward, row.backward) }
/// try profiler.profile.trace().write(to: file)
/// ```
///
/// One thread at a time is profiled. While none is, an operation costs one relaxed load more.
public final class Profiler: Sendable {
  @TaskLocal private static var current: Profiler?

  private let state = Mutex(Profile())

  /// Creates a profiler that has seen nothing.
  public init() {}

  /// What was found so far, also where what was profiled threw an error.
  public var profile: Profile { state.withLock { $0 } }

  /// Profiles all that `body` does on the calling thread.
  ///
  /// - Parameter body: What to profile, such as a training or a loop of one's own.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  /// - Precondition: No thread is profiled yet.
  public func record<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard let log = OperationLog.begin() else {
      fatalError("a profiler records one thread at a time, and another is recorded now")
    }
    return try record(into: log, body)
  }

  /// Profiles every `Trainer.fit` that `body` and the tasks that it starts call.
  ///
  /// One training is profiled at a time: those that are done meanwhile are counted only, as
  /// ``Profile/missedTrainings``.
  ///
  /// - Parameter body: What trains.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  public func recordTrainings<Result: Sendable>(
    _ body: () async throws -> Result
  ) async rethrows -> Result {
    try await Self.$current.withValue(self) { try await body() }
  }

  /// Runs a training, and profiles it if that is wanted and no thread is profiled yet.
  static func notingTraining<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard let profiler = current, OperationLog.active == nil else { return try body() }
    guard let log = OperationLog.begin() else {
      profiler.state.withLock { $0.missedTrainings += 1 }
      return try body()
    }
    return try profiler.record(into: log, body)
  }

  private func record<Result>(
    into log: OperationLog, _ body: () throws -> Result
  ) rethrows -> Result {
    _ = Storage.takePeakBytes()
    let start = KernelClock.now
    defer {
      let found = Profile(
        of: log, nanoseconds: KernelClock.now - start, inKernels: KernelClock.nanoseconds,
        peakBytes: Storage.takePeakBytes())
      OperationLog.end()
      state.withLock { $0.add(found) }
    }
    return try body()
  }
}
