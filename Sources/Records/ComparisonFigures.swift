public import Casework
import Foundation
import Statistics
import Synchronization

/// What groups of runs look like beside each other.
public struct ComparisonFigures {
  let comparison: Comparison
  /// What the groups are called, in their order.
  let names: [String]
  let store: RunStore
  private let series = SeriesMemory()
  /// More curves than this cannot be told apart.
  private static let mostGroups = 8
  private static let mostPoints = 500

  /// Creates what draws a comparison.
  public init(_ comparison: Comparison, names: [String], in store: RunStore) {
    (self.comparison, self.names, self.store) = (comparison, names, store)
  }

  /// Returns a metric over its steps: for each group the mean over its seeds, and a band of one standard
  /// deviation on either side.
  ///
  /// - Parameter metric: A metric.
  /// - Returns: The figure, or `nil` if no run reported the metric over steps.
  /// - Throws: ``RecordsError`` if the points cannot be read.
  public func curves(of metric: Metric) throws -> Figure? {
    var drawn: [Figure.Series] = []
    for (group, name) in zip(comparison.groups, names).prefix(Self.mostGroups) {
      let runs = try group.runs.compactMap { run in
        try series.of(run, in: store).first { $0.metric == metric.name }?.points
      }.filter { $0.count > 1 }
      guard !runs.isEmpty else { continue }
      // Only steps that every seed has: the mean is then always over the same runs.
      let values = runs.map {
        Dictionary($0.map { ($0.step, $0.value) }) { first, _ in first }
      }
      let steps = values.dropFirst().reduce(Set(values[0].keys)) { $0.intersection($1.keys) }
        .sorted()
      let stride = max(1, steps.count / Self.mostPoints)
      let shown = steps.indices.filter { $0 % stride == 0 || $0 == steps.count - 1 }
        .map { steps[$0] }
      let moments = shown.map { step in Moments(values.compactMap { $0[step] }) }
      let hasBand = runs.count > 1
      drawn.append(
        Figure.Series(
          "\(name) (n = \(runs.count))", x: shown.map(Double.init), y: moments.map(\.mean),
          low: hasBand ? moments.map { $0.mean - $0.deviation } : nil,
          high: hasBand ? moments.map { $0.mean + $0.deviation } : nil))
    }
    guard !drawn.isEmpty else { return nil }
    let unit = metric.unit.map { " (\($0))" } ?? ""
    let hasBands = drawn.contains { $0.low != nil && $0.x.count > 1 }
    let left = comparison.groups.count - Self.mostGroups
    return Figure(
      name: "curves-\(metric.name)", title: "\(metric.name) over its steps",
      caption:
        "The mean over the seeds of each group"
        + (hasBands ? "; bands are one standard deviation to either side." : ".")
        + (left > 0 ? " \(left) more groups are not drawn." : ""),
      content: .lines(
        Figure.Plane(
          x: Figure.Axis("step"), y: Figure.Axis(metric.name + unit), series: drawn)))
  }

  /// Returns a metric of whole runs: a bar for each group with the interval of its mean.
  ///
  /// - Parameter metric: A metric.
  /// - Returns: The figure.
  public func bars(of metric: Metric) -> Figure {
    let statistics = comparison.groups.map { $0.statistics[metric.name] }
    let series = Figure.Series(
      metric.name, x: names.indices.map(Double.init), y: statistics.map { $0?.mean ?? .nan },
      low: statistics.map { $0?.interval?[0] ?? .nan },
      high: statistics.map { $0?.interval?[1] ?? .nan })
    let unit = metric.unit.map { " (\($0))" } ?? ""
    return Figure(
      name: "compare-\(metric.name)", title: "\(metric.name) by group",
      caption: "The mean of each group's runs"
        + (statistics.contains { $0?.interval != nil }
          ? "; whiskers are the mean's 95 % interval." : "."),
      content: .bars(
        Figure.Bars(categories: names, y: Figure.Axis(metric.name + unit), series: [series])))
  }
}

extension Comparison {
  /// What each group is called: by the settings that differ, else by its presets.
  public var groupNames: [String] {
    groups.map { group in
      let parts = differing.compactMap { name in group.settings[name].map { "\(name)=\($0)" } }
      return parts.isEmpty ? group.presets.joined(separator: ", ") : parts.joined(separator: " ")
    }
  }
}

/// What was read of runs whose metrics are drawn one after the other.
private final class SeriesMemory: Sendable {
  private let known = Mutex<[String: [MetricSeries]]>([:])

  func of(_ run: Run, in store: RunStore) throws -> [MetricSeries] {
    if let series = known.withLock({ $0[run.id] }) { return series }
    let series = try store.series(of: run)
    known.withLock { $0[run.id] = series }
    return series
  }
}
