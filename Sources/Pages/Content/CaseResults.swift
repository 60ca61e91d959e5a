import Casework
import Catalog

/// What the runs of a case say on its page.
extension SiteContent {
  /// The metric by which runs are ranked: the first expected one that has a better side, else the
  /// first declared one.
  func headline(_ entry: Entry) -> Metric? {
    let directed = entry.metrics.filter { $0.better != .neither }
    let expected = entry.expectations.lazy.compactMap { expectation in
      directed.first { $0.name == expectation.metric }
    }
    return expected.first ?? directed.first ?? entry.metrics.first
  }

  /// The runs of a case, finished ones first and the best first among them.
  func ranked(_ entry: Entry) -> [PageRun] {
    let runs = runs(of: entry.slug)
    guard let metric = headline(entry), metric.better != .neither else { return runs }
    let sign: Double = metric.better == .higher ? 1 : -1
    func score(_ run: Run) -> (Int, Double) {
      guard run.status == .finished, let value = run.metrics[metric.name], !value.isNaN else {
        return (run.status == .finished ? 1 : 0, 0)
      }
      return (2, sign * value)
    }
    // Newest first where the scores are the same, as `runs` has them.
    return runs.enumerated().sorted { a, b in
      let (left, right) = (score(a.element.run), score(b.element.run))
      return left == right ? a.offset < b.offset : left > right
    }.map(\.element)
  }

  func expectations(_ entry: Entry) -> [Block] {
    var blocks = metrics(entry)
    guard !entry.expectations.isEmpty else { return blocks }
    let columns: [Table.Column] = [
      .init("Metric"), .init("Expected", isNumeric: true), .init("The bound is"),
      .init("Best value", isNumeric: true), .init("Outcome"), .init("Speaks of"),
    ]
    let rows = entry.expectations.map { row($0, entry) }
    blocks += [
      .heading("Expectations"),
      .text(
        "A bound speaks of finished runs with its presets and settings; the best value is the one "
          + "that fits it best among those published here."),
      .table(Table(columns: columns, rows: rows)),
    ]
    return blocks
  }

  private func metrics(_ entry: Entry) -> [Block] {
    guard !entry.metrics.isEmpty else { return [] }
    let columns: [Table.Column] = [
      .init("Metric"), .init("What it says"), .init("Unit"), .init("Better"),
    ]
    let rows = entry.metrics.map { metric -> [Table.Cell] in
      [
        .init([.code(metric.name)]), .init(metric.meaning), .init(metric.unit ?? ""),
        .init(metric.better.words),
      ]
    }
    return [.heading("Metrics"), .table(Table(columns: columns, rows: rows))]
  }

  private func row(_ expectation: Expectation, _ entry: Entry) -> [Table.Cell] {
    let judged = judged(expectation, entry)
    let metric = entry.metrics.first { $0.name == expectation.metric }
    let best = best(judged, expectation, better: metric?.better ?? .neither)
    var value: [Inline] = [.text("–")]
    if let best, let number = best.metrics[expectation.metric] {
      value = [.number(number, unit: metric?.unit, of: best), .lineBreak, .verdict(best.verdict)]
      if judged.count > 1 {
        value += [.lineBreak, .text("best of \(Numbers.text(judged.count)) runs")]
      }
    }
    let note = expectation.note.map { ": \($0)" } ?? ""
    let settings = expectation.settings.assignments
    let scope =
      expectation.presets.joined(separator: ", ") + (settings.isEmpty ? "" : "; \(settings)")
    return [
      .init([.code(expectation.metric)]), .init(expectation.bound.words),
      .init("\(expectation.source.words)\(note)"), .init(value),
      .init([.outcome(expectation.outcome(of: best?.metrics[expectation.metric]))]), .init(scope),
    ]
  }

  /// The published runs of which an expectation speaks.
  private func judged(_ expectation: Expectation, _ entry: Entry) -> [Run] {
    runs(of: entry.slug).map(\.run).filter { run in
      run.status == .finished && expectation.applies(preset: run.preset, settings: run.settings)
    }
  }

  /// How many expectations of a case have which outcome.
  func outcomes(_ entry: Entry) -> [Expectation.Outcome: Int] {
    var counts: [Expectation.Outcome: Int] = [:]
    for expectation in entry.expectations {
      let metric = entry.metrics.first { $0.name == expectation.metric }
      let run = best(judged(expectation, entry), expectation, better: metric?.better ?? .neither)
      counts[expectation.outcome(of: run?.metrics[expectation.metric]), default: 0] += 1
    }
    return counts
  }

  /// The run whose value fits a bound best: inside it first, then on the better side, or nearest
  /// to the target.
  private func best(
    _ runs: [Run], _ expectation: Expectation, better: Metric.Better
  ) -> Run? {
    func score(_ run: Run) -> (Int, Double) {
      guard let value = run.metrics[expectation.metric], !value.isNaN else { return (-1, 0) }
      let inside = expectation.bound.contains(value) ? 1 : 0
      let fit =
        switch expectation.bound {
        case .atLeast, .above: value
        case .atMost, .below: -value
        case .equals(let target, _): -abs(value - target)
        case .between(let low, let high):
          switch better {
          case .higher: value
          case .lower: -value
          case .neither: -abs(value - (low + high) / 2)
          }
        }
      return (inside, fit)
    }
    return runs.filter { score($0).0 >= 0 }.max { score($0) < score($1) }
  }

  func bestRuns(_ entry: Entry) -> [Block] {
    let runs = ranked(entry).map(\.run)
    guard !runs.isEmpty else {
      return isRunnable(entry.slug)
        ? [.heading("Best runs"), .text("No run of this case is published yet.")] : []
    }
    let metrics = shownMetrics(entry)
    let columns =
      [Table.Column("Run")] + metrics.map { Table.Column($0.name, isNumeric: true) }
      + [
        Table.Column("Preset"), .init("Seed", isNumeric: true), .init("Took", isNumeric: true),
        .init("Status"), .init("Verified"),
      ]
    let shown = runs.prefix(Self.mostRuns)
    let order = headline(entry).map { metric in
      metric.better == .neither
        ? "Newest first." : "Ranked by \(metric.name): \(metric.better.words)."
    }
    var blocks: [Block] = [.heading("Best runs")] + (order.map { [.text($0)] } ?? [])
    blocks.append(
      .table(
        Table(
          columns: columns, rows: shown.map { row($0, metrics) }, facts: shown.map(facts))))
    if runs.count > shown.count {
      let all = Inline.link(.page(.registry, anchor: nil), [.text(title(.registry))])
      blocks.append(
        .paragraph([
          .text("\(Numbers.text(runs.count - shown.count)) more runs are in the lists of "), all,
          .text("."),
        ]))
    }
    return blocks
  }

  /// More rows than this are not read.
  private static let mostRuns = 50

  private func row(_ run: Run, _ metrics: [Metric]) -> [Table.Cell] {
    [.init([.link(.page(.run(run.id), anchor: nil), [.code(shortID(run))])])]
      + metrics.map { metric in
        let value = run.metrics[metric.name]
        return .init(value.map { [.number($0, unit: metric.unit, of: run)] } ?? [.text("–")])
      }
      + [
        .init(run.preset), .init(Numbers.text(run.seed)),
        .init(Numbers.duration(run.duration)), .init([.status(run.status)]),
        .init([.verdict(run.verdict)]),
      ]
  }

  /// All that readers may want to see of runs beside each other: in each line a name, a tab and a
  /// text, settings first.
  private func facts(_ run: Run) -> String {
    let pairs =
      [("preset", run.preset), ("seed", Numbers.text(run.seed))]
      + run.settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value.shown) }
      + run.metrics.sorted { $0.key < $1.key }.prefix(40).map { ($0.key, Numbers.text($0.value)) }
    return pairs.map { name, text in
      "\(name.label(100))\t\(text.label(200))"
    }.joined(separator: "\n")
  }

  /// At most five metrics for the table: the headline, the expected ones, then the declared ones.
  private func shownMetrics(_ entry: Entry) -> [Metric] {
    let first = headline(entry).map { [$0] } ?? []
    let expected = entry.expectations.compactMap { expectation in
      entry.metrics.first { $0.name == expectation.metric }
    }
    var taken: Set<String> = []
    return Array(
      (first + expected + entry.metrics).filter { taken.insert($0.name).inserted }.prefix(5))
  }
}
