import Learning
import Randomness
import Tensors
import Testing

@Suite struct LearningRateSweepTests {
  /// A line through points: gradient descent is stable below a rate of 2 over the curvature, 4.
  @Test func sweepEndsBeyondTheStableRates() throws {
    var stream = RandomStream(seed: 1)
    var model = Dense(1, 1, initialization: .zeros, using: &stream)
    model.weight = Tensor([5], shape: [1, 1])
    let batches = Batches(of: Tensor([1, -1, 1, -1], shape: [4, 1]), size: 4)
    let sweep = try LearningRateSweep(
      of: model, SGD(learningRate: 1), on: batches, rates: 1e-4...100, steps: 120
    ) { model, batch in (model(batch.input) * model(batch.input)).mean() }
    // The mean square has a curvature of 2: it stays below a rate of 1.
    #expect(sweep.points.count < 120)
    let last = try #require(sweep.points.last)
    #expect(last.rate > 1 && last.rate < 30)
    #expect((0.003...1).contains(sweep.suggestion))
    #expect(zip(sweep.points, sweep.points.dropFirst()).allSatisfy { $0.rate < $1.rate })
    #expect(model.weight.scalars == [5])
  }
}
