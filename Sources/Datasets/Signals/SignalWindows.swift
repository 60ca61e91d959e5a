/// Windows of a signal to train and to test with, divided by the deviation of the first.
public struct SignalWindows: Sendable {
  public let training, test: [[Double]]

  public init(training: [[Double]], test: [[Double]]) {
    let scale = 1 / Self.variance(training).squareRoot()
    self.training = training.map { $0.map { $0 * scale } }
    self.test = test.map { $0.map { $0 * scale } }
  }

  /// Splits a series by time: the first 80 % in windows that begin every fourth sample, the rest in
  /// windows that overlap by half.
  public init(splitting series: TimeSeries, length: Int) {
    let count = series.samples.count * 4 / 5
    self.init(
      training: TimeSeries(Array(series.samples[..<count]), rate: series.rate)
        .windows(of: length, every: 4),
      test: TimeSeries(Array(series.samples[count...]), rate: series.rate)
        .windows(of: length, every: length / 2))
  }

  public var trainingVariance: Double { Self.variance(training) }
  public var testVariance: Double { Self.variance(test) }

  /// Returns the variance of all numbers of some rows of one length.
  public static func variance(_ rows: [[Double]]) -> Double {
    let count = Double(rows.count * rows[0].count)
    let mean = rows.reduce(0) { $0 + $1.reduce(0, +) } / count
    return rows.reduce(0) { $1.reduce($0) { $0 + ($1 - mean) * ($1 - mean) } } / count
  }
}
