import Learning
import Randomness
import Tensors
import Testing

@Suite struct MovingTests {
  /// Keeps how often it was trained and the mean of what it saw last.
  private struct Counter: Layer {
    var weight = Tensor([1], shape: [1])
    var seen = Moving(Tensor([0], shape: [1]))

    static var parts: [Part<Self>] { [.tensor("weight", \.weight), .moving("seen", \.seen)] }

    func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
      if case .training = phase { seen.move { $0 + 1 } }
      return input * weight
    }
  }

  private struct Twice: Module {
    var counter = Counter()
    static var parts: [Part<Self>] { [.module("counter", \.counter)] }
  }

  @Test func trainingMovesStateWithEachCallAndUpdateStoresIt() throws {
    var model = Twice()
    var rule = SGD(learningRate: 0.1)
    for step in 1...3 {
      let (_, gradient) = valueWithGradient(at: model) { model in
        let phase = Phase.training(.init(seed: 1))
        return model.counter(model.counter(Tensor([2], shape: [1]), in: phase), in: phase).sum()
      }
      #expect(model.counter.seen.value.scalars == [Scalar(2 * step - 2)])
      rule.update(&model, along: gradient)
      #expect(model.counter.seen.value.scalars == [Scalar(2 * step)])
    }
    #expect(model.parameterCount == 1)
    var restored = Twice()
    try restored.restore(from: model.checkpoint())
    #expect(restored.counter.seen.value.scalars == [6])
  }

  @Test func useAndCopiesMoveNothing() {
    let model = Twice()
    var copy = model
    _ = model.counter(Tensor([2], shape: [1]), in: .training(.init(seed: 1)))
    var rule = SGD(learningRate: 0.1)
    let (_, gradient) = valueWithGradient(at: copy) { model in
      model.counter(Tensor([2], shape: [1])).sum()
    }
    rule.update(&copy, along: gradient)
    #expect(model.counter.seen.value.scalars == [0] && copy.counter.seen.value.scalars == [0])
  }
}
