import func Kernels.require

/// A point of a receiver operating characteristic curve.
public struct ROCPoint: Hashable, Sendable {
  /// Scores from here on count as positive; infinite at the start of the curve.
  public let threshold: Double
  /// The share of negatives at or above the threshold.
  public let falsePositiveRate: Double
  /// The share of positives at or above the threshold.
  public let truePositiveRate: Double
}

/// Returns the receiver operating characteristic curve: a point for each different score, from
/// (0, 0) to (1, 1).
///
/// - Parameters:
///   - scores: Greater means more likely positive.
///   - labels: 1 for positive, 0 for negative; there are some of both.
///   - weights: How much each example counts, not negative; without them, one each.
/// - Returns: The points, by falling threshold.
public func rocCurve(scores: [Double], labels: [Int], weights: [Double]? = nil) -> [ROCPoint] {
  let ranking = Ranking(scores, labels, weights)
  var (above, below) = (0.0, 0.0)
  var curve = [ROCPoint(threshold: .infinity, falsePositiveRate: 0, truePositiveRate: 0)]
  for step in ranking.steps {
    above += step.positives
    below += step.negatives
    curve.append(
      ROCPoint(
        threshold: step.score, falsePositiveRate: below / ranking.negatives,
        truePositiveRate: above / ranking.positives))
  }
  return curve
}

/// Returns the area under the ROC curve: the chance that a positive scores above a negative, where
/// an equal score counts one half.
///
/// - Parameters:
///   - scores: Greater means more likely positive.
///   - labels: 1 for positive, 0 for negative; there are some of both.
///   - weights: How much each example counts, not negative; without them, one each.
/// - Returns: An area from 0 to 1.
public func auc(scores: [Double], labels: [Int], weights: [Double]? = nil) -> Double {
  let ranking = Ranking(scores, labels, weights)
  var (above, wins) = (0.0, 0.0)
  for step in ranking.steps {
    wins += step.negatives * (above + step.positives / 2)
    above += step.positives
  }
  return wins / (ranking.positives * ranking.negatives)
}

/// Returns the standard error of an area under the ROC curve (Hanley and McNeil, *Radiology* 143,
/// 1982, [10.1148/radiology.143.1.7063747](https://doi.org/10.1148/radiology.143.1.7063747)).
public func aucError(auc: Double, positives: Int, negatives: Int) -> Double {
  require(
    positives > 0 && negatives > 0, "an area needs some positives and some negatives")
  require(0...1 ~= auc, "an area is from 0 to 1, not \(auc)")
  let (p, n) = (Double(positives), Double(negatives))
  let q1 = auc / (2 - auc)
  let q2 = 2 * auc * auc / (1 + auc)
  let square = auc * auc
  let variance =
    (auc * (1 - auc) + (p - 1) * (q1 - square) + (n - 1) * (q2 - square)) / (p * n)
  return max(variance, 0).squareRoot()
}

/// A point of a precision-recall curve.
public struct PrecisionRecallPoint: Hashable, Sendable {
  /// Scores from here on count as positive.
  public let threshold: Double
  /// The share of positives among what is at or above the threshold.
  public let precision: Double
  /// The share of positives at or above the threshold.
  public let recall: Double
}

/// Returns the precision-recall curve: a point for each different score.
///
/// - Parameters:
///   - scores: Greater means more likely positive.
///   - labels: 1 for positive, 0 for negative; there are some of both.
///   - weights: How much each example counts, not negative; without them, one each.
/// - Returns: The points, by falling threshold and so by growing recall.
public func precisionRecallCurve(
  scores: [Double], labels: [Int], weights: [Double]? = nil
) -> [PrecisionRecallPoint] {
  let ranking = Ranking(scores, labels, weights)
  var (above, below) = (0.0, 0.0)
  return ranking.steps.map { step in
    above += step.positives
    below += step.negatives
    return PrecisionRecallPoint(
      threshold: step.score, precision: above + below > 0 ? above / (above + below) : 1,
      recall: above / ranking.positives)
  }
}

/// Returns the average precision, `Σ (Rₙ - Rₙ₋₁) Pₙ` over falling thresholds, with no
/// interpolation between them.
///
/// - Parameters:
///   - scores: Greater means more likely positive.
///   - labels: 1 for positive, 0 for negative; there are some of both.
///   - weights: How much each example counts, not negative; without them, one each.
/// - Returns: A precision from 0 to 1.
public func averagePrecision(
  scores: [Double], labels: [Int], weights: [Double]? = nil
) -> Double {
  var (recall, sum) = (0.0, 0.0)
  for point in precisionRecallCurve(scores: scores, labels: labels, weights: weights) {
    sum += (point.recall - recall) * point.precision
    recall = point.recall
  }
  return sum
}

/// The different scores, greatest first, with how much of each label has them.
private struct Ranking {
  struct Step {
    let score: Double
    var positives = 0.0
    var negatives = 0.0
  }
  var steps: [Step] = []
  var positives = 0.0
  var negatives = 0.0

  init(_ scores: [Double], _ labels: [Int], _ weights: [Double]?) {
    checkCounts(scores.count, labels.count)
    require(!scores.contains { $0.isNaN }, "a score is not a number")
    require(labels.allSatisfy { 0...1 ~= $0 }, "a label is neither 0 nor 1")
    if let weights {
      checkCounts(weights.count, labels.count)
      require(
        weights.allSatisfy { $0 >= 0 && $0.isFinite }, "a weight is negative or not finite")
    }
    for index in scores.indices.sorted(by: { scores[$0] > scores[$1] }) {
      let weight = weights?[index] ?? 1
      guard weight > 0 else { continue }
      if steps.last?.score != scores[index] { steps.append(Step(score: scores[index])) }
      if labels[index] == 1 {
        steps[steps.count - 1].positives += weight
        positives += weight
      } else {
        steps[steps.count - 1].negatives += weight
        negatives += weight
      }
    }
    require(
      positives > 0 && negatives > 0,
      """
      positives weigh \(positives) and negatives \(negatives) among \(labels.count): some of both \
      labels are needed
      """)
  }
}
