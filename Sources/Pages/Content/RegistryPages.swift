import Casework
import Catalog
import Foundation

extension SiteContent {
  /// The page of the registry's state: what it holds, and how its cases stand.
  func registryPage() -> Page {
    let state = site.registry
    var blocks: [Block] = [.contents, .heading("What it holds"), .properties(holdings(state))]
    blocks += [.heading("Cases"), .table(caseTable(state))]
    let lists = ids.filter { $0.kind == .runs }
    if !lists.isEmpty {
      blocks += [
        .heading("Published runs"),
        .list(
          .bullets,
          lists.map { [.paragraph([.link(.page($0, anchor: nil), [.text(title($0))])])] }),
      ]
    }
    return Page(
      id: .registry, title: title(.registry), parent: .index, labels: ["registry"],
      lead: [
        .text(
          "How the registry stood when these pages were written: its runs, whether they were run "
            + "again, and whether the cases meet what is expected of them.")
      ], badges: [], blocks: blocks, files: [])
  }

  private func holdings(_ state: RegistryState) -> [Block.Property] {
    let counts = site.entries.map(outcomes)
    func sum(_ outcome: Expectation.Outcome) -> Int {
      counts.map { $0[outcome] ?? 0 }.reduce(0, +)
    }
    let outcomes: [Inline] = [
      .text(Numbers.text(sum(.met)) + " "), .outcome(.met),
      .text(" " + Numbers.text(sum(.missed)) + " "), .outcome(.missed),
      .text(" " + Numbers.text(sum(.unmeasured)) + " "), .outcome(.unmeasured),
    ]
    return [
      .init(name: "Runs", value: [.text(Numbers.text(state.runs))]),
      .init(name: "Published", value: [.text(Numbers.text(site.runs.count))]),
      .init(
        name: "Kept files",
        value: [.text("\(Numbers.text(state.files)), \(Numbers.bytes(state.bytes))")]),
      .init(name: "First run", value: [.text(state.oldest.map(Numbers.moment) ?? "–")]),
      .init(name: "Latest run", value: [.text(state.latest.map(Numbers.moment) ?? "–")]),
      .init(name: "Expectations", value: outcomes),
    ]
  }

  private func caseTable(_ state: RegistryState) -> Table {
    let columns: [Table.Column] = [
      .init("Use case"), .init("Runs"), .init("Run again"), .init("Expectations"),
      .init("Latest run"),
    ]
    let known = Set(site.entries.map(\.slug))
    let others = state.cases.keys.filter { !known.contains($0) }.sorted()
    let rows =
      site.entries.map { row($0.slug, $0, state) } + others.map { row($0, nil, state) }
    return Table(columns: columns, rows: rows)
  }

  private func row(_ slug: Slug, _ entry: Entry?, _ state: RegistryState) -> [Table.Cell] {
    let count = state.cases[slug] ?? RegistryState.Count()
    let name: [Inline] =
      entry.map { [.link(.page(.useCase(slug.rawValue), anchor: nil), [.text($0.title)])] }
      ?? [.code(slug.rawValue)]
    let verified = (count.verdicts[.bitwise] ?? 0) + (count.verdicts[.withinTolerance] ?? 0)
    let statuses: [Run.Status] = [.finished, .failed, .cancelled, .lost, .running]
    let verdicts: [(Int?, Inline)] = [
      (verified, .lozenge("verified", .good)), (count.verdicts[.stale], .verdict(.stale)),
      (count.verdicts[.different], .verdict(.different)), (count.verdicts[nil], .verdict(nil)),
    ]
    let outcomes = entry.map(outcomes) ?? [:]
    return [
      .init(name), counted(statuses.map { (count.statuses[$0], .status($0)) }),
      counted(verdicts),
      counted(
        [Expectation.Outcome.met, .missed, .unmeasured].map { (outcomes[$0], .outcome($0)) }),
      .init(count.latest.map(Numbers.moment) ?? "–"),
    ]
  }

  /// Numbers with what they count; those of nothing are left out.
  private func counted(_ counts: [(Int?, Inline)]) -> Table.Cell {
    let shown = counts.compactMap { count, what -> [Inline]? in
      guard let count, count > 0 else { return nil }
      return [.text(Numbers.text(count) + " "), what]
    }
    return .init(shown.isEmpty ? [.text("–")] : Array(shown.joined(separator: [.lineBreak])))
  }

  /// A list of published runs, newest first.
  func runsPage(_ number: Int) -> Page {
    let id = PageID.runs(number)
    let start = (number - 1) * Self.listLength
    let runs = site.runs[start..<min(start + Self.listLength, site.runs.count)].map(\.run)
    let columns: [Table.Column] = [
      .init("Run"), .init("Use case", isFilter: true), .init("Metric", isFilter: true),
      .init("Value", isNumeric: true),
      .init("Preset", isFilter: true), .init("Seed", isNumeric: true), .init("Started (UTC)"),
      .init("Took", isNumeric: true), .init("Status", isFilter: true), .init("Verified"),
    ]
    let rows = runs.map { run -> [Table.Cell] in
      let entry = entry(run.slug)
      let title = entry?.title ?? run.slug.rawValue
      let metric = entry.flatMap(headline)
      let value = metric.flatMap { metric in
        run.metrics[metric.name].map { Numbers.text($0, unit: metric.unit) }
      }
      return [
        .init([.link(.page(.run(run.id), anchor: nil), [.code(shortID(run))])]),
        .init([.text(title)], terms: [title]),
        metric.map { .init([.text($0.name)], terms: [$0.name]) } ?? .init("–"),
        .init(value ?? "–"),
        .init([.text(run.preset)], terms: [run.preset]), .init(Numbers.text(run.seed)),
        .init(Numbers.minute(run.startedAt)), .init(Numbers.duration(run.duration)),
        .init([.status(run.status)], terms: [run.status.rawValue]),
        .init([.verdict(run.verdict)]),
      ]
    }
    let lead: [Inline] =
      runs.count == site.runs.count
      ? []
      : [
        .text(
          "Newest first; words and filters choose among the runs on this page, "
            + "\(Numbers.text(runs.count)) of \(Numbers.text(site.runs.count)).")
      ]
    return Page(
      id: id, title: title(id), parent: .registry, labels: ["runs"], lead: lead, badges: [],
      blocks: [.table(Table(columns: columns, rows: rows, filterNoun: "runs"))], files: [])
  }
}
