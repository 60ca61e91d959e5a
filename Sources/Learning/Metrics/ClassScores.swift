import Foundation
import func Kernels.require

/// Returns the share of predictions that are the label.
public func accuracy(of predictions: [Int], labels: [Int]) -> Double {
  checkCounts(predictions.count, labels.count)
  return Double(zip(predictions, labels).count { $0 == $1 }) / Double(labels.count)
}

/// Returns the share of examples whose label is among the classes of the greatest scores.
///
/// - Parameters:
///   - count: How many classes an example may name.
///   - scores: Of each example one score for each class, all of as many.
///   - labels: The class of each example. Of equal scores the lower classes come first.
/// - Returns: A share from 0 to 1.
public func topAccuracy(_ count: Int, scores: [[Double]], labels: [Int]) -> Double {
  checkCounts(scores.count, labels.count)
  require(count > 0, "an example names at least one class, not \(count)")
  let hits = zip(scores, labels).count { scores, label in
    require(
      scores.indices ~= label, "the label \(label) is not one of \(scores.count) classes")
    require(!scores.contains { $0.isNaN }, "a score is not a number")
    let score = scores[label]
    return scores.enumerated().count {
      $0.element > score || ($0.element == score && $0.offset < label)
    }
      < count
  }
  return Double(hits) / Double(labels.count)
}

/// Returns how often each label (row) was predicted to be each class (column).
public func confusionMatrix(of predictions: [Int], labels: [Int], classes: Int) -> [[Int]] {
  checkCounts(predictions.count, labels.count)
  require(classes > 0, "labels are of at least one class, not \(classes)")
  var matrix = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
  for (prediction, label) in zip(predictions, labels) {
    require(
      0..<classes ~= prediction && 0..<classes ~= label,
      "the prediction \(prediction) or the label \(label) is not one of the classes 0..<\(classes)")
    matrix[label][prediction] += 1
  }
  return matrix
}

/// What a confusion matrix says of one class.
public struct ClassScores: Hashable, Sendable {
  /// The share of what was predicted to be of the class that is of it; 0 if nothing was.
  public let precision: Double
  /// The share of what is of the class that was predicted to be; 0 if nothing is.
  public let recall: Double
  /// The harmonic mean of the two; 0 if both are 0.
  public let f1: Double
  /// How many examples are of the class.
  public let count: Int
}

/// Returns precision, recall and F1 of each class of a confusion matrix, whose rows are the labels.
public func classScores(of matrix: [[Int]]) -> [ClassScores] {
  require(
    matrix.allSatisfy { $0.count == matrix.count },
    "a confusion matrix of rows of \(matrix.map(\.count)) is not square")
  return matrix.indices.map { index in
    let hits = Double(matrix[index][index])
    let predicted = Double(matrix.reduce(0) { $0 + $1[index] })
    let count = matrix[index].reduce(0, +)
    let precision = predicted > 0 ? hits / predicted : 0
    let recall = count > 0 ? hits / Double(count) : 0
    let f1 = hits > 0 ? 2 * precision * recall / (precision + recall) : 0
    return ClassScores(precision: precision, recall: recall, f1: f1, count: count)
  }
}

/// Returns the mean recall of the classes that have examples, by a confusion matrix, whose rows are
/// the labels.
public func balancedAccuracy(of matrix: [[Int]]) -> Double {
  let recalls = classScores(of: matrix).filter { $0.count > 0 }.map(\.recall)
  require(!recalls.isEmpty, "a confusion matrix without examples has no accuracy")
  return recalls.reduce(0, +) / Double(recalls.count)
}

/// Stops unless there is one label for each of some predictions.
func checkCounts(_ first: Int, _ second: Int) {
  require(
    first == second && first > 0, "\(first) predictions or scores do not meet \(second) labels")
}

/// Returns the entropy of counts by that of equal counts: 1 where all are equal, 0 where one has all.
public func entropyRatio(_ counts: [Double]) -> Double {
  let sum = counts.reduce(0, +)
  return counts.reduce(0) { $1 > 0 ? $0 - $1 / sum * log($1 / sum) : $0 }
    / log(Double(counts.count))
}
