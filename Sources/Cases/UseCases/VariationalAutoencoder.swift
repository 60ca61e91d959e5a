import Casework
import Datasets
import Foundation
import Learning
import Randomness
import Tensors

/// Learns a density of digits that new ones can be drawn from (Kingma and Welling,
/// arXiv:1312.6114), beside a plain autoencoder of the same size, and tests the bound where the truth
/// is known.
struct VariationalAutoencoder: UseCase {
  var data = "mnist"
  var images = 60_000
  var hidden = 400
  var code = 20
  var epochs = 15
  var batchSize = 128
  var learningRate = 1e-3
  var samples = 10_000
  var studyImages = 10_000
  var linearSteps = 3000

  func validate() throws {
    try require(
      [
        "images": images, "hidden": hidden, "code": code, "epochs": epochs, "batch_size": batchSize,
        "samples": samples, "study_images": studyImages, "linear_steps": linearSteps,
      ], in: 1...1_000_000)
    try require(learningRate > 0, "learning_rate", learningRate, "it is greater than 0")
    try require(!data.isEmpty, "data", data, "it is mnist, digits or a folder with IDX files")
  }

  func run(in session: Session) async throws {
    // 1. Data.
    let (all, test) = try await Digits.named(data, in: session)
    let train = all.prefix(images)

    // 2. The variational autoencoder, and a plain one of the same size.
    let model = try fit(on: train, code: code, "vae", in: session)
    let plain = try fit(on: train, code: code, "plain", isPlain: true, in: session)
    try session.log("parameters", Double(model.parameterCount))
    try session.artifact(
      "model.safetensors", model.checkpoint().encoded(), mediaType: "application/vnd.safetensors")

    // 3. The bound on test images, and what its parts say.
    try bound(model, on: test, in: session)

    // 4. New digits, judged by a network that knows nothing of this one.
    let prior = Tensor.normal(
      shape: [samples, code], drawnFrom: session.stream("prior"))
    let drawn = model.pictures(of: prior, like: test)
    try judge(drawn, train: train, test: test, in: session)

    // 5. Ways through the code, and the picture of all of it.
    try interpolate(model, plain, test, in: session)
    try study(train, test, in: session)
    try session.figure(reconstructionsFigure(model, test))
    try session.figure(
      .pictures(
        name: "samples", title: "Digits that nobody wrote",
        caption: "Decoded from random codes. Most can be read, and are a little blurred; some lie "
          + "between two digits.",
        drawn.prefix(40).map { ("", $0) }, columns: 10))

    // 6. The bound where the true density is known.
    try linear(in: session)
  }

  private func fit(
    on digits: Digits, code: Int, _ name: String, weight: Double = 1,
    epochs: Int? = nil, isPlain: Bool = false, in session: Session
  ) throws -> DenseVAE {
    let root = session.stream(name)
    var weights = root.split("weights")
    var model = DenseVAE(
      pixels: digits.width * digits.height, hidden: hidden, code: code, using: &weights)
    let batches = Batches(
      of: digits.tensor, size: batchSize, shuffledBy: root.split("batches"))
    let noise = root.split("noise")
    var trainer = Trainer(Adam(learningRate: Scalar(learningRate)), epochs: epochs ?? self.epochs)
    if name == "vae" {
      trainer = try trainer.reporting(to: session, of: DenseVAE.self)
      try session.network(model.network(for: digits.prefix(1).tensor), summary: model.summary)
    }
    try trainer.fit(&model, to: batches, drawingFrom: noise) { model, batch, phase in
      isPlain
        ? sigmoidCrossEntropy(model.decoder(model.encoded(batch.input).mean), batch.input)
        : model.loss(on: batch.input, weight: weight, in: phase)
    }
    return model
  }

  private func bound(_ model: DenseVAE, on test: Digits, in session: Session) throws {
    var noise = session.stream("test noise")
    let bound = model.bound(on: test.tensor, drawingFrom: &noise)
    try session.log([
      "elbo": bound.value, "reconstruction_nats": bound.restoration, "kl_nats": bound.divergence,
      "active_units": Double(bound.activeUnits),
    ])
    let order = bound.divergences.sorted(by: >)
    try session.figure(
      .bars(
        name: "kl-by-unit", title: "What each number of the code says",
        caption: "Mean divergence from the prior of each number of the code, the greatest first. A "
          + "number at zero says nothing of the image.",
        order.indices.map { "\($0 + 1)" }, y: Figure.Axis("KL divergence (nat)"),
        [("test images", order)]))
  }

  private func judge(
    _ drawn: [GreyImage], train: Digits, test: Digits, in session: Session
  ) throws {
    // A convolutional network that is independent of the autoencoder.
    let judge = try ConvolutionalClassifier.trained(
      on: train, named: "classifier", epochs: train.count > 20_000 ? 2 : 10, in: session)
    let shares = softmax(judge.predictions(for: drawn.tensor))
    let classes = shares.rowArgMax
    let counts = (0..<10).map { digit in Double(classes.count { $0 == digit }) }
    let confident = zip(shares.max(along: 1).scalars, classes).count { $0.0 > 0.9 }
    func ratio(_ measure: (GreyImage) -> Double) -> Double {
      let real = test.pictures.prefix(drawn.count)
      return drawn.reduce(0) { $0 + measure($1) } / Double(drawn.count)
        / (real.reduce(0) { $0 + measure($1) } / Double(real.count))
    }
    try session.log([
      "classifier_accuracy": judge.accuracy(on: test),
      "entropy_ratio": entropyRatio(counts),
      "rarest_class_share": (counts.min() ?? 0) / Double(drawn.count),
      "classes_above_1pct": Double(counts.count { $0 > 0.01 * Double(drawn.count) }),
      "confident_share": Double(confident) / Double(drawn.count),
      "laplacian_ratio": ratio(\.sharpness), "gradient_ratio": ratio(\.steepness),
    ])
  }

  /// Sixteen steps from one test image to another, through the means of their codes.
  private func interpolate(
    _ model: DenseVAE, _ plain: DenseVAE, _ test: Digits, in session: Session
  ) throws {
    let pairs = min(200, test.count / 2)
    func ways(_ model: DenseVAE, _ path: ([Double], [Double], Double) -> [Double]) -> [[GreyImage]]
    {
      let mean = model.encoded(test.prefix(2 * pairs).tensor).mean
      let rows = mean.scalars.map { Double($0) }.chunked(by: mean.shape[1])
      return (0..<pairs).map { pair in
        let codes = (0...16).map { path(rows[2 * pair], rows[2 * pair + 1], Double($0) / 16) }
        return model.pictures(of: codes.tensor, like: test)
      }
    }
    func jump(_ ways: [[GreyImage]]) -> Double {
      ways.reduce(0) { sum, way in
        let steps = zip(way, way.dropFirst()).map { $0.distance(to: $1) }
        return sum + (steps.max() ?? 0) / max(steps.reduce(0, +) / Double(steps.count), 1e-9)
      } / Double(ways.count)
    }
    let (straight, round, other) = (
      ways(model, linearPath), ways(model, sphericalPath), ways(plain, linearPath)
    )
    try session.log([
      "max_step_ratio": jump(straight), "max_step_ratio_spherical": jump(round),
      "max_step_ratio_ae": jump(other), "max_step_gain": jump(other) - jump(straight),
    ])
    let rows = [("line", straight[0]), ("arc", round[0]), ("plain", other[0])]
    try session.figure(
      .pictures(
        name: "interpolation", title: "From one digit to another",
        caption:
          "Every second of 16 steps between the codes of two test images: straight (line) and along an "
          + "arc through the code of the variational autoencoder, and straight through the plain one's.",
        rows.flatMap { name, way in stride(from: 0, through: 16, by: 2).map { (name, way[$0]) } },
        columns: 9))
  }

  /// How blur depends on the weight of the divergence, and the map of a code of two numbers.
  private func study(_ train: Digits, _ test: Digits, in session: Session) throws {
    let few = train.prefix(studyImages)
    let real =
      test.pictures.prefix(500).reduce(0) { $0 + $1.sharpness } / Double(min(500, test.count))
    let weights = [0.1, 1, 5]
    var blur: [Double] = []
    for weight in weights {
      session.note("Training with the divergence times \(weight).")
      let model = try fit(
        on: few, code: code, "weight \(weight)", weight: weight,
        epochs: max(1, epochs / 3), in: session)
      let drawn = model.pictures(
        of: Tensor.normal(shape: [500, code], drawnFrom: session.stream("study")), like: test)
      blur.append(drawn.reduce(0) { $0 + $1.sharpness } / 500 / real)
    }
    try session.figure(
      .curves(
        name: "blur-by-weight", title: "Blur against the weight of the divergence",
        caption:
          "Sharpness (mean absolute Laplacian) of drawn digits by that of real ones, for networks "
          + "trained with the divergence multiplied by β. One is as sharp as real; above it, as jagged "
          + "as noise.",
        x: Figure.Axis("β", scale: .logarithmic), y: Figure.Axis("sharpness / real"),
        [Figure.Series("drawn digits", x: weights, y: blur)],
        guides: [Figure.Guide("real digits", .horizontal(1))]))
    let flat = try fit(
      on: few, code: 2, "map", epochs: epochs, in: session)
    let places = (0..<12).map { -2.2 + 4.4 * Double($0) / 11 }
    let codes = places.reversed().flatMap { y in places.map { [$0, y] } }
    try session.figure(
      .pictures(
        name: "map", title: "The map of a code of two numbers",
        caption:
          "What each code from -2.2 to 2.2 along both axes decodes to. Neighbours look alike, and "
          + "there is no hole.",
        flat.pictures(of: codes.tensor, like: test).map { ("", $0) }, columns: 12))
  }

  private func linear(in session: Session) throws {
    let truth = LinearModel(width: 10, from: session.stream("linear model"))
    let train = truth.samples(5000, from: session.stream("linear training"))
    let test = truth.samples(2000, from: session.stream("linear test"))
    var weights = session.stream("linear weights")
    var model = LinearVAE(width: 10, code: 2, using: &weights)
    let batches = Batches(of: train.tensor, size: 100, shuffledBy: session.stream("linear batches"))
    var trainer = Trainer(Adam(learningRate: 0.01), epochs: batches.epochs(forSteps: linearSteps))
      .scheduling(.cosine(over: linearSteps, minimum: 0.01), by: .step)
      .stopping(after: linearSteps)
    try trainer.fit(&model, to: batches, drawingFrom: session.stream("linear noise")) {
      $0.loss(on: $1.input, in: $2)
    }
    let bound = model.bound(on: test.tensor)
    let exact = test.reduce(0) { $0 + truth.logLikelihood(of: $1) } / Double(test.count)
    try session.log([
      "ppca_elbo": bound, "ppca_log_likelihood": exact,
      "ppca_gap_percent": 100 * (exact - bound) / abs(exact),
    ])
  }
}

private func reconstructionsFigure(_ model: DenseVAE, _ test: Digits) -> Figure {
  let few = test.prefix(10)
  let restored = model.pictures(of: model.encoded(few.tensor).mean, like: test)
  return .pictures(
    name: "reconstructions", title: "Test images and their reconstructions",
    caption: "Above, ten test images; below, what is decoded from the means of their codes.",
    few.pictures.map { ("in", $0) } + restored.map { ("out", $0) }, columns: 10)
}

extension DenseVAE {
  fileprivate func pictures(of codes: Tensor, like digits: Digits) -> [GreyImage] {
    sigmoid(decoder(codes)).reshaped(to: [codes.shape[0], 1, digits.height, digits.width])
      .greyImages
  }
}
