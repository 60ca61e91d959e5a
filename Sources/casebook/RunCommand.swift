import ArgumentParser
import Casework
import Catalog
import Dispatch
import Foundation
import Kernels
import Learning
import Records

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a use case and record the run.",
    discussion: """
      Missing data is got at first use, saying what, how large and from where. Ctrl-C ends the run \
      cleanly and keeps its checkpoint; twice, at once.
      """)

  @Argument(help: "A case, as 'casebook list' names it.") var slug: String
  @Option(name: .customLong("set"), help: "A setting, such as epochs=3; may be repeated.")
  var changes: [String] = []
  @Option(help: "quick, standard or paper.") var preset = "standard"
  @Option(help: "The seed of all randomness.") var seed = 1
  @Option(help: "Run this many seeds, one after the other, from --seed on.") var seeds: Int?
  @Option(help: "Threads of the numeric kernels; else one, and more for large steps.")
  var threads: Int?
  @Flag(help: "Print where the time of training went, and keep a trace with the run.")
  var profile = false
  @Option(help: "Write the trace there too, in Chrome's format; implies --profile.")
  var profileOut: String?
  @Flag(help: "Get no data over the network.") var offline = false
  @Flag(help: "Show no progress.") var quiet = false
  @OptionGroup var output: OutputOptions
  @OptionGroup var house: House

  func validate() throws {
    if let seeds, !(1...1000).contains(seeds) {
      throw ValidationError("--seeds lies from 1 to 1000, not \(seeds).")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads lies from 1 to 1024, not \(threads).")
    }
  }

  func run() async throws {
    if threads != 1 { Threads.startAgainWaitingPassively() }
    let catalog = try house.readCatalog()
    let entry = try catalog.entry(named: slug)
    guard let type = entry.useCase else {
      throw Failure.usage(
        .wrong(
          "\(slug) is planned: its entry is written, its case is not. See 'casebook show \(slug)', "
            + "and 'casebook list --status runnable' for those that run."))
    }
    guard let chosen = entry.presets.first(where: { $0.name == preset }) else {
      throw Failure.usage(.unknown("preset", preset, known: entry.presets.map(\.name)))
    }
    let settings = chosen.settings.merging(try type.parse(changes)) { $1 }
    let useCase = try type.with(settings)
    let finding = try ProvenanceReader.read(threads: threads ?? 1)
    let store = try RunStore(home: house.homeFolder)

    var ids: [String] = []
    var code: Int32 = 0
    for seed in seed..<seed + (seeds ?? 1) where code == 0 {
      if let threads { Threads.use(threads) } else { Threads.useAutomatically() }
      let recorder = try store.begin(
        entry.slug, seed: seed, preset: preset, settings: useCase.settingValues,
        metrics: entry.metrics.map(\.name), provenance: finding.provenance)
      ids.append(recorder.id)
      if let difference = finding.codeDifference {
        try recorder.keep("code.diff", difference, mediaType: "text/x-diff", role: .code)
      }
      code = try await carryOut(useCase, seed, recorder, entry, catalog)
    }
    try show(ids.map { try store.run(named: $0) }, entry, catalog)
    if code != 0 { throw Failure.reported(code: code) }
  }

  /// Runs the case to its end, whichever that is, and returns the exit code.
  private func carryOut(
    _ useCase: any UseCase, _ seed: Int, _ recorder: RunRecorder, _ entry: Entry, _ catalog: Catalog
  ) async throws -> Int32 {
    let display = ProgressDisplay(label: "\(slug) seed \(seed)", isQuiet: quiet)
    let host = ProgramHost(
      entry: entry, catalog: catalog, recorder: recorder, store: try house.dataStore(),
      display: display, isOffline: offline, isQuiet: quiet)
    let profiler = profile || profileOut != nil ? Profiler() : nil
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
      if let profiler { try report(profiler.profile, recorder) }
      try recorder.record(threads: Threads.count)
      try result.get()
      try recorder.finish()
      return 0
    } catch is CancellationError {
      try recorder.cancel()
      Terminal.error.print("casebook: run \(recorder.id.prefix(8)) was interrupted; it is kept.")
      return 130
    } catch {
      try recorder.fail(error)
      _ = Failure.report(error)
      Terminal.error.print("casebook: run \(recorder.id.prefix(8)) is recorded as failed.")
      return 3
    }
  }

  /// Prints a profile and keeps its trace, apart from what other programs read.
  private func report(_ profile: Profile, _ recorder: RunRecorder) throws {
    let terminal = output.format == .table ? Terminal.output : Terminal.error
    let report = ProfileReport(profile: profile)
    terminal.write(report.text(width: terminal.width) { terminal.styled($0, .bold) } + "\n")
    let trace = profile.trace()
    try recorder.keep("trace.json", trace, mediaType: "application/json")
    if let profileOut { try trace.write(to: URL(filePath: profileOut), options: .atomic) }
  }

  private func show(_ runs: [Run], _ entry: Entry, _ catalog: Catalog) throws {
    let json = runs.map { $0.json(catalog) }
    if output.format != .table || runs.contains(where: { !$0.metrics.isEmpty }) {
      try output.print(
        table(runs, entry), json: seeds == nil && json.count == 1 ? json[0] : .array(json))
    }
    guard output.format == .table else { return }
    for run in runs {
      let words =
        run.status == .finished ? "finished in \(run.duration.asDuration)" : run.status.rawValue
      Terminal.output.print("run \(run.shortID): \(words)")
    }
  }

  private func table(_ runs: [Run], _ entry: Entry) -> Table {
    var table = Table(
      [Table.Column(title: "metric", isUnbroken: true)]
        + runs.map { Table.Column(title: "seed \($0.seed)", isNumber: true) }
        + [Table.Column(title: "expected")])
    for metric in entry.metrics where runs.contains(where: { $0.metrics[metric.name] != nil }) {
      let values = runs.map { $0.metrics[metric.name]?.short ?? "" }
      let judged = runs.flatMap { Assessment.of($0, by: entry) }
        .filter { $0.expectation.metric == metric.name }
      let words = Set(judged.map(\.expectation)).map { expectation in
        let outcomes = judged.filter { $0.expectation == expectation }.map(\.outcome)
        let met = outcomes.count { $0 == .met }
        let verdict =
          outcomes.count == 1
          ? outcomes[0].rawValue : "met by \(met) of \(outcomes.count)"
        return "\(expectation.bound) \(verdict)"
      }
      table.rows.append([metric.name] + values + [words.sorted().joined(separator: "; ")])
    }
    return table
  }
}

/// Calls back once when the user presses Ctrl-C or the system asks the program to end; the second
/// time the program ends at once.
private final class Interruption: Sendable {
  // Dispatch sources may be used from any thread, but are not declared so.
  nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

  init(_ body: @escaping @Sendable () -> Void) {
    let calls = SignalCount()
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if calls.next() > 1 { exit(130) }
        body()
      }
      source.resume()
      return source
    }
  }

  func stop() {
    sources.forEach { $0.cancel() }
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
  }
}
