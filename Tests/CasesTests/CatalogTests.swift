import Cases
import Casework
import Catalog
import Foundation
import Testing

@Suite struct CatalogTests {
  /// Names whichever of the two files of a case is missing or does not fit the other.
  @Test func everyCaseHasItsEntryAndFitsIt() throws {
    let catalog = try Repository.catalog.get()
    let interfaces = CaseRegistry.all.map { $0.interface }
    #expect(catalog.faults.map(\.description) == [])
    #expect(catalog.faults(against: interfaces).map(\.description) == [])
  }

  /// Every case reports nothing that its entry does not declare, with `quick` and without a network.
  ///
  /// That it does so with the same bits each time is a test of the program, which has a process, and so
  /// its number of threads, to itself.
  @Test(
    "quick runs and reports what is declared", arguments: CaseRegistry.all.map { $0.slug }
  )
  func quickRuns(slug: Slug) async throws {
    let catalog = try Repository.catalog.get()
    let entry = try #require(catalog.entry(slug))
    let type = try #require(CaseRegistry.useCase(named: slug))
    let preset = try #require(entry.presets.first { $0.name == "quick" })
    let host = MemoryHost(store: Repository.store, sets: catalog.dataSets)
    try await type.with(preset.settings).run(in: Session(seed: 1, host: host))
    let first = host.contents
    let declared = Set(entry.metrics.map(\.name))
    #expect(Set(first.values.keys).isSubset(of: declared))
    #expect(first.values.count * 6 >= declared.count, "most of what is declared is never reported")
    #expect(first.values.values.allSatisfy { $0.isFinite })
    #expect(!first.figures.isEmpty)
    #expect(!first.checkpoints.isEmpty)
  }
}
