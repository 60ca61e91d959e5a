import ArgumentParser
import Casework
import Catalog
import Foundation
import Kernels
import Records

struct RerunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rerun", _superCommandName: Casebook._commandName,
    abstract: "Start a new run from the record of an old one.",
    discussion: """
      Case, settings, preset, seed and threads are those of the record, but for what is changed here. \
      The new run remembers the old one as its parent.
      """)

  @Argument(help: "A run, by the start of its id or by name.") var id: String
  @Option(name: .customLong("set"), help: "Another value of a setting, such as epochs=3.")
  var changes: [String] = []
  @Option(help: "Another seed.") var seed: Int?
  @Option(help: "Other threads.") var threads: Int?
  @Flag(help: "Get no data over the network.") var offline = false
  @Flag(help: "Show no progress.") var quiet = false
  @OptionGroup var output: OutputOptions
  @OptionGroup var house: House

  func validate() throws {
    if let threads, !RunStore.threadCounts.contains(threads) {
      throw ValidationError("--threads lies from 1 to 1024, not \(threads).")
    }
  }

  func run() async throws {
    Threads.startAgainWaitingBriefly()
    let catalog = try house.readCatalog()
    let old = try house.readRuns().run(named: id)
    let launcher = try Launcher(
      repeating: old, catalog: catalog, changes: changes, threads: threads,
      dataStore: house.dataStore(), isOffline: offline, isQuiet: quiet, parent: old.id)
    let finding = try ProvenanceReader.read(for: launcher.useCase, threads: launcher.threads)
    let store = try house.recordRuns()
    let number = seed ?? old.seed
    let recorder = try launcher.begin(seed: number, in: store, finding)
    let code = try await launcher.carryOut(
      recorder, seed: number, label: "\(old.slug) seed \(number)")
    try RunReport(
      runs: [try store.run(named: recorder.id)], entry: launcher.entry, catalog: catalog
    )
    .show(output, isSingle: true)
    if code != 0 { throw Failure.reported(code: code) }
  }
}
