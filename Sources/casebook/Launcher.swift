import Casework
import Catalog
import CommandCases
import Datasets
import Foundation
import Kernels
import Learning
import Records

/// Starts runs of a case and sees them to their ends.
struct Launcher {
  let entry: Entry
  let catalog: Catalog
  let useCase: any PreparedCase
  let preset: String
  /// The threads of the numeric kernels, or `nil` if the trainers choose.
  let threads: Int?
  let dataStore: DataStore
  let isOffline: Bool
  let isQuiet: Bool
  /// The run from whose record these are started.
  var parent: String?

  /// Begins a run in a registry.
  func begin(
    seed: Int, in store: RunStore, _ finding: ProvenanceReader.Finding
  ) throws -> RunRecorder {
    var provenance = finding.provenance
    provenance.parent = parent
    let recorder = try store.begin(
      entry.slug, seed: seed, preset: preset, settings: useCase.settingValues,
      metrics: entry.metrics.map(\.name), provenance: provenance)
    if let difference = finding.codeDifference {
      try recorder.keep("code.diff", difference, mediaType: "text/x-diff", role: .code)
    }
    return recorder
  }

  /// Runs the case to its end, whichever that is.
  ///
  /// - Parameters:
  ///   - recorder: What writes the run.
  ///   - seed: Of its randomness.
  ///   - label: What the progress is headed with.
  ///   - profiler: What measures trainings, if anything does.
  ///   - isKept: Whether the run stays in a registry, or is a repetition that is thrown away.
  ///   - resumption: The checkpoint from which an interrupted run goes on.
  ///   - beforeEnd: What is to be done when the case is through, while the run can be written to.
  /// - Returns: The exit code: 0, 3 or 130.
  /// - Throws: What keeps the end from being recorded.
  func carryOut(
    _ recorder: RunRecorder, seed: Int, label: String, profiler: Profiler? = nil,
    isKept: Bool = true, resumption: Data? = nil, beforeEnd: () throws -> Void = {}
  ) async throws -> Int32 {
    if let threads { Threads.use(threads) } else { Threads.useAutomatically() }
    let display = ProgressDisplay(label: label, isQuiet: isQuiet)
    let host = ProgramHost(
      entry: entry, catalog: catalog, recorder: recorder, store: dataStore, display: display,
      isOffline: isOffline, isQuiet: isQuiet, resumption: resumption,
      threads: threads)
    let useCase = useCase
    let task = Task {
      let session = Session(seed: seed, host: host)
      guard let profiler else { return try await useCase.run(in: session) }
      try await profiler.recordTrainings { try await useCase.run(in: session) }
    }
    let interruption = Interruption { task.cancel() }
    defer { interruption.stop() }
    do {
      let result = await task.result
      display.close()
      try beforeEnd()
      // A command that may use as many threads as it likes sees all processors.
      let own = useCase is CommandCase ? ProcessInfo.processInfo.activeProcessorCount : nil
      try recorder.record(threads: own.map { threads ?? $0 } ?? Threads.count)
      try result.get()
      try recorder.finish()
      guard task.isCancelled else { return 0 }
      return interrupted("interrupted; run \(recorder.id.prefix(8)) had come to its end", isKept)
    } catch is CancellationError {
      try recorder.cancel()
      return interrupted("run \(recorder.id.prefix(8)) was interrupted; it is kept", isKept)
    } catch {
      try recorder.fail(error)
      if isKept {
        _ = Failure.report(error)
        Terminal.error.print("casebook: run \(recorder.id.prefix(8)) is recorded as failed.")
      }
      return 3
    }
  }

  private func interrupted(_ words: String, _ isKept: Bool) -> Int32 {
    Terminal.error.print("casebook: \(isKept ? words : "interrupted; nothing was verified").")
    return 130
  }
}

extension Launcher {
  /// Prepares to run what a record says.
  ///
  /// - Parameters:
  ///   - run: The record.
  ///   - catalog: Where its case is described.
  ///   - changes: Settings that are to be others, such as `epochs=3`.
  ///   - threads: Other threads than those of the record.
  ///   - dataStore: Where data come from.
  ///   - isOffline: Whether none are fetched.
  ///   - isQuiet: Whether no progress is shown.
  ///   - parent: The run from whose record it is started.
  /// - Throws: ``Failure`` if the case is not in this program or does not take the settings.
  init(
    repeating run: Run, catalog: Catalog, changes: [String] = [], threads: Int?,
    dataStore: DataStore, isOffline: Bool, isQuiet: Bool, parent: String? = nil
  ) throws {
    if let origin = run.provenance.origin {
      throw Failure.usage(
        .wrong(
          "the run \(run.shortID) was imported from \(origin.system): its record does not say how "
            + "to run it."))
    }
    let entry = try catalog.entry(named: run.slug.rawValue)
    guard let implementation = entry.implementation else {
      throw Failure.usage(.wrong("the case \(run.slug) is not in this program."))
    }
    let settings = entry.fromAnywhere(
      run.settings.merging(try implementation.parse(changes)) { $1 })
    self.init(
      entry: entry, catalog: catalog, useCase: try implementation.with(settings),
      preset: run.preset,
      threads: run.threadsToRepeat(asked: threads), dataStore: dataStore, isOffline: isOffline,
      isQuiet: isQuiet, parent: parent)
  }
}

extension Run {
  /// The threads to repeat the run with: those asked for, else those of the record; `nil` leaves the
  /// choice to the trainers, as it was then.
  func threadsToRepeat(asked: Int?) -> Int? {
    asked ?? (provenance.areThreadsAutomatic == true ? nil : provenance.threads)
  }
}

/// Runs that have just ended, for the user.
struct RunReport {
  let runs: [Run]
  let entry: Entry
  let catalog: Catalog

  /// Prints their metrics beside what is expected of them.
  func show(_ output: OutputOptions, isSingle: Bool) throws {
    let json = runs.map { $0.json(catalog) }
    if output.format != .table || runs.contains(where: { !$0.metrics.isEmpty }) {
      try output.print(table, json: isSingle && json.count == 1 ? json[0] : .array(json))
    }
    guard output.format == .table else { return }
    for run in runs {
      let words =
        run.status == .finished ? "finished in \(run.duration.asDuration)" : run.status.rawValue
      Terminal.output.print("run \(run.shortID): \(words)")
    }
  }

  /// What one that did not finish has logged is not its result, and is shown only by itself.
  private var counted: [Run] {
    let finished = runs.filter { $0.status == .finished }
    return finished.isEmpty ? runs : finished
  }

  /// Mean and standard deviation over the runs, the least value and the greatest.
  private func summary(of metric: Metric) -> [String] {
    let values = counted.compactMap { $0.metrics[metric.name] }
    let comparison = Comparison(of: counted, metrics: [metric])
    guard let statistic = comparison.groups.first?.statistics[metric.name] else {
      return ["", "", ""]
    }
    let spread = statistic.standardDeviation.map { " ± \($0.short)" } ?? ""
    return [
      statistic.mean.short + spread, values.min()?.short ?? "", values.max()?.short ?? "",
    ]
  }

  private var table: Table {
    // Three columns and more leave no room for what is expected.
    let isSummed = counted.count > 2
    let names =
      isSummed
      ? ["mean ± sd", "lowest", "highest"]
      : counted.map { "seed \($0.seed)" }
    var table = Table(
      [Table.Column(title: "metric", isUnbroken: true)]
        + names.map { Table.Column(title: $0, isNumber: true) }
        + [Table.Column(title: "expected")])
    for metric in entry.metrics where counted.contains(where: { $0.metrics[metric.name] != nil }) {
      let values =
        isSummed
        ? summary(of: metric) : counted.map { $0.metrics[metric.name]?.short ?? "" }
      let judged = counted.flatMap { Assessment.of($0, by: entry) }
        .filter { $0.expectation.metric == metric.name }
      let words = Set(judged.map(\.expectation)).map { expectation in
        let outcomes = judged.filter { $0.expectation == expectation }.map(\.outcome)
        let met = outcomes.count { $0 == .met }
        let verdict =
          outcomes.count == 1 ? outcomes[0].rawValue : "met by \(met) of \(outcomes.count)"
        return "\(expectation.bound) \(verdict)"
      }
      table.rows.append([metric.name] + values + [words.sorted().joined(separator: "; ")])
    }
    return table
  }
}
