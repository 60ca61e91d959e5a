import Kernels
import Learning
import Randomness
import ReferenceModels
import Tensors
import Testing

/// Whole trainings have the same bits again.
///
/// Each runs in a process of its own, where no other test
/// asks for threads meanwhile.
@Suite struct DeterminismTests {
  @Test(arguments: [1, 2]) func trainingsHaveTheSameBitsAgain(threads: Int) async {
    await #expect(processExitsWith: .success) { [threads] in
      Threads.use(threads)
      for train in Self.trainings { precondition(train() == train(), "other bits") }
    }
  }

  /// But for those with convolutions, whose gradients oneDNN adds up as threads share them.
  @Test(arguments: 1...3) func trainingHasTheSameBitsOnOneAndTwoThreads(index: Int) async {
    await #expect(processExitsWith: .success) { [index] in
      let bits = [1, 2].map { count in
        Threads.use(count)
        return Self.trainings[index]()
      }
      precondition(bits[0] == bits[1], "other bits")
    }
  }

  private static let trainings: [@Sendable () -> [[Scalar]]] = [
    {
      let model = BenchmarkUNet(widths: [16, 32], dropout: 0.2, using: &stream)
      return trained(model, on: [4, 1, 32, 32]) { model, x, phase in
        diceCrossEntropy(model(x, in: phase), x.compared(.greater, 0))
      }
    },
    {
      let model = ReferenceModels.autoencoder(using: &stream)
      return trained(model, on: [200, 100]) { model, x, phase in
        meanSquaredError(model(x, in: phase), x)
      }
    },
    {
      let model = SequenceRegressor(inputs: 8, hidden: 40, using: &stream)
      return trained(model, on: [300, 12, 8]) { model, x, phase in
        meanSquaredError(model(x, in: phase), x.sum(along: 1, 2).reshaped(to: [300, 1]))
      }
    },
    {
      let model = TransformerRegressor(
        inputs: 8, width: 32, heads: 4, hidden: 64, depth: 2, using: &stream)
      return trained(model, on: [40, 20, 8]) { model, x, phase in
        meanSquaredError(model(x, in: phase), x.sum(along: 1, 2).reshaped(to: [40, 1]))
      }
    },
  ]

  private static var stream: RandomStream {
    get { RandomStream(seed: 1) }
    set {}
  }

  private static func trained<Model: Module>(
    _ start: Model, on shape: Shape, _ loss: (Model, Tensor, Phase) -> Tensor
  ) -> [[Scalar]] {
    var (model, rule) = (start, Adam(learningRate: 0.01))
    var draw = RandomStream(seed: 2)
    for step in 0..<3 {
      let input = Tensor.normal(shape: shape, using: &draw)
      let phase = Phase.training(RandomStream(seed: 3).split(step))
      let (_, gradient) = valueWithGradient(at: model) { loss($0, input, phase) }
      rule.update(&model, along: gradient)
    }
    return model.parameters.map(\.tensor.scalars)
  }
}
