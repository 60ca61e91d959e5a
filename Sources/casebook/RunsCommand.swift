import ArgumentParser
import Casework
import Catalog
import Foundation
import Records

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", _superCommandName: Casebook._commandName,
    abstract: "List recorded runs, the latest first.",
    discussion: """
      --where takes a condition over a run's fields (id, case, status, seed, preset, started_at, \
      duration_s, …), its settings and its metrics: "case = 'mnist-c-header' and accuracy > 0.96", \
      "hidden in (32, 128) or not status = 'finished'". Also between, like, is null; tags., data., \
      verified, verdict; ages: "started > 7d" is the last seven days; and the history of a metric: \
      best(loss), last, min, max, mean, at(loss, 10). --sort takes the same names.

      'casebook runs show RUN' is 'casebook show-run RUN'.
      """, subcommands: [Show.self])

  /// What `show-run` does, where one who lists runs looks for it.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: ShowRunCommand.configuration.abstract)

    @OptionGroup var command: ShowRunCommand

    func run() throws { try command.run() }
  }

  @Option(
    name: .customLong("where"), parsing: .unconditional,
    help: "A condition that the runs fulfil.")
  var condition: String?
  @Option(
    parsing: .unconditionalSingleValue,
    help: "A field, setting or metric to sort by; with a minus before it, the greatest first.")
  var sort: [String] = []
  @Option(help: "How many runs to list at the most.") var limit: Int?
  @OptionGroup var output: OutputOptions
  @OptionGroup var house: House

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is 1 or more, not \(limit).") }
  }

  func run() throws {
    let (store, folder) = (try house.readRuns(), try house.catalogFolder())
    let keys = try sort.map { try SortKey($0) }
    var metrics: [Slug: [String]] = [:]
    let runs =
      try output.format == .json
      ? store.runs(where: condition, sort: keys, limit: limit)
      : store.list(where: condition, sort: keys, limit: limit) {
        metrics = Catalog.metricNames(folder: folder, of: $0)
        return metrics
      }
    if runs.isEmpty, output.format == .table {
      Terminal.error.print(
        condition == nil
          ? "casebook: no run is recorded in \(house.homeFolder). Start with 'casebook run CASE'."
          : "casebook: no run fulfils \(condition ?? "").")
      return
    }
    let isShort = output.format == .table && Terminal.output.width < 100
    // Whole entries are read for JSON alone.
    try output.print(Self.table(runs, metrics, hasAges: isShort), json: json(runs, folder))
  }

  private func json(_ runs: [Run], _ folder: String) -> JSONValue {
    let catalog = Catalog.read(folder: folder, only: Set(runs.map(\.slug)))
    return .array(runs.map { $0.json(catalog) })
  }

  /// The runs with their most important metric, and the time of their start or how long ago that was.
  static func table(
    _ runs: [Run], _ metrics: [Slug: [String]], hasAges: Bool = false
  ) -> Table {
    var table = Table([
      Table.Column(title: "run", isUnbroken: true), Table.Column(title: "case", isUnbroken: true),
      Table.Column(title: "status"), Table.Column(title: "preset, seed", isUnbroken: true),
      Table.Column(title: "result"),
      hasAges
        ? Table.Column(title: "age", isNumber: true, isUnbroken: true)
        : Table.Column(title: "started", isUnbroken: true),
    ])
    for run in runs {
      table.rows.append([
        run.shortID, run.slug.rawValue, status(run, isShort: hasAges), "\(run.preset) \(run.seed)",
        result(run, metrics[run.slug] ?? []),
        hasAges ? run.startedAt.age : run.startedAt.asLocalTime,
      ])
    }
    return table
  }

  /// In a narrow table a verdict stands alone: only a finished run has one.
  private static func status(_ run: Run, isShort: Bool) -> String {
    if run.status == .finished {
      guard let verdict = run.verdict?.rawValue else { return run.status.rawValue }
      return isShort ? verdict : "\(run.status.rawValue), \(verdict)"
    }
    return run.status.rawValue + (run.lastStep.map { " at step \($0)" } ?? "")
  }

  private static func result(_ run: Run, _ metrics: [String]) -> String {
    guard let first = metrics.first(where: { run.metrics[$0] != nil }),
      let value = run.metrics[first]
    else { return run.failure ?? "" }
    return "\(first) \(value.short)"
  }
}

extension Date {
  /// How long ago it was, such as `3 h`.
  var age: String {
    let seconds = max(0, -timeIntervalSinceNow).whole
    return switch seconds {
    case ..<60: "\(seconds) s"
    case ..<3600: "\(seconds / 60) min"
    case ..<(2 * 86400): "\(seconds / 3600) h"
    default: "\(seconds / 86400) d"
    }
  }

  /// Such as `2026-11-23 21:04`, in the zone of the user.
  var asLocalTime: String {
    var time = time_t(timeIntervalSince1970.whole)
    var parts = tm()
    localtime_r(&time, &parts)
    return String(
      quick: "%04d-%02d-%02d %02d:%02d", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
      parts.tm_hour, parts.tm_min)
  }
}
