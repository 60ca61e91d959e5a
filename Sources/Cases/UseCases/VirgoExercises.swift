import Casework
import Datasets
import Foundation
import Learning
import Randomness
import Tensors

/// Solves the five exercises of the Virgo notebook with the notebook's own settings and says what each
/// network leaves of the variance of its test data (after Luca Rei, INFN Genova).
struct VirgoExercises: UseCase {
  var data = "simulated"

  func validate() throws {
    try require(
      !data.isEmpty, "data", data, "it is simulated, virgo-v1-60s, ligo-gw150914 or a folder")
  }

  func run(in session: Session) async throws {
    // Strain is read before anything is computed.
    let strain = try await Strain.named(data, in: session).first?.series
    let rows = TimeSeries.whiteNoise(1000 * 128, rate: 512, from: session.stream("rows"))
      .windows(of: 128, every: 128).map { $0.map { 3 * $0 } }
    try session.log([
      "residual_a": compressNoise(rows, in: session),
      "residual_b": convolve(rows, in: session),
      "residual_c": denoiseSine(in: session),
      "residual_e": widen(strain, in: session),
    ])
    try searchRate(rows.map { Array($0.prefix(100)) }, in: session)
  }

  /// (a) 128-32-128 on N(0, 3): 900 rows to train and 100 to test with, a sigmoid at the end.
  private func compressNoise(_ rows: [[Double]], in session: Session) throws -> Double {
    var weights = session.stream("a")
    let exercise = Exercise(
      inputs: Array(rows[..<900]), test: Array(rows[900...]), epochs: 15, batch: 30)
    let model = try exercise.trained(
      Sequential(
        Dense(128, 32, activation: .relu, using: &weights),
        Dense(32, 128, activation: .sigmoid, using: &weights)),
      Adam(), weights.split("batches"))
    try session.figure(
      exercise.figure(
        "noise", of: model, "Noise and what the sigmoid can say of it",
        "A test row of normal noise of width 3 and what comes out of exercise (a): a number between "
          + "0 and 1 never follows a row that is negative half of the time."))
    return exercise.residual(of: model)
  }

  /// (b) A causal convolution before the code, linear at the end.
  private func convolve(_ rows: [[Double]], in session: Session) throws -> Double {
    var weights = session.stream("b")
    let causal = Window(padding: .sides(before: 2, after: 0))
    let exercise = Exercise(
      inputs: Array(rows[..<900]), test: Array(rows[900...]), epochs: 15, batch: 30,
      shape: [1, 128])
    let model = try exercise.trained(
      Sequential(
        Convolution(1, 64, kernel: 3, axes: 1, window: causal, activation: .relu, using: &weights),
        Flatten(), Dense(64 * 128, 32, activation: .relu, using: &weights),
        Dense(32, 16, activation: .relu, using: &weights),
        Dense(16, 32, activation: .relu, using: &weights), Dense(32, 128, using: &weights)),
      Adam(), weights.split("batches"))
    return exercise.residual(of: model)
  }

  /// (c) A sine from 0 to 1 with noise of 0.05 N(0, 3): ten rows of 629 points.
  private func denoiseSine(in session: Session) throws -> Double {
    var (weights, draw) = (session.stream("c"), session.stream("sine"))
    let clean = (0..<629).map { 0.5 + 0.5 * sin(0.01 * Double($0)) }
    let sines = (0..<12).map { _ in clean.map { $0 + 0.05 * draw.normal(deviation: 3) } }
    let exercise = Exercise(
      inputs: Array(sines[..<10]), targets: Array(repeating: clean, count: 10),
      test: Array(sines[10...]), truth: [clean, clean], epochs: 100, batch: 10)
    let model = try exercise.trained(
      Sequential(
        Dense(629, 32, activation: .relu, using: &weights),
        Dense(32, 629, activation: .sigmoid, using: &weights)),
      Adam(), weights.split("batches"), reportingTo: session)
    try session.figure(
      exercise.figure(
        "sine", of: model, "A sine without its noise",
        "A test row of exercise (c) and what comes out. Here the sigmoid does no harm: the sine lies "
          + "between 0 and 1. The network has seen one sine only and knows no other."))
    return exercise.residual(of: model)
  }

  /// (d) 100-100-100 with Nadam, its rate by three folds of the training rows.
  private func searchRate(_ rows: [[Double]], in session: Session) throws {
    var weights = session.stream("d")
    let batches = weights.split("batches")
    let start = Sequential(
      Dense(100, 100, activation: .relu, using: &weights),
      Dense(100, 100, activation: .sigmoid, using: &weights))
    func residual(training: [[Double]], test: [[Double]], rate: Double) throws -> Double {
      let exercise = Exercise(
        inputs: training, test: test, epochs: 15, batch: 30,
        penalty: Penalty(absolute: 1e-9, square: 1e-9))
      let rule = Nadam(learningRate: Scalar(rate))
      return try exercise.residual(of: exercise.trained(start, rule, batches))
    }
    let folds = ExampleSplit.folds(3, of: 900, using: session.stream("folds"))
    var (best, least) = (0.0, Double.infinity)
    for rate in [1e-6, 5e-6, 1e-5] {
      let parts = try folds.map { fold in
        try residual(
          training: fold.training.map { rows[$0] }, test: fold.test.map { rows[$0] }, rate: rate)
      }
      let mean = parts.reduce(0, +) / Double(parts.count)
      session.note("Exercise (d): rate \(rate) leaves \(Float(mean)) of the variance.")
      if mean < least { (best, least) = (rate, mean) }
    }
    try session.log([
      "learning_rate_d": best,
      "residual_d": residual(
        training: Array(rows[..<900]), test: Array(rows[900...]), rate: best),
    ])
  }

  /// (e) 4,900 samples in 100 chunks of 49 with a code of 100, in the sample: nothing is compressed.
  private func widen(_ strain: TimeSeries?, in session: Session) throws -> Double {
    var weights = session.stream("e")
    let series =
      strain?.scaled
      ?? .colouredNoise(
        4900, coefficients: TimeSeries.resonance, rate: 512, from: session.stream("chunks"))
    let chunks = TimeSeries(Array(series.samples.prefix(4900)), rate: series.rate).scaled
      .windows(of: 49, every: 49)
    let exercise = Exercise(inputs: chunks, test: chunks, epochs: 100, batch: 10)
    let model = try exercise.trained(
      Sequential(
        Dense(49, 100, activation: .sigmoid, using: &weights),
        Dense(100, 49, activation: .sigmoid, using: &weights)),
      Nadam(learningRate: 1e-5), weights.split("batches"))
    return exercise.residual(of: model)
  }
}

/// Rows to train and to test with; without targets the rows themselves are wanted.
private struct Exercise {
  let inputs: [[Double]]
  var targets: [[Double]]?
  let test: [[Double]]
  var truth: [[Double]]?
  let epochs, batch: Int
  var penalty = Penalty()
  /// Of one row, where the network wants something else than a row of numbers.
  var shape: [Int]?

  private func tensor(_ rows: [[Double]]) -> Tensor {
    shape.map { rows.tensor.reshaped(to: Shape([rows.count] + $0)) } ?? rows.tensor
  }

  /// The layers after training for the mean squared error.
  func trained(
    _ start: Sequential, _ optimizer: some Optimizer, _ stream: RandomStream,
    reportingTo session: Session? = nil
  ) throws -> Sequential {
    var model = start
    let batches = Batches(
      of: tensor(inputs), targets: (targets ?? inputs).tensor, size: batch, shuffledBy: stream)
    var trainer = Trainer(optimizer, epochs: epochs)
    if let session { trainer = try trainer.reporting(to: session, of: Sequential.self) }
    try trainer.fit(&model, to: batches) { model, batch in
      meanSquaredError(model(batch.input), batch.target) + penalty.ofWeights(in: model)
    }
    return model
  }

  /// What the network leaves of the variance of the test rows.
  func residual(of model: Sequential) -> Double {
    let wanted = truth ?? test
    let error = model(tensor(test)) - wanted.tensor
    return Double((error * error).mean().scalar) / SignalWindows.variance(wanted)
  }

  /// The first test row and what comes out.
  func figure(_ name: String, of model: Sequential, _ title: String, _ caption: String) -> Figure {
    let row = test[0]
    let x = row.indices.map { Double($0) }
    return .curves(
      name: name, title: title, caption: caption, x: Figure.Axis("sample"),
      y: Figure.Axis("value"),
      [
        Figure.Series("input", x: x, y: row),
        Figure.Series("output", x: x, y: model(tensor([row])).scalars.map { Double($0) }),
      ])
  }
}
