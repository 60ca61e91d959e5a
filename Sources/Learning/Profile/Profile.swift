import Tensors

/// Where the time of a training went.
///
/// An operation belongs to the layer whose parameter it is given, else to that of its first input;
/// what leads a gradient back through it is its backward time. See ``Profiler``.
public struct Profile: Sendable {
  /// What one operation, or all of one layer, took.
  public struct Row: Hashable, Sendable {
    /// The operation, as ``Tensors`` calls it, or the layer, by the name that its parameters start
    /// with.
    public let name: String
    /// How often it was computed.
    public internal(set) var calls = 0
    /// How often a gradient was led back through it.
    public internal(set) var backwardCalls = 0
    /// The seconds that it took to compute.
    public internal(set) var forward = 0.0
    /// The seconds that it took to lead gradients back through it.
    public internal(set) var backward = 0.0

    /// The seconds forward and backward.
    public var seconds: Double { forward + backward }
  }

  /// A stretch of time, in seconds from the start.
  public struct Event: Hashable, Sendable {
    /// The operation, the optimizer, or `step`.
    public let name: String
    /// The layer, or nothing for a step.
    public let layer: String
    /// `forward`, `backward`, `update` or `step`.
    public let pass: String
    /// When it began.
    public let start: Double
    /// How long it lasted.
    public let duration: Double
  }

  /// The operations, the costliest first; optimizers are among them.
  public internal(set) var operations: [Row] = []
  /// The layers, the costliest first; what belongs to none is a row of its own.
  public internal(set) var layers: [Row] = []
  /// The first 100,000 stretches of time, for ``trace()``.
  public internal(set) var events: [Event] = []
  /// The number of gradients of a model that were computed.
  public internal(set) var steps = 0
  /// The seconds that were profiled, less those that profiling itself took.
  public internal(set) var seconds = 0.0
  /// The seconds of them that were spent in kernels.
  public internal(set) var kernelSeconds = 0.0
  /// The most bytes that tensors held at a time, in the whole process.
  public internal(set) var peakBytes = 0
  /// The trainings that were not profiled because another thread was.
  public internal(set) var missedTrainings = 0

  /// The share of the time that the tape, the trainer and all else but kernels took, from 0 to 1.
  ///
  /// Noting an operation disturbs the next one a little: of steps far below a millisecond the true
  /// share is lower by several hundredths.
  public var shareOutsideKernels: Double { seconds > 0 ? 1 - kernelSeconds / seconds : 0 }

  /// Creates the profile of nothing.
  init() {}

  init(of log: OperationLog, nanoseconds: UInt64, inKernels: UInt64, peakBytes: Int) {
    steps = log.steps
    seconds = Double(nanoseconds - min(log.ownTime, nanoseconds)) * 1e-9
    kernelSeconds = Double(inKernels) * 1e-9
    self.peakBytes = peakBytes
    let sums = log.sums.filter { $0.key.pass != .step }
    operations = Self.rows(sums) { $0.operation }
    layers = Self.rows(sums) { $0.layer }
    events = log.spans.map { span in
      Event(
        name: span.key.operation, layer: span.key.layer, pass: span.key.pass.rawValue,
        start: Double(span.start) * 1e-9, duration: Double(span.duration) * 1e-9)
    }
  }

  private static func rows(
    _ sums: [OperationLog.Key: OperationLog.Sum], named name: (OperationLog.Key) -> String
  ) -> [Row] {
    var rows: [String: Row] = [:]
    for (key, sum) in sums {
      let name = name(key)
      if key.pass == .backward {
        rows[name, default: Row(name: name)].backwardCalls += sum.calls
        rows[name, default: Row(name: name)].backward += Double(sum.time) * 1e-9
      } else {
        rows[name, default: Row(name: name)].calls += sum.calls
        rows[name, default: Row(name: name)].forward += Double(sum.time) * 1e-9
      }
    }
    return sorted(rows)
  }

  private static func sorted(_ rows: [String: Row]) -> [Row] {
    rows.values.sorted { ($1.seconds, $0.name) < ($0.seconds, $1.name) }
  }
}

extension Profile {
  /// Adds what was profiled later; its events follow those that are here.
  mutating func add(_ other: Profile) {
    operations = Self.sum(operations, other.operations)
    layers = Self.sum(layers, other.layers)
    let start = events.map { $0.start + $0.duration }.max() ?? 0
    events += other.events.map {
      Event(
        name: $0.name, layer: $0.layer, pass: $0.pass, start: start + $0.start,
        duration: $0.duration)
    }
    steps += other.steps
    seconds += other.seconds
    kernelSeconds += other.kernelSeconds
    peakBytes = max(peakBytes, other.peakBytes)
    missedTrainings += other.missedTrainings
  }

  private static func sum(_ first: [Row], _ second: [Row]) -> [Row] {
    let rows = (first + second).map { ($0.name, $0) }
    return sorted(
      Dictionary(rows) { a, b in
        var sum = a
        sum.calls += b.calls
        sum.backwardCalls += b.backwardCalls
        sum.forward += b.forward
        sum.backward += b.backward
        return sum
      })
  }
}
