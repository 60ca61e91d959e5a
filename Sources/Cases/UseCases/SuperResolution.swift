import Casework
import Datasets
import Foundation
import Learning
import Randomness
import Tensors

/// Enlarges pictures with a network of three convolutions over bicubic interpolation (Dong and others,
/// arXiv:1501.00092), one network for each scale, beside the interpolation alone.
struct SuperResolution: UseCase {
  var data = "drawn"
  var patches = 5000
  var filters = 32
  var firstKernel = 9
  var lastKernel = 5
  var steps = 1500
  var batchSize = 64
  var learningRate = 2e-3
  var largestScale = 4

  func validate() throws {
    try require(
      ["patches": patches, "filters": filters, "steps": steps, "batch_size": batchSize],
      in: 1...1_000_000)
    try require(filters % 2 == 0, "filters", filters, "the second layer has half as many")
    for (name, value) in [("first_kernel", firstKernel), ("last_kernel", lastKernel)] {
      try require(
        (1...15).contains(value) && value % 2 == 1, name, value, "it is odd, from 1 to 15")
    }
    try require((2...4).contains(largestScale), "largest_scale", largestScale, "it is 2, 3 or 4")
    try require(learningRate > 0, "learning_rate", learningRate, "it is greater than 0")
    try require(!data.isEmpty, "data", data, "it is drawn, mnist, set5 or a folder")
  }

  /// How many pixels the unpadded convolutions lose at each edge.
  private var border: Int { (firstKernel + lastKernel) / 2 - 1 }

  func run(in session: Session) async throws {
    let pictures = try await pictures(in: session)
    var curves: [Figure.Series] = []
    for scale in 2...(data == "mnist" ? 2 : largestScale) {
      // 1. Pairs of an interpolated picture and the truth.
      let test = pictures.test.map { Pair(truth: $0.image, scale: scale) }
      let validation = pictures.validation.map { Pair(truth: $0, scale: scale) }
      // 2. The network for this scale.
      let (model, curve) = try train(
        pictures.training.map { Pair(truth: $0, scale: scale) }, validation, scale, in: session)
      curves.append(curve)
      // 3. Both ways on the test pictures.
      let enlarged = test.map { enlarge($0, by: model) }
      let bicubic = zip(test, test.map(\.interpolated)).map { $0.psnr(of: $1) }
      let network = zip(test, enlarged).map { $0.psnr(of: $1) }
      let suffix = scale == 2 ? "" : "_x\(scale)"
      try session.log("psnr_bicubic\(suffix)", Summary(bicubic).mean)
      try session.log("psnr\(suffix)", Summary(network).mean)
      try session.log("psnr_gain\(suffix)", Summary(network).mean - Summary(bicubic).mean)
      let shown = pictures.test.map(\.name).prefix(20)
      try session.figure(
        .bars(
          name: "psnr-x\(scale)", title: "Each test picture, enlarged \(scale) times",
          caption:
            "Peak signal-to-noise ratio on luminance of the first \(shown.count) test pictures "
            + "(\(pictures.kind)). Pictures full of edges lie lowest and weigh on the mean.",
          Array(shown), y: Figure.Axis("PSNR (dB)"),
          [
            ("bicubic", Array(bicubic.prefix(20))), ("network", Array(network.prefix(20))),
          ]))
      if scale == 2 {
        try session.log("parameters", Double(model.parameterCount))
        try session.figure(
          .kernels(
            title: "Kernels of the first layer, scale 2",
            caption:
              "What each filter of the first layer answers to, by its own greatest weight (red "
              + "above 0, blue below): after enough steps edges and spots, before it noise.",
            model.parameters[0].tensor))
        if pictures.canBeShown { try session.figure(examplesFigure(test[0], enlarged[0])) }
      }
    }
    try session.figure(
      .curves(
        name: "psnr-by-steps", title: "Learning, step by step",
        caption:
          "Peak signal-to-noise ratio of pictures held out of the training (not the test), less "
          + "that of the interpolation. The networks start as the interpolation, at zero.",
        x: Figure.Axis("steps"), y: Figure.Axis("gain on validation (dB)"), curves))
    if !pictures.canBeShown {
      session.note("The pictures of this set are not shown: their licence is not clear.")
    }
  }

  private typealias Pictures = (
    training: [GreyImage], validation: [GreyImage], test: [(name: String, image: GreyImage)],
    kind: String, canBeShown: Bool
  )

  private func pictures(in session: Session) async throws -> Pictures {
    func parts(
      _ all: [GreyImage], _ test: [(name: String, image: GreyImage)], _ kind: String,
      canBeShown: Bool = true
    ) -> Pictures {
      let held = max(1, all.count / 10)
      return (Array(all.dropLast(held)), Array(all.suffix(held)), test, kind, canBeShown)
    }
    func named(_ images: [GreyImage]) -> [(name: String, image: GreyImage)] {
      images.enumerated().map { ("\($0 + 1)", $1) }
    }
    switch data {
    case "drawn":
      let drawer = DrawnPictures(size: 96)
      let count = min(100, max(8, patches / 50))
      return parts(
        drawer.pictures(count, from: session.stream("pictures")),
        named(drawer.pictures(10, from: session.stream("test pictures"))), "simulated drawings")
    case "mnist":
      let (train, test) = try Digits.mnist(from: await session.dataSet("mnist"))
      func large(_ digits: Digits) -> [GreyImage] {
        digits.pictures.map { $0.mapped { ($0 * 255).rounded() }.padded(border: 8) }
      }
      return parts(large(train.prefix(patches)), named(large(test.prefix(1000))), "MNIST")
    case "set5":
      let folder = UserFolder(try await session.dataSet("restoration-images"))
      // Shuffled, so that photographs of both sets are held out.
      var stream = session.stream("validation pictures")
      let all = try folder.pictures(in: "Set14") + folder.pictures(in: "BSD68")
      return parts(
        all.map(\.image).shuffled(using: &stream), try folder.pictures(in: "CSet5"), "Set5",
        canBeShown: false)
    default:
      let folder = UserFolder(try session.dataFolder(data))
      let (train, test) = try folder.trainingAndTest(least: 66, from: session.stream("split"))
      return parts(train, named(test), "your own pictures")
    }
  }

  private func train(
    _ pairs: [Pair], _ validation: [Pair], _ scale: Int, in session: Session
  ) throws -> (Sequential, Figure.Series) {
    let root = session.stream("scale \(scale)")
    var (weights, places) = (root.split("weights"), root.split("patches"))
    // The last layer starts at zero: the network begins as the interpolation, bit for bit.
    var model = Sequential(
      Convolution(
        1, filters, kernel: firstKernel, activation: .relu, initialization: .heNormal,
        using: &weights),
      Convolution(
        filters, filters / 2, kernel: 1, activation: .relu, initialization: .heNormal,
        using: &weights),
      Convolution(filters / 2, 1, kernel: lastKernel, initialization: .zeros, using: &weights))
    let cuts = (0..<patches).map { _ in
      pairs[Int.random(in: pairs.indices, using: &places)].patch(33, border, using: &places)
    }
    let batches = Batches(
      of: cuts.map(\.input).tensor, targets: cuts.map(\.target).tensor, size: batchSize,
      shuffledBy: root.split("batches"))
    if scale == 2 { try session.network(of: model, for: [cuts[0].input].tensor) }
    let few = validation.prefix(4)
    let epochs = batches.epochs(forSteps: steps)
    var trainer = Trainer(Adam(learningRate: Scalar(learningRate)), epochs: epochs)
      .scheduling(.cosine(over: steps, minimum: 0.01), by: .step)
      .measuring("gain", of: Sequential.self) { model in
        Summary(few.map { $0.psnr(of: enlarge($0, by: model)) - $0.psnr(of: $0.interpolated) }).mean
      }
      .stopping(after: steps, telling: scale == 2 ? nil : session)
    if scale == 2 { trainer = try trainer.reporting(to: session, of: Sequential.self) }
    try trainer.fit(&model, to: batches) { model, batch in
      meanSquaredError(model(batch.input) * 0.1, batch.target)
    }
    let gains = trainer.history["gain"]
    try session.artifact(
      "model-x\(scale).safetensors", model.checkpoint().encoded(),
      mediaType: "application/vnd.safetensors")
    return (
      model,
      Figure.Series(
        "\(scale) times", x: [0] + gains.indices.map { Double(($0 + 1) * batches.count) },
        y: [0] + gains)
    )
  }

  /// The interpolation and what the network adds to it, in whole grey levels.
  private func enlarge(_ pair: Pair, by model: Sequential) -> GreyImage {
    let input = pair.interpolated.padded(border: border).mapped { $0 / 255 }
    let detail = (model([input].tensor) * 0.1).greyImages[0]
    return GreyImage(
      width: detail.width, height: detail.height,
      pixels: zip(pair.interpolated.pixels, detail.pixels).map { $0 + 255 * $1 })
  }
}

/// A picture, and what interpolation makes of it once it was shrunk.
struct Pair: Sendable {
  let truth, interpolated: GreyImage
  let scale: Int

  /// Shrinks to whole grey levels and enlarges again.
  init(truth: GreyImage, scale: Int) {
    let whole = truth.cropped(toMultipleOf: scale)
    let small = whole.resized(width: whole.width / scale, height: whole.height / scale).rounded
    (self.truth, self.scale) = (whole, scale)
    interpolated = small.resized(width: whole.width, height: whole.height)
  }

  /// The peak signal-to-noise ratio of whole grey levels, without as many edge pixels as the scale.
  func psnr(of picture: GreyImage) -> Double {
    peakSignalToNoise(
      picture.rounded.cropped(border: scale).pixels, truth.cropped(border: scale).pixels, peak: 255)
  }

  /// Cuts a square of the interpolation, and what its middle lacks; pixels from 0 to 1.
  func patch(_ side: Int, _ border: Int, using stream: inout RandomStream)
    -> (input: GreyImage, target: GreyImage)
  {
    let x = Int.random(in: 0...truth.width - side, using: &stream)
    let y = Int.random(in: 0...truth.height - side, using: &stream)
    let turn = Int.random(in: 0..<8, using: &stream)
    let input = interpolated.cropped(x: x, y: y, width: side, height: side)
    let whole = truth.cropped(x: x, y: y, width: side, height: side)
    let lacking = GreyImage(
      width: side, height: side, pixels: zip(whole.pixels, input.pixels).map { ($0 - $1) / 255 })
    return (input.mapped { $0 / 255 }.turned(turn), lacking.turned(turn).cropped(border: border))
  }
}

private func examplesFigure(_ pair: Pair, _ enlarged: GreyImage) -> Figure {
  let side = min(96, pair.truth.width, pair.truth.height)
  func part(_ picture: GreyImage) -> GreyImage {
    picture.cropped(x: 0, y: 0, width: side, height: side).mapped { $0 / 255 }
  }
  func errors(_ picture: GreyImage) -> GreyImage {
    GreyImage(width: side, height: side) { 4 * abs(picture[$0, $1] - pair.truth[$0, $1]) / 255 }
  }
  let small = pair.truth.resized(
    width: pair.truth.width / 2, height: pair.truth.height / 2)
  return Figure.pictures(
    name: "examples", title: "One test picture, enlarged twice",
    caption:
      "The small picture (each pixel drawn as four), bicubic interpolation, network and truth; "
      + "below, four times the absolute errors. The gain lies along edges.",
    [
      ("low", GreyImage(width: side, height: side) { small[$0 / 2, $1 / 2] / 255 }),
      ("bicubic", part(pair.interpolated)), ("network", part(enlarged)),
      ("truth", part(pair.truth)), ("error, bicubic", errors(pair.interpolated)),
      ("error, network", errors(enlarged)),
    ], columns: 3)
}
