import Foundation
import Randomness
import Tensors
import Testing

@testable import Learning

/// A training that is stopped, saved and taken up elsewhere equals the uninterrupted one bit for bit.
@Suite struct ResumptionTests {
  private static let root = RandomStream(seed: 11)
  private static let batches = Batches(
    of: wave([23, 6]), targets: wave([23, 2]), size: 5, shuffledBy: root.split("order"))
  private static let held = Batches(of: wave([7, 6]) * 0.5, targets: wave([7, 2]), size: 4)

  private static func model(_ name: String) -> Sequential {
    var stream = root.split(name)
    return Sequential(
      Dense(6, 9, activation: .tanh, using: &stream), Dropout(0.2), Dense(9, 2, using: &stream))
  }

  private static func fit(
    _ trainer: inout Trainer<some Optimizer>, _ model: inout Sequential
  ) throws -> History {
    try trainer.fit(&model, to: batches, drawingFrom: root.split("layers")) {
      model, batch, phase in meanSquaredError(model(batch.input, in: phase), batch.target)
    }
  }

  private static func bits(_ model: some Module) -> [[Scalar]] {
    model.parameters.map(\.tensor.scalars)
  }

  private static let rules: [any Optimizer] = [
    SGD(learningRate: 0.05, momentum: 0.9, nesterov: true), Adam(learningRate: 0.01),
    Adam(learningRate: 0.01, amsgrad: true), AdamW(learningRate: 0.01), Nadam(learningRate: 0.01),
    RMSprop(learningRate: 0.01, momentum: 0.5, centred: true),
  ]

  @Test("With each optimizer", arguments: [1, 4, 5, 6, 17])
  func optimizersGoOn(stop: Int) throws {
    for rule in Self.rules { try check(rule, stop) }
  }

  private func check(_ rule: some Optimizer, _ stop: Int) throws { try check(rule, stop) { $0 } }

  @Test("With schedule, plateau, clipping, averages and gathered gradients", arguments: 1...20)
  func planGoesOn(stop: Int) throws {
    try check(Adam(learningRate: 0.05), stop) { trainer in
      trainer.scheduling(.warmUp(over: 3, from: 0.1, then: .cosine(over: 9)), by: .step)
        .validating(on: Self.held, of: Sequential.self) { model, batch in
          meanSquaredError(model(batch.input), batch.target)
        }
        .reducing(onPlateauOf: "validation_loss", Plateau(.minimize, factor: 0.5, patience: 0))
        .stoppingEarly(on: "validation_loss", EarlyStopping(.maximize, patience: 2))
        .clipping(.norm(0.05)).averaging(.exponential(decay: 0.9)).accumulating(batches: 2)
    }
    try check(SGD(learningRate: 0.05), stop) {
      $0.scheduling(.exponential(factor: 0.5), by: .epoch).averaging(.uniform(fromEpoch: 1))
        .clipping(.value(0.01))
    }
  }

  private func check<Rule: Optimizer>(
    _ rule: Rule, _ stop: Int, _ plan: (Trainer<Rule>) -> Trainer<Rule>
  ) throws {
    var whole = Self.model("weights")
    var trainer = plan(Trainer(rule, epochs: 4))
    let expected = try Self.fit(&trainer, &whole)

    var (model, saved): (Sequential, Data?) = (Self.model("weights"), nil)
    var first = plan(Trainer(rule, epochs: 4)).onEvent(of: Sequential.self) { event, snapshot in
      guard case .batch = event, snapshot.progress.step == stop else { return .proceed }
      saved = snapshot.checkpoint().encoded()
      return .stop
    }
    _ = try Self.fit(&first, &model)
    guard let saved else { return }

    var resumed = Self.model("others")
    var second = plan(Trainer(rule, epochs: 4))
    try second.restore(&resumed, from: Safetensors(decoding: saved))
    #expect(Self.bits(resumed) == Self.bits(model))
    let found = try Self.fit(&second, &resumed)
    #expect(Self.bits(resumed) == Self.bits(whole))
    #expect(Self.bits(second.averaged(resumed)) == Self.bits(trainer.averaged(whole)))
    #expect(found == expected && second.progress == trainer.progress)
  }

  @Test func otherSettingsAreRefusedWithBothValues() throws {
    var model = Self.model("weights")
    let saved = Trainer(Adam(learningRate: 0.01), epochs: 1).checkpoint(of: model)
    func error(_ trainer: Trainer<some Optimizer>) -> CheckpointError? {
      var trainer = trainer
      return #expect(throws: CheckpointError.self) { try trainer.restore(&model, from: saved) }
    }
    #expect(
      error(Trainer(Adam(learningRate: 0.02), epochs: 1))
        == .setting(name: "learning_rate", saved: "0.01", present: "0.02"))
    #expect(
      error(Trainer(Adam(learningRate: 0.01, amsgrad: true), epochs: 1))
        == .setting(name: "amsgrad", saved: "false", present: "true"))
    let clipped = error(Trainer(Adam(learningRate: 0.01), epochs: 1).clipping(.norm(1)))
    #expect(clipped == .setting(name: "clipping", saved: "none", present: "norm(1.0)"))
    #expect(clipped?.description.contains("clipping none, this one has norm(1.0)") == true)
    #expect(error(Trainer(SGD(learningRate: 0.01), epochs: 1)) != nil)
  }

  @Test func foreignTensorsAreRefused() throws {
    var model = Self.model("weights")
    var trainer = Trainer(Adam(), epochs: 1)
    var saved = trainer.checkpoint(of: model)
    saved["average.else"] = Tensor(1)
    #expect(throws: CheckpointError.self) { try trainer.restore(&model, from: saved) }
    var lacking = trainer.checkpoint(of: model)
    lacking.metadata["training.updates"] = nil
    #expect(throws: CheckpointError.metadata("training.updates")) {
      try trainer.restore(&model, from: lacking)
    }
  }
}
