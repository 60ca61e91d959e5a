import Casework
import Catalog

extension SiteContent {
  /// The page of a comparison: groups of runs with their statistics, and what tests say.
  func comparisonPage(_ comparison: ComparisonTable) throws -> Page {
    let id = PageID.comparison(comparison.slug.rawValue)
    let entry = comparison.useCase.flatMap(entry)
    var figures = figureFiles(of: id)
    let all = comparison
    let comparison = comparison.shortened(to: Self.mostGroups)
    var blocks: [Block] = [.contents]
    if all.groups.count > comparison.groups.count {
      blocks.append(
        .callout(
          .note, title: nil,
          [
            .text(
              "Of \(Numbers.text(all.groups.count)) groups the \(comparison.groups.count) best by "
                + "\(comparison.metrics.first ?? "their names") are shown here.")
          ]))
    }
    if comparison.groups.contains(where: { $0.runs.count < 2 }) {
      blocks.append(
        .callout(
          .caution, title: "One seed is no evidence",
          [.text("A group with a single run has no spread, so nothing can be said to be better.")]))
    }
    blocks += [
      .heading("Groups"), .table(groups(comparison)), .heading("Metrics"),
      .table(metrics(comparison, entry)),
    ]
    blocks += remarks(comparison).map { .text($0) }
    if comparison.groups.count > 1 {
      if !comparison.best.isEmpty {
        blocks.append(.text("▲ marks the better mean by the metric's own direction."))
      }
      // The headline says most; the figures of all metrics would bury it.
      if let name = comparison.metrics.first {
        let metric = entry?.metrics.first { $0.name == name }
        blocks.append(try figures.add(figure(comparison, name, metric)))
      }
    }
    for curve in comparison.curves { blocks.append(try figures.add(curve)) }
    blocks += tests(comparison)
    return Page(
      id: id, title: title(id), parent: entry.map { .useCase($0.slug.rawValue) } ?? .index,
      labels: labels(["comparison"], [comparison.useCase?.rawValue ?? ""]),
      lead: [.text(comparison.summary)], badges: entry?.isSimulated == true ? [.simulated] : [],
      blocks: blocks, files: figures.files)
  }

  /// More groups and more runs of a group than these are not read.
  private static let (mostGroups, mostRuns) = (12, 20)

  private func groups(_ comparison: ComparisonTable) -> Table {
    let rows = comparison.groups.map { group -> [Table.Cell] in
      var links = group.runs.prefix(Self.mostRuns).map { id -> [Inline] in
        guard let run = run(id)?.run else { return [.code(String(id.prefix(8)))] }
        return [
          .link(.page(.run(id), anchor: nil), [.code(shortID(run))]),
          .text(" seed \(run.seed) "), .verdict(run.verdict),
        ]
      }
      if group.runs.count > links.count {
        links.append([.text("and \(Numbers.text(group.runs.count - links.count)) more")])
      }
      return [
        .init(group.name), .init(Numbers.text(group.runs.count)),
        .init(Array(links.joined(separator: [.lineBreak]))),
      ]
    }
    return Table(
      columns: [.init("Group"), .init("n", isNumeric: true), .init("Runs")], rows: rows)
  }

  /// How to read the numbers of the metrics, in the words of `casebook compare`.
  private func remarks(_ comparison: ComparisonTable) -> [String] {
    let statistics = comparison.groups.flatMap { group in
      comparison.metrics.compactMap { group.statistics[$0] }
    }
    guard statistics.contains(where: { $0.sd != nil }) else { return [] }
    let intervals = statistics.filter { $0.ci95 != nil }
    var text = "A number with ± is the mean and standard deviation over seeds"
    guard !intervals.isEmpty else { return [text + "."] }
    text += ", the interval below it the 95 % interval of that mean"
    text +=
      intervals.contains(where: \.isResampled)
      ? " (by Student's t; * by resampling, as the sample is skewed)." : " by Student's t."
    if intervals.contains(where: { !$0.isResampled }) {
      text +=
        " Student's t knows no bounds, so that an interval may reach beyond the values that a "
      text += "metric can have, such as an accuracy above 1"
      text +=
        intervals.contains { $0.n == 2 }
        ? ": two seeds say little, and theirs reaches nine standard deviations to either side."
        : "."
    }
    return [text]
  }

  /// A row for each metric, a column for each group: mean ± standard deviation, and below it the
  /// mean's 95 % interval.
  private func metrics(_ comparison: ComparisonTable, _ entry: Entry?) -> Table {
    let rows = comparison.metrics.map { name -> [Table.Cell] in
      let metric = entry?.metrics.first { $0.name == name }
      let best = comparison.best[name]
      let cells = comparison.groups.enumerated().map { index, group -> Table.Cell in
        guard let statistic = group.statistics[name] else { return .init("–") }
        let mark = index == best ? " ▲" : ""
        let interval: [Inline] =
          statistic.ci95.map {
            let mark = statistic.isResampled ? " *" : ""
            return [.lineBreak, .text(Numbers.interval($0) + mark)]
          } ?? []
        return .init([.text(value(statistic, metric) + mark)] + interval)
      }
      let hasInterval = comparison.groups.contains { $0.statistics[name]?.ci95 != nil }
      let label: [Inline] =
        [.code(name)] + (hasInterval ? [.lineBreak, .text("95 % interval")] : [])
      return [.init(label)] + cells + [.init(metric?.better.words ?? "")]
    }
    return Table(
      columns: [.init("Metric, mean over seeds")]
        + comparison.groups.map { .init($0.name, isNumeric: true) }
        + [.init("Better")], rows: rows)
  }

  private func value(_ statistic: ComparisonTable.Statistic, _ metric: Metric?) -> String {
    let spread = statistic.sd.map { " ± \(Numbers.short($0))" } ?? ""
    let unit = metric?.unit.map { " \($0)" } ?? ""
    return "\(Numbers.text(statistic.mean))\(spread)\(unit)"
  }

  private func figure(
    _ comparison: ComparisonTable, _ name: String, _ metric: Metric?
  ) -> Figure {
    let statistics = comparison.groups.map { $0.statistics[name] }
    let series = Figure.Series(
      name, x: comparison.groups.indices.map(Double.init),
      y: statistics.map { $0?.mean ?? .nan },
      low: statistics.map { $0?.ci95?.lowerBound ?? .nan },
      high: statistics.map { $0?.ci95?.upperBound ?? .nan })
    let unit = metric?.unit.map { " (\($0))" } ?? ""
    let bars = Figure.Bars(
      categories: comparison.groups.map(\.name), y: .init(name + unit), series: [series])
    return Figure(
      name: "compare-\(name)", title: "\(name) by group",
      caption: "The mean of each group's runs"
        + (statistics.contains { $0?.ci95 != nil }
          ? "; whiskers are the mean's 95 % interval." : "."),
      content: .bars(bars))
  }

  private func tests(_ comparison: ComparisonTable) -> [Block] {
    guard !comparison.tests.isEmpty else { return [] }
    let columns: [Table.Column] = [
      .init("Metric"), .init("Groups"), .init("Difference, 95 %", isNumeric: true),
      .init("p, corrected", isNumeric: true), .init("Effect", isNumeric: true), .init("Test"),
    ]
    let rows = comparison.tests.map { test -> [Table.Cell] in
      [
        .init([.code(test.metric)]), .init("\(test.second) less \(test.first)"),
        .init(
          [.text(Numbers.text(test.difference))]
            + (test.interval.map { [.lineBreak, .text(Numbers.interval($0))] } ?? [])),
        .init(test.adjustedP.map { Numbers.short($0) } ?? "too few runs"),
        .init(test.effectSize.map { Numbers.short($0) } ?? "–"), .init(test.method),
      ]
    }
    return [
      .heading("Tests"),
      .text(
        "The better group of each metric against the others, seed by seed where seeds match. The "
          + "probabilities are corrected for the number of tests (Holm); an effect is the difference in "
          + "standard deviations."), .table(Table(columns: columns, rows: rows)),
    ]
  }
}
