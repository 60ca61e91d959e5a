import Learning
import Testing

/// Against the numbers of `Reference/metrics.py`.
@Suite struct MetricsTests {
  private let scores = (0..<40).map { Double(($0 * 37 + 11) % 23) / 23 }
  private var labels: [Int] {
    scores.enumerated().map { ($0.offset * 29 + 3) % 17 < 7 || $0.element > 0.8 ? 1 : 0 }
  }

  @Test func areaIsThatOfScikitLearn() {
    #expect(abs(auc(scores: scores, labels: labels) - 0.63) < 1e-12)
    #expect(auc(scores: [1, 1], labels: [0, 1]) == 0.5)
    #expect(auc(scores: [1, 2], labels: [0, 1]) == 1)
  }

  @Test func precisionIsThatOfScikitLearn() {
    #expect(abs(averagePrecision(scores: scores, labels: labels) - 0.7173333192171933) < 1e-12)
  }

  @Test func curveIsThatOfScikitLearn() {
    let curve = rocCurve(scores: scores, labels: labels)
    #expect(curve.count == 24)
    #expect(abs(curve[7].falsePositiveRate - 0.2) < 1e-12)
    #expect(abs(curve[7].truePositiveRate - 0.4) < 1e-12)
    #expect(curve[7].threshold == 0.6956521739130435)
    #expect(curve[23].falsePositiveRate == 1 && curve[23].truePositiveRate == 1)
    let area = zip(curve, curve.dropFirst()).reduce(0) { sum, pair in
      sum + (pair.1.falsePositiveRate - pair.0.falsePositiveRate)
        * (pair.1.truePositiveRate + pair.0.truePositiveRate) / 2
    }
    #expect(abs(area - auc(scores: scores, labels: labels)) < 1e-12)
  }

  @Test func errorOfAreaIsThatOfHanleyAndMcNeil() {
    let error = aucError(auc: 0.893, positives: 51, negatives: 58)
    #expect(abs(error - 0.03251158176764658) < 1e-12)
  }

  @Test func quantilesAreThoseOfNumPy() {
    let expected = [
      0.0, 0.08695652173913043, 0.4782608695652174, 0.9152173913043476, 0.9565217391304348,
    ]
    for (probability, value) in zip([0, 0.1, 0.5, 0.95, 1], expected) {
      #expect(abs(quantile(probability, of: scores) - value) < 1e-12)
    }
    #expect(quantile(0.3, of: [4]) == 4)
  }

  @Test func classesAreCountedAsInScikitLearn() {
    let predictions = (0..<20).map { $0 * 7 % 3 }
    let truth = (0..<20).map { $0 * 5 % 4 % 3 }
    #expect(accuracy(of: predictions, labels: truth) == 0.4)
    #expect(
      confusionMatrix(of: predictions, labels: truth, classes: 3) == [
        [4, 4, 2], [1, 2, 2], [2, 1, 2],
      ])
  }
}
