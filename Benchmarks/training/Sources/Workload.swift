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
    Workload(name: "vae") {
      Training(
        made { VariationalAutoencoder(using: &$0) },
        on: batches(of: [1, 28, 28], size: 128, steps: 6)
      ) { model, batch, phase in model.loss(of: batch.input, in: phase) }
    },
    Workload(name: "unet") {
      Training(made { BenchmarkUNet(using: &$0) }, on: masked(extent: 128, size: 8, steps: 2)) {
        model, batch, phase in
        diceCrossEntropy(model(batch.input, in: phase), batch.target)
      }
    },
    Workload(name: "lstm") {
      Training(
        made { SequenceRegressor(using: &$0) }, on: numbered(of: [20, 8], size: 512, steps: 20),
        loss: squaredError)
    },
    Workload(name: "transformer") {
      Training(
        made { TransformerRegressor(using: &$0) }, on: numbered(of: [50, 8], size: 64, steps: 6),
        loss: squaredError)
    },
    Workload(name: "graph") {
      let neighbours = neighbours(jets: 64, particles: 30, each: 8)
      return Training(
        made { JetGraphNetwork(using: &$0) }, on: numbered(of: [30, 8], size: 64, steps: 50)
      ) { model, batch, _ in
        meanSquaredError(model(batch.input, neighbours: neighbours), batch.target)
      }
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

/// Returns images with a mask each.
private func masked(extent: Int, size: Int, steps: Int) -> Batches {
  let root = RandomStream(seed: 3)
  var stream = root.split("inputs")
  let shape: Shape = [size * steps, 1, extent, extent]
  let images = Tensor.uniform(in: 0...1, shape: shape, using: &stream)
  let masks = Tensor.uniform(in: 0...1, shape: shape, using: &stream).compared(.greater, 0.5)
  return Batches(of: images, targets: masks, size: size, shuffledBy: root.split("order"))
}

/// Returns examples of a shape with a number each, 0 or 1.
private func numbered(of shape: [Int], size: Int, steps: Int) -> Batches {
  let root = RandomStream(seed: 3)
  var stream = root.split("inputs")
  let inputs = Tensor.uniform(in: 0...1, shape: Shape([size * steps] + shape), using: &stream)
  let targets = Tensor((0..<size * steps).map { Scalar($0 % 2) }, shape: [size * steps, 1])
  return Batches(of: inputs, targets: targets, size: size, shuffledBy: root.split("order"))
}

/// Returns for each particle of each jet the rows of those that follow it in the jet.
private func neighbours(jets: Int, particles: Int, each: Int) -> [Int] {
  (0..<jets * particles).flatMap { node in
    let first = node / particles * particles
    return (1...each).map { first + (node - first + $0) % particles }
  }
}

private func squaredError(_ model: some Layer, _ batch: Batch, _ phase: Phase) -> Tensor {
  meanSquaredError(model(batch.input, in: phase), batch.target)
}

private func crossEntropy(_ model: Sequential, _ batch: Batch, _ phase: Phase) -> Tensor {
  softmaxCrossEntropy(model(batch.input, in: phase), batch.target)
}
