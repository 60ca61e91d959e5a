import Learning
import Randomness
import Tensors
import Testing

/// Penalties as in Keras: `Reference/penalties.py`.
@Suite struct PenaltyTests {
  @Test func penaltiesAreThoseOfKeras() throws {
    let numbers = try ReferenceNumbers("penalties")
    for (name, penalty) in [
      ("l1", Penalty.l1(0.01)), ("l2", .l2(0.02)), ("l1l2", Penalty(absolute: 0.03, square: 0.04)),
    ] {
      let point = wave([4, 5]).asVariable()
      for (kind, value) in [("weights", penalty(point)), ("activity", penalty.ofActivity(point))] {
        let found = [value.scalar] + gradients(of: value, at: [point])[0].scalars
        try numbers.expect(found.map { Double($0) }, "\(name) \(kind)", within: 1e-6)
      }
    }
  }

  @Test func weightsArePenalizedAndBiasesAreNot() {
    var stream = RandomStream(seed: 1)
    var model = Dense(2, 3, using: &stream)
    model.bias = model.bias + 7
    let weights = model.weight.scalars.reduce(0) { $0 + abs($1) }
    #expect(abs(Penalty.l1(2).ofWeights(in: model).scalar - 2 * weights) < 1e-5)
    let all = Penalty.l1(2).ofWeights(in: model) { _, _ in true }.scalar
    #expect(abs(all - 2 * (weights + 21)) < 1e-4)
    let (_, gradient) = valueWithGradient(at: model) { Penalty.l2(1).ofWeights(in: $0) }
    #expect(gradient.tensors[0].scalars == model.weight.scalars.map { 2 * $0 })
    #expect(gradient.tensors[1].scalars == [0, 0, 0])
  }
}
