public import Tensors
import func Kernels.require

/// How far predictions of numbers are from the truth.
public struct RegressionErrors: Hashable, Sendable {
  /// The mean of the absolute differences.
  public let meanAbsolute: Double
  /// The mean of the squared differences.
  public let meanSquared: Double
  /// The share of the truth's variance that is explained.
  ///
  /// It is 1 less the squared differences over those from the mean. Of a truth without variance it is 1 if every difference is 0, else 0, as in
  /// scikit-learn.
  public let rSquared: Double

  /// The root of ``meanSquared``, in the unit of the truth.
  public var rootMeanSquared: Double { meanSquared.squareRoot() }

  /// Compares predictions with as many true numbers.
  public init(of predictions: [Double], _ truth: [Double]) {
    checkCounts(predictions.count, truth.count)
    let count = Double(truth.count)
    let mean = truth.reduce(0, +) / count
    let squares = zip(predictions, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let variance = truth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    meanAbsolute = zip(predictions, truth).reduce(0) { $0 + abs($1.0 - $1.1) } / count
    meanSquared = squares / count
    rSquared = variance > 0 ? 1 - squares / variance : squares == 0 ? 1 : 0
  }
}

/// Returns the mean squared error of each row.
///
/// - Parameters:
///   - rows: What is true, of one length.
///   - restored: What a model makes of them, `[count, length]`.
/// - Returns: A number for each row.
public func meanSquaredErrors(of rows: [[Double]], restored: Tensor) -> [Double] {
  require(
    rows.allSatisfy { restored.shape == [rows.count, $0.count] },
    "\(rows.count) rows, the first of \(rows.first?.count ?? 0), do not meet \(restored.shape)")
  let scalars = restored.scalars
  return rows.enumerated().map { index, row in
    row.indices.reduce(0) { sum, column in
      let error = row[column] - Double(scalars[index * row.count + column])
      return sum + error * error
    } / Double(row.count)
  }
}
