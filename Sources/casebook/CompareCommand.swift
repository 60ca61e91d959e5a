import ArgumentParser
import Casework
import Catalog
import Foundation
import Records

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", _superCommandName: Casebook._commandName,
    abstract: "Compare runs: what differs, and which is better.",
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
    let display = ComparisonReport(comparison, metrics: metrics, isSorted: !by.isEmpty)
    try output.print(
      output.format == .csv ? display.records : display.table, json: display.json(first.slug))
    // What the table cannot say belongs to it, wherever a text may stand beside one.
    switch output.format {
    case .table:
      for line in display.remarks {
        for part in line.legible.wrapped(at: Terminal.output.width) { Terminal.output.print(part) }
      }
    case .markdown: for line in display.remarks { Terminal.output.print("\n" + line) }
    case .latex:
      for line in display.remarks { Terminal.output.print(line.isEmpty ? "%" : "% " + line) }
    case .csv, .json: break
    }
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
      if let condition {
        throw Failure.usage(.wrong("no finished run of \(slug) fulfils \(condition)."))
      }
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
