import ArgumentParser
import Casework
import Catalog
import Foundation
import Records

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare runs: what differs, and which is better.",
    discussion: """
      Runs that differ only in their seed are one group, shown as mean ± standard deviation. The \
      better group by a metric's own direction is marked with ▲ and tested against the others: seed \
      by seed where seeds match (exact for up to 14), else by Welch's test, with Holm's correction \
      for all tests shown. A group with a single seed cannot be ranked. With --by of two or more \
      metrics, ● marks the groups that no other beats in all of them.
      """)

  @Argument(help: "Two or more runs, by the start of their ids.") var ids: [String] = []
  @Option(name: .customLong("case"), help: "Compare all finished runs of a case.")
  var slug: String?
  @Option(
    name: .customLong("where"), parsing: .unconditional,
    help: "Compare the runs that fulfil a condition.")
  var condition: String?
  @Option(help: "Only these metrics; the groups are sorted by the first.") var by: [String] = []
  @Option(help: "Draw the first metric to this .svg.") var figure: String?
  @Option(
    help: ArgumentHelp(
      "What --figure draws: curves with bands over seeds, bars, or parallel lines across the "
        + "settings that differ (default: curves, else bars)."))
  var kind: FigureKind?
  @OptionGroup var output: OutputOptions
  @OptionGroup var house: House

  func validate() throws {
    guard ids.isEmpty != (slug == nil && condition == nil) else {
      throw ValidationError("name two or more runs, or choose them with --case or --where.")
    }
    if let figure, !figure.hasSuffix(".svg") {
      throw ValidationError("--figure writes SVG: name a file that ends in .svg, not '\(figure)'.")
    }
    if kind != nil, figure == nil {
      throw ValidationError("--kind says what --figure draws; name a file with --figure out.svg.")
    }
    if ids.count == 1 { throw ValidationError("one run cannot be compared; name two or more.") }
  }

  func run() throws {
    let catalog = try house.soundCatalog()
    let runs = try chosenRuns(catalog)
    let slugs = Set(runs.map(\.slug))
    guard let first = runs.first, slugs.count == 1 else {
      throw Failure.usage(
        .wrong(
          "runs of different cases share no metric to compare: "
            + "\(slugs.map(\.rawValue).sorted().joined(separator: ", "))."))
    }
    let metrics = try chosenMetrics(catalog.metrics(of: first.slug, reportedBy: runs))
    let comparison = Comparison(of: runs, metrics: metrics)
    if let figure { try draw(comparison, metrics, to: figure) }
    let display = ComparisonTable(comparison, metrics: metrics, isSorted: !by.isEmpty)
    try output.print(display.table, json: display.json(first.slug))
    guard output.format == .table else { return }
    for line in display.remarks { Terminal.output.print(line) }
  }

  private func chosenRuns(_ catalog: Catalog) throws -> [Run] {
    let store = try house.readRuns()
    guard ids.isEmpty else { return try ids.map { try store.run(named: $0) } }
    let chosen = try condition.map { try store.runs(where: $0) }
    guard let slug else {
      guard let chosen, !chosen.isEmpty else {
        throw Failure.usage(.wrong("no run fulfils \(condition ?? "")."))
      }
      return chosen
    }
    let wanted = chosen.map { Set($0.map(\.id)) }
    let runs =
      try Slug(rawValue: slug).map {
        try store.runs(where: "case = '\($0)' and status = 'finished'")
      }?.filter { wanted?.contains($0.id) ?? true } ?? []
    guard !runs.isEmpty else {
      _ = try catalog.entry(named: slug)
      throw Failure.usage(
        .wrong("\(slug) has no finished run. Start with 'casebook run \(slug) --seeds 5'."))
    }
    return runs
  }

  private func chosenMetrics(_ all: [Metric]) throws -> [Metric] {
    let names = by.flatMap { $0.split(separator: ",").map(String.init) }
    guard !names.isEmpty else { return all }
    return try names.map { name in
      guard let metric = all.first(where: { $0.name == name }) else {
        throw Failure.usage(.unknown("metric", name, known: all.map(\.name)))
      }
      return metric
    }
  }
}

/// A comparison, ready to print.
private struct ComparisonTable {
  private let comparison: Comparison
  private let metrics: [Metric]
  /// The metrics that the user asked for by name.
  private let by: [Metric]
  /// The groups in the order in which they are shown, with their number.
  private let groups: [(number: Int, group: Comparison.Group)]

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
    if by.count > 1 {
      let front = Set(comparison.front(by: by))
      table.rows.append(["Pareto front"] + groups.map { front.contains($0.number) ? "●" : "" })
    }
    for (metric, ranking) in zip(metrics, comparison.rankings) {
      table.rows.append(
        [metric.name]
          + groups.map { number, group in
            cell(group.statistics[metric.name]) + mark(ranking.isRankable && number == ranking.best)
          })
    }
    return table
  }

  /// What the table cannot say: how to read it, and where it must not be relied on.
  var remarks: [String] {
    var lines = ["A number with ± is the mean and standard deviation over seeds; ▲ the better one."]
    if let caution = comparison.rankings.first(where: { !$0.isRankable && $0.best != nil })?.reason
    {
      lines.append("Not ranked: \(caution).")
    }
    if !comparison.tests.isEmpty { lines += [""] + comparison.tests.map(words) }
    let leftOut = groups.flatMap(\.group.leftOut)
    if !leftOut.isEmpty {
      lines.append(
        "Left out, as repeated or not finished: "
          + leftOut.prefix(8).map(\.shortID).joined(separator: " ")
          + (leftOut.count > 8 ? " and \(leftOut.count - 8) more." : "."))
    }
    return lines.flatMap { $0.wrapped(at: Terminal.output.width) }
  }

  func json(_ slug: Slug) -> JSONValue {
    .object([
      "case": .string(slug.rawValue), "differing_settings": .texts(comparison.differing),
      "metrics": .array(
        zip(metrics, comparison.rankings).map { metric, ranking in
          .object([
            "name": .string(metric.name), "better": .string(metric.better.rawValue),
            "unit": .text(metric.unit),
            "best": ranking.best.flatMap { best in groups.firstIndex { $0.number == best } }
              .map(JSONValue.integer) ?? .null,
            "is_rankable": .bool(ranking.isRankable), "reason": .text(ranking.reason),
          ])
        }),
      "groups": .array(groups.map { json($0.group) }),
      "pareto_front": .array(
        by.count > 1
          ? comparison.front(by: by).compactMap { front in
            groups.firstIndex { $0.number == front }.map(JSONValue.integer)
          } : []),
      "tests": .array(
        comparison.tests.map { test in
          func place(_ number: Int) -> JSONValue {
            groups.firstIndex { $0.number == number }.map(JSONValue.integer) ?? .null
          }
          return .object([
            "metric": .string(test.metric), "best": place(test.best), "other": place(test.other),
            "method": .string(test.method.rawValue), "n": .integer(test.count),
            "difference": .real(test.difference),
            "ci95": .array(test.interval.map(JSONValue.real)), "p": .real(test.p),
            "p_holm": .real(test.adjustedP),
            "effect_size": test.effectSize.map(JSONValue.real) ?? .null,
            "more_seeds_for_80_percent_power": test.moreSeeds.map(JSONValue.integer) ?? .null,
          ])
        }),
    ])
  }

  private func json(_ group: Comparison.Group) -> JSONValue {
    .object([
      "case": .string(group.slug.rawValue), "settings": .object(group.settings),
      "presets": .texts(group.presets), "n": .integer(group.count),
      "seeds": .array(group.runs.map { .integer($0.seed) }), "runs": .texts(group.runs.map(\.id)),
      "left_out": .texts(group.leftOut.map(\.id)),
      "metrics": .object(
        group.statistics.mapValues { statistic in
          .object([
            "n": .integer(statistic.count), "mean": .real(statistic.mean),
            "sd": statistic.standardDeviation.map(JSONValue.real) ?? .null,
            "ci95": statistic.interval.map { .array($0.map(JSONValue.real)) } ?? .null,
            "ci95_method": .string(statistic.isBootstrapped ? "bootstrap" : "t"),
          ])
        }),
    ])
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

  private func cell(_ statistic: Comparison.Statistic?) -> String {
    guard let statistic else { return "" }
    guard let deviation = statistic.standardDeviation else { return statistic.mean.short }
    return "\(statistic.mean.short) ± \(deviation.short)"
  }
}
