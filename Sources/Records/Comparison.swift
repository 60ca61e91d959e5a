public import Casework
import Statistics

/// Runs side by side: those that differ only in their seed are one sample.
///
/// Only finished runs count, and of the runs of one seed only the latest: a seed that ran twice is
/// no second draw. What does not count is listed.
public struct Comparison: Sendable {
  /// What a sample says of a metric.
  public struct Statistic: Hashable, Sendable {
    /// How many runs reported it.
    public let count: Int
    public let mean: Double
    /// With n - 1 in the denominator; `nil` for a single run.
    public let standardDeviation: Double?
    /// The 95 % interval of the mean; `nil` for a single run, and where it cannot be computed.
    public let interval: [Double]?
    /// Whether the interval was found by resampling, as for a skewed sample, and not by Student's t.
    public let isBootstrapped: Bool

    /// Computes the statistics of a sample, or returns `nil` if it is empty.
    public init?(_ sample: [Double]) {
      guard !sample.isEmpty else { return nil }
      count = sample.count
      guard sample.count > 1 else {
        mean = sample[0]
        (standardDeviation, interval, isBootstrapped) = (nil, nil, false)
        return
      }
      let moments = Moments(sample)
      let half =
        StudentDistribution(degreesOfFreedom: moments.count - 1).quantile(upperTail: 0.025)
        * moments.deviation / moments.count.squareRoot()
      (mean, standardDeviation) = (moments.mean, moments.deviation)
      isBootstrapped =
        sample.count >= Self.fewestForBootstrap && sample.allSatisfy(\.isFinite)
        && abs(moments.skewness) > Self.greatestSkewness
      let found = isBootstrapped ? Self.resampledInterval(sample) : [mean - half, mean + half]
      interval = found.allSatisfy(\.isFinite) ? found : nil
    }
  }

  /// Runs of one case with the same settings but the seed.
  public struct Group: Sendable {
    public let slug: Slug
    public let settings: [String: JSONValue]
    /// The presets that they started from, sorted; equal settings may come from several.
    public let presets: [String]
    /// The runs that count, by seed.
    public let runs: [Run]
    /// The runs that do not: earlier ones of the same seed, and those that did not finish.
    public let leftOut: [Run]
    /// By metric.
    public let statistics: [String: Statistic]

    /// How many runs count.
    public var count: Int { runs.count }
  }

  /// Which group has the better mean by a metric, and whether that says anything.
  public struct Ranking: Hashable, Sendable {
    public let metric: String
    /// The index of the group with the better mean; `nil` if there is none, for the ``reason`` told.
    public let best: Int?
    /// Whether every group that reports the metric has two seeds or more, without which a
    /// difference cannot be told from chance.
    public let isRankable: Bool
    /// Why none is better, or why that cannot be relied on.
    public let reason: String?
  }

  /// In the order of their first runs.
  public let groups: [Group]
  /// The settings that are not the same in all groups, sorted.
  public let differing: [String]
  /// One for each metric, in their order.
  public let rankings: [Ranking]
  /// The best group of each metric that can be ranked against each other one.
  public let tests: [Test]

  /// Compares runs by some metrics.
  public init(of runs: [Run], metrics: [Metric]) {
    var order: [Key] = []
    var members: [Key: [Run]] = [:]
    for run in runs {
      let key = Key(run)
      if members[key] == nil { order.append(key) }
      if members[key]?.contains(where: { $0.id == run.id }) != true {
        members[key, default: []].append(run)
      }
    }
    let groups = order.compactMap { Group(members[$0] ?? [], metrics: metrics) }
    self.groups = groups
    let names = Set(groups.flatMap(\.settings.keys))
    differing = names.filter { name in
      Set(groups.map { Key.canonical($0.settings[name] ?? .null) }).count > 1
    }.sorted()
    let rankings = metrics.map { Ranking($0, groups) }
    self.rankings = rankings
    tests = Self.tests(groups, rankings)
  }

  /// What the runs of a group share.
  private struct Key: Hashable {
    let slug: Slug
    let settings: [String: JSONValue]

    init(_ run: Run) {
      slug = run.slug
      settings = run.settings.filter { $0.key != "seed" }.mapValues(Self.canonical)
    }

    /// 3 and 3.0 are the same setting.
    static func canonical(_ value: JSONValue) -> JSONValue {
      guard case .integer(let number) = value, let exact = Double(exactly: number) else {
        return value
      }
      return .number(exact)
    }
  }
}

extension Comparison.Group {
  fileprivate init?(_ members: [Run], metrics: [Metric]) {
    guard let first = members.first else { return nil }
    (slug, settings) = (first.slug, first.settings)
    presets = Set(members.map(\.preset)).sorted()
    var latest: [Int: Run] = [:]
    for run in members where run.status == .finished {
      let other = latest[run.seed]
      if other.map({ ($0.startedAt, $0.id) < (run.startedAt, run.id) }) ?? true {
        latest[run.seed] = run
      }
    }
    let counted = latest.values.sorted { $0.seed < $1.seed }
    let ids = Set(counted.map(\.id))
    runs = counted
    leftOut = members.filter { !ids.contains($0.id) }
    statistics = metrics.reduce(into: [:]) { statistics, metric in
      statistics[metric.name] = Comparison.Statistic(
        counted.compactMap { $0.metrics[metric.name] })
    }
  }
}

extension Comparison.Ranking {
  fileprivate init(_ metric: Metric, _ groups: [Comparison.Group]) {
    let measured = groups.enumerated().compactMap { index, group in
      group.statistics[metric.name].map { (index: index, statistic: $0) }
    }
    let single = measured.filter { $0.statistic.count < 2 }.count
    let isRankable = measured.count > 1 && single == 0
    var best: Int?
    var reason: String?
    let means = measured.map(\.statistic.mean)
    if metric.better == .neither {
      reason = "neither direction of \(metric.name) is the better one"
    } else if measured.count < 2 {
      reason = "fewer than two groups report \(metric.name)"
    } else if let value = Self.unusable(metric.name, groups) {
      reason = "a run reported \(value)"
    } else if !means.allSatisfy(\.isFinite) {
      reason = "the values are too large for a mean"
    } else {
      let top = metric.better == .higher ? means.max() : means.min()
      let tops = measured.filter { $0.statistic.mean == top }
      best = tops.count == 1 ? tops[0].index : nil
      reason = tops.count == 1 ? nil : "\(tops.count) groups have the same mean"
      if best != nil, single > 0 {
        reason =
          "\(single) of \(measured.count) groups have a single seed: chance cannot be told from a "
          + "difference; run more seeds"
      }
    }
    self.init(metric: metric.name, best: best, isRankable: isRankable, reason: reason)
  }

  /// What a run reported that has no place in an order of means, if one did.
  private static func unusable(_ metric: String, _ groups: [Comparison.Group]) -> String? {
    let values = groups.flatMap(\.runs).compactMap { $0.metrics[metric] }
    if values.contains(where: \.isNaN) { return "not-a-number" }
    return values.contains(where: \.isInfinite) ? "an infinite value" : nil
  }
}
