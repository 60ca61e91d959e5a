import Casework
import Catalog

extension SiteContent {
  /// The page of a comparison: groups of runs with their statistics, and what tests say.
  func comparisonPage(_ comparison: ComparisonTable) throws -> Page {
    let id = PageID.comparison(comparison.slug.rawValue)
    let entry = comparison.useCase.flatMap(entry)
    var figures = FigureFiles()
    var blocks: [Block] = [.contents]
    if comparison.groups.contains(where: { $0.runs.count < 2 }) {
      blocks.append(
        .callout(
          .caution, title: "One seed is no evidence",
          [.text("A group with a single run has no spread, so nothing can be said to be better.")]))
    }
    for name in comparison.metrics {
      let metric = entry?.metrics.first { $0.name == name }
      blocks += [.heading(level: 2, [.code(name)], anchor: "")]
      if let metric {
        blocks.append(.text("\(metric.meaning) (\(metric.better.words))"))
      }
      blocks.append(.table(table(comparison, name, metric)))
      if comparison.groups.count > 1 {
        blocks.append(try figures.add(figure(comparison, name, metric)))
      }
    }
    blocks += tests(comparison)
    return Page(
      id: id, title: title(id), parent: entry.map { .useCase($0.slug.rawValue) } ?? .index,
      labels: labels(["comparison"], [comparison.useCase?.rawValue ?? ""]),
      lead: [.text(comparison.summary)], badges: entry?.isSimulated == true ? [.simulated] : [],
      blocks: blocks, files: figures.files)
  }

  private func table(
    _ comparison: ComparisonTable, _ name: String, _ metric: Metric?
  ) -> Table {
    let rows = comparison.groups.map { group -> [Table.Cell] in
      let statistic = group.statistics[name]
      let links = group.runs.map { id -> [Inline] in
        guard let run = run(id)?.run else { return [.code(String(id.prefix(8)))] }
        return [
          .link(.page(.run(id), anchor: nil), [.code(shortID(run))]), .text(" "),
          .verdict(run.verdict),
        ]
      }
      return [
        .init(group.name), .init(Numbers.text(statistic?.n ?? 0)),
        .init(statistic.map { value($0, metric) } ?? "–"),
        .init(statistic?.ci95.map(interval) ?? "–"),
        .init(Array(links.joined(separator: [.lineBreak]))),
      ]
    }
    return Table(
      columns: [
        .init("Group"), .init("n", isNumeric: true), .init("Mean ± sd", isNumeric: true),
        .init("95 % interval", isNumeric: true), .init("Runs"),
      ], rows: rows)
  }

  private func value(_ statistic: ComparisonTable.Statistic, _ metric: Metric?) -> String {
    let spread = statistic.sd.map { " ± \(Numbers.short($0))" } ?? ""
    let unit = metric?.unit.map { " \($0)" } ?? ""
    return "\(Numbers.text(statistic.mean))\(spread)\(unit)"
  }

  private func interval(_ range: ClosedRange<Double>) -> String {
    "\(Numbers.text(range.lowerBound)) to \(Numbers.text(range.upperBound))"
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
      caption: "The mean of each group's runs; whiskers are the mean's 95 % interval.",
      content: .bars(bars))
  }

  private func tests(_ comparison: ComparisonTable) -> [Block] {
    guard !comparison.tests.isEmpty else { return [] }
    let columns: [Table.Column] = [
      .init("Metric"), .init("Groups"), .init("Difference", isNumeric: true),
      .init("p, corrected", isNumeric: true), .init("Test"),
    ]
    let rows = comparison.tests.map { test -> [Table.Cell] in
      [
        .init([.code(test.metric)]), .init("\(test.second) less \(test.first)"),
        .init(Numbers.text(test.difference)),
        .init(test.adjustedP.map { Numbers.short($0) } ?? "too few runs"), .init(test.method),
      ]
    }
    return [.heading("Tests"), .table(Table(columns: columns, rows: rows))]
  }
}
