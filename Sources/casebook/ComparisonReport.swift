import Casework
import Foundation
import Records

/// A comparison, ready to print.
struct ComparisonReport {
  let comparison: Comparison
  let metrics: [Metric]
  /// The metrics that the user asked for by name.
  let by: [Metric]
  /// The groups in the order in which they are shown, with their number.
  let groups: [(number: Int, group: Comparison.Group)]

  init(_ comparison: Comparison, metrics: [Metric], isSorted: Bool) {
    (self.comparison, self.metrics) = (comparison, metrics)
    by = isSorted ? metrics : []
    var groups = comparison.groups.enumerated().map { ($0.offset, $0.element) }
    if isSorted, let metric = metrics.first {
      let sign: Double = metric.better == .higher ? -1 : 1
      func key(_ group: Comparison.Group) -> Double {
        group.statistics[metric.name].map { sign * $0.mean } ?? .infinity
      }
      groups.sort { key($0.1) < key($1.1) }
    }
    self.groups = groups
  }

  /// One column for each group: settings that differ above, metrics below.
  var table: Table {
    var table = Table(
      [Table.Column(title: "", isUnbroken: true)]
        + groups.indices.map { Table.Column(title: letter($0), isNumber: true) })
    table.rows.append(["runs"] + groups.map { names($0.group) })
    table.rows.append(
      ["seeds"]
        + groups.map { group in group.group.runs.map { "\($0.seed)" }.joined(separator: " ") })
    for name in comparison.differing {
      table.rows.append([name] + groups.map { $0.group.settings[name]?.description ?? "" })
    }
    let front = Set(by.count > 1 ? comparison.front(by: by) : [])
    if !front.isEmpty {
      table.rows.append(["Pareto front"] + groups.map { front.contains($0.number) ? "●" : "" })
    }
    for (metric, ranking) in zip(metrics, comparison.rankings) {
      let statistics = groups.map { $0.group.statistics[metric.name] }
      table.rows.append(
        [metric.name]
          + zip(groups, statistics).map { item, statistic in
            cell(statistic) + mark(ranking.isRankable && item.number == ranking.best)
          })
      if statistics.contains(where: { $0?.interval != nil }) {
        table.rows.append(["\(metric.name) (95 %)"] + statistics.map(interval))
      }
    }
    return table
  }

  /// What the table cannot say: how to read it, and where it must not be relied on.
  var remarks: [String] {
    var lines = [
      "A number with ± is the mean and standard deviation over seeds, the interval that of the mean"
        + "\(isResampled ? " (by Student's t; * by resampling, as the sample is skewed)" : ""); "
        + "▲ the better one."
    ]
    lines += cautions
    if !comparison.tests.isEmpty { lines += [""] + comparison.tests.map(words) }
    let leftOut = groups.flatMap(\.group.leftOut)
    if !leftOut.isEmpty {
      lines.append(
        "Left out, as repeated or not finished: "
          + leftOut.prefix(8).map(\.shortID).joined(separator: " ")
          + (leftOut.count > 8 ? " and \(leftOut.count - 8) more." : "."))
    }
    return lines
  }

  /// Why nothing is marked where something could be, each reason once, with its metrics.
  private var cautions: [String] {
    let unmarked = zip(metrics, comparison.rankings).filter { metric, ranking in
      let count = groups.count { $0.group.statistics[metric.name] != nil }
      return count > 1 && metric.better != .neither && (ranking.best == nil || !ranking.isRankable)
    }.compactMap { metric, ranking in ranking.reason.map { (name: metric.name, reason: $0) } }
    var reasons: [String] = []
    for item in unmarked where !reasons.contains(item.reason) { reasons.append(item.reason) }
    return reasons.map { reason in
      let names = unmarked.filter { $0.reason == reason }.map(\.name)
      return "Not ranked by \(names.joined(separator: ", ")): \(reason)."
    }
  }

  /// Whether an interval was found by resampling.
  private var isResampled: Bool {
    groups.contains { $0.group.statistics.values.contains(where: \.isBootstrapped) }
  }

  /// One row for each group and metric, for programs.
  var records: Table {
    let numbers = ["metric", "n", "mean", "sd", "ci95_low", "ci95_high"]
    // A setting that is called as another column is named as in a query.
    let settings = comparison.differing.map {
      (["group"] + numbers).contains($0) ? "params.\($0)" : $0
    }
    let names = ["group"] + settings + numbers
    var table = Table(names.map { Table.Column(title: $0) })
    for (index, item) in groups.enumerated() {
      let settings = comparison.differing.map { item.group.settings[$0]?.description ?? "" }
      for metric in metrics {
        guard let statistic = item.group.statistics[metric.name] else { continue }
        let numbers = [
          statistic.mean, statistic.standardDeviation, statistic.interval?[0],
          statistic.interval?[1],
        ]
        table.rows.append(
          [letter(index)] + settings + [metric.name, "\(statistic.count)"]
            + numbers.map { $0?.description ?? "" })
      }
    }
    return table
  }

  /// Such as `auc: A − B = 0.012 (0.004 to 0.02), paired by 5 seeds, p = 0.062, …`.
  private func words(_ test: Comparison.Test) -> String {
    func name(_ number: Int) -> String {
      letter(groups.firstIndex { $0.number == number } ?? number)
    }
    let pairs =
      test.method == .welch
      ? "\(test.method.rawValue)" : "\(test.method.rawValue) on \(test.count) seeds"
    let verdict =
      test.adjustedP < 0.05 ? "more than chance" : "may be chance"
    let effect = test.effectSize.map { ", effect \(String(format: "%.2g", $0)) deviations" } ?? ""
    let more: String =
      switch test.moreSeeds {
      case _ where test.adjustedP < 0.05: ""
      case nil: "; more than 10,000 seeds would be needed for 80 % power"
      case 0?: "; there are seeds enough for 80 % power"
      case let count?: "; \(count) more seeds would give 80 % power"
      }
    return "\(test.metric): \(name(test.best)) − \(name(test.other)) = \(test.difference.short) "
      + "(\(test.interval[0].short) to \(test.interval[1].short)), \(verdict): \(pairs), "
      + "p = \(String(format: "%.2g", test.p)), corrected \(String(format: "%.2g", test.adjustedP))"
      + "\(effect)\(more)."
  }

  private func letter(_ index: Int) -> String {
    index < 26 ? String(UnicodeScalar(UInt8(65 + index))) : "\(index + 1)"
  }

  private func names(_ group: Comparison.Group) -> String {
    group.count == 1 ? group.runs[0].shortID : "n = \(group.count)"
  }

  /// The mark of the better group, or room for it, so that the numbers stand below each other.
  private func mark(_ isBetter: Bool) -> String {
    comparison.rankings.allSatisfy { !$0.isRankable || $0.best == nil }
      ? "" : isBetter ? " ▲" : "  "
  }

  /// Such as `0.897 to 0.949`.
  private func interval(_ statistic: Comparison.Statistic?) -> String {
    guard let statistic, let interval = statistic.interval else { return "" }
    return "\(interval[0].short) to \(interval[1].short)\(statistic.isBootstrapped ? " *" : "")"
  }

  private func cell(_ statistic: Comparison.Statistic?) -> String {
    guard let statistic else { return "" }
    guard let deviation = statistic.standardDeviation else { return statistic.mean.short }
    return "\(statistic.mean.short) ± \(deviation.short)"
  }
}
