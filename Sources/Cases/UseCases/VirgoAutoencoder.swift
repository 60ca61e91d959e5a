import Casework
import Datasets
import Foundation
import Learning
import Randomness
import Tensors

/// Compresses the noise of a gravitational-wave detector with an autoencoder and with principal
/// components, the exact optimum of a linear one (after a tutorial by Luca Rei, INFN Genova).
struct VirgoAutoencoder: UseCase {
  var data = "simulated"
  var windows = 10_000
  var epochs = 50
  var batchSize = 100
  var learningRate = 1e-3
  var code = 32
  var output = "linear"
  var exercises = false

  /// Samples in a window.
  static let length = 128

  func validate() throws {
    for (name, value) in [("epochs", epochs), ("batch_size", batchSize)] {
      try require((1...1_000_000).contains(value), name, value, "it lies from 1 to 1000000")
    }
    try require(
      (200...1_000_000).contains(windows), "windows", windows, "it lies from 200 to 1000000")
    try require(
      (1...Self.length).contains(code), "code", code, "it lies from 1 to \(Self.length)")
    try require(learningRate > 0, "learning_rate", learningRate, "it is greater than 0")
    try require(
      ["linear", "sigmoid"].contains(output), "output", output, "it is linear or sigmoid")
    try require(
      !data.isEmpty, "data", data, "it is simulated, virgo-v1-60s, ligo-gw150914 or a folder")
  }

  func run(in session: Session) async throws {
    try session.log("compression_ratio", Double(Self.length) / Double(code))
    // What the user brings is checked before anything is computed.
    let isOwn = !["simulated", "virgo-v1-60s", "ligo-gw150914"].contains(data)
    let own =
      isOwn ? try StrainFolder.all(in: session.dataFolder(data), rate: 1024, atLeast: 16) : []
    // 1. Simulated noise, where the truth is known: white, and coloured by an AR(2) filter.
    let white = Windows(
      training: noise(session.stream("white")),
      test: noise(session.stream("white test"), min(2000, windows / 2)))
    let coloured = Windows(
      training: noise(session.stream("coloured"), isColoured: true),
      test: noise(session.stream("coloured test"), min(2000, windows / 2), isColoured: true))
    let whiteResult = try compress(white, "white", in: session)
    let colouredResult = try compress(coloured, "coloured", in: session)
    try session.log([
      "residual_variance_white": whiteResult.network, "residual_variance": colouredResult.network,
      "pca_residual_variance": colouredResult.pca,
      "pca_residual_white_in_sample": whiteResult.components.residualShare(components: code),
      "optimum_coloured": Self.colouredOptimum.residualShare(components: code),
    ])
    try linear(white, whiteResult.components, coloured, colouredResult.components, in: session)
    try session.figure(examplesFigure(coloured, colouredResult.model, "coloured noise (simulated)"))
    try flaw(coloured, in: session)

    // 2. Real strain.
    switch data {
    case "simulated":
      try session.log("ratio_to_pca", max(whiteResult.ratio, colouredResult.ratio))
    case "virgo-v1-60s":
      let strain = try StrainFolder.series(
        from: await session.dataSet("virgo-v1-60s"), file: "GW170814.h5")
      try await compress([("V1", strain)], in: session)
    case "ligo-gw150914":
      let set = try await session.dataSet("ligo-gw150914")
      let detectors = try ["H1", "L1"].map { name in
        (
          name,
          try StrainFolder.series(
            from: set, file: "\(name.prefix(1))-\(name)_LOSC_4_V2-1126259446-32.hdf5")
        )
      }
      let offsets = try loudest(detectors, event: 16.44, in: session).map { abs($0 - 16.44) }
      try session.log([
        "anomaly_peak_offset_s": offsets.max() ?? .nan, "anomaly_peak_offset_h1_s": offsets[0],
        "anomaly_peak_offset_l1_s": offsets[1],
      ])
    default:
      try await compress(own, in: session)
      _ = try loudest(own, event: nil, in: session)
    }
    if exercises { try exercise(in: session) }
  }

  private func noise(_ stream: RandomStream, _ count: Int? = nil, isColoured: Bool = false)
    -> [[Double]]
  {
    let samples = (count ?? windows) * Self.length
    let series =
      isColoured
      ? TimeSeries.colouredNoise(samples, coefficients: Self.filter, rate: 512, from: stream)
      : TimeSeries.whiteNoise(samples, rate: 512, from: stream)
    return series.windows(of: Self.length, every: Self.length)
  }

  /// The coefficients of the coloured noise: poles of modulus 0.9 at ±0.48 rad, 39 Hz at 512 Hz.
  static let filter = (a: 1.6, b: -0.81)

  /// The components of coloured noise from its autocovariance (Yule and Walker), not from samples.
  static var colouredOptimum: PrincipalComponents {
    var covariance = [1, filter.a / (1 - filter.b)]
    while covariance.count < length {
      covariance.append(
        filter.a * covariance[covariance.count - 1] + filter.b * covariance[covariance.count - 2])
    }
    return PrincipalComponents(
      mean: [Double](repeating: 0, count: length),
      covariance: (0..<length).flatMap { i in (0..<length).map { covariance[abs(i - $0)] } })
  }

  /// 128-32-128 and as many principal components, on test windows.
  private func compress(
    _ windows: Windows, _ name: String, start: Start = .random, in session: Session
  ) throws -> Compression {
    let components = PrincipalComponents(of: windows.training)
    let root = session.stream("network \(name) \(start)")
    var weights = root.split("weights")
    var model = DenseAutoencoder(
      Self.length,
      code: code, activation: .relu, output: output == "sigmoid" ? .sigmoid : .identity,
      using: &weights)
    if start == .components { model.start(from: components, windows.training) }
    try fit(
      &model, to: windows.training, rate: start == .components ? learningRate / 100 : learningRate,
      root, name == "coloured" ? session : nil)
    if name == "coloured" {
      try session.log("parameters", Double(model.parameterCount))
      try session.artifact(
        "network.txt", Data(model.summary(for: windows.training.prefix(1).map { $0 }.tensor).utf8),
        mediaType: "text/plain")
    }
    let pca =
      windows.test.reduce(0) { $0 + components.residual(of: $1, components: code) }
      / Double(windows.test.count) / windows.testVariance
    return Compression(
      model: model, components: components,
      network: model.error(of: windows.test) / windows.testVariance, pca: pca)
  }

  private func fit(
    _ model: inout DenseAutoencoder, to rows: [[Double]], rate: Double, _ stream: RandomStream,
    _ session: Session? = nil
  ) throws {
    let batches = Batches(of: rows.tensor, size: batchSize, shuffledBy: stream.split("batches"))
    var trainer = Trainer(Adam(learningRate: Scalar(rate)), epochs: epochs)
      .scheduling(.cosine(over: epochs, minimum: 0.01), by: .epoch)
    if let session { trainer = trainer.reporting(to: session, of: DenseAutoencoder.self) }
    try trainer.fit(&model, to: batches) { meanSquaredError($0($1.input), $1.input) }
  }

  /// Linear autoencoders against the optimum, for each size of the code.
  private func linear(
    _ white: Windows, _ whiteComponents: PrincipalComponents, _ coloured: Windows,
    _ colouredComponents: PrincipalComponents, in session: Session
  ) throws {
    let sizes = [4, 8, 16, 32, 64]
    var (series, worst): ([Figure.Series], Double) = ([], 0)
    for (name, windows, components) in [
      ("white", white, whiteComponents), ("coloured", coloured, colouredComponents),
    ] {
      var found: [Double] = []
      for size in sizes {
        let root = session.stream("linear \(name) \(size)")
        var weights = root.split("weights")
        var model = DenseAutoencoder(
          Self.length,
          code: size, activation: .identity, output: .identity, using: &weights)
        try fit(&model, to: windows.training, rate: 5 * learningRate, root)
        let residual = model.error(of: windows.training) / windows.trainingVariance
        worst = max(worst, residual / components.residualShare(components: size))
        found.append(model.error(of: windows.test) / windows.testVariance)
        session.note("Linear 128-\(size)-128, \(name) noise: residual \(Float(residual)).")
      }
      let x = sizes.map(Double.init)
      series.append(Figure.Series("\(name), autoencoder", x: x, y: found))
      series.append(
        Figure.Series(
          "\(name), PCA", x: x,
          y: sizes.map { size in
            windows.test.reduce(0) { $0 + components.residual(of: $1, components: size) }
              / Double(windows.test.count) / windows.testVariance
          }))
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
  private func flaw(_ windows: Windows, in session: Session) throws {
    let root = session.stream("sigmoid")
    var weights = root.split("weights")
    var model = DenseAutoencoder(
      Self.length, code: code, activation: .relu, output: .sigmoid, using: &weights)
    try fit(&model, to: windows.training, rate: learningRate, root)
    try session.log(
      "residual_variance_sigmoid", model.error(of: windows.test) / windows.testVariance)
  }

  /// Raw, whitened and band-passed strain; the first 80 % train, the rest tests.
  private func compress(
    _ strains: [(name: String, series: TimeSeries)], in session: Session
  ) async throws {
    var worst: [String: (network: Double, pca: Double, ratio: Double)] = [:]
    var random: [String: Double] = [:]
    for (name, strain) in strains {
      let scale =
        1
        / (strain.samples.reduce(0) { $0 + $1 * $1 } / Double(strain.samples.count))
        .squareRoot()
      let scaled = TimeSeries(strain.samples.map { $0 * scale }, rate: strain.rate)
      let quiet = TimeSeries(
        Array(scaled.samples.prefix(scaled.samples.count * 4 / 5)), rate: scaled.rate)
      // The spectrum is that of the training part alone.
      let spectrum = quiet.powerSpectrum()
      let kinds = [
        ("raw", scaled), ("whitened", scaled.whitened(by: spectrum)),
        ("band", scaled.whitened(by: spectrum, band: 30...200)),
      ]
      for (kind, series) in kinds {
        try session.checkCancellation()
        let windows = Windows(splitting: series.resampled(to: 512).trimmed(by: 2))
        let result = try compress(windows, kind, start: .components, in: session)
        session.note(
          "\(name), \(kind): residual \(Float(result.network)), PCA \(Float(result.pca)).")
        if result.ratio > (worst[kind]?.ratio ?? 0) {
          worst[kind] = (result.network, result.pca, result.ratio)
        }
        random[kind] = max(random[kind] ?? 0, try compress(windows, kind, in: session).ratio)
        if kind == "band", name == strains[0].name {
          try session.figure(examplesFigure(windows, result.model, "\(name), 30 to 200 Hz"))
        }
      }
      if name == strains[0].name { try session.figure(spectraFigure(name, scaled, kinds[1].1)) }
    }
    for (kind, value) in worst.sorted(by: { $0.key < $1.key }) {
      try session.log("residual_\(kind)", value.network)
      try session.log("pca_residual_\(kind)", value.pca)
      try session.log("ratio_to_pca_\(kind)", value.ratio)
      try session.log("ratio_to_pca_\(kind)_random", random[kind] ?? .nan)
    }
    try session.log("ratio_to_pca", max(worst["raw"]?.ratio ?? 0, worst["band"]?.ratio ?? 0))
  }

  /// Learns the first 12 s, whitened from 35 to 350 Hz at 1024 Hz, and says when the error is greatest.
  private func loudest(
    _ strains: [(name: String, series: TimeSeries)], event: Double?, in session: Session
  ) throws -> [Double] {
    var (series, peaks, table): ([Figure.Series], [Double], String) = (
      [], [], "file,second,error\n"
    )
    for (name, strain) in strains {
      let spectrum = strain.powerSpectrum(piece: 4)
      let clean = strain.whitened(by: spectrum, band: 35...350).resampled(to: 1024).trimmed(by: 1)
      let quiet = TimeSeries(Array(clean.samples.prefix(11 * 1024)), rate: 1024)
      let root = session.stream("loudest \(name)")
      var weights = root.split("weights")
      var model = DenseAutoencoder(
        Self.length,
        code: code, activation: .relu, output: .identity, using: &weights)
      try fit(&model, to: quiet.windows(of: Self.length, every: 4), rate: learningRate, root)
      let windows = clean.windows(of: Self.length, every: 8)
      let errors = model.errors(of: windows)
      // The time of a window is that of its middle, from the start of the file.
      let times = windows.indices.map { 1 + (Double(8 * $0) + 64) / 1024 }
      let best = errors.indices.max { errors[$0] < errors[$1] } ?? 0
      peaks.append(times[best])
      table += "\(name),\(times[best]),\(errors[best])\n"
      session.note("\(name): the greatest error is at \(Float(times[best])) s of the file.")
      let shown = times.indices.filter { event == nil || abs(times[$0] - (event ?? 0)) < 3 }
      let step = max(1, shown.count / 800)
      let few = stride(from: 0, to: shown.count, by: step).map { first in
        shown[first..<min(first + step, shown.count)].max { errors[$0] < errors[$1] }
          ?? shown[first]
      }
      series.append(Figure.Series(name, x: few.map { times[$0] }, y: few.map { errors[$0] }))
    }
    try session.artifact("loudest.csv", Data(table.utf8), mediaType: "text/csv")
    try session.figure(
      .curves(
        name: "error-by-time", title: "Where the network does not know what it sees",
        caption:
          "Mean squared error of windows of 125 ms of strain, whitened and band-passed from 35 to "
          + "350 Hz, by networks that have learned the first 12 s."
          + (event == nil ? "" : " The line is GW150914."),
        x: Figure.Axis("time from the start of the file (s)"),
        y: Figure.Axis("mean squared error", scale: .logarithmic), series,
        guides: event.map { [Figure.Guide("GW150914", .vertical($0))] } ?? []))
    return peaks
  }
}

/// Where a network starts.
private enum Start { case random, components }

/// What was found for one kind of data.
private struct Compression {
  let model: DenseAutoencoder
  let components: PrincipalComponents
  /// Residual variances on test windows.
  let network, pca: Double
  var ratio: Double { network / pca }
}

/// Windows to train and to test with, divided by the deviation of the first.
struct Windows {
  let training, test: [[Double]]

  init(training: [[Double]], test: [[Double]]) {
    let scale = 1 / Self.variance(training).squareRoot()
    self.training = training.map { $0.map { $0 * scale } }
    self.test = test.map { $0.map { $0 * scale } }
  }

  /// By time: the first 80 % in windows that overlap, the rest in windows that overlap by half.
  init(splitting series: TimeSeries) {
    let count = series.samples.count * 4 / 5
    self.init(
      training: TimeSeries(Array(series.samples[..<count]), rate: series.rate)
        .windows(of: VirgoAutoencoder.length, every: 4),
      test: TimeSeries(Array(series.samples[count...]), rate: series.rate)
        .windows(of: VirgoAutoencoder.length, every: 64))
  }

  var trainingVariance: Double { Self.variance(training) }
  var testVariance: Double { Self.variance(test) }

  static func variance(_ rows: [[Double]]) -> Double {
    let count = Double(rows.count * rows[0].count)
    let mean = rows.reduce(0) { $0 + $1.reduce(0, +) } / count
    return rows.reduce(0) { $1.reduce($0) { $0 + ($1 - mean) * ($1 - mean) } } / count
  }
}

extension DenseAutoencoder {
  /// The mean squared error of each window.
  fileprivate func errors(of rows: [[Double]]) -> [Double] {
    let restored = predictions(for: rows.tensor, batchSize: 4096).scalars
    return rows.enumerated().map { index, row in
      row.indices.reduce(0) { sum, column in
        let error = row[column] - Double(restored[index * row.count + column])
        return sum + error * error
      } / Double(row.count)
    }
  }

  fileprivate func error(of rows: [[Double]]) -> Double {
    errors(of: rows).reduce(0, +) / Double(rows.count)
  }
}

extension VirgoAutoencoder {
  /// The exercises of the notebook with its own settings: what they leave of the variance of test data.
  private func exercise(in session: Session) throws {
    let root = session.stream("exercises")
    func residual(
      _ model: Sequential, _ rows: [[Double]], _ targets: [[Double]], _ test: [[Double]],
      _ truth: [[Double]], epochs: Int, batch: Int, shape: [Int]? = nil
    ) throws -> Double {
      var model = model
      func tensor(_ rows: [[Double]]) -> Tensor {
        shape.map { rows.tensor.reshaped(to: Shape([rows.count] + $0)) } ?? rows.tensor
      }
      let batches = Batches(
        of: tensor(rows), targets: targets.tensor, size: batch, shuffledBy: root.split("batches"))
      var trainer = Trainer(Adam(), epochs: epochs)
      try trainer.fit(&model, to: batches) { meanSquaredError($0($1.input), $1.target) }
      let error = model(tensor(test)) - truth.tensor
      return Double((error * error).mean().scalar) / Windows.variance(truth)
    }
    var weights = root.split("weights")
    // (a) and (b): N(0, 3), 900 rows to train and 100 to test with, 15 epochs, batches of 30.
    let rows = noise(root.split("rows"), 1000).map { $0.map { 3 * $0 } }
    let (train, test) = (Array(rows[..<900]), Array(rows[900...]))
    let dense = Sequential(
      Dense(128, 32, activation: .relu, using: &weights),
      Dense(32, 128, activation: .sigmoid, using: &weights))
    let causal = Window(padding: .sides(before: 2, after: 0))
    let convolutional = Sequential(
      Convolution(1, 64, kernel: 3, axes: 1, window: causal, activation: .relu, using: &weights),
      Flatten(), Dense(64 * 128, 32, activation: .relu, using: &weights),
      Dense(32, 16, activation: .relu, using: &weights),
      Dense(16, 32, activation: .relu, using: &weights), Dense(32, 128, using: &weights))
    // (c): a sine from 0 to 1 with noise of 0.05 N(0, 3), ten rows of 629 points.
    let clean = (0..<629).map { 0.5 + 0.5 * sin(0.01 * Double($0)) }
    var stream = root.split("sine")
    let sines = (0..<12).map { _ in clean.map { $0 + 0.05 * stream.normal(deviation: 3) } }
    let denoiser = Sequential(
      Dense(629, 32, activation: .relu, using: &weights),
      Dense(32, 629, activation: .sigmoid, using: &weights))
    try session.log([
      "residual_exercise_a": residual(dense, train, train, test, test, epochs: 15, batch: 30),
      "residual_exercise_b": residual(
        convolutional, train, train, test, test, epochs: 15, batch: 30, shape: [1, 128]),
      "residual_exercise_c": residual(
        denoiser, Array(sines[..<10]), Array(repeating: clean, count: 10), Array(sines[10...]),
        [clean, clean], epochs: 100, batch: 10),
    ])
  }
}

private func examplesFigure(_ windows: Windows, _ model: DenseAutoencoder, _ kind: String) -> Figure
{
  let row = windows.test[0]
  let restored = model([row].tensor).scalars.map { Double($0) }
  let x = row.indices.map { Double($0) }
  return .curves(
    name: kind.hasPrefix("coloured") ? "example-coloured" : "example-strain",
    title: "A window and its reconstruction",
    caption: "One test window of \(kind) and what comes out of a code a quarter of its length.",
    x: Figure.Axis("sample"), y: Figure.Axis("value (deviations)"),
    [Figure.Series("window", x: x, y: row), Figure.Series("reconstruction", x: x, y: restored)])
}

private func spectraFigure(_ name: String, _ raw: TimeSeries, _ white: TimeSeries) -> Figure {
  func series(_ word: String, _ series: TimeSeries) -> Figure.Series {
    let spectrum = series.trimmed(by: 2).powerSpectrum()
    let level = spectrum.density(at: 300)
    let all = spectrum.frequencies.indices.filter {
      (10...1800).contains(spectrum.frequencies[$0])
    }
    let few = stride(from: 0, to: all.count, by: max(1, all.count / 900)).map { all[$0] }
    return Figure.Series(
      word, x: few.map { spectrum.frequencies[$0] },
      y: few.map { max(spectrum.densities[$0] / level, 1e-12) })
  }
  return .curves(
    name: "spectra", title: "Power spectral density before and after whitening",
    caption:
      "Strain of \(name) by its density at 300 Hz (Welch, pieces of 2 s): steep with lines, and "
      + "flat after division by the square root of the training part's spectrum.",
    x: Figure.Axis("frequency (Hz)", scale: .logarithmic),
    y: Figure.Axis("power density (300 Hz: 1)", scale: .logarithmic),
    [series("raw", raw), series("whitened", white)])
}
