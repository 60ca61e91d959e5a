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

  /// Samples in a window.
  static let length = 128

  func validate() throws {
    try require(["epochs": epochs, "batch_size": batchSize], in: 1...1_000_000)
    try require(["windows": windows], in: 200...1_000_000)
    try require(["code": code], in: 1...Self.length)
    try require(learningRate > 0, "learning_rate", learningRate, "it is greater than 0")
    try require(
      ["linear", "sigmoid"].contains(output), "output", output, "it is linear or sigmoid")
    try require(
      !data.isEmpty, "data", data, "it is simulated, virgo-v1-60s, ligo-gw150914 or a folder")
  }

  func run(in session: Session) async throws {
    try session.log("compression_ratio", Double(Self.length) / Double(code))
    // 1. Data: strain is read before anything is computed; simulated noise, where the truth is known,
    // is white, and coloured by an AR(2) filter.
    let strains = try await Strain.named(data, in: session)
    let white = simulated("white", in: session) { .whiteNoise($0, rate: 512, from: $1) }
    let coloured = simulated("coloured", in: session) {
      .colouredNoise($0, coefficients: TimeSeries.resonance, rate: 512, from: $1)
    }

    // 2. Networks and principal components on simulated noise.
    let whiteResult = try compress(white, "white", in: session)
    let colouredResult = try compress(coloured, "coloured", in: session)
    let optimum = PrincipalComponents(
      autocovariance: TimeSeries.colouredAutocorrelation(
        Self.length, coefficients: TimeSeries.resonance))
    try session.log([
      "residual_variance_white": whiteResult.network, "residual_variance": colouredResult.network,
      "pca_residual_variance": colouredResult.pca,
      "pca_residual_white_in_sample": whiteResult.components.residualShare(components: code),
      "optimum_coloured": optimum.residualShare(components: code),
    ])
    try linear(
      [
        ("white", white, whiteResult.components), ("coloured", coloured, colouredResult.components),
      ], in: session)
    let (model, kind) = (colouredResult.model, "coloured noise (simulated)")
    try session.figure(.window("example-coloured", of: coloured, through: model, kind))
    // The original's sigmoid at the end cannot say anything negative.
    try session.log(
      "residual_variance_sigmoid",
      compress(coloured, "sigmoid", output: "sigmoid", in: session).network)

    // 3. Real strain: how far it can be compressed, and where it surprises.
    if strains.isEmpty {
      try session.log("ratio_to_pca", max(whiteResult.ratio, colouredResult.ratio))
    } else if data != "ligo-gw150914" {
      try compress(strains, in: session)
    }
    if data == "ligo-gw150914" {
      let offsets = try loudest(strains, event: 16.44, in: session).map { abs($0 - 16.44) }
      try session.log([
        "anomaly_peak_offset_s": offsets.max() ?? .nan, "anomaly_peak_offset_h1_s": offsets[0],
        "anomaly_peak_offset_l1_s": offsets[1],
      ])
    } else if data != "simulated", data != "virgo-v1-60s" {
      _ = try loudest(strains, event: nil, in: session)
    }
  }

  private func simulated(
    _ name: String, in session: Session, _ noise: (Int, RandomStream) -> TimeSeries
  ) -> SignalWindows {
    func rows(_ name: String, _ count: Int) -> [[Double]] {
      noise(count * Self.length, session.stream(name)).windows(of: Self.length, every: Self.length)
    }
    return SignalWindows(
      training: rows(name, windows), test: rows("\(name) test", min(2000, windows / 2)))
  }

  /// 128-32-128, which may start from the principal components, and as many of these on test windows.
  private func compress(
    _ windows: SignalWindows, _ name: String, isWarm: Bool = false, output: String? = nil,
    in session: Session
  ) throws -> Compression {
    let components = PrincipalComponents(of: windows.training)
    let root = session.stream("network \(name) \(isWarm ? "components" : "random")")
    var weights = root.split("weights")
    var model = DenseAutoencoder(
      Self.length, code: code, activation: .relu,
      output: (output ?? self.output) == "sigmoid" ? .sigmoid : .identity, using: &weights)
    if isWarm { model.start(from: components, windows.training) }
    try fit(
      &model, to: windows.training, rate: isWarm ? learningRate / 100 : learningRate,
      root, name == "coloured" ? session : nil)
    if name == "coloured" {
      try session.log("parameters", Double(model.parameterCount))
      try session.network(of: model, for: [windows.training[0]].tensor)
    }
    return Compression(
      model: model, components: components,
      network: model.error(of: windows.test) / windows.testVariance,
      pca: components.residual(of: windows, components: code))
  }

  private func fit(
    _ model: inout DenseAutoencoder, to rows: [[Double]], rate: Double, _ stream: RandomStream,
    _ session: Session? = nil
  ) throws {
    let batches = Batches(of: rows.tensor, size: batchSize, shuffledBy: stream.split("batches"))
    var trainer = Trainer(Adam(learningRate: Scalar(rate)), epochs: epochs)
      .scheduling(.cosine(over: epochs, minimum: 0.01), by: .epoch)
    if let session { trainer = try trainer.reporting(to: session, of: DenseAutoencoder.self) }
    try trainer.fit(&model, to: batches) { meanSquaredError($0($1.input), $1.input) }
  }

  /// Linear autoencoders against the optimum, for each size of the code.
  private func linear(
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

  /// Raw, whitened and band-passed strain; the first 80 % train, the rest tests.
  private func compress(_ strains: [Strain], in session: Session) throws {
    var (worst, random): ([String: Compression], [String: Double]) = ([:], [:])
    for (index, strain) in strains.enumerated() {
      let scaled = strain.series.scaled
      // The spectrum is that of the training part alone.
      let spectrum = scaled.prefix(seconds: 0.8 * scaled.duration).powerSpectrum()
      let white = scaled.whitened(by: spectrum)
      for (kind, series) in [
        ("raw", scaled), ("whitened", white),
        ("band", scaled.whitened(by: spectrum, band: 30...200)),
      ] {
        try session.checkCancellation()
        let windows = SignalWindows(
          splitting: series.resampled(to: 512).trimmed(by: 2), length: Self.length)
        let result = try compress(windows, kind, isWarm: true, in: session)
        session.note(
          "\(strain.name), \(kind): residual \(Float(result.network)), PCA \(Float(result.pca)).")
        if result.ratio > (worst[kind]?.ratio ?? 0) { worst[kind] = result }
        random[kind] = max(random[kind] ?? 0, try compress(windows, kind, in: session).ratio)
        if kind == "band", index == 0 {
          let shown = "\(strain.name), 30 to 200 Hz"
          try session.figure(.window("example-strain", of: windows, through: result.model, shown))
        }
      }
      guard index == 0 else { continue }
      try session.figure(.whitening(of: strain.name, raw: scaled, white: white))
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
  private func loudest(_ strains: [Strain], event: Double?, in session: Session) throws
    -> [Double]
  {
    var (series, peaks): ([Figure.Series], [Double]) = ([], [])
    var table = "file,second,error\n"
    for (name, strain) in strains.map({ ($0.name, $0.series) }) {
      let spectrum = strain.powerSpectrum(piece: 4)
      let clean = strain.whitened(by: spectrum, band: 35...350).resampled(to: 1024).trimmed(by: 1)
      let quiet = clean.prefix(seconds: 11)
      let root = session.stream("loudest \(name)")
      var weights = root.split("weights")
      var model = DenseAutoencoder(
        Self.length, code: code, activation: .relu, output: .identity, using: &weights)
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
      series.append(
        Figure.peaks(name, x: shown.map { times[$0] }, y: shown.map { errors[$0] }))
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

/// What was found for one kind of data.
private struct Compression {
  let model: DenseAutoencoder
  let components: PrincipalComponents
  /// Residual variances on test windows.
  let network, pca: Double
  var ratio: Double { network / pca }
}
