/// Returns the share of predictions that are the label.
public func accuracy(of predictions: [Int], labels: [Int]) -> Double {
  checkCounts(predictions.count, labels.count)
  return Double(zip(predictions, labels).count { $0 == $1 }) / Double(labels.count)
}

/// Returns how often each label (row) was predicted to be each class (column).
public func confusionMatrix(of predictions: [Int], labels: [Int], classes: Int) -> [[Int]] {
  checkCounts(predictions.count, labels.count)
  var matrix = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
  for (prediction, label) in zip(predictions, labels) {
    precondition(
      0..<classes ~= prediction && 0..<classes ~= label,
      "the prediction \(prediction) or the label \(label) is not one of the classes 0..<\(classes)")
    matrix[label][prediction] += 1
  }
  return matrix
}

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
/// - Returns: The points, by falling threshold.
public func rocCurve(scores: [Double], labels: [Int]) -> [ROCPoint] {
  let (steps, positives, negatives) = ranked(scores, labels)
  var (above, below) = (0, 0)
  var curve = [ROCPoint(threshold: .infinity, falsePositiveRate: 0, truePositiveRate: 0)]
  for step in steps {
    above += step.positives
    below += step.negatives
    curve.append(
      ROCPoint(
        threshold: step.score, falsePositiveRate: Double(below) / Double(negatives),
        truePositiveRate: Double(above) / Double(positives)))
  }
  return curve
}

/// Returns the area under the ROC curve: the chance that a positive scores above a negative, where
/// an equal score counts one half.
///
/// - Parameters:
///   - scores: Greater means more likely positive.
///   - labels: 1 for positive, 0 for negative; there are some of both.
/// - Returns: An area from 0 to 1.
public func auc(scores: [Double], labels: [Int]) -> Double {
  let (steps, positives, negatives) = ranked(scores, labels)
  var (above, wins) = (0, 0.0)
  for step in steps {
    wins += Double(step.negatives) * (Double(above) + Double(step.positives) / 2)
    above += step.positives
  }
  return wins / (Double(positives) * Double(negatives))
}

/// Returns the standard error of an area under the ROC curve (Hanley and McNeil, *Radiology* 143,
/// 1982, [10.1148/radiology.143.1.7063747](https://doi.org/10.1148/radiology.143.1.7063747)).
public func aucError(auc: Double, positives: Int, negatives: Int) -> Double {
  precondition(
    positives > 0 && negatives > 0, "an area needs some positives and some negatives")
  let (p, n) = (Double(positives), Double(negatives))
  let q1 = auc / (2 - auc)
  let q2 = 2 * auc * auc / (1 + auc)
  let square = auc * auc
  let variance =
    (auc * (1 - auc) + (p - 1) * (q1 - square) + (n - 1) * (q2 - square)) / (p * n)
  return max(variance, 0).squareRoot()
}

/// Returns the average precision, `Σ (Rₙ - Rₙ₋₁) Pₙ` over falling thresholds, with no
/// interpolation between them.
///
/// - Parameters:
///   - scores: Greater means more likely positive.
///   - labels: 1 for positive, 0 for negative; there are some of both.
/// - Returns: A precision from 0 to 1.
public func averagePrecision(scores: [Double], labels: [Int]) -> Double {
  let (steps, positives, _) = ranked(scores, labels)
  var (above, below, sum) = (0, 0, 0.0)
  for step in steps {
    above += step.positives
    below += step.negatives
    sum += Double(step.positives) * Double(above) / Double(above + below)
  }
  return sum / Double(positives)
}

/// Returns a quantile, linear between the two nearest values, as NumPy's default is.
///
/// - Parameters:
///   - probability: From 0, the least value, to 1, the greatest.
///   - values: At least one, none of them not a number.
/// - Returns: The value below which that share of the values lies.
public func quantile(_ probability: Double, of values: [Double]) -> Double {
  precondition(0...1 ~= probability, "a probability is from 0 to 1, not \(probability)")
  precondition(
    !values.isEmpty && !values.contains { $0.isNaN },
    "a quantile needs at least one value, and every value a number")
  let sorted = values.sorted()
  let position = probability * Double(sorted.count - 1)
  let low = Int(position)
  guard low + 1 < sorted.count else { return sorted[sorted.count - 1] }
  return sorted[low] + (sorted[low + 1] - sorted[low]) * (position - Double(low))
}

/// How many of each label have one score.
private struct Step {
  let score: Double
  var positives = 0
  var negatives = 0
}

/// Returns the different scores, greatest first, and the counts of positives and negatives.
private func ranked(
  _ scores: [Double], _ labels: [Int]
) -> (steps: [Step], positives: Int, negatives: Int) {
  checkCounts(scores.count, labels.count)
  precondition(!scores.contains { $0.isNaN }, "a score is not a number")
  precondition(labels.allSatisfy { 0...1 ~= $0 }, "a label is neither 0 nor 1")
  let positives = labels.count { $0 == 1 }
  precondition(
    positives > 0 && positives < labels.count,
    "there are \(positives) positives among \(labels.count): some of both labels are needed")
  var steps: [Step] = []
  for index in scores.indices.sorted(by: { scores[$0] > scores[$1] }) {
    if steps.last?.score != scores[index] { steps.append(Step(score: scores[index])) }
    if labels[index] == 1 {
      steps[steps.count - 1].positives += 1
    } else {
      steps[steps.count - 1].negatives += 1
    }
  }
  return (steps, positives, labels.count - positives)
}

private func checkCounts(_ first: Int, _ second: Int) {
  precondition(
    first == second && first > 0, "\(first) predictions or scores do not meet \(second) labels")
}
