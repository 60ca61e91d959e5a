import Datasets
import Learning

extension DenseAutoencoder {
  /// The mean squared error of some rows together.
  func error(of rows: [[Double]]) -> Double { errors(of: rows).reduce(0, +) / Double(rows.count) }
}

extension PrincipalComponents {
  /// What the first components leave of the variance of test windows.
  func residual(of windows: SignalWindows, components: Int) -> Double {
    windows.test.reduce(0) { $0 + residual(of: $1, components: components) }
      / Double(windows.test.count) / windows.testVariance
  }
}
