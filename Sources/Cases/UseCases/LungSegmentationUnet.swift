import Casework
import Datasets
import Foundation
import Learning
import Randomness
import Tensors

/// Marks the lungs on chest films with the residual U-Net of the hands-on of the fifth ML_INFN
/// hackathon (2023), beside a mean shape and a grey threshold.
struct LungSegmentationUnet: UseCase {
  var data = "phantom"
  var images = 80
  var testImages = 16
  var size = 64
  var width = 8
  var steps = 1200
  var batchSize = 8
  var learningRate = 1e-3
  var l2 = 1e-4
  var dropout = 0.2
  var batchNormMomentum = 0.9

  func validate() throws {
    try require(["steps": steps, "batch_size": batchSize, "width": width], in: 1...1_000_000)
    try require(["images": images], in: 8...100_000)
    try require(
      testImages >= 3 && testImages <= images / 2, "test_images", testImages,
      "it lies from 3 to half of the images")
    try require(
      size % 16 == 0 && size >= 32 && size <= 512, "size", size,
      "it is a multiple of 16, from 32 to 512")
    try require(learningRate > 0, "learning_rate", learningRate, "it is greater than 0")
    try require(l2 >= 0, "l2", l2, "it is not negative")
    try require((0..<1).contains(dropout), "dropout", dropout, "it lies from 0 to below 1")
    try require(
      (0..<1).contains(batchNormMomentum), "batch_norm_momentum", batchNormMomentum,
      "it lies from 0 to below 1")
    try require(!data.isEmpty, "data", data, "it is phantom, cxr-lungs or a folder")
  }

  func run(in session: Session) async throws {
    // 1. Data: the split is drawn from the seed, before anything else.
    let all = try await films(in: session).prepared(size: size)
    var order = session.stream("split")
    let shuffled = (0..<all.count).shuffled(using: &order)
    let tested = min(testImages, all.count / 4)
    let (train, test) = (
      all.picked(shuffled.dropFirst(tested)), all.picked(shuffled.prefix(tested))
    )

    // 2. Model and training.
    let (model, curves) = try fit(train, in: session)

    // 3. Evaluation: the network and two baselines that are fitted to the training films.
    let found = sigmoid(model.predictions(for: test.films.tensor, batchSize: 16)).greyImages
      .map { $0.mapped { $0.rounded() } }
    let scores = zip(found, test.masks).map { Overlap(of: $0.inside, $1.inside) }
    let shape = meanShape(train)
    let threshold = bestThreshold(train)
    func meanDice(_ masks: [GreyImage]) -> Double {
      mean(zip(masks, test.masks).map { Overlap(of: $0.inside, $1.inside).dice })
    }
    let dice = scores.map(\.dice)
    let shapeDice = meanDice(test.masks.map { _ in shape })
    try session.log([
      "dice": mean(dice), "sd_dice": Summary(dice).deviation, "dice_lowest": dice.min() ?? 0,
      "iou": mean(scores.map(\.intersectionOverUnion)),
      "border_dice": mean(
        zip(found, test.masks).map {
          borderDice($0.inside, $1.inside, width: size, tolerance: max(1, size / 32))
        }),
      "dice_mean_shape": shapeDice, "dice_above_mean_shape": mean(dice) - shapeDice,
      "dice_threshold": meanDice(
        test.films.map { film in film.mapped { $0 > 0 && $0 < threshold ? 1 : 0 } }),
      "parameters": Double(model.parameterCount),
      "parameters_total": Double(model.parameterCount + model.movingCount),
    ])

    // 4. Findings.
    let ranks = dice.indices.sorted { dice[$0] < dice[$1] }
    try session.figure(curves)
    try session.figure(filmsFigure(test, found, dice, ranks))
    try session.figure(diceFigure(test, dice, ranks))
    if data == "cxr-lungs" {
      session.note(
        "Masks are shown without the films: most films of this set have no licence to be shown.")
    }
  }

  private func films(in session: Session) async throws -> LungFilms {
    switch data {
    case "phantom":
      return ChestPhantom(size: max(64, size)).films(images, from: session.stream("phantoms"))
    case "cxr-lungs":
      let all = try LungFilms.read(UserFolder(await session.dataSet("cxr-lungs")))
      return all.picked(0..<min(images, all.count))
    default:
      let all = try LungFilms.read(UserFolder(session.dataFolder(data)))
      try require(all.count >= 8, "data", data, "there are \(all.count) films, and 8 are needed")
      return all
    }
  }

  private func fit(_ train: LungFilms, in session: Session) throws -> (ResidualUNet, Figure) {
    var weights = session.stream("weights")
    var model = ResidualUNet(
      width: width, dropout: dropout, momentum: Scalar(batchNormMomentum), using: &weights)
    let film = [train.films[0]].tensor
    try session.network(model.network(for: film), summary: model.summary(for: film))
    let batches = Batches(
      of: train.films.tensor, targets: train.masks.tensor, size: batchSize, sampling: .whole,
      shuffledBy: session.stream("batches")
    ).augmented(varied)
    let penalty = Penalty.l2(Scalar(l2))
    var trainer = try Trainer(
      Adam(learningRate: Scalar(learningRate), amsgrad: true),
      epochs: batches.epochs(forSteps: steps)
    )
    .scheduling(.cosine(over: steps, minimum: 0.02), by: .step)
    .measuring("training_dice", of: ResidualUNet.self) { model in
      let few = train.picked(0..<min(16, train.count))
      let found = sigmoid(model(few.films.tensor)).greyImages
      return mean(
        zip(found, few.masks).map { Overlap(of: $0.mapped { $0.rounded() }.inside, $1.inside).dice }
      )
    }
    .reporting(to: session, of: ResidualUNet.self).stopping(after: steps)
    try trainer.fit(&model, to: batches, drawingFrom: session.stream("dropout")) {
      model, batch, phase in
      diceLoss(sigmoid(model(batch.input, in: phase)), batch.target, smoothing: 1e-4)
        + penalty.ofWeights(in: model)
    }
    try session.artifact(
      "model.safetensors", model.checkpoint().encoded(), mediaType: "application/vnd.safetensors")
    return (
      model,
      .curves(
        name: "training", title: "Loss and Dice in training",
        caption:
          "Loss (one less the soft Dice of varied films, plus the penalty of weights) and mean Dice "
          + "of sixteen training films as they are, epoch by epoch.",
        x: Figure.Axis("epoch"), y: Figure.Axis("value"),
        [
          Figure.series("loss", trainer.history["loss"]),
          Figure.series("training Dice", trainer.history["training_dice"]),
        ])
    )
  }
}

/// Turned by up to 10°, scaled by up to 10 %, shifted by up to 5 %, brighter or darker; never mirrored,
/// for the heart is on the left.
@Sendable private func varied(_ batch: Batch, from stream: RandomStream) -> Batch {
  var stream = stream
  var (films, masks) = (batch.input.greyImages, batch.target.greyImages)
  for index in films.indices {
    let angle = stream.uniform(-10, 10) * .pi / 180
    let scale = stream.uniform(0.9, 1.1)
    let reach = 0.05 * Double(films[index].width)
    let shift = (x: stream.uniform(-reach, reach), y: stream.uniform(-reach, reach))
    let (gain, offset) = (Float(stream.uniform(0.85, 1.15)), Float(stream.uniform(-0.1, 0.1)))
    films[index] = films[index].warped(angle: angle, scale: scale, shift: shift)
      .mapped { min(max($0 * gain + offset, 0), 1) }
    masks[index] = masks[index].warped(angle: angle, scale: scale, shift: shift)
      .mapped { $0.rounded() }
  }
  return Batch(input: films.tensor, target: masks.tensor, indices: batch.indices)
}

extension GreyImage {
  /// Whether each pixel is marked.
  fileprivate var inside: [Bool] { pixels.map { $0 > 0.5 } }
}

/// What more than half of the training masks mark.
private func meanShape(_ train: LungFilms) -> GreyImage {
  let first = train.masks[0]
  return GreyImage(width: first.width, height: first.height) { x, y in
    2 * train.masks.count { $0[x, y] > 0.5 } > train.count ? 1 : 0
  }
}

/// The grey below which, black left out, most of the training lungs lie.
private func bestThreshold(_ train: LungFilms) -> Float {
  let levels = stride(from: Float(0.1), through: 0.9, by: 0.05)
  let best = levels.map { level in
    (
      level,
      mean(
        zip(train.films, train.masks).map { film, mask in
          Overlap(of: film.pixels.map { $0 > 0 && $0 < level }, mask.inside).dice
        })
    )
  }.max { $0.1 < $1.1 }
  return best?.0 ?? 0.5
}

private func mean(_ values: [Double]) -> Double { Summary(values).mean }

extension LungSegmentationUnet {
  /// The best film, the middle one and the worst three, with what was found and missed.
  private func filmsFigure(
    _ test: LungFilms, _ found: [GreyImage], _ dice: [Double], _ ranks: [Int]
  ) -> Figure {
    let shown = [ranks[ranks.count - 1], ranks[ranks.count / 2]] + ranks.prefix(3).reversed()
    let words = ["best", "median", "3rd last", "2nd last", "worst"]
    let isHidden = data == "cxr-lungs"
    let tiles = zip(words, shown).map { word, index in
      let (film, truth, mask) = (test.films[index], test.masks[index], found[index])
      return Figure.ImageGrid.Tile(
        "\(word) \((dice[index] * 100).rounded() / 100)",
        pixels: truth.pixels.indices.flatMap { pixel -> [Double] in
          let grey = isHidden ? 0.1 : Double(film.pixels[pixel])
          switch (truth.pixels[pixel] > 0.5, mask.pixels[pixel] > 0.5) {
          case (true, true): return [0.6 * grey + 0.4, 0.6 * grey + 0.4, 0.6 * grey + 0.4]
          case (true, false): return [0.4 * grey, 0.45 + 0.3 * grey, 0.7 + 0.2 * grey]
          case (false, true): return [0.8 + 0.2 * grey, 0.45 + 0.3 * grey, 0.1 * grey]
          case (false, false): return [grey, grey, grey]
          }
        })
    }
    return Figure(
      name: "films", title: "Best, median and worst three test films",
      caption:
        "Light: found and true. Blue: missed. Orange: marked by mistake. The number is the Dice "
        + "coefficient of the film."
        + (isHidden ? " The films themselves may not be shown." : ""),
      content: .images(
        Figure.ImageGrid(width: size, height: size, columns: 5, palette: .colour, tiles: tiles)))
  }

  private func diceFigure(_ test: LungFilms, _ dice: [Double], _ ranks: [Int]) -> Figure {
    .bars(
      name: "dice", title: "Dice coefficient of each test film",
      caption: "From the worst film to the best. A mean hides the films on which a network fails.",
      ranks.map { test.names[$0] }, y: Figure.Axis("Dice", range: 0...1),
      [("network", ranks.map { dice[$0] })])
  }
}
