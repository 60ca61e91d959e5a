import Kernels

/// What the operations of one thread take, while it is profiled.
///
/// An operation belongs to the layer whose parameter it is given, else to that of its first input
/// that has one, else to none, as what gathers a batch. Work on the way back belongs to the layer of
/// the operation that it leads through. What an operation calls for is part
/// of it: it is in the trace, and not counted again.
package final class OperationLog {
  package enum Pass: String, Hashable, Sendable { case forward, backward, update, step }

  /// What is added up: an operation in a layer, in a pass.
  package struct Key: Hashable, Sendable {
    package let operation: String
    package let layer: String
    package let pass: Pass
  }

  /// A sum, in nanoseconds.
  package struct Sum: Sendable {
    package var calls = 0
    package var time: UInt64 = 0
  }

  /// One stretch of time, in nanoseconds from the start of the log.
  package struct Span: Sendable {
    package let key: Key
    package let start: UInt64
    package let duration: UInt64
  }

  /// The layer of what belongs to none.
  package static let elsewhere = "outside layers"
  /// How many spans are kept for the trace; sums are of all.
  private static let spanLimit = 100_000
  // Touched by the thread that the kernel clock is on for, and by no other.
  nonisolated(unsafe) private static var current: OperationLog?

  package private(set) var sums: [Key: Sum] = [:]
  package private(set) var spans: [Span] = []
  package private(set) var steps = 0
  /// What the log itself took, which belongs to nothing that is measured.
  package private(set) var ownTime: UInt64 = 0
  package let start = KernelClock.now
  private var layers: [UInt64: String] = [:]
  private var depth = 0

  private init() {}

  /// The log of the calling thread: one relaxed load while nobody profiles.
  package static var active: OperationLog? { KernelClock.isOn ? current : nil }

  /// Starts the log of the calling thread, or returns `nil` if a thread is profiled already.
  package static func begin() -> OperationLog? {
    guard KernelClock.start() else { return nil }
    let log = OperationLog()
    current = log
    return log
  }

  /// Ends the log of the calling thread.
  package static func end() {
    current = nil
    KernelClock.stop()
  }

  /// A step begins: what earlier steps computed is forgotten.
  package func startStep() {
    layers.removeAll(keepingCapacity: true)
    steps += 1
  }

  /// Tells that a variable is a parameter of a layer.
  package func note(_ variable: Tensor, of layer: String) {
    if let origin = variable.origin { layers[origin.index] = layer }
  }

  /// Runs `body`, which is no operation, and notes what it took if the thread is profiled.
  ///
  /// - Parameters:
  ///   - name: What it is.
  ///   - pass: A step is made of operations; an update is counted like one of them.
  ///   - body: What to run.
  /// - Returns: What `body` returns.
  package static func noting<Result>(
    _ name: @autoclosure () -> String, _ pass: Pass, _ body: () throws -> Result
  ) rethrows -> Result {
    guard let log = active else { return try body() }
    return try log.timed(name(), layer: pass == .step ? "" : elsewhere, pass, body)
  }

  /// Runs `body`, and notes nothing of it.
  package static func pausing<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard let log = active else { return try body() }
    current = nil
    defer { current = log }
    return try body()
  }

  /// Computes an operation.
  func forward(
    _ name: @autoclosure () -> String, _ inputs: Inputs, _ compute: () -> Tensor
  ) -> Tensor {
    let begin = KernelClock.now
    let (name, layer) = (name(), layer(of: inputs))
    ownTime += KernelClock.now - begin
    let result = timed(name, layer: layer, .forward, compute)
    if let origin = result.origin { layers[origin.index] = layer }
    return result
  }

  /// Leads a gradient back through an operation.
  func backward(_ origin: Origin, _ compute: () -> Flows) -> Flows {
    let begin = KernelClock.now
    let (name, layer) = (origin.operation.name, layers[origin.index] ?? Self.elsewhere)
    ownTime += KernelClock.now - begin
    return timed(name, layer: layer, .backward, compute)
  }

  private func layer(of inputs: Inputs) -> String {
    var first: String?
    for position in 0..<inputs.count {
      guard let origin = inputs[position].origin, let layer = layers[origin.index] else { continue }
      if case .variable = origin.operation { return layer }
      first = first ?? layer
    }
    return first ?? Self.elsewhere
  }

  private func timed<Result>(
    _ name: String, layer: String, _ pass: Pass, _ body: () throws -> Result
  ) rethrows -> Result {
    let isStep = pass == .step
    if !isStep { depth += 1 }
    let begin = KernelClock.now
    let before = ownTime
    defer {
      let end = KernelClock.now
      if !isStep { depth -= 1 }
      let key = Key(operation: name, layer: layer, pass: pass)
      let time = end - begin - (ownTime - before)
      if depth == 0 || isStep {
        sums[key, default: Sum()].calls += 1
        sums[key, default: Sum()].time += time
      }
      if spans.count < Self.spanLimit {
        spans.append(Span(key: key, start: begin - start, duration: end - begin))
      }
      ownTime += KernelClock.now - end
    }
    return try body()
  }
}

extension Operation {
  /// The name of the case, as in the code.
  var name: String {
    if case .fused(let operation) = self { return operation.kind.rawValue }
    return Mirror(reflecting: self).children.first?.label ?? "\(self)"
  }
}
