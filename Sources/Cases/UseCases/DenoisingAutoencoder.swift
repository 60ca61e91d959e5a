import Casework
import Datasets
import Foundation
import Learning
import Randomness
import Tensors

/// Learns to remove noise: an autoencoder for digits, a residual network for photographs (Zhang and
/// others, arXiv:1608.03981), beside a median filter and the best Gaussian blur.
struct DenoisingAutoencoder: UseCase {
  var data = "mnist"
  var images = 5000
  var patches = 5000
  var channels = 16
  var epochs = 30
  var photoEpochs = 10
  var batchSize = 64
  var learningRate = 3e-3
  var noise = 0.5
  var greyNoise = 25.0

  func validate() throws {
    try require(
      [
        "images": images, "patches": patches, "channels": channels, "epochs": epochs,
        "photo_epochs": photoEpochs, "batch_size": batchSize,
      ], in: 1...1_000_000)
    try require(images >= 20, "images", images, "a tenth of them, at least 2, are for validation")
    try require(learningRate > 0, "learning_rate", learningRate, "it is greater than 0")
    try require(noise > 0 && noise <= 2, "noise", noise, "it lies above 0 and up to 2")
    try require(
      greyNoise > 0 && greyNoise <= 100, "grey_noise", greyNoise, "it lies above 0 and up to 100")
    try require(!data.isEmpty, "data", data, "it is mnist, digits, bsd68 or a folder")
  }

  func run(in session: Session) async throws {
    // 1. Data: clean pictures in three parts; the noise of validation and test is fixed.
    let material = try await material(in: session)
    let validation = material.noisy(material.validation, from: session.stream("validation noise"))
    let test = material.noisy(material.test, from: session.stream("test noise"))

    // 2. The network and its training.
    let model = try train(on: material, in: session)

    // 3. What the old filters do; the width of the blur is chosen on validation pictures.
    let blurs = stride(from: 0.3, through: 2.0, by: 0.1).map { width in
      let blurred = validation.map { $0.blurred(deviation: width) }
      return (width, blurred.meanPSNR(to: material.validation))
    }
    let width = blurs.max { $0.1 < $1.1 }?.0 ?? 1

    // 4. Findings on test pictures that nothing was chosen on.
    let restored = material.restored(test, by: model)
    let blurred = test.map { $0.blurred(deviation: width) }
    let psnr = (
      noisy: test.meanPSNR(to: material.test), network: restored.meanPSNR(to: material.test),
      median: test.map(\.median3).meanPSNR(to: material.test),
      blur: blurred.meanPSNR(to: material.test)
    )
    let grey = material.test.noisy(25.0 / 255, from: session.stream("grey noise"))
    try session.log([
      "psnr_noisy": psnr.noisy, "psnr": psnr.network, "psnr_gain": psnr.network - psnr.noisy,
      "psnr_median3": psnr.median, "psnr_gaussian_best": psnr.blur, "sigma_best": width,
      "above_classical": psnr.network - max(psnr.median, psnr.blur),
      "above_gaussian": psnr.network - psnr.blur,
      "psnr_noisy_unclipped": grey.meanPSNR(to: material.test),
      "psnr_validation": material.restored(validation, by: model).meanPSNR(
        to: material.validation),
      "mse": restored.meanSquaredError(to: material.test),
      "parameters": Double(model.parameterCount),
    ])
    if material.isPhotographs { try session.log("below_bm3d", 28.57 - psnr.network) }
    try session.figure(levelsFigure(material, model, width, session.stream("levels")))
    guard material.canBeShown else {
      return session.note("The pictures of this set are not shown: their licence is not clear.")
    }
    try session.figure(
      examplesFigure(clean: material.test, noisy: test, filtered: blurred, restored: restored))
    try session.figure(
      .pictures(
        name: "residuals", title: "What was taken away",
        caption:
          "Noisy less restored test image, grey where nothing changed. It should look like noise: "
          + "strokes in it would be signal that the network removes.",
        zip(test, restored).prefix(6).enumerated().map {
          ("image \($0 + 1)", $1.0.difference(from: $1.1))
        }, columns: 6))
  }

  /// Digits of one size, or photographs; the network has not seen validation and test.
  private func material(in session: Session) async throws -> Material {
    func digits(_ train: Digits, _ test: Digits) -> Material {
      let pictures = train.prefix(images).pictures
      let held = max(2, pictures.count / 10)
      return Material(
        training: Array(pictures.dropLast(held)), validation: pictures.suffix(held),
        test: test.pictures, deviation: noise, isPhotographs: false)
    }
    func photographs(_ train: [GreyImage], _ test: [GreyImage], canBeShown: Bool) -> Material {
      let scaled = (train + test).map { $0.mapped { $0 / 255 } }
      let held = max(1, train.count / 7)
      return Material(
        training: Array(scaled[..<(train.count - held)]),
        validation: Array(scaled[train.count - held..<train.count]),
        test: Array(scaled[train.count...]), deviation: greyNoise / 255, isPhotographs: true,
        canBeShown: canBeShown)
    }
    switch data {
    case "mnist", "digits":
      let (train, test) = try await Digits.named(data, in: session)
      return digits(train, test)
    case "bsd68":
      let folder = UserFolder(try await session.dataSet("restoration-images"))
      return photographs(
        try folder.pictures(in: "Set14").map(\.image),
        try folder.pictures(in: "BSD68").map(\.image),
        canBeShown: false)
    default:
      let place = try session.dataFolder(data)
      let folder = UserFolder(place)
      if try folder.files("png").isEmpty, !folder.has("train") {
        let (train, test) = try Digits.folder(place)
        return digits(train, test)
      }
      let (train, test) = try folder.trainingAndTest(least: 40, from: session.stream("split"))
      return photographs(train, test, canBeShown: true)
    }
  }

  private func train(on material: Material, in session: Session) throws -> Sequential {
    var weights = session.stream("weights")
    var model =
      material.isPhotographs
      ? photographNetwork(using: &weights) : digitNetwork(using: &weights)
    let clean =
      material.isPhotographs
      ? material.training.patches(patches, side: 40, from: session.stream("patches"))
      : material.training
    try session.network(of: model, for: [clean[0]].tensor)
    // Other noise in each epoch, so that it cannot be learned by heart.
    let batches = Batches(
      of: clean.tensor, size: batchSize, shuffledBy: session.stream("batches")
    ).augmented { batch, stream in
      Batch(
        input: material.added(to: batch.input, from: stream), target: batch.target,
        indices: batch.indices)
    }
    let epochs = material.isPhotographs ? photoEpochs : epochs
    var trainer = try Trainer(Adam(learningRate: Scalar(learningRate)), epochs: epochs)
      .scheduling(.cosine(over: epochs, minimum: 0.05), by: .epoch)
      .reporting(to: session, of: Sequential.self)
    try trainer.fit(&model, to: batches.prefetched()) { model, batch in
      material.isPhotographs
        ? meanSquaredError(model(batch.input), batch.input - batch.target)
        : sigmoidCrossEntropy(model(batch.input), batch.target)
    }
    try session.artifact(
      "model.safetensors", model.checkpoint().encoded(), mediaType: "application/vnd.safetensors")
    return model
  }

  /// 28 → 14 → 7 → 14 → 28 pixels, and logits at the end.
  private func digitNetwork(using weights: inout RandomStream) -> Sequential {
    Sequential(
      .same(1, channels, using: &weights), MaxPooling(2),
      .same(channels, channels, using: &weights), MaxPooling(2),
      .same(channels, channels, using: &weights), Upsampling(2),
      .same(channels, channels, using: &weights), Upsampling(2),
      .same(channels, 1, activation: .identity, using: &weights))
  }

  /// Five convolutions that say what the noise is; the last starts at zero, and so does the noise.
  private func photographNetwork(using weights: inout RandomStream) -> Sequential {
    let width = 2 * channels
    return Sequential(
      .same(1, width, using: &weights), .same(width, width, using: &weights),
      .same(width, width, using: &weights), .same(width, width, using: &weights),
      .same(width, 1, activation: .identity, initialization: .zeros, using: &weights))
  }
}

/// Clean pictures with pixels from 0 to 1, and how noise is added to them.
struct Material: Sendable {
  let training, validation, test: [GreyImage]
  /// The standard deviation of the noise.
  let deviation: Double
  /// Whether they are photographs, whose noise is not clipped, or digits, whose is.
  let isPhotographs: Bool
  var canBeShown = true

  func noisy(
    _ pictures: [GreyImage], deviation: Double? = nil, from stream: RandomStream
  ) -> [GreyImage] {
    let noisy = pictures.noisy(deviation ?? self.deviation, from: stream)
    return isPhotographs ? noisy : noisy.map(\.clipped)
  }

  /// The same for a batch.
  func added(to images: Tensor, from stream: RandomStream) -> Tensor {
    var stream = stream
    let noise = Tensor.normal(deviation: deviation, shape: images.shape, using: &stream)
    return isPhotographs ? images + noise : (images + noise).clamped(to: 0...1)
  }

  func restored(_ noisy: [GreyImage], by model: Sequential) -> [GreyImage] {
    // Photographs differ in size, so that each is a batch of its own.
    if isPhotographs {
      return noisy.map { ([$0].tensor - model([$0].tensor)).greyImages[0] }
    }
    return sigmoid(model.predictions(for: noisy.tensor)).greyImages
  }
}

/// How network and blur do at other levels of noise than the one of the training.
private func levelsFigure(
  _ material: Material, _ model: Sequential, _ width: Double, _ stream: RandomStream
) -> Figure {
  let truth = Array(material.test.prefix(material.isPhotographs ? 8 : 300))
  let levels = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2].map { $0 * material.deviation }
  let noisy = levels.map { material.noisy(truth, deviation: $0, from: stream) }
  func series(_ name: String, _ change: ([GreyImage]) -> [GreyImage]) -> Figure.Series {
    Figure.Series(name, x: levels, y: noisy.map { change($0).meanPSNR(to: truth) })
  }
  return .curves(
    name: "psnr-by-noise", title: "Quality against the level of the noise",
    caption: "Mean peak signal-to-noise ratio of \(truth.count) test images with simulated noise. "
      + "The network was trained at the level of the vertical line alone, and the blur chosen there.",
    x: Figure.Axis("standard deviation of the noise (range of a pixel: 1)"),
    y: Figure.Axis("PSNR (dB)"),
    [
      series("network") { material.restored($0, by: model) },
      series("Gaussian blur") { $0.map { $0.blurred(deviation: width) } },
      series("3 by 3 median") { $0.map(\.median3) }, series("noisy") { $0 },
    ], guides: [Figure.Guide("training", .vertical(material.deviation))])
}

private func examplesFigure(
  clean: [GreyImage], noisy: [GreyImage], filtered: [GreyImage], restored: [GreyImage]
) -> Figure {
  let count = min(6, clean.count)
  let rows = [("clean", clean), ("noisy", noisy), ("best blur", filtered), ("network", restored)]
  return Figure.pictures(
    name: "examples", title: "Clean, noisy, blurred and restored test images",
    caption: "Each column is a test image; the noise is simulated. Blur averages noise and strokes "
      + "alike; the network puts strokes where it believes in them.",
    rows.flatMap { name, pictures in pictures.prefix(count).map { (name, $0) } }, columns: count)
}
