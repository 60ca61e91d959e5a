public import Casework
import Foundation
import Randomness
import Statistics

extension Comparison {
  /// Whether the group with the better mean of a metric differs from another by more than chance.
  public struct Test: Hashable, Sendable {
    public enum Method: String, Hashable, Sendable {
      /// All exchanges of signs of the differences seed by seed (Fisher's exact test).
      case signFlip = "exact sign-flip test"
      /// Student's, on the differences seed by seed.
      case pairedT = "paired t-test"
      /// For unequal variances, where seeds do not match (Welch, Biometrika 34, 1947).
      case welch = "Welch's t-test"
    }
    public let metric: String
    /// The indices of the group with the better mean and of the one that it is compared with.
    public let best: Int
    public let other: Int
    public let method: Method
    /// The pairs of runs with one seed; of Welch's test, the runs of the smaller group.
    public let count: Int
    /// The mean of the better group less that of the other, over the runs that are tested.
    public let difference: Double
    /// Its 95 % interval by Student's t.
    public let interval: [Double]
    /// The probability of so large a difference, either way, if there were none.
    public let p: Double
    /// The same corrected for the number of tests that are shown.
    ///
    /// By Holm's method (Scandinavian Journal of Statistics 6, 1979, 65-70).
    public internal(set) var adjustedP: Double
    /// The difference in standard deviations: of the differences, or (Hedges' g) of the runs; `nil` if
    /// there is no deviation.
    public let effectSize: Double?
    /// How many more seeds a group needs for a power of 80 % at 5 %, if the effect is as found.
    public let moreSeeds: Int?
  }

  /// Tests the best group of each metric against the others; Holm's correction is over all of them.
  static func tests(_ groups: [Group], _ rankings: [Ranking]) -> [Test] {
    var tests = rankings.flatMap { ranking -> [Test] in
      guard let best = ranking.best, ranking.isRankable else { return [] }
      return groups.indices.filter { $0 != best }.compactMap {
        Test(ranking.metric, best, $0, groups)
      }
    }
    let order = tests.indices.sorted { tests[$0].p < tests[$1].p }
    var greatest = 0.0
    for (rank, index) in order.enumerated() {
      greatest = max(greatest, min(1, Double(order.count - rank) * tests[index].p))
      tests[index].adjustedP = greatest
    }
    return tests
  }
}

extension Comparison.Test {
  /// The most pairs of which all exchanges of signs are tried.
  static let mostFlips = 14
  /// The fewest pairs of which that test can find anything at 5 %: 2 / 2⁶ = 0.031.
  static let fewestFlips = 6

  /// Returns `nil` if there are too few runs, or they are too far apart for their deviation.
  fileprivate init?(
    _ metric: String, _ best: Int, _ other: Int, _ groups: [Comparison.Group]
  ) {
    func values(_ group: Int) -> [(seed: Int, value: Double)] {
      groups[group].runs.compactMap { run in
        run.metrics[metric].flatMap { $0.isFinite ? (run.seed, $0) : nil }
      }
    }
    let (a, b) = (values(best), values(other))
    let seeds = Dictionary(b.map { ($0.seed, $0.value) }) { first, _ in first }
    let differences = a.compactMap { pair in seeds[pair.seed].map { pair.value - $0 } }
    guard a.count > 1, b.count > 1 else { return nil }
    (self.metric, self.best, self.other) = (metric, best, other)
    if differences.count > 1 {
      let statistics = Moments(differences)
      let n = differences.count
      let error = statistics.deviation / Double(n).squareRoot()
      let student = StudentDistribution(degreesOfFreedom: Double(n - 1))
      let reach = student.quantile(upperTail: 0.025) * error
      count = n
      difference = statistics.mean
      interval = [difference - reach, difference + reach]
      method = n <= Self.mostFlips ? .signFlip : .pairedT
      p =
        n <= Self.mostFlips
        ? Self.signFlip(differences)
        : error > 0
          ? min(1, 2 * student.upperTail(abs(difference) / error)) : difference == 0 ? 1 : 0
      effectSize = statistics.deviation > 0 ? difference / statistics.deviation : nil
      moreSeeds = StatisticalPower.seeds(paired: abs(effectSize ?? Self.sureEffect(difference)))
        .map { max(0, ($0 <= Self.mostFlips ? max($0, Self.fewestFlips) : $0) - n) }
    } else {
      let (x, y) = (Moments(a.map(\.value)), Moments(b.map(\.value)))
      // By deviations, as squares of what is tiny would vanish.
      let (u, v) = (x.deviation / x.count.squareRoot(), y.deviation / y.count.squareRoot())
      let error = hypot(u, v)
      let (s, t) = (u / error * (u / error), v / error * (v / error))
      let degrees = 1 / (s * s / (x.count - 1) + t * t / (y.count - 1))
      let student = StudentDistribution(degreesOfFreedom: degrees.isFinite ? degrees : 1)
      let reach = error > 0 ? student.quantile(upperTail: 0.025) * error : 0
      count = min(a.count, b.count)
      difference = x.mean - y.mean
      interval = [difference - reach, difference + reach]
      method = .welch
      p =
        error > 0
        ? min(1, 2 * student.upperTail(abs(difference) / error)) : difference == 0 ? 1 : 0
      let all = x.count + y.count
      let pooled = hypot(
        ((x.count - 1) / (all - 2)).squareRoot() * x.deviation,
        ((y.count - 1) / (all - 2)).squareRoot() * y.deviation)
      effectSize = pooled > 0 ? difference / pooled * (1 - 3 / (4 * all - 9)) : nil
      let now = count
      moreSeeds = StatisticalPower.seeds(
        independent: abs(effectSize ?? Self.sureEffect(difference))
      ).map { max(0, $0 - now) }
    }
    adjustedP = p
    guard interval.allSatisfy(\.isFinite) else { return nil }
  }

  /// The effect of a difference that is the same for all seeds.
  private static func sureEffect(_ difference: Double) -> Double {
    difference == 0 ? 0 : .infinity
  }

  /// The share of all exchanges of signs that make the mean as far from 0 as it is.
  static func signFlip(_ differences: [Double]) -> Double {
    // In units of the greatest, so that no sum overflows.
    let unit = differences.reduce(0) { max($0, abs($1)) }
    guard unit > 0 else { return 1 }
    let differences = differences.map { $0 / unit }
    let observed = abs(differences.reduce(0, +))
    // What is equal but for rounding counts as equal.
    let least = observed - 1e-12 * differences.reduce(0) { $0 + abs($1) }
    let masks = 1 << differences.count
    let extreme = (0..<masks).count { mask in
      let sum = differences.enumerated().reduce(0.0) { sum, pair in
        mask >> pair.offset & 1 == 0 ? sum + pair.element : sum - pair.element
      }
      return abs(sum) >= least
    }
    return Double(extreme) / Double(masks)
  }
}

extension Comparison.Statistic {
  /// From how many runs and which skewness on an interval is taken by resampling.
  static let fewestForBootstrap = 8
  static let greatestSkewness = 1.0

  /// The 95 % percentile interval of the mean by ten thousand resamples, the same for the same sample.
  static func resampledInterval(_ sample: [Double]) -> [Double] {
    var stream = RandomStream(seed: 0).split("bootstrap of a mean")
    let interval = bootstrapInterval(
      strata: [Array(sample.indices)], resamples: 10_000, using: &stream
    ) { drawn in
      drawn.reduce(0.0) { $0 + sample[$1] } / Double(drawn.count)
    }
    return [interval.low, interval.high]
  }
}

extension Comparison {
  /// The indices of the groups that no other beats in every one of some metrics (Pareto's front).
  ///
  /// A metric without a better direction decides nothing. The front is empty if a group has a single
  /// seed, without which a difference cannot be told from chance.
  public func front(by metrics: [Metric]) -> [Int] {
    let metrics = metrics.filter { $0.better != .neither }
    // A group that lacks a mean, or has one that is not finite, is on no front.
    let measured = groups.enumerated().compactMap { index, group in
      let statistics = metrics.compactMap { group.statistics[$0.name] }
      return statistics.count == metrics.count && statistics.allSatisfy(\.mean.isFinite)
        ? (index: index, statistics: statistics) : nil
    }
    guard !metrics.isEmpty, measured.allSatisfy({ $0.statistics.allSatisfy { $0.count > 1 } })
    else { return [] }
    let items = measured.map { item in
      // The greater the better.
      (
        index: item.index,
        means: zip(metrics, item.statistics).map { $0.better == .lower ? -$1.mean : $1.mean }
      )
    }
    return items.filter { mine in
      !items.contains { theirs in
        let pairs = zip(theirs.means, mine.means)
        return pairs.allSatisfy { $0 >= $1 } && pairs.contains { $0 > $1 }
      }
    }.map(\.index)
  }
}
