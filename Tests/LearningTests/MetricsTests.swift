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

  @Test func classesAreCountedAsInScikitLearn() {
    let predictions = (0..<20).map { $0 * 7 % 3 }
    let truth = (0..<20).map { $0 * 5 % 4 % 3 }
    #expect(accuracy(of: predictions, labels: truth) == 0.4)
    #expect(
      confusionMatrix(of: predictions, labels: truth, classes: 3) == [
        [4, 4, 2], [1, 2, 2], [2, 1, 2],
      ])
  }

  private let weights = (0..<40).map { Double(($0 * 13 + 5) % 7) / 3 }

  @Test func weightedRankingIsThatOfScikitLearn() throws {
    let numbers = try ReferenceNumbers("scores")
    let area = auc(scores: scores, labels: labels, weights: weights)
    try numbers.expect([area], "auc", within: 1e-8)
    try numbers.expect(
      [averagePrecision(scores: scores, labels: labels, weights: weights)], "average precision",
      within: 1e-8)
    let curve = rocCurve(scores: scores, labels: labels, weights: weights)
    try numbers.expect(
      curve.map(\.falsePositiveRate) + curve.map(\.truePositiveRate), "roc", within: 1e-8)
    let precision = precisionRecallCurve(scores: scores, labels: labels, weights: weights)
    try numbers.expect(
      precision.map(\.precision) + precision.map(\.recall), "precision recall", within: 1e-8)
    #expect(
      auc(scores: scores, labels: labels, weights: scores.map { _ in 2.5 })
        == auc(scores: scores, labels: labels))
  }

  @Test func scoresOfClassesAreThoseOfScikitLearn() throws {
    let numbers = try ReferenceNumbers("scores")
    let truth = (0..<20).map { $0 * 5 % 4 % 3 }
    let matrix = confusionMatrix(of: (0..<20).map { $0 * 7 % 3 }, labels: truth, classes: 3)
    let scores = classScores(of: matrix)
    try numbers.expect(
      scores.flatMap { [$0.precision, $0.recall, $0.f1] }, "classes", within: 1e-8)
    try numbers.expect([balancedAccuracy(of: matrix)], "balanced", within: 1e-8)
    let table = (0..<20).map { row in
      let scores = (0..<3).map { Double((row * 5 + $0 * 7 + 2) % 11) + 0.5 }
      return scores.map { $0 / scores.reduce(0, +) }
    }
    try numbers.expect([logLoss(probabilities: table, labels: truth)], "log loss", within: 1e-8)
    try numbers.expect(
      [1, 2].map { topAccuracy($0, scores: table, labels: truth) }, "top", within: 1e-8)
  }

  @Test func calibrationIsThatOfScikitLearn() throws {
    let numbers = try ReferenceNumbers("scores")
    try numbers.expect(
      [brierScore(probabilities: scores, labels: labels)], "brier", within: 1e-8)
    let bins = calibration(probabilities: scores, labels: labels)
    try numbers.expect(
      [expectedCalibrationError(of: bins), maximumCalibrationError(of: bins)], "calibration",
      within: 1e-8)
    #expect(bins.reduce(0) { $0 + $1.count } == 40)
    #expect(calibration(probabilities: [1, 0], labels: [1, 0]).last?.count == 1)
  }

  @Test func errorsAndOverlapsAreThoseOfScikitLearn() throws {
    let numbers = try ReferenceNumbers("scores")
    let errors = RegressionErrors(
      of: (0..<30).map { Double(($0 * 17 + 3) % 29) / 7 },
      (0..<30).map { Double(($0 * 11 + 8) % 31) / 9 })
    try numbers.expect(
      [errors.meanAbsolute, errors.meanSquared, errors.rSquared], "regression", within: 1e-8)
    let overlap = Overlap(of: scores.map { $0 > 0.4 }, labels.map { $0 == 1 })
    try numbers.expect([overlap.dice, overlap.intersectionOverUnion], "overlap", within: 1e-8)
    #expect(Overlap(of: [false], [false]).dice == 1)
    #expect(Overlap(of: [true], [false]).intersectionOverUnion == 0)
  }
}
