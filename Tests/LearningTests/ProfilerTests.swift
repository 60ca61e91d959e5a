import Foundation
import Randomness
import Tensors
import Testing

@testable import Learning

/// One thread is profiled at a time, and so one test.
@Suite(.serialized) struct ProfilerTests {
  private static let batches = Batches(of: wave([24, 6]), targets: wave([24, 2]), size: 8)

  private static func model() -> Sequential {
    var stream = RandomStream(seed: 1)
    return Sequential(
      Dense(6, 9, activation: .tanh, using: &stream), Dense(9, 2, using: &stream))
  }

  @discardableResult private static func train(epochs: Int = 2) throws -> Sequential {
    var model = model()
    var trainer = Trainer(Adam(), epochs: epochs)
    try trainer.fit(&model, to: batches) { model, batch in
      sigmoidCrossEntropy(model(batch.input), batch.target)
    }
    return model
  }

  @Test func callsAreCountedByOperationAndLayer() throws {
    let profiler = Profiler()
    try profiler.record { _ = try Self.train() }
    let profile = profiler.profile
    #expect(profile.steps == 6)
    func calls(_ rows: [Profile.Row]) -> [String: [Int]] {
      Dictionary(uniqueKeysWithValues: rows.map { ($0.name, [$0.calls, $0.backwardCalls]) })
    }
    // Each step gathers inputs and targets, which belong to no layer; the loss is a part of the
    // last layer, whose output it is given.
    let operations = calls(profile.operations)
    #expect(operations["linear"] == [12, 12] && operations["gather"] == [12, 0])
    #expect(operations["sigmoidCrossEntropy"] == [6, 6] && operations["Adam"] == [6, 0])
    let layers = calls(profile.layers)
    #expect(layers["layers.0"] == [6, 6] && layers["layers.1"] == [12, 12])
    #expect(layers["outside layers"] == [18, 0])
    #expect(profile.layers.count == 3)
  }

  @Test func timesAddUp() throws {
    let profiler = Profiler()
    try profiler.record { _ = try Self.train() }
    let profile = profiler.profile
    let inOperations = profile.operations.reduce(0) { $0 + $1.seconds }
    #expect(inOperations > 0 && inOperations <= profile.seconds)
    #expect(abs(inOperations - profile.layers.reduce(0) { $0 + $1.seconds }) < 1e-9)
    #expect(profile.operations.map(\.seconds) == profile.operations.map(\.seconds).sorted(by: >))
    #if !DoublePrecision
      #expect(profile.kernelSeconds > 0 && profile.kernelSeconds < profile.seconds)
      #expect((0..<1).contains(profile.shareOutsideKernels))
    #endif
    #expect(profile.peakBytes > 24 * 8 * MemoryLayout<Scalar>.size)
  }

  @Test func profilingChangesNoBit() throws {
    let profiler = Profiler()
    let profiled = try profiler.record { try Self.train() }
    let plain = try Self.train()
    #expect(
      profiled.parameters.map(\.tensor.scalars) == plain.parameters.map(\.tensor.scalars))
  }

  @Test func operationsInsideAnotherAreCountedOnce() {
    let profiler = Profiler()
    profiler.record {
      let x = wave([3]).asVariable()
      let slope = gradients(of: power(x, 3).sum(), at: [x], keepingGraph: true)[0]
      _ = gradients(of: slope.sum(), at: [x])
    }
    let rows = profiler.profile.operations
    // The cube's gradient computes a square, which is a part of it; its own gradient is counted.
    #expect(rows.first { $0.name == "power" }.map { [$0.calls, $0.backwardCalls] } == [1, 2])
    #expect(profiler.profile.events.count > rows.reduce(0) { $0 + $1.calls + $1.backwardCalls })
  }

  @Test func trainingsOfTasksAreAddedAndFailuresKept() async throws {
    struct Stop: Error {}
    let profiler = Profiler()
    await #expect(throws: Stop.self) {
      try await profiler.recordTrainings {
        try Self.train(epochs: 1)
        _ = wave([2]) + 1
        try await Task { _ = try Self.train(epochs: 2) }.value
        var model = Self.model()
        var trainer = Trainer(Adam(), epochs: 5).onEvent { _ in throw Stop() }
        try trainer.fit(&model, to: Self.batches) { model, batch in
          sigmoidCrossEntropy(model(batch.input), batch.target)
        }
      }
    }
    #expect(profiler.profile.steps == 3 + 6 + 1)
    #expect(!profiler.profile.operations.contains { $0.name == "add" })
    try Self.train(epochs: 1)
    #expect(profiler.profile.steps == 10)
  }

  @Test func traceHoldsEventsInChromesFormat() throws {
    let profiler = Profiler()
    try profiler.record { _ = try Self.train(epochs: 1) }
    let trace = try #require(
      JSONSerialization.jsonObject(with: profiler.profile.trace()) as? [String: Any])
    let events = try #require(trace["traceEvents"] as? [[String: Any]])
    #expect(events.count == profiler.profile.events.count)
    #expect(events.allSatisfy { $0["ph"] as? String == "X" && $0["ts"] is NSNumber })
    let steps = events.filter { $0["name"] as? String == "step" }
    #expect(steps.count == 3)
    // Every operation of a layer lies within a step.
    for event in events where (event["args"] as? [String: String])?["layer"]?.hasPrefix("l") == true
    {
      let (start, end) = Self.interval(event)
      #expect(steps.contains { Self.interval($0).0 <= start && end <= Self.interval($0).1 })
    }
  }

  private static func interval(_ event: [String: Any]) -> (Double, Double) {
    let start = (event["ts"] as? NSNumber)?.doubleValue ?? .nan
    return (start, start + ((event["dur"] as? NSNumber)?.doubleValue ?? .nan))
  }
}
