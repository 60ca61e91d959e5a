import Casework
import Datasets
import Foundation
import Learning
import Statistics
import Tensors

/// Watches a detector: an autoencoder that has seen good luminosity sections only reconstructs bad
/// ones badly, so that its loss is an alarm.
///
/// The network and its settings are those of the hands-on of the fifth ML_INFN hackathon (2023);
/// 1e-7 is the coefficient of the activity regulariser, not the learning rate.
struct CMSAnomalyAutoencoder: UseCase {
  var trainSections = 1500
  var testSections = 4000
  var events = 2000
  var anomalousShare = 0.08
  var epochs = 150
  var batchSize = 100
  var learningRate = 1e-3
  var l2Activity = 1e-7
  var hidden = 64
  var code = 8
  var bootstrap = 1000

  func validate() throws {
    try require(
      ["train_sections": trainSections, "test_sections": testSections, "events": events],
      in: 20...1_000_000)
    try require(
      [
        "epochs": epochs, "batch_size": batchSize, "hidden": hidden, "code": code,
        "bootstrap": bootstrap,
      ], in: 1...100_000)
    try require(
      (0...0.5).contains(anomalousShare) && anomalousShare * Double(testSections) >= 4,
      "anomalous_share", anomalousShare,
      "it is at most 0.5 and gives at least one anomaly of each of the four kinds")
    try require(learningRate > 0, "learning_rate", learningRate, "it is greater than 0")
    try require(l2Activity >= 0, "l2_activity", l2Activity, "it is not negative")
  }

  func run(in session: Session) async throws {
    let simulator = LumisectionSimulator(events: events)
    let good = simulator.sections(trainSections, from: session.stream("train sections"))
    let test = simulator.sections(
      testSections, anomalousShare: anomalousShare, from: session.stream("test sections"))
    let scaling = SectionScaling(of: good)
    let (trainRows, testRows) = (good.map(scaling.inputs), test.map(scaling.inputs))

    let model = try train(on: trainRows, in: session)
    let trainLoss = model.losses(of: trainRows)
    let loss = model.losses(of: testRows)
    let threshold = quantile(0.99, of: trainLoss)
    try session.log([
      "parameters": Double(model.parameterCount),
      "mse_train": trainLoss.reduce(0, +) / Double(trainLoss.count), "threshold": threshold,
    ])

    let principal = PrincipalComponents(of: trainRows)
    let scores = Scores(
      autoencoder: loss,
      distance: testRows.map { principal.residual(of: $0, components: 0) },
      pca2: testRows.map { principal.residual(of: $0, components: 2) },
      pca8: testRows.map { principal.residual(of: $0, components: 8) },
      labels: test.map { $0.anomaly == nil ? 0 : 1 })
    try report(scores, threshold: threshold, on: test, in: session)
    try compareHistograms(
      train: zip(good, trainLoss).map { ($0, $1 > threshold) },
      test: zip(test, loss).map { ($0, $1 > threshold) }, in: session)
    try session.figure(scores.rocFigure)
    try session.figure(lossFigure(test, loss, threshold))
  }

  /// Dense N-64-8-64-N: ReLU with an L2 penalty on the first layer's activity, sigmoid at the end.
  private func train(on rows: [[Double]], in session: Session) throws -> SectionAutoencoder {
    var weights = session.stream("weights")
    var model = SectionAutoencoder(
      width: LumisectionSimulator.binCount, hidden: hidden, code: code, using: &weights)
    try session.network(
      of: Sequential(model.encoder, model.bottleneck, model.expander, model.decoder),
      for: [rows[0]].tensor)
    let batches = Batches(of: rows.tensor, size: batchSize, shuffledBy: session.stream("batches"))
    var trainer = try Trainer(Adam(learningRate: Scalar(learningRate)), epochs: epochs)
      .reporting(to: session, of: SectionAutoencoder.self)
    try trainer.fit(&model, to: batches) { model, batch in
      let activity = model.encoder(batch.input)
      let penalty = (activity * activity).sum() * Tensor(Scalar(l2Activity))
      return meanSquaredError(model.decoded(activity), batch.input)
        + penalty / Tensor(Scalar(batch.input.shape[0]))
    }
    try session.artifact(
      "model.safetensors", model.checkpoint().encoded(), mediaType: "application/vnd.safetensors")
    return model
  }

  private func report(
    _ scores: Scores, threshold: Double, on test: [LumisectionSimulator.Section],
    in session: Session
  ) throws {
    let labels = scores.labels
    let (bad, good) = (
      labels.indices.filter { labels[$0] == 1 }, labels.indices.filter { labels[$0] == 0 }
    )
    func area(_ scores: [Double], _ rows: [Int]) -> Double {
      auc(scores: rows.map { scores[$0] }, labels: rows.map { labels[$0] })
    }
    let all = Array(labels.indices)
    let main = area(scores.autoencoder, all)
    try session.log([
      "auc": main,
      "auc_error": aucError(auc: main, positives: bad.count, negatives: good.count),
      "average_precision": averagePrecision(scores: scores.autoencoder, labels: labels),
    ])
    for kind in LumisectionSimulator.Anomaly.allCases {
      try session.log(
        "auc_\(kind.word)",
        area(scores.autoencoder, all.filter { labels[$0] == 0 || test[$0].anomaly == kind }))
    }
    func flagRate(_ rows: [Int]) -> Double {
      Double(rows.count { scores.autoencoder[$0] > threshold }) / Double(rows.count)
    }
    try session.log([
      "tpr_q99": flagRate(bad), "fpr_q99": flagRate(good),
      "mse_good_test": good.reduce(0) { $0 + scores.autoencoder[$1] } / Double(good.count),
      "auc_mean_distance": area(scores.distance, all), "auc_pca2": area(scores.pca2, all),
      "auc_pca8": area(scores.pca8, all),
    ])
    var stream = session.stream("bootstrap")
    let gain = aucGain(
      of: scores.autoencoder, over: scores.distance, labels: labels, resamples: bootstrap,
      using: &stream)
    try session.log([
      "gain_mean_distance": gain.value, "gain_mean_distance_low": gain.low,
      "gain_mean_distance_high": gain.high,
    ])
  }

  /// Whether the test data agree with the training data, with and without what was flagged.
  ///
  /// Sections differ more than their counts alone would (by their pile-up), so that chi-square has
  /// no chi-square distribution: its probability is the share of random exchanges of whole sections
  /// between the two samples that make it as large.
  private func compareHistograms(
    train: [(LumisectionSimulator.Section, Bool)], test: [(LumisectionSimulator.Section, Bool)],
    in session: Session
  ) throws {
    var stream = session.stream("permutations")
    for (word, isKept) in [("before", { _ in true }), ("after", { !$0 })]
      as [(String, (Bool) -> Bool)]
    {
      let (a, b) = (train.filter { isKept($0.1) }.map(\.0), test.filter { isKept($0.1) }.map(\.0))
      let result = permutationTest(a.map(\.counts), b.map(\.counts), 1000, using: &stream)
      try session.log("chi2_ndf_\(word)", result.statistic)
      try session.log("p_\(word)", result.probability)
    }
    try session.figure(
      summedFigure(train.map(\.0), test.map(\.0), test.filter { !$0.1 }.map(\.0)))
  }
}

/// The network of the hands-on.
struct SectionAutoencoder: Module {
  var encoder, bottleneck, expander, decoder: Dense

  static var parts: [Part<Self>] {
    [
      .module("encoder", \.encoder), .module("bottleneck", \.bottleneck),
      .module("expander", \.expander), .module("decoder", \.decoder),
    ]
  }

  init(width: Int, hidden: Int, code: Int, using stream: inout some RandomNumberGenerator) {
    encoder = Dense(width, hidden, activation: .relu, using: &stream)
    bottleneck = Dense(hidden, code, activation: .relu, using: &stream)
    expander = Dense(code, hidden, activation: .relu, using: &stream)
    decoder = Dense(hidden, width, activation: .sigmoid, using: &stream)
  }

  /// Returns the reconstruction from the output of the first layer.
  func decoded(_ activity: Tensor) -> Tensor { decoder(expander(bottleneck(activity))) }

  /// Returns the mean squared error of each section.
  func losses(of rows: [[Double]]) -> [Double] {
    meanSquaredErrors(of: rows, restored: decoded(encoder(rows.tensor)))
  }
}

/// What each method says of the test sections: the greater, the more anomalous.
private struct Scores {
  let autoencoder, distance, pca2, pca8: [Double]
  /// 1 for the anomalous ones.
  let labels: [Int]

  var rocFigure: Figure {
    let methods = [
      ("autoencoder", autoencoder), ("PCA, 2 components", pca2), ("PCA, 8 components", pca8),
      ("distance to the mean", distance),
    ]
    return .roc(
      title: "ROC of the autoencoder and of simpler alarms",
      caption: "Share of anomalous simulated sections that are flagged against the share of good "
        + "ones flagged by mistake, for every threshold.", methods, labels: labels)
  }
}

private func lossFigure(
  _ sections: [LumisectionSimulator.Section], _ loss: [Double], _ threshold: Double
) -> Figure {
  func series(_ name: String, _ kind: LumisectionSimulator.Anomaly?) -> Figure.Series {
    let rows = sections.indices.filter { sections[$0].anomaly == kind }
    return Figure.Series(name, x: rows.map { Double($0 + 1) }, y: rows.map { loss[$0] })
  }
  return .points(
    name: "loss-by-section", title: "Reconstruction loss, section by section",
    caption: "Each point is a simulated test section. The line is the threshold: the 99 % quantile "
      + "of the loss on training sections. What lies above it is flagged.",
    x: Figure.Axis("section"), y: Figure.Axis("mean squared error", scale: .logarithmic),
    [
      series("good", nil), series("hot tower", .hotTower), series("noise bursts", .noiseBurst),
      series("resolution", .resolution), series("dead region", .deadRegion),
    ], guides: [Figure.Guide("threshold", .horizontal(threshold))])
}

private func summedFigure(
  _ train: [LumisectionSimulator.Section], _ test: [LumisectionSimulator.Section],
  _ kept: [LumisectionSimulator.Section]
) -> Figure {
  let bins = LumisectionSimulator.binCount / 2
  func fractions(_ name: String, _ sections: [LumisectionSimulator.Section])
    -> Figure.Histogram.Sample
  {
    var sums = [Double](repeating: 0, count: bins)
    for section in sections { for bin in 0..<bins { sums[bin] += section.counts[bin] } }
    let total = sums.reduce(0, +)
    return Figure.Histogram.Sample(name, counts: sums.map { $0 / total })
  }
  return Figure(
    name: "summed-met", title: "Missing transverse momentum, all sections together",
    caption: "Share of the simulated events in each bin: training sections, test sections, and "
      + "test sections that are left when the flagged ones are removed.",
    content: .histogram(
      Figure.Histogram(
        x: Figure.Axis("MET (GeV)"), y: Figure.Axis("share of events", scale: .logarithmic),
        edges: (0...bins).map { LumisectionSimulator.ranges.met * Double($0) / Double(bins) },
        samples: [
          fractions("training", train), fractions("test, all", test),
          fractions("test, flagged removed", kept),
        ])))
}
