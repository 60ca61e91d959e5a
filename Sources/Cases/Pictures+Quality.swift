import Datasets
import Learning

extension [GreyImage] {
  /// The mean peak signal-to-noise ratio of pictures with pixels from 0 to 1, in decibels.
  func meanPSNR(to truth: [GreyImage]) -> Double {
    zip(self, truth).reduce(0) { $0 + peakSignalToNoise($1.0.pixels, $1.1.pixels, peak: 1) }
      / Double(truth.count)
  }

  /// The mean over pictures of their mean squared error.
  func meanSquaredError(to truth: [GreyImage]) -> Double {
    zip(self, truth).reduce(0) { sum, pair in
      sum
        + RegressionErrors(of: pair.0.pixels.map(Double.init), pair.1.pixels.map(Double.init))
        .meanSquared
    } / Double(truth.count)
  }
}
