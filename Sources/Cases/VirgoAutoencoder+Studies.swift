import Casework
import Datasets
import Foundation
import Learning
import Randomness
import Tensors

extension VirgoAutoencoder {
  /// Linear autoencoders against the optimum, for each size of the code.
  func linear(
    _ kinds: [(String, SignalWindows, PrincipalComponents)], in session: Session
  ) throws {
    let sizes = [4, 8, 16, 32, 64]
    var (series, worst): ([Figure.Series], Double) = ([], 0)
    for (name, windows, components) in kinds {
      var found: [Double] = []
      for size in sizes {
        let root = session.stream("linear \(name) \(size)")
        var weights = root.split("weights")
        var model = DenseAutoencoder(
          Self.length, code: size, activation: .identity, output: .identity, using: &weights)
        try fit(&model, to: windows.training, rate: 5 * learningRate, root)
        let residual = model.error(of: windows.training) / windows.trainingVariance
        worst = max(worst, residual / components.residualShare(components: size))
        found.append(model.error(of: windows.test) / windows.testVariance)
        session.note("Linear 128-\(size)-128, \(name) noise: residual \(Float(residual)).")
      }
      let x = sizes.map(Double.init)
      let optimum = sizes.map { components.residual(of: windows, components: $0) }
      series.append(Figure.Series("\(name), autoencoder", x: x, y: found))
      series.append(Figure.Series("\(name), PCA", x: x, y: optimum))
    }
    try session.log("ratio_to_pca_linear", worst)
    try session.figure(
      .curves(
        name: "residual-by-code", title: "What a code of k numbers leaves",
        caption: "Share of the variance that linear autoencoders and principal components leave of "
          + "simulated test windows of 128 samples. White noise leaves 1 - k/128, whatever the network.",
        x: Figure.Axis("numbers of the code"), y: Figure.Axis("residual variance", range: 0...1),
        series))
  }

  /// The original's sigmoid at the end cannot say anything negative.
  func flaw(_ windows: SignalWindows, in session: Session) throws {
    let root = session.stream("sigmoid")
    var weights = root.split("weights")
    var model = DenseAutoencoder(
      Self.length, code: code, activation: .relu, output: .sigmoid, using: &weights)
    try fit(&model, to: windows.training, rate: learningRate, root)
    try session.log(
      "residual_variance_sigmoid", model.error(of: windows.test) / windows.testVariance)
  }

  /// Solves the exercises of the notebook with its own settings and says what each leaves of the
  /// variance of its test data.
  ///
  /// - Parameters:
  ///   - strain: What (e) compresses; coloured noise where there is none.
  ///   - session: Of the run.
  /// - Throws: What ends a training.
  func solveExercises(on strain: TimeSeries?, in session: Session) throws {
    let root = session.stream("exercises")
    var weights = root.split("weights")
    // (a) and (b): N(0, 3), 900 rows to train and 100 to test with, 15 epochs, batches of 30.
    let rows = noise(root.split("rows"), 1000).map { $0.map { 3 * $0 } }
    let normal = Exercise(
      inputs: Array(rows[..<900]), test: Array(rows[900...]), epochs: 15, batch: 30,
      stream: root.split("batches"))
    let dense = Sequential(
      Dense(128, 32, activation: .relu, using: &weights),
      Dense(32, 128, activation: .sigmoid, using: &weights))
    let causal = Window(padding: .sides(before: 2, after: 0))
    let convolutional = Sequential(
      Convolution(1, 64, kernel: 3, axes: 1, window: causal, activation: .relu, using: &weights),
      Flatten(), Dense(64 * 128, 32, activation: .relu, using: &weights),
      Dense(32, 16, activation: .relu, using: &weights),
      Dense(16, 32, activation: .relu, using: &weights), Dense(32, 128, using: &weights))
    try session.log([
      "residual_exercise_a": normal.residual(of: dense, Adam()),
      "residual_exercise_b": normal.residual(of: convolutional, Adam(), shape: [1, 128]),
    ])

    // (c): a sine from 0 to 1 with noise of 0.05 N(0, 3), ten rows of 629 points.
    let clean = (0..<629).map { 0.5 + 0.5 * sin(0.01 * Double($0)) }
    var stream = root.split("sine")
    let sines = (0..<12).map { _ in clean.map { $0 + 0.05 * stream.normal(deviation: 3) } }
    let sine = Exercise(
      inputs: Array(sines[..<10]), targets: Array(repeating: clean, count: 10),
      test: Array(sines[10...]), truth: [clean, clean], epochs: 100, batch: 10,
      stream: root.split("batches"))
    let denoiser = Sequential(
      Dense(629, 32, activation: .relu, using: &weights),
      Dense(32, 629, activation: .sigmoid, using: &weights))
    try session.log("residual_exercise_c", sine.residual(of: denoiser, Adam()))

    // (d): 100-100-100 on windows of 100 samples; Nadam's rate by three folds of the training rows.
    let hundred = rows.map { Array($0.prefix(100)) }
    let wide = Sequential(
      Dense(100, 100, activation: .relu, using: &weights),
      Dense(100, 100, activation: .sigmoid, using: &weights))
    let penalty = Penalty(absolute: 1e-9, square: 1e-9)
    func fold(_ split: ExampleSplit) -> Exercise {
      Exercise(
        inputs: split.training.map { hundred[$0] }, test: split.test.map { hundred[$0] },
        epochs: 15, batch: 30, penalty: penalty, stream: root.split("folds"))
    }
    let folds = ExampleSplit.folds(3, of: 900, using: root.split("split"))
    let rates = try [1e-6, 5e-6, 1e-5].map { rate in
      (
        rate,
        try folds.reduce(0) {
          $0 + (try fold($1).residual(of: wide, Nadam(learningRate: Scalar(rate))))
        } / 3
      )
    }
    let best = rates.min { $0.1 < $1.1 }?.0 ?? 1e-5
    let all = Exercise(
      inputs: Array(hundred[..<900]), test: Array(hundred[900...]), epochs: 15, batch: 30,
      penalty: penalty, stream: root.split("batches"))
    try session.log([
      "learning_rate_exercise_d": best,
      "residual_exercise_d": all.residual(of: wide, Nadam(learningRate: Scalar(best))),
    ])

    // (e): 4,900 samples in 100 chunks of 49 with a code of 100: nothing is compressed. In the sample.
    let samples =
      strain?.scaled
      ?? TimeSeries.colouredNoise(
        4900, coefficients: Self.filter, rate: 512, from: root.split("chunks")
      ).scaled
    let chunks = TimeSeries(Array(samples.samples.prefix(4900)), rate: samples.rate).scaled
      .windows(of: 49, every: 49)
    let last = Exercise(
      inputs: chunks, test: chunks, epochs: 100, batch: 10, stream: root.split("batches"))
    let sigmoids = Sequential(
      Dense(49, 100, activation: .sigmoid, using: &weights),
      Dense(100, 49, activation: .sigmoid, using: &weights))
    try session.log(
      "residual_exercise_e", last.residual(of: sigmoids, Nadam(learningRate: 1e-5)))
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
  let stream: RandomStream

  /// What a trained stack of layers leaves of the variance of the test rows.
  func residual(of start: Sequential, _ optimizer: some Optimizer, shape: [Int]? = nil) throws
    -> Double
  {
    var model = start
    func tensor(_ rows: [[Double]]) -> Tensor {
      shape.map { rows.tensor.reshaped(to: Shape([rows.count] + $0)) } ?? rows.tensor
    }
    let batches = Batches(
      of: tensor(inputs), targets: (targets ?? inputs).tensor, size: batch, shuffledBy: stream)
    var trainer = Trainer(optimizer, epochs: epochs)
    try trainer.fit(&model, to: batches) { model, batch in
      meanSquaredError(model(batch.input), batch.target) + penalty.ofWeights(in: model)
    }
    let wanted = truth ?? test
    let error = model(tensor(test)) - wanted.tensor
    return Double((error * error).mean().scalar) / SignalWindows.variance(wanted)
  }
}
