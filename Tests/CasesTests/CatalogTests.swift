import Cases
import Casework
import Catalog
import Foundation
import Testing

@Suite struct CatalogTests {
  /// Names whichever of the two files of a case is missing or does not fit the other.
  @Test func everyCaseHasItsEntryAndFitsIt() throws {
    let catalog = try Repository.catalog.get()
    let interfaces = CaseRegistry.all.map { CaseInterface(slug: $0.slug, settings: $0.settings) }
    #expect(catalog.faults.map(\.description) == [])
    #expect(catalog.faults(against: interfaces).map(\.description) == [])
  }

  /// Every case reports nothing that its entry does not declare, and all that is expected of `quick`,
  /// without a network, and the same bits each time.
  @Test(
    "quick runs, reports what is declared, and repeats", arguments: CaseRegistry.all.map { $0.slug }
  )
  func quickRuns(slug: Slug) async throws {
    let catalog = try Repository.catalog.get()
    let entry = try #require(catalog.entry(slug))
    let type = try #require(CaseRegistry.useCase(named: slug))
    let preset = try #require(entry.presets.first { $0.name == "quick" })
    func run(seed: Int) async throws -> MemoryHost.Contents {
      let host = MemoryHost(store: Repository.store, sets: catalog.dataSets)
      try await type.with(preset.settings).run(in: Session(seed: seed, host: host))
      return host.contents
    }
    let first = try await run(seed: 1)
    let declared = Set(entry.metrics.map(\.name))
    #expect(Set(first.values.keys).isSubset(of: declared))
    #expect(first.values.count * 4 >= declared.count, "most of what is declared is never reported")
    #expect(first.values.values.allSatisfy { $0.isFinite })
    #expect(!first.figures.isEmpty)
    #expect(!first.checkpoints.isEmpty)

    let timings = Set(entry.metrics.filter(\.isTiming).map(\.name))
    func results(_ contents: MemoryHost.Contents) -> [String: Double] {
      contents.values.filter { !timings.contains($0.key) }
    }
    let second = try await run(seed: 1)
    #expect(results(first) == results(second))
    #expect(first.series == second.series)
    #expect(first.artifacts == second.artifacts)
    #expect(first.figures == second.figures)
    #expect(first.checkpoints == second.checkpoints)
    let other = try await run(seed: 2)
    #expect(results(other) != results(first))
  }
}
