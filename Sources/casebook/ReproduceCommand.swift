import ArgumentParser
import Casework
import Catalog
import Foundation
import Kernels
import Records

struct ReproduceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce", _superCommandName: Casebook._commandName,
    abstract: "Run recorded runs again and say whether they reproduce.",
    discussion: """
      Each run is repeated from its record alone, in a registry of its own that is thrown away, and \
      compared bit for bit: 'bitwise', 'within-tolerance' (of what the case declares) or \
      'different', with the first metric, step and byte that differ and the likeliest cause first. \
      The verdict is kept with the run, and is stale when program, entry or data change.
      Exit code: 0 all reproduced, 1 one did not, 3 one could not be run again.
      """)

  @Argument(help: "Runs, by the start of their ids or by name.") var ids: [String] = []
  @Flag(help: "All finished runs.") var all = false
  @Option(name: .customLong("case"), help: "The finished runs of a case.") var slug: String?
  @Option(
    name: .customLong("where"), parsing: .unconditional,
    help: "The finished runs that fulfil a condition.")
  var condition: String?
  @Flag(help: "Those whose verdict is stale.") var stale = false
  @Option(help: "Other threads than those of the record.") var threads: Int?
  @Flag(help: "Get no data over the network.") var offline = false
  @Flag(help: "Show no progress.") var quiet = false
  @OptionGroup var output: OutputOptions
  @OptionGroup var house: House

  func validate() throws {
    let isQuery = all || slug != nil || condition != nil || stale
    guard ids.isEmpty == isQuery else {
      throw ValidationError("name runs, or choose them with --all, --case, --where or --stale.")
    }
    if let threads, !RunStore.threadCounts.contains(threads) {
      throw ValidationError("--threads lies from 1 to 1024, not \(threads).")
    }
  }

  func run() async throws {
    Threads.startAgainWaitingBriefly()
    let catalog = try house.soundCatalog()
    let runs = try chosenRuns(house.readRuns())
    guard !runs.isEmpty else {
      return Terminal.error.print("casebook: there is no finished run to reproduce.")
    }
    let store = try house.writeRuns()
    var (results, code): ([JSONValue], Int32) = ([], 0)
    for run in runs {
      let outcome = try await repeated(run, catalog, store)
      if outcome.code == 130 { throw Failure.reported(code: 130) }
      code = max(code, outcome.code)
      results.append(outcome.json)
      if output.format != .json {
        for line in outcome.lines {
          let margin = String(line.prefix { $0 == " " })
          for part in line.wrapped(at: Terminal.output.width - margin.count) {
            Terminal.output.print(margin + part)
          }
        }
      }
    }
    if output.format == .json {
      try Terminal.output.print(JSONValue.array(results).document)
    }
    if code == 1 { throw Failure.answerIsNo }
    if code != 0 { throw Failure.reported(code: code) }
  }

  private func chosenRuns(_ store: RunStore) throws -> [Run] {
    guard ids.isEmpty else { return try ids.map { try store.run(named: $0) } }
    var conditions = ["status = 'finished'"]
    if let slug { conditions.append("case = '\(try house.readCatalog().entry(named: slug).slug)'") }
    if stale { conditions.append("verdict = 'stale'") }
    let found = try store.runs(where: conditions.joined(separator: " and "))
    guard let condition else { return found }
    // On its own, so that a fault in it is shown where it stands.
    let wanted = Set(try store.runs(where: condition).map(\.id))
    return found.filter { wanted.contains($0.id) }
  }

  private func repeated(
    _ run: Run, _ catalog: Catalog, _ store: RunStore
  ) async throws -> ReproductionReport {
    let report = ReproductionReport(run: run)
    let name = "the run \(run.shortID)"
    guard run.status == .finished else {
      return report.impossible(
        "\(name) is \(run.status.rawValue): only a finished one has a result.")
    }
    if let origin = run.provenance.origin {
      return report.impossible(
        "\(name) was imported from \(origin.system) (experiment '\(origin.experiment)'): its record "
          + "does not say how to run it.")
    }
    if let fault = catalog.faults.first(where: { $0.file.hasSuffix("/\(run.slug).md") }) {
      return report.impossible("\(name) cannot be run again: its entry is faulty. \(fault)")
    }
    guard let entry = catalog.entries.first(where: { $0.slug == run.slug }),
      let implementation = entry.implementation
    else {
      return report.impossible("\(name) is of the case \(run.slug), which this program lacks.")
    }
    let useCase: any PreparedCase
    do { useCase = try implementation.with(run.settings) } catch {
      return report.impossible(
        "\(name) has settings that its case does not take. \(Failure.words(for: error))")
    }
    if let obstacle = implementation.obstacle {
      return report.impossible(
        "\(name) cannot be run again on this machine. \(Failure.words(for: obstacle))")
    }
    let missing = run.provenance.data.keys.sorted().filter { name in
      catalog.dataSet(named: name) == nil && !FileManager.default.fileExists(atPath: name)
    }
    guard missing.isEmpty else {
      return report.impossible(
        "\(name) read data that are no longer there: \(missing.joined(separator: ", ")).")
    }
    let wanted = run.threadsToRepeat(asked: threads)
    guard RunStore.threadCounts.contains(wanted ?? 1) else {
      return report.impossible("\(name) cannot be repeated with \(wanted ?? 0) threads.")
    }
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "casebook-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let other = try RunStore(home: folder.path(percentEncoded: false))
    let launcher = Launcher(
      entry: entry, catalog: catalog, useCase: useCase, preset: run.preset, threads: wanted,
      dataStore: try house.dataStore(), isOffline: offline, isQuiet: quiet, parent: run.id)
    var finding = try ProvenanceReader.read(for: useCase, threads: wanted)
    finding.codeDifference = nil
    let recorder = try launcher.begin(seed: run.seed, in: other, finding)
    let code = try await launcher.carryOut(
      recorder, seed: run.seed, label: "\(run.slug) again (\(run.shortID))", isKept: false)
    guard code == 0 else {
      let failure = try other.run(named: recorder.id).failure ?? ""
      return report.impossible("\(name) could not be run again. \(failure)", code: code)
    }
    let verification = try store.verification(
      of: run, by: other.run(named: recorder.id), in: other, metrics: entry.metrics)
    try store.record(verification, of: run, basis: house.basis(of: run, catalog))
    return report.verified(verification)
  }
}
