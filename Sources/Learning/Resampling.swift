import Statistics
import func Kernels.require

/// Returns the area under the ROC curve with its 95 % interval: examples are drawn anew within each
/// class (`bootstrapInterval` of the module `Statistics`).
///
/// - Parameters:
///   - scores: The greater, the more likely 1.
///   - labels: 0 or 1 for each example.
///   - resamples: How often they are drawn anew.
///   - generator: Where the draws come from.
/// - Returns: The area on all examples, and the edges of the interval.
public func aucInterval(
  of scores: [Double], labels: [Int], resamples: Int,
  using generator: inout some RandomNumberGenerator
) -> (value: Double, low: Double, high: Double) {
  byClass(labels, resamples, &generator) { rows in
    auc(scores: rows.map { scores[$0] }, labels: rows.map { labels[$0] })
  }
}

/// Returns by how much one area under the ROC curve exceeds another on the same examples, with the
/// paired 95 % interval.
///
/// - Parameters:
///   - one: The scores of a method.
///   - other: The scores of what it is compared with.
///   - labels: 0 or 1 for each example.
///   - resamples: How often they are drawn anew.
///   - generator: Where the draws come from.
/// - Returns: The difference on all examples, and the edges of the interval.
public func aucGain(
  of one: [Double], over other: [Double], labels: [Int], resamples: Int,
  using generator: inout some RandomNumberGenerator
) -> (value: Double, low: Double, high: Double) {
  byClass(labels, resamples, &generator) { rows in
    let truth = rows.map { labels[$0] }
    return auc(scores: rows.map { one[$0] }, labels: truth)
      - auc(scores: rows.map { other[$0] }, labels: truth)
  }
}

private func byClass(
  _ labels: [Int], _ resamples: Int, _ generator: inout some RandomNumberGenerator,
  _ statistic: ([Int]) -> Double
) -> (value: Double, low: Double, high: Double) {
  let strata = [1, 0].map { label in labels.indices.filter { labels[$0] == label } }
  let interval = bootstrapInterval(
    strata: strata, resamples: resamples, using: &generator, of: statistic)
  return (statistic(Array(labels.indices)), interval.low, interval.high)
}

/// Returns Pearson's chi-square of two histograms of counts, scaled to each other, over its degrees
/// of freedom (*Numerical Recipes*, third edition, equation 14.3.3); bins empty in both do not
/// count.
public func chiSquarePerDegree(_ a: [Double], _ b: [Double]) -> Double {
  require(a.count == b.count, "histograms of \(a.count) and \(b.count) bins")
  let (sumA, sumB) = (a.reduce(0, +), b.reduce(0, +))
  let (scaleA, scaleB) = ((sumB / sumA).squareRoot(), (sumA / sumB).squareRoot())
  var (chiSquare, bins) = (0.0, 0)
  for (x, y) in zip(a, b) where x + y > 0 {
    let difference = scaleA * x - scaleB * y
    chiSquare += difference * difference / (x + y)
    bins += 1
  }
  return chiSquare / Double(max(bins - 1, 1))
}

/// Tests whether two samples of histograms come from one source: the chi-square of their sums, and
/// how often a random exchange of whole histograms between the samples makes it as large.
///
/// - Parameters:
///   - a: Histograms of counts with the same bins.
///   - b: More of them.
///   - permutations: How many exchanges are drawn.
///   - generator: Where the exchanges come from.
/// - Returns: Chi-square over its degrees of freedom, and its probability, at least
///   1 / (permutations + 1).
public func permutationTest(
  _ a: [[Double]], _ b: [[Double]], _ permutations: Int,
  using generator: inout some RandomNumberGenerator
) -> (statistic: Double, probability: Double) {
  require(!a.isEmpty && !b.isEmpty, "samples of \(a.count) and \(b.count) histograms")
  let all = a + b
  let total = sum(all.indices)
  func sum(_ rows: some Sequence<Int>) -> [Double] {
    var sums = [Double](repeating: 0, count: all[0].count)
    for row in rows {
      all[row].withUnsafeBufferPointer { counts in
        for bin in sums.indices { sums[bin] += counts[bin] }
      }
    }
    return sums
  }
  func statistic(_ rows: some Sequence<Int>) -> Double {
    let first = sum(rows)
    return chiSquarePerDegree(first, zip(total, first).map { $0 - $1 })
  }
  let found = statistic(a.indices)
  var order = Array(all.indices)
  var count = 0
  for _ in 0..<permutations {
    order.shuffle(using: &generator)
    if statistic(order.prefix(a.count)) >= found { count += 1 }
  }
  return (found, Double(count + 1) / Double(permutations + 1))
}
