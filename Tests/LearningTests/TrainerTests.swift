import Foundation
import Randomness
import Tensors
import Testing

@testable import Learning

@Suite struct TrainerTests {
  private static let root = RandomStream(seed: 11)
  private static let batches = Batches(
    of: wave([23, 6]), targets: wave([23, 2]), size: 5, shuffledBy: root.split("order"))

  private static func model() -> Sequential {
    var stream = root.split("weights")
    return Sequential(
      Dense(6, 9, activation: .tanh, using: &stream), Dropout(0.2), Dense(9, 2, using: &stream))
  }

  private static func fit(
    _ trainer: inout Trainer<some Optimizer>, _ model: inout Sequential
  ) throws {
    try trainer.fit(&model, to: batches, drawingFrom: root.split("layers")) {
      model, batch, phase in meanSquaredError(model(batch.input, in: phase), batch.target)
    }
  }

  private static func bits(_ model: some Module) -> [[Scalar]] {
    model.parameters.map(\.tensor.scalars)
  }

  @Test func everyExampleComesOnceInOrderOfEpoch() {
    let epochs = (0..<3).map { Array(Self.batches.epoch($0)) }
    for epoch in epochs {
      #expect(epoch.map(\.exampleCount) == [5, 5, 5, 5, 3])
      #expect(epoch.flatMap(\.indices).sorted() == Array(0..<23))
      for batch in epoch {
        #expect(batch.input.scalars == wave([23, 6]).rows(batch.indices).scalars)
        #expect(batch.target.scalars == wave([23, 2]).rows(batch.indices).scalars)
      }
    }
    #expect(Set(epochs.map { $0.flatMap(\.indices) }).count == 3)
    #expect(Array(Self.batches.epoch(1)).flatMap(\.indices) == epochs[1].flatMap(\.indices))
    let plain = Batches(of: wave([4, 2]), size: 3)
    #expect(Array(plain.epoch(7)).flatMap(\.indices) == [0, 1, 2, 3] && plain.count == 2)
  }

  @Test func trainingLowersLossAndTellsEvents() throws {
    var model = Self.model()
    var events: [TrainingEvent] = []
    var trainer = Trainer(Adam(learningRate: 0.01), epochs: 30).onEvent { event in
      events.append(event)
      return .proceed
    }
    try Self.fit(&trainer, &model)
    #expect(events.count == 30 * 6)
    var losses: [Double] = []
    for event in events {
      if case .epoch(let index, let count, let loss) = event {
        #expect(index == losses.count && count == 30)
        losses.append(loss)
      }
    }
    #expect(losses[29] < 0.7 * losses[0])
    let first = events.prefix(5).enumerated().reduce(0.0) { sum, event in
      guard case .batch(event.offset, 0, let loss) = event.element else { return .nan }
      return sum + Double(loss) * (event.offset == 4 ? 3 : 5)
    }
    #expect(abs(first / 23 - losses[0]) < 1e-12)
  }

  /// The optimizer changes parameters in place, but only those that nobody else holds.
  @Test func modelKeptByObserverStaysAsItWas() throws {
    var model = Self.model()
    var kept: [(Sequential, [[Scalar]])] = []
    var trainer = Trainer(Adam(), epochs: 3).onEvent(of: Sequential.self) { event, snapshot in
      kept.append((snapshot.model, Self.bits(snapshot.model)))
      return .proceed
    }
    try Self.fit(&trainer, &model)
    #expect(kept.allSatisfy { Self.bits($0) == $1 })
    #expect(Set(kept.map(\.1)).count == 15)
  }

  @Test func trainerStopsWhenAskedAndGoesOnFromThere() throws {
    var model = Self.model()
    var seen = 0
    var trainer = Trainer(Adam(), epochs: 100).onEvent { event in
      if case .epoch = event { seen += 1 }
      return seen == 3 ? .stop : .proceed
    }
    try Self.fit(&trainer, &model)
    #expect(seen == 3 && trainer.progress.epoch == 3)
    seen = 10
    trainer.epochs = 5
    try Self.fit(&trainer, &model)
    #expect(seen == 12)
  }

  @Test func divergenceSaysWhereAndWhatToDo() throws {
    var stream = RandomStream(seed: 1)
    var model = Dense(1, 1, using: &stream)
    var trainer = Trainer(SGD(learningRate: 1e30), epochs: 9)
    let batches = Batches(of: Tensor([1, 2, 3], shape: [3, 1]), size: 1)
    let error = #expect(throws: LearningError.self) {
      try trainer.fit(&model, to: batches) { model, batch in
        let difference = model(batch.input) - 5
        return (power(difference, 4) * 1e9).mean()
      }
    }
    #expect(error?.description.contains("epoch 1, batch") == true)
    #expect(error?.description.contains("smaller learning rate") == true)
  }

  @Test func dataThatAreNotFiniteAreNamed() {
    var stream = RandomStream(seed: 1)
    var model = Dense(1, 1, using: &stream)
    var trainer = Trainer(Adam(), epochs: 1)
    let batches = Batches(of: Tensor([1, 2, .nan, 4], shape: [4, 1]), size: 2)
    let error = #expect(throws: LearningError.self) {
      try trainer.fit(&model, to: batches) { model, batch in model(batch.input).sum() }
    }
    #expect(error == .diverged(Divergence(.loss, cause: .data, epoch: 0, batch: 1)))
    #expect(error?.description.contains("data of this batch") == true)
  }

  @Test func layerWhoseOutputIsNotFiniteIsNamed() throws {
    var stream = RandomStream(seed: 1)
    var model = Sequential(Dense(2, 3, using: &stream), Dense(3, 1, using: &stream))
    var trainer = Trainer(Adam(), epochs: 1)
    let batches = Batches(of: Tensor([1, 2], shape: [1, 2]), size: 1)
    let error = #expect(throws: LearningError.self) {
      try trainer.fit(&model, to: batches) { model, batch in
        let hidden = log(model.layers[0](batch.input) * 0 - 1)
        return model.layers[1](hidden).sum()
      }
    }
    #expect(error == .diverged(Divergence(.loss, cause: .layer("layers.0"), epoch: 0, batch: 0)))
    #expect(error?.description.contains("output of layer layers.0") == true)
    model = Sequential(
      model.layers[0], Dense(3, 1, initialization: .constant(.infinity), using: &stream))
    let second = #expect(throws: LearningError.self) {
      try trainer.fit(&model, to: batches) { model, batch in model(batch.input).sum() }
    }
    #expect(second?.description.contains("layers.1.weight left the range") == true)
  }

  @Test func divergedGradientIsNamed() throws {
    var stream = RandomStream(seed: 1)
    var model = Dense(1, 1, using: &stream)
    let before = Self.bits(model)
    var trainer = Trainer(SGD(learningRate: 0.1), epochs: 1)
    let batches = Batches(of: Tensor([0], shape: [1, 1]), size: 1)
    let error = #expect(throws: LearningError.self) {
      // The root's slope at 0 is infinite, and its value is not.
      try trainer.fit(&model, to: batches) { model, batch in sqrt(model(batch.input)).sum() }
    }
    let expected = Divergence(.gradient(of: "bias"), epoch: 0, batch: 0)
    #expect(error == .diverged(expected))
    #expect(error?.description.contains("gradient of bias stopped being finite in epoch 1") == true)
    #expect(Self.bits(model) == before)
  }

  @Test func cancelledTrainingEnds() async throws {
    let task = Task {
      var model = Self.model()
      var trainer = Trainer(Adam(), epochs: .max)
      try Self.fit(&trainer, &model)
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func dropoutNeedsStream() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var model = Sequential(Dropout(0.1))
      var trainer = Trainer(Adam(), epochs: 1)
      try trainer.fit(&model, to: [Tensor(1)]) { model, batch in model(batch) }
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("fit(_:to:drawingFrom:loss:)"))
  }
}
