import Datasets
import Foundation
import Randomness
import Testing

@Suite struct TimeSeriesTests {
  /// The integral of the density is the variance (Parseval), for windows that cover all.
  @Test func powerOfWhiteNoiseIsItsVariance() {
    let noise = TimeSeries.whiteNoise(1 << 16, rate: 512, from: RandomStream(seed: 1).split("w"))
    let spectrum = noise.powerSpectrum()
    let power = spectrum.densities.reduce(0, +) * spectrum.spacing
    #expect(abs(power - 1) < 0.03)
    #expect(abs(spectrum.density(at: 100) * 256 - 1) < 0.5)
  }

  @Test func sineKeepsItsPowerInItsFrequency() {
    let sine = TimeSeries((0..<4096).map { sin(2 * .pi * 32 * Double($0) / 512) }, rate: 512)
    let spectrum = sine.powerSpectrum(piece: 2)
    let best = spectrum.densities.indices.max { spectrum.densities[$0] < spectrum.densities[$1] }
    #expect(best == 64)
    #expect(abs(spectrum.densities.reduce(0, +) * spectrum.spacing - 0.5) < 1e-10)
  }

  @Test func whiteningMakesColouredNoiseFlatAndOfVarianceOne() {
    let noise = TimeSeries.colouredNoise(
      1 << 17, coefficients: (a: 1.6, b: -0.81), rate: 512, from: RandomStream(seed: 2).split("c"))
    let white = noise.whitened(by: noise.powerSpectrum()).trimmed(by: 2)
    let variance = white.samples.reduce(0) { $0 + $1 * $1 } / Double(white.samples.count)
    #expect(abs(variance - 1) < 0.05)
    // 254 pieces: a relative error of about 0.09 for each frequency.
    let densities = white.powerSpectrum().densities.dropFirst(4).dropLast(4).map { $0 * 256 }
    #expect(densities.allSatisfy { abs($0 - 1) < 0.5 })
  }

  @Test func bandAndRateKeepWhatIsInside() {
    let series = TimeSeries(
      (0..<16384).map { n in
        let t = Double(n) / 4096
        return sin(2 * .pi * 50 * t) + sin(2 * .pi * 900 * t)
      }, rate: 4096)
    let slow = series.resampled(to: 512).trimmed(by: 1)
    #expect(slow.rate == 512 && abs(slow.start - 1) < 1e-9)
    for (n, value) in slow.samples.enumerated() {
      #expect(abs(value - sin(2 * .pi * 50 * (1 + Double(n) / 512))) < 2e-2)
    }
    let none = series.passed(band: 100...400).trimmed(by: 1)
    #expect(none.samples.allSatisfy { abs($0) < 2e-2 })
  }

  @Test func densityOfLinearModelIsNormal() {
    let model = LinearModel(width: 1, deviation: 0.5, from: RandomStream(seed: 4).split("m"))
    let variance =
      model.weights.first[0] * model.weights.first[0]
      + model.weights.second[0] * model.weights.second[0] + 0.25
    let x = model.mean[0] + 0.7
    let expected = -0.5 * (log(2 * .pi * variance) + 0.49 / variance)
    #expect(abs(model.logLikelihood(of: [x]) - expected) < 1e-10)
  }

  /// Integrates the density of two numbers over the plane.
  @Test func densityOfLinearModelIntegratesToOne() {
    let model = LinearModel(width: 2, from: RandomStream(seed: 5).split("m"))
    let steps = stride(from: -8.0, through: 8, by: 0.1)
    let sum = steps.reduce(0) { sum, u in
      steps.reduce(sum) {
        $0 + exp(model.logLikelihood(of: [u + model.mean[0], $1 + model.mean[1]]))
      }
    }
    #expect(abs(sum * 0.01 - 1) < 1e-3)
  }

  @Test func patientsHaveTheSeparationThatIsSaid() {
    let patients = PatientSimulator().patients(4000, from: RandomStream(seed: 6).split("p"))
    func mean(_ isSick: Bool, _ column: Int) -> Double {
      let rows = patients.filter { $0.isSick == isSick }
      return rows.reduce(0) { $0 + $1.record[column] } / Double(rows.count)
    }
    #expect(abs(mean(true, 0) - mean(false, 0) - 0.6) < 0.1)
    #expect(abs(mean(true, 3) - mean(false, 3)) < 0.15)
    #expect(patients[0].record.count == 4)
    let other = PatientSimulator(hasInteraction: true).patients(1, from: RandomStream(seed: 6))
    #expect(other[0].record.count == 5 && other[0].picture.count == 784)
  }

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: RealData.path("ligo_gw150914")),
      "there is no strain of GW150914 beside the project"))
  func strainOfGWOSCIsRead() throws {
    let files = try StrainFolder.all(
      in: URL(filePath: RealData.path("virgo_v1_60s")), rate: 1024, atLeast: 16)
    #expect(files.count == 1 && files[0].series.samples.count == 245_760)
    #expect(files[0].series.rate == 4096 && files[0].series.start == 1_186_746_568)
    let ligo = try StrainFolder.series(
      file: RealData.path("ligo_gw150914") + "/H-H1_LOSC_4_V2-1126259446-32.hdf5")
    #expect(ligo.samples.count == 131_072 && ligo.rate == 4096)
  }

  @Test func folderWithoutStrainIsRefused() throws {
    let scratch = try Scratch()
    let place = URL(filePath: scratch.path)
    func refusal() throws -> String {
      try #require(
        #expect(throws: DatasetsError.self) {
          try StrainFolder.all(in: place, rate: 1024, atLeast: 16)
        }
      ).description
    }
    #expect(try refusal().contains("no .h5 or .hdf5 file"))
    try scratch.write("a.h5", Data("not HDF5".utf8))
    #expect(try refusal().contains("a.h5"))
  }
}
