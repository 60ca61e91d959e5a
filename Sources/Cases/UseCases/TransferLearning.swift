import Casework
import Datasets
import Foundation
import Learning
import Randomness
import Tensors

/// Learns a large task and uses its features for a small one with few examples: frozen, tuned, and
/// from scratch, with the same examples and the same number of steps.
struct TransferLearning: UseCase {
  var data = "mnist"
  var sourceImages = 30_000
  var targetImages = 100
  var repeats = 5
  var tuningDraws = 3
  var sourceEpochs = 4
  var steps = 150
  var batchSize = 32
  var learningRate = 1e-3
  var testImages = 2000

  func validate() throws {
    try require(
      [
        "source_images": sourceImages, "repeats": repeats, "tuning_draws": tuningDraws,
        "source_epochs": sourceEpochs, "steps": steps, "batch_size": batchSize,
        "test_images": testImages,
      ], in: 1...1_000_000)
    try require(["target_images": targetImages], in: 10...100_000)
    try require(learningRate > 0, "learning_rate", learningRate, "it is greater than 0")
    try require(
      !data.isEmpty, "data", data, "it is mnist, digits, pneumoniamnist or a folder with IDX files")
  }

  func run(in session: Session) async throws {
    // 1. Two tasks. The target's examples are drawn for each repeat, nested and balanced.
    let task = try await task(in: session)
    let classes = Set(task.target.labels).count
    // 2. The large task.
    let source = try Classifier.trained(
      on: task.source, named: "source", epochs: sourceEpochs, learningRate: learningRate,
      isReported: true, in: session)
    try session.log("accuracy_source", source.accuracy(on: task.sourceTest))
    try session.artifact(
      "source.safetensors", source.checkpoint().encoded(), mediaType: "application/vnd.safetensors")

    // 3. The small task, three ways, for each number of examples and each draw.
    let sizes = [10, 20, 50, 100, 500, 1000, 5000].filter { $0 <= targetImages }
    var results: [Way: [[Score]]] = [:]
    var tuned = source
    let rates = try rates(for: task, sizes, from: source, classes: classes, in: session)
    for draw in 0..<repeats {
      let stream = session.stream("draw").split(draw)
      let order = task.target.nested(from: stream)
      for (index, size) in sizes.enumerated() {
        let few = task.target.picked(order.flatMap { $0.prefix(size) })
        for way in Way.allCases {
          try session.checkCancellation()
          let model = try learn(
            few, way, from: source, classes: classes, rate: rates[way]?[index] ?? learningRate,
            stream.split(size))
          results[way, default: sizes.map { _ in [] }][index].append(
            Score(model, validation: task.validation, test: task.test))
          if way == .tuned { tuned = model }
        }
        session.progress(draw * sizes.count + index + 1, of: repeats * sizes.count, "trainings")
      }
    }
    try report(results, sizes, classes, in: session)
    try session.figure(
      .kernels(
        title: "First layer before and after fine-tuning",
        caption:
          "The 16 kernels of the first layer after the large task (two rows above) and after "
          + "fine-tuning (two rows below): they hardly move. Each by its own greatest weight: red "
          + "above 0, blue below.",
        .concatenated([source, tuned].map { $0.parameters[0].tensor })))
  }

  private typealias Task = (
    source: Digits, sourceTest: Digits, target: Digits, validation: Digits, test: Digits
  )

  private func task(in session: Session) async throws -> Task {
    if data == "pneumoniamnist" {
      let (clothes, test) = try Digits.mnist(from: await session.dataSet("fashion-mnist"))
      let films = try MedicalImages(
        from: await session.dataSet("pneumoniamnist"), file: "pneumoniamnist_28.npz")
      return (
        clothes.prefix(sourceImages), test.prefix(testImages), films.digits(films.training),
        films.digits(films.validation), films.digits(films.test)
      )
    }
    // Classes 0 to 4 are the source, 5 to 9 the target; a fifth of the target, at most 1,000 images,
    // is for validation.
    let (train, test) = try await Digits.named(data, in: session)
    let rest = train.only(5..<10)
    let held = min(1000, rest.count / 5)
    let (source, target) = (train.only(0..<5).prefix(sourceImages), rest[0..<rest.count - held])
    let least = (5..<10).map { digit in target.labels.count { $0 == digit } }.min() ?? 0
    try require(
      least >= targetImages, "target_images", targetImages, "the rarest class has \(least) images")
    return (
      source, test.only(0..<5), target.shifted(by: -5),
      rest[rest.count - held..<rest.count].shifted(by: -5),
      test.only(5..<10).prefix(testImages).shifted(by: -5)
    )
  }

  /// Of five learning rates the best for each way and size: the mean over draws that no result
  /// is taken from, on validation images.
  private func rates(
    for task: Task, _ sizes: [Int], from source: Classifier, classes: Int, in session: Session
  ) throws -> [Way: [Double]] {
    let stream = session.stream("rates")
    let orders = (0..<tuningDraws).map { task.target.nested(from: stream.split("draw").split($0)) }
    var best: [Way: [Double]] = [:]
    var table = "way,examples a class,learning rate,validation accuracy\n"
    for way in Way.allCases {
      for size in sizes {
        let scores = try [1e-4, 3e-4, 1e-3, 3e-3, 1e-2].map { rate in
          let each = try orders.enumerated().map { draw, order in
            try session.checkCancellation()
            let few = task.target.picked(order.flatMap { $0.prefix(size) })
            return try learn(
              few, way, from: source, classes: classes, rate: rate,
              stream.split(size).split(draw)
            ).accuracy(on: task.validation)
          }
          return (rate, Summary(each).mean)
        }
        for (rate, score) in scores { table += "\(way.rawValue),\(size),\(rate),\(score)\n" }
        let (rate, score) = scores.max { $0.1 < $1.1 } ?? (learningRate, 0)
        best[way, default: []].append(rate)
        session.note(
          "Rate for \(way.words), \(size) a class: \(rate) (validation \(Float(score))).")
      }
    }
    try session.artifact("rates.csv", Data(table.utf8), mediaType: "text/csv")
    return best
  }

  /// All ways take the same steps; only what is trained, from where and how fast differs.
  private func learn(
    _ few: Digits, _ way: Way, from source: Classifier, classes: Int, rate: Double,
    _ stream: RandomStream
  ) throws -> Classifier {
    var weights = stream.split("weights")
    var model = Classifier(
      width: few.width, height: few.height, classes: classes, using: &weights)
    if way != .scratch { model.features = source.features }
    // What is frozen gives the same features in every step: they are computed once.
    let inputs = way == .frozen ? model.features.predictions(for: few.images) : few.images
    let batches = Batches(
      of: inputs, targets: few.labels.tensor, size: min(batchSize, few.count),
      shuffledBy: stream.split("batches"))
    let steps = max(self.steps, 2 * batches.count)
    var trainer = Trainer(
      Adam(learningRate: Scalar(rate)), epochs: batches.epochs(forSteps: steps)
    ).stopping(after: steps)
    if way == .frozen {
      try trainer.fit(&model.head, to: batches) { softmaxCrossEntropy($0($1.input), $1.target) }
    } else {
      try trainer.fit(&model, to: batches) { softmaxCrossEntropy($0($1.input), $1.target) }
    }
    return model
  }

  private func report(
    _ results: [Way: [[Score]]], _ sizes: [Int], _ classes: Int, in session: Session
  ) throws {
    func scores(_ way: Way, _ index: Int, _ value: (Score) -> Double) -> [Double] {
      (results[way]?[index] ?? []).map(value)
    }
    var gains: [Summary] = []
    for (index, size) in sizes.enumerated() {
      for way in Way.allCases {
        let mean = Summary(scores(way, index, \.accuracy)).mean
        try session.log("accuracy_\(way.rawValue)_n\(size)", mean)
      }
      // The better way of transfer is chosen on validation images.
      let held = [Way.frozen, .tuned].map { Summary(scores($0, index, \.validation)).mean }
      let better = held[1] > held[0] ? Way.tuned : .frozen
      func gain(_ value: (Score) -> Double) -> Summary {
        Summary(zip(scores(better, index, value), scores(.scratch, index, value)).map { $0 - $1 })
      }
      gains.append(gain { 100 * $0.accuracy })
      try session.log("gain_n\(size)", gains[index].mean)
      if repeats > 1 { try session.log("gain_n\(size)_low", gains[index].interval.low) }
      if index == 0, data == "pneumoniamnist" {
        let areas = gain(\.area)
        try session.log("auc_pneumonia_gain", areas.mean)
        if repeats > 1 { try session.log("auc_pneumonia_gain_low", areas.interval.low) }
      }
    }
    try session.log("parameters_trained", Double(64 * classes + classes))
    if let first = gains.first, let last = gains.last, sizes.count > 1 {
      try session.log("shrinkage_points", first.mean - last.mean)
      if targetImages >= 1000 { try session.log("gain_full", last.mean) }
    }
    try session.figure(
      .curves(
        name: "accuracy-by-size", title: "Accuracy against the number of examples",
        caption:
          repeats > 1
          ? "Mean over \(repeats) draws of the examples on the same test images; "
            + "\(sizes.count > 1 ? "bands" : "bars") are one standard deviation of the draws."
          : "One draw of the examples.",
        x: Figure.Axis("examples a class", scale: .logarithmic), y: Figure.Axis("test accuracy"),
        Way.allCases.map { way in
          Figure.series(
            way.words, x: sizes.map(Double.init),
            sizes.indices.map { Summary(scores(way, $0, \.accuracy)) })
        }))
    try session.figure(
      .bars(
        name: "gain", title: "What transfer gains",
        caption:
          "Accuracy of the better way of transfer (chosen on validation images) less that from "
          + "scratch"
          + (repeats > 1
            ? ", mean of paired differences over \(repeats) draws with 95 % intervals (t)."
            : ", on one draw of the examples."),
        sizes.map { "\($0) a class" }, y: Figure.Axis("gain (percentage points)"),
        [("gain", gains.map(\.mean))], intervals: repeats > 1 ? gains.map(\.interval) : nil))
  }
}

private typealias Classifier = ConvolutionalClassifier

/// What is kept of the large task.
private enum Way: String, CaseIterable {
  case frozen, tuned, scratch

  var words: String {
    switch self {
    case .frozen: "frozen features"
    case .tuned: "fine-tuned"
    case .scratch: "from scratch"
    }
  }
}

/// How a model does.
private struct Score {
  let accuracy, validation: Double
  /// The area under the ROC curve where there are two classes.
  let area: Double

  init(_ model: Classifier, validation: Digits, test: Digits) {
    (accuracy, area) = (model.accuracy(on: test), model.area(on: test))
    self.validation = model.accuracy(on: validation)
  }
}
