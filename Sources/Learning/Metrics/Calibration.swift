import Foundation
import func Kernels.require

/// Returns the mean of minus the logarithm of the probability of each example's class.
///
/// - Parameters:
///   - probabilities: Of each example one for each class, which sum to 1; none counts as less than
///     2.2e-16, as in scikit-learn.
///   - labels: The class of each example.
/// - Returns: A loss in nats.
public func logLoss(probabilities: [[Double]], labels: [Int]) -> Double {
  checkCounts(probabilities.count, labels.count)
  let sum = zip(probabilities, labels).reduce(0.0) { sum, pair in
    require(
      pair.0.indices ~= pair.1, "the label \(pair.1) is not one of \(pair.0.count) classes")
    let share = pair.0[pair.1]
    require(0...1 ~= share, "\(share) is not a probability")
    return sum - log(min(max(share, .ulpOfOne), 1 - .ulpOfOne))
  }
  return sum / Double(labels.count)
}

/// Returns the mean of the squared differences of probability and label (Brier, *Monthly Weather
/// Review* 78, 1950).
///
/// - Parameters:
///   - probabilities: Of being positive.
///   - labels: 1 for positive, 0 for negative.
/// - Returns: From 0, for what is certain and right, to 1.
public func brierScore(probabilities: [Double], labels: [Int]) -> Double {
  checkCounts(probabilities.count, labels.count)
  return zip(probabilities, labels).reduce(0) { sum, pair in
    checkProbability(pair.0, of: pair.1)
    return sum + (pair.0 - Double(pair.1)) * (pair.0 - Double(pair.1))
  } / Double(labels.count)
}

private func checkProbability(_ probability: Double, of label: Int) {
  require(0...1 ~= probability, "\(probability) is not a probability")
  require(0...1 ~= label, "the label \(label) is neither 0 nor 1")
}

/// How often what was said with similar probabilities was so.
public struct CalibrationBin: Hashable, Sendable {
  /// The probabilities of the bin; the last one includes its upper end.
  public let range: Range<Double>
  /// How many examples are in it.
  public let count: Int
  /// The mean of their probabilities, or `nil` if there are none.
  public let probability: Double?
  /// The share of positives among them, or `nil` if there are none.
  public let frequency: Double?
}

/// Returns a reliability diagram: bins of equal width from 0 to 1.
///
/// - Parameters:
///   - probabilities: Of being positive, or of the class that was predicted.
///   - labels: 1 for positive, or right; 0 for negative, or wrong.
///   - bins: How many bins there are.
/// - Returns: The bins from 0 to 1, with those that are empty.
public func calibration(
  probabilities: [Double], labels: [Int], bins: Int = 10
) -> [CalibrationBin] {
  checkCounts(probabilities.count, labels.count)
  require(bins > 0, "there is at least one bin, not \(bins)")
  var (counts, sums) = ([Int](repeating: 0, count: bins), [Double](repeating: 0, count: bins))
  var positives = counts
  for (probability, label) in zip(probabilities, labels) {
    checkProbability(probability, of: label)
    let bin = min(Int(probability * Double(bins)), bins - 1)
    counts[bin] += 1
    sums[bin] += probability
    positives[bin] += label
  }
  return (0..<bins).map { bin in
    let count = Double(counts[bin])
    return CalibrationBin(
      range: Double(bin) / Double(bins)..<Double(bin + 1) / Double(bins), count: counts[bin],
      probability: counts[bin] > 0 ? sums[bin] / count : nil,
      frequency: counts[bin] > 0 ? Double(positives[bin]) / count : nil)
  }
}

/// Returns the expected calibration error: the mean over examples of how far their bin's frequency
/// is from its probability (Naeini and others, AAAI 2015).
public func expectedCalibrationError(of bins: [CalibrationBin]) -> Double {
  let count = bins.reduce(0) { $0 + $1.count }
  require(count > 0, "a calibration without examples has no error")
  return bins.reduce(0) { $0 + $1.gap * Double($1.count) } / Double(count)
}

/// Returns the greatest distance of a bin's frequency from its probability.
public func maximumCalibrationError(of bins: [CalibrationBin]) -> Double {
  bins.map(\.gap).max() ?? 0
}

extension CalibrationBin {
  fileprivate var gap: Double {
    guard let probability, let frequency else { return 0 }
    return abs(probability - frequency)
  }
}
