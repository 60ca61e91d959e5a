import Casework
import Datasets
import Digests
import Foundation
import Learning
import Randomness
import Tensors

/// Trains a small network to read digits, writes it out as one C header without dependencies,
/// compiles that, and proves that it gives the same answers.
struct MnistCHeader: UseCase {
  var hidden = 32
  var epochs = 10
  var images = 60_000
  var batchSize = 128
  var learningRate = 1e-3
  var data = "mnist"

  func validate() throws {
    try require(
      ["hidden": hidden, "epochs": epochs, "images": images, "batch_size": batchSize],
      in: 1...1_000_000)
    try require(learningRate > 0, "learning_rate", learningRate, "it is greater than 0")
    try require(!data.isEmpty, "data", data, "it is mnist, digits or a folder with IDX files")
  }

  func run(in session: Session) async throws {
    let (train, test) = try await digits(in: session)
    let model = try fit(train, in: session)
    try session.log("parameters", Double(model.parameterCount))

    let logits = model(test.tensor)
    let probabilities = softmax(logits)
    let predictions = probabilities.rowArgMax
    try session.log("accuracy", accuracy(of: predictions, labels: test.labels))
    try session.log(
      "cross_entropy",
      Double(softmaxCrossEntropy(logits, test.labels.tensor).scalar))

    let header = try export(model)
    let (float, int8) = (header.text(.float), header.text(.int8))
    try session.artifact("digits.h", Data(float.utf8), mediaType: "text/x-chdr")
    try session.artifact("digits_int8.h", Data(int8.utf8), mediaType: "text/x-chdr")
    try session.log("header_bytes", Double(float.utf8.count))
    try session.log("header_int8_bytes", Double(int8.utf8.count))

    let reference = probabilities.scalars.map { Float($0) }
    let sizes = try await compareWithC(
      float: float, int8: int8, test: test, reference: reference, predictions: predictions,
      in: session)
    try session.figure(confusionFigure(predictions, test))
    try session.figure(mistakesFigure(predictions, test))
    try session.figure(weightsFigure(model, width: test.width, height: test.height))
    if let sizes { try session.figure(sizes) }
  }

  /// The training images, at most as many as asked for, and all test images.
  private func digits(in session: Session) async throws -> (train: Digits, test: Digits) {
    let (train, test) = try await Digits.named(data, in: session)
    return (train.prefix(images), test)
  }

  private func fit(_ train: Digits, in session: Session) throws -> Sequential {
    var weights = session.stream("weights")
    var model = Sequential(
      Dense(train.width * train.height, hidden, activation: .relu, using: &weights),
      Dense(hidden, 10, using: &weights))
    let batches = Batches(
      of: train.tensor, targets: train.labels.tensor, size: batchSize,
      shuffledBy: session.stream("batches"))
    var trainer = try Trainer(Adam(learningRate: Scalar(learningRate)), epochs: epochs)
      .reporting(to: session, of: Sequential.self)
    try trainer.fit(&model, to: batches) { model, batch in
      softmaxCrossEntropy(model(batch.input), batch.target)
    }
    try session.log(
      "train_accuracy", accuracy(of: model(train.tensor).rowArgMax, labels: train.labels))
    try session.artifact(
      "model.safetensors", model.checkpoint().encoded(), mediaType: "application/vnd.safetensors")
    return model
  }

  /// The header of the network, with a digest of its weights.
  private func export(_ model: Sequential) throws -> CHeader {
    let tensors = model.parameters.map { $0.tensor.scalars.map { Float($0) } }
    let digest = SHA256Digest(ofBitPatterns: tensors.joined().map { Double($0) })
    return try CHeader(
      name: "digits",
      layers: [
        .init(weight: tensors[0], bias: tensors[1], isRectified: true),
        .init(weight: tensors[2], bias: tensors[3], isRectified: false),
      ],
      remarks: [
        "Reads handwritten digits: grey values from 0 to 1 in, ten probabilities out.",
        "Written by Casebook, case \(Self.slug). Weights: SHA-256 \(digest).",
      ])
  }

  /// Compiles both headers, runs them over the test images and compares; says so where there is no
  /// compiler.
  private func compareWithC(
    float: String, int8: String, test: Digits, reference: [Float], predictions: [Int],
    in session: Session
  ) async throws -> Figure? {
    guard let compiler = CCompiler.onThisMachine else {
      session.note(
        "No C compiler (cc) on this machine: the header is written, but not compared with Swift.")
      return nil
    }
    let exact = try await compiler.run(header: float, on: test.pixels)
    let small = try await compiler.run(header: int8, on: test.pixels)
    let (answers, smallAnswers) = (exact.answers, small.answers)
    let accuracyInt8 = accuracy(of: smallAnswers, labels: test.labels)
    let accuracyC = accuracy(of: answers, labels: test.labels)
    try session.log("accuracy_c", accuracyC)
    try session.log(
      "argmax_equal", Double(zip(answers, predictions).count { $0 == $1 }))
    try session.log("argmax_total", Double(predictions.count))
    try session.log(
      "max_abs_dp",
      Double(zip(exact.probabilities, reference).reduce(0) { max($0, abs($1.0 - $1.1)) }))
    try session.log("accuracy_int8", accuracyInt8)
    try session.log("int8_loss_points", (accuracyC - accuracyInt8) * 100)
    try session.log("ns_per_image", exact.nanosecondsPerImage)
    return Figure(
      name: "accuracy-by-size", title: "Accuracy against the size of the header",
      caption: "The same network with its weights as 32-bit floats and as 8-bit integers, compiled "
        + "by cc and run over the test images.",
      content: .bars(
        Figure.Bars(
          categories: [
            "float, \(float.utf8.count / 1000) kB", "int8, \(int8.utf8.count / 1000) kB",
          ], y: Figure.Axis("test accuracy", range: 0...1),
          series: [Figure.Series("accuracy", x: [0, 1], y: [accuracyC, accuracyInt8])])))
  }
}

private func confusionFigure(_ predictions: [Int], _ test: Digits) -> Figure {
  let names = (0..<10).map(String.init)
  return Figure(
    name: "confusion", title: "What is taken for what",
    caption: "Test images by their true digit (rows) and by the digit that the network reads "
      + "(columns). A perfect network has numbers on the diagonal only.",
    content: .matrix(
      Figure.Matrix(
        rowLabel: "true digit", columnLabel: "read as", rows: names, columns: names,
        values: confusionMatrix(of: predictions, labels: test.labels, classes: 10).flatMap {
          $0.map(Double.init)
        })))
}

private func mistakesFigure(_ predictions: [Int], _ test: Digits) -> Figure {
  let wrong = predictions.indices.filter { predictions[$0] != test.labels[$0] }.prefix(24)
  return Figure(
    name: "mistakes", title: "Wrongly read digits",
    caption: "The first \(wrong.count) test images that are read wrongly: true digit → answer.",
    content: .images(
      Figure.ImageGrid(
        width: test.width, height: test.height, columns: 8,
        tiles: wrong.map { index in
          Figure.ImageGrid.Tile(
            "\(test.labels[index]) → \(predictions[index])",
            pixels: test.image(index).map(Double.init))
        })))
}

private func weightsFigure(_ model: Sequential, width: Int, height: Int) -> Figure {
  let weight = model.parameters[0].tensor
  let units = weight.shape[1]
  let scalars = weight.scalars.map { Double($0) }
  let greatest = scalars.reduce(1e-9) { max($0, abs($1)) }
  return Figure(
    name: "first-layer", title: "Weights of the first layer",
    caption: "What each hidden unit looks for: red for weights above 0, where ink excites it, blue "
      + "for those below, where ink inhibits it; white is 0.",
    content: .images(
      Figure.ImageGrid(
        width: width, height: height, columns: 8, palette: .diverging,
        tiles: (0..<min(units, 32)).map { unit in
          Figure.ImageGrid.Tile(
            "\(unit + 1)",
            pixels: (0..<width * height).map { scalars[$0 * units + unit] / greatest })
        }, reach: greatest)))
}
