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
    commandName: "run", _superCommandName: Casebook._commandName,
    abstract: "Run a use case and record the run.",
    discussion: """
      Missing data is got at first use, saying what, how large and from where. Ctrl-C ends the run \
      cleanly and keeps its checkpoint; twice, at once. --resume RUN goes on from the checkpoint of a \
      run that was interrupted, failed or lost, with the case and the settings of its record.
      """)

  @Argument(help: "A case, as 'casebook list' names it.") var slug: String?
  @Option(help: "Go on with this run, from its last checkpoint.") var resume: String?
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
  @Option(
    help: "Write the run as a spool into this folder, for 'casebook collect'; resume one of it.")
  var spool: String?
  @Flag(help: "Get no data over the network.") var offline = false
  @Flag(help: "Show no progress.") var quiet = false
  @OptionGroup var output: OutputOptions
  @OptionGroup var house: House

  func validate() throws {
    guard (slug == nil) != (resume == nil) else {
      throw ValidationError(
        "say what to run: a case ('casebook list' names them), or --resume RUN, not both.")
    }
    let isPlain = changes.isEmpty && preset == "standard" && seed == 1 && seeds == nil
    guard resume == nil || isPlain && !profile && profileOut == nil else {
      throw ValidationError(
        "--resume takes case, preset, seed and settings from the record; 'casebook rerun RUN --set …' "
          + "starts a new run with others.")
    }
    if let seeds, !(1...1000).contains(seeds) {
      throw ValidationError("--seeds lies from 1 to 1000, not \(seeds).")
    }
    if let threads, !RunStore.threadCounts.contains(threads) {
      throw ValidationError("--threads lies from 1 to 1024, not \(threads).")
    }
  }

  func run() async throws {
    if threads != 1 { Threads.startAgainWaitingBriefly() }
    let catalog = try house.readCatalog()
    if let resume { return try await goOn(with: resume, catalog) }
    let slug = slug ?? ""
    let entry = try catalog.entry(named: slug)
    guard let implementation = entry.implementation else {
      throw Failure.usage(
        .wrong(
          "\(slug) is planned: its entry is written, its case is not. See 'casebook show \(slug)', "
            + "and 'casebook list --status runnable' for those that run."))
    }
    guard let chosen = entry.presets.first(where: { $0.name == preset }) else {
      throw Failure.usage(.unknown("preset", preset, known: entry.presets.map(\.name)))
    }
    guard !implementation.isCommand || !profile && profileOut == nil else {
      throw Failure.usage(
        .wrong(
          "--profile measures Casebook's own engine, and \(slug) is a command: use the profiler of "
            + "its language."))
    }
    let settings = entry.fromAnywhere(
      chosen.settings.merging(try implementation.parse(changes)) { $1 })
    let launcher = Launcher(
      entry: entry, catalog: catalog, useCase: try implementation.with(settings), preset: preset,
      threads: threads, dataStore: try house.dataStore(), isOffline: offline, isQuiet: quiet)
    try traceFile?.check()
    let finding = try ProvenanceReader.read(for: launcher.useCase, threads: threads)
    let store = try house.recordRuns(spool: spool)
    var ids: [String] = []
    var code: Int32 = 0
    for seed in seed..<seed + (seeds ?? 1) where code == 0 {
      let recorder = try launcher.begin(seed: seed, in: store, finding)
      ids.append(recorder.id)
      let profiler = profile || profileOut != nil ? Profiler() : nil
      code = try await launcher.carryOut(
        recorder, seed: seed, label: "\(slug) seed \(seed)", profiler: profiler
      ) { if let profiler { try report(profiler.profile, recorder) } }
    }
    let runs = try ids.map { try store.run(named: $0) }
    try RunReport(runs: runs, entry: entry, catalog: catalog).show(output, isSingle: seeds == nil)
    if code != 0 { throw Failure.reported(code: code) }
  }

  /// Takes up a run that did not end well.
  private func goOn(with name: String, _ catalog: Catalog) async throws {
    let store = try house.runsToResume(spool: spool)
    let old = try store.run(named: name)
    let launcher = try Launcher(
      repeating: old, catalog: catalog, threads: threads, dataStore: house.dataStore(),
      isOffline: offline, isQuiet: quiet)
    let finding = try ProvenanceReader.read(for: launcher.useCase, threads: launcher.threads)
    if finding.provenance.binaryDigest != old.provenance.binaryDigest {
      Terminal.error.print(
        "casebook: the program has changed since run \(old.shortID) began; what follows may not be what "
          + "it would have been.")
    }
    let (recorder, checkpoint) = try store.resume(
      old, metrics: launcher.entry.metrics.map(\.name), provenance: finding.provenance)
    if let difference = finding.codeDifference {
      try recorder.keep("code.diff", difference, mediaType: "text/x-diff", role: .code)
    }
    if checkpoint == nil {
      Terminal.error.print(
        "casebook: run \(old.shortID) has no checkpoint; it begins again from its start.")
    }
    let code = try await launcher.carryOut(
      recorder, seed: old.seed, label: "\(old.slug) seed \(old.seed)", resumption: checkpoint)
    try RunReport(
      runs: [try store.run(named: recorder.id)], entry: launcher.entry, catalog: catalog
    ).show(output, isSingle: true)
    if code != 0 { throw Failure.reported(code: code) }
  }

  /// Prints a profile and keeps its trace, apart from what other programs read.
  private func report(_ profile: Profile, _ recorder: RunRecorder) throws {
    let terminal = output.format == .table ? Terminal.output : Terminal.error
    let report = ProfileReport(profile: profile)
    terminal.write(report.text(width: terminal.width) { terminal.styled($0, .bold) } + "\n")
    let trace = profile.trace()
    try recorder.keep("trace.json", trace, mediaType: "application/json")
    try traceFile?.write(trace)
  }

  private var traceFile: OutputFile? { profileOut.map { OutputFile($0, for: "the trace") } }
}
