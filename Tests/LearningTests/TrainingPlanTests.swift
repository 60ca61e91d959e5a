import Randomness
import Tensors
import Testing

@testable import Learning

/// What a trainer does beside its steps.
@Suite struct TrainingPlanTests {
  private static let batches = Batches(of: wave([12, 3]), targets: wave([12, 2]), size: 3)

  private static func model() -> Dense {
    var stream = RandomStream(seed: 4)
    return Dense(3, 2, using: &stream)
  }

  private static func bits(_ model: some Module) -> [[Scalar]] {
    model.parameters.map(\.tensor.scalars)
  }

  private static func fit<Rule>(
    _ trainer: inout Trainer<Rule>, _ model: inout Dense, to batches: Batches = batches
  ) throws {
    try trainer.fit(&model, to: batches) { meanSquaredError($0($1.input), $1.target) }
  }

  /// Whether the numbers of two models are the same but for rounding.
  private func expectSame(_ a: Dense, _ b: Dense) {
    for (a, b) in zip(a.parameters, b.parameters) {
      #expect(zip(a.tensor.scalars, b.tensor.scalars).allSatisfy { abs($0 - $1) < 1e-6 })
    }
  }

  @Test func scheduleSetsRateOfEachStep() throws {
    var (model, byHand) = (Self.model(), Self.model())
    var trainer = Trainer(SGD(learningRate: 0.5), epochs: 1)
      .scheduling(.exponential(factor: 0.5), by: .step)
    try Self.fit(&trainer, &model)
    for (index, batch) in Self.batches.epoch(0).enumerated() {
      var rule = SGD(learningRate: 0.5 / Scalar(1 << index))
      rule.update(
        &byHand,
        along: valueWithGradient(at: byHand) {
          meanSquaredError($0(batch.input), batch.target)
        }.gradient)
    }
    #expect(Self.bits(model) == Self.bits(byHand))
    #expect(trainer.learningRate == 0.5 / 16 && trainer.optimizer.learningRate == 0.5)
  }

  @Test func gatheredBatchesAreOneBatch() throws {
    var (several, one) = (Self.model(), Self.model())
    var first = Trainer(SGD(learningRate: 0.3), epochs: 3).accumulating(batches: 2)
    // Five batches: the last, of the two examples that are left, has a step of its own.
    try Self.fit(
      &first, &several, to: Batches(of: wave([14, 3]), targets: wave([14, 2]), size: 3))
    var second = Trainer(SGD(learningRate: 0.3), epochs: 3)
    try Self.fit(&second, &one, to: Batches(of: wave([14, 3]), targets: wave([14, 2]), size: 6))
    expectSame(several, one)
    #expect(first.progress.updates == 9 && first.progress.step == 15)
    #expect(second.progress.updates == 9)
  }

  @Test func normIsClippedAndTold() throws {
    var model = Self.model()
    var (gradient, before) = (
      valueWithGradient(at: model) { ($0(wave([4, 3])) * 3).sum() }.gradient, 0.0
    )
    before = gradient.norm
    #expect(abs(Clipping.norm(0.5).apply(to: &gradient) - before) < 1e-12)
    #expect(before > 1 && abs(gradient.norm - 0.5) < 1e-5)
    let kept = gradient.tensors.map(\.scalars)
    _ = Clipping.norm(2).apply(to: &gradient)
    #expect(gradient.tensors.map(\.scalars) == kept)
    _ = Clipping.value(0.1).apply(to: &gradient)
    #expect(gradient.tensors.allSatisfy { $0.scalars.allSatisfy { abs($0) <= 0.1 } })
    var norms: [Int: Double] = [:]
    var trainer = Trainer(SGD(learningRate: 0.1), epochs: 2).clipping(.norm(1e-3)).onEvent {
      if case .gradient(let step, let norm) = $0 { norms[step] = norm }
      return .proceed
    }
    try Self.fit(&trainer, &model)
    #expect(norms.keys.sorted() == Array(0..<8) && norms.values.allSatisfy { $0 > 1e-3 })
  }

  @Test func earlyStoppingEndsWithBestWeights() throws {
    let measures = [5.0, 3, 4, 3, 3.5, 1]
    var (model, kept, epoch) = (Self.model(), [[[Scalar]]](), 0)
    var trainer = Trainer(SGD(learningRate: 0.1), epochs: 9)
      .measuring("score", of: Dense.self) { model in
        kept.append(Self.bits(model))
        defer { epoch += 1 }
        return measures[epoch]
      }
      .stoppingEarly(on: "score", EarlyStopping(.minimize, patience: 3))
    try Self.fit(&trainer, &model)
    #expect(trainer.history["score"] == [5, 3, 4, 3, 3.5])
    #expect(Self.bits(model) == kept[1] && kept[1] != kept[4])
    let ended = Self.bits(model)
    try Self.fit(&trainer, &model)
    #expect(trainer.progress.epoch == 5 && Self.bits(model) == ended)
  }

  @Test func plateauLowersRate() throws {
    var model = Self.model()
    var trainer = Trainer(SGD(learningRate: 0.25), epochs: 4)
      .measuring("score", of: Dense.self) { _ in 1 }
      .reducing(onPlateauOf: "score", Plateau(.maximize, factor: 0.5, patience: 0))
    try Self.fit(&trainer, &model)
    #expect(trainer.history["learning_rate"] == [0.25, 0.25, 0.125, 0.0625])
  }

  @Test func validationIsMeanOverExamples() throws {
    var model = Self.model()
    let held = Batches(of: wave([7, 3]), targets: wave([7, 2]), size: 4)
    var trainer = Trainer(SGD(learningRate: 0.1), epochs: 1)
      .validating(on: held, of: Dense.self) { meanSquaredError($0($1.input), $1.target) }
    try Self.fit(&trainer, &model)
    let expected = meanSquaredError(model(wave([7, 3])), wave([7, 2])).scalar
    #expect(abs(trainer.history["validation_loss"][0] - Double(expected)) < 1e-6)
    #expect(trainer.history["loss"].count == 1)
  }

  @Test func averagesAreThoseOfTheirRules() throws {
    var (model, epochs, steps) = (Self.model(), [[Double]](), [[Double]]())
    func numbers(_ model: Dense) -> [Double] {
      model.parameters.flatMap { $0.tensor.scalars.map { Double($0) } }
    }
    let trainer = Trainer(SGD(learningRate: 0.3), epochs: 4).onEvent(of: Dense.self) {
      event, training in
      if case .epoch = event { epochs.append(numbers(training.model)) }
      if case .batch = event { steps.append(numbers(training.model)) }
      return .proceed
    }
    var uniform = trainer.averaging(.uniform(fromEpoch: 1))
    try Self.fit(&uniform, &model)
    let mean = epochs[0].indices.map { i in epochs[1...].reduce(0) { $0 + $1[i] } / 3 }
    let found = numbers(uniform.averaged(model))
    #expect(zip(found, mean).allSatisfy { abs($0 - $1) < 1e-6 } && found != numbers(model))

    (model, steps) = (Self.model(), [])
    var exponential = trainer.averaging(.exponential(decay: 0.75))
    try Self.fit(&exponential, &model)
    let last = steps.dropFirst().reduce(steps[0]) { average, step in
      zip(average, step).map { 0.75 * $0 + 0.25 * $1 }
    }
    #expect(zip(numbers(exponential.averaged(model)), last).allSatisfy { abs($0 - $1) < 1e-6 })
  }
}
