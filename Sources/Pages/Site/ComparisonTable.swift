public import Casework

/// Groups of runs that differ only in their seeds, beside each other.
public struct ComparisonTable: Sendable {
  /// A metric over the runs of a group.
  public struct Statistic: Hashable, Sendable {
    /// How many runs reported it.
    public let n: Int
    public let mean: Double
    /// The standard deviation; `nil` for a single run.
    public let sd: Double?
    /// The ends of the mean's 95 % interval; `nil` for a single run.
    public let ci95: ClosedRange<Double>?
    /// Whether the interval was found by resampling and not by Student's t.
    public let isResampled: Bool

    /// Creates a statistic.
    public init(
      n: Int, mean: Double, sd: Double?, ci95: ClosedRange<Double>?, isResampled: Bool = false
    ) {
      (self.n, self.mean, self.sd, self.ci95) = (n, mean, sd, ci95)
      self.isResampled = isResampled
    }
  }

  /// Runs of one case with the same settings.
  public struct Group: Sendable {
    /// What sets the group apart, such as `units=64`.
    public let name: String
    /// The ids of its runs.
    public let runs: [String]
    public let statistics: [String: Statistic]

    /// Creates a group.
    public init(name: String, runs: [String], statistics: [String: Statistic]) {
      (self.name, self.runs, self.statistics) = (name, runs, statistics)
    }
  }

  /// Whether two groups differ in a metric.
  public struct Test: Hashable, Sendable {
    public let metric: String
    public let first: String
    public let second: String
    /// The mean of the second less the mean of the first.
    public let difference: Double
    /// Corrected for the number of tests (Holm); `nil` where there are too few runs to tell.
    public let adjustedP: Double?
    /// In words, such as `exact sign-flip test on 5 seeds`.
    public let method: String
    /// The ends of the difference's 95 % interval.
    public let interval: ClosedRange<Double>?
    /// The difference in standard deviations.
    public let effectSize: Double?

    /// Creates the result of a test.
    public init(
      metric: String, first: String, second: String, difference: Double, adjustedP: Double?,
      method: String, interval: ClosedRange<Double>? = nil, effectSize: Double? = nil
    ) {
      (self.interval, self.effectSize) = (interval, effectSize)
      (self.metric, self.first, self.second) = (metric, first, second)
      (self.difference, self.adjustedP, self.method) = (difference, adjustedP, method)
    }
  }

  /// What names it in addresses, such as `lung-segmentation-unet-by-dice`.
  public let slug: Slug
  public let title: String
  /// What is compared, in a sentence.
  public let summary: String
  /// The case whose runs are compared, if it is one.
  public let useCase: Slug?
  /// In the order in which they are shown.
  public let metrics: [String]
  public let groups: [Group]
  public let tests: [Test]
  /// For metrics that can be ranked, the index of the better group.
  public let best: [String: Int]
  /// Metrics over their steps, with bands over seeds, and groups across their settings.
  public let curves: [Figure]

  /// Creates a comparison.
  public init(
    slug: Slug, title: String, summary: String, useCase: Slug?, metrics: [String],
    groups: [Group], tests: [Test] = [], best: [String: Int] = [:],
    curves: [Figure] = []
  ) {
    (self.best, self.curves) = (best, curves)
    (self.slug, self.title, self.summary, self.useCase) = (slug, title, summary, useCase)
    (self.metrics, self.groups, self.tests) = (metrics, groups, tests)
  }
}

extension ComparisonTable {
  /// The comparison of the first groups only, in an order in which those with the better mean of
  /// the first metric come first where the metric says which is better.
  func shortened(to count: Int) -> ComparisonTable {
    guard groups.count > count else { return self }
    let best = metrics.first.flatMap { self.best[$0] }
    var order = Array(groups.indices)
    if let best, let metric = metrics.first, let top = groups[best].statistics[metric]?.mean {
      // The nearer to the best, the better: it is the least or the greatest.
      func distance(_ index: Int) -> Double {
        groups[index].statistics[metric].map { abs($0.mean - top) } ?? .infinity
      }
      order.sort { (distance($0), $0) < (distance($1), $1) }
    }
    let kept = Array(order.prefix(count))
    let names = Set(kept.map { groups[$0].name })
    return ComparisonTable(
      slug: slug, title: title, summary: summary, useCase: useCase, metrics: metrics,
      groups: kept.map { groups[$0] },
      tests: tests.filter { names.contains($0.first) && names.contains($0.second) },
      best: self.best.compactMapValues { kept.firstIndex(of: $0) }, curves: curves)
  }
}
