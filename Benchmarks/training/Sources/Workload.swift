import Learning
import Randomness
import ReferenceModels
import Tensors

/// A model of `ReferenceModels` with examples, batches and loss as in `peers/with_pytorch.py`.
struct Workload {
  let name: String
  let start: @Sendable () -> Training

  static let all = [
    Workload(name: "autoencoder") {
      Training(
        made(ReferenceModels.autoencoder), on: batches(of: [100], size: 100, steps: 200)
      ) { model, batch, phase in meanSquaredError(model(batch.input, in: phase), batch.target) }
    },
    Workload(name: "perceptron") {
      Training(
        made(ReferenceModels.perceptron),
        on: batches(of: [784], classes: 10, size: 128, steps: 100), loss: crossEntropy)
    },
    Workload(name: "convolutions") {
      Training(
        made(ReferenceModels.convolutions),
        on: batches(of: [1, 28, 28], classes: 10, size: 128, steps: 12), loss: crossEntropy)
    },
  ]
}

private func made<Model>(_ make: (inout RandomStream) -> Model) -> Model {
  var stream = RandomStream(seed: 1)
  return make(&stream)
}

/// Returns examples of a shape: to be restored, or with a class each.
private func batches(of shape: [Int], classes: Int? = nil, size: Int, steps: Int) -> Batches {
  let (count, root) = (size * steps, RandomStream(seed: 3))
  var stream = root.split("inputs")
  let inputs = Tensor.uniform(in: 0...1, shape: Shape([count] + shape), using: &stream)
  let targets = classes.map { classes in
    Tensor((0..<count).map { Scalar($0 % classes) }, shape: [count])
  }
  return Batches(of: inputs, targets: targets, size: size, shuffledBy: root.split("order"))
}

private func crossEntropy(_ model: Sequential, _ batch: Batch, _ phase: Phase) -> Tensor {
  softmaxCrossEntropy(model(batch.input, in: phase), batch.target)
}
