import Casework
import Foundation
import Testing

@testable import Catalog

@Suite struct CatalogTests {
  private let second = edited("title: Coin toss", "title: Coins again")
    .replacing(/- name: coins[\s\S]*folder: coins\n/, with: "- coins\n")

  /// In whatever form of YAML they stand.
  @Test(arguments: [
    ("", ""), ("  accuracy: {", "\n  # What counts.\n  accuracy: {"),
    ("  accuracy: {", "  \"accuracy\": {"), ("  accuracy: {", "  accuracy : {"),
    (
      "  heads: {better: neither, meaning: Share of heads.}",
      "  heads:\n    better: neither\n    meaning: >\n      Share of\n      heads."
    ),
    ("metrics:\n", "metrics: # two\n"), ("metrics:\n  heads: {", "metrics:\n\n  heads: {"),
    (
      "metrics:\n  heads: {better: neither, meaning: Share of heads.}\n",
      "metrics: {heads: {better: neither, meaning: Share of heads.},\n"
    ),
  ])
  func namesOfMetricsAreReadWithoutTheRest(old: String, new: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var text = soundEntry
    if !old.isEmpty {
      #expect(text.contains(old))
      text = text.replacing(old, with: new)
    }
    if new.hasPrefix("metrics: {") { text = text.replacing("guesses.}", with: "guesses.}}") }
    try Data(text.utf8).write(to: folder.appending(path: "coin-toss.md"))
    let entry = try #require(Catalog.read(folder: folder.path).entries.first, "\(text)")
    let names = ["heads", "accuracy"]
    #expect(entry.metrics.map(\.name) == names)
    #expect(Catalog.metricNames(folder: folder.path, of: [entry.slug]) == [entry.slug: names])
  }

  @Test func entriesStandInTheOrderOfTheirSlugs() throws {
    let catalog = try read(["zebra.md": soundEntry, "ant.md": second, "notes.txt": "no entry"])
    #expect(catalog.faults == [])
    #expect(catalog.entries.map(\.slug.rawValue) == ["ant", "zebra"])
    #expect(catalog.entries[0].dataNames == ["coins"])
    #expect(catalog.entries[0].declaredData == [])
    #expect(catalog.dataSets.map(\.name) == ["coins"])
  }

  @Test func faultyFilesDoNotHideEachOther() throws {
    let catalog = try read([
      "a.md": edited("level: beginner", "level: x"), "b.md": second,
      "c.md": second.replacing("Coins again", with: "Third").replacing("true", with: "1")
        .replacing("simulated: false", with: "simulated: 2"),
    ])
    #expect(catalog.faults.map { $0.file.suffix(4) } == ["a.md", "c.md"])
    #expect(catalog.entries.map(\.slug.rawValue) == ["b"])
    #expect(
      catalog.faults.first?.description
        == "\(catalog.folder)/a.md:9: unknown term 'x' in level. "
        + "Permitted: beginner, intermediate, advanced.")
  }

  @Test func aTitleIsOneEntrysOwn() throws {
    let catalog = try read([
      "a.md": soundEntry, "b.md": second.replacing("Coins again", with: "coin  TOSS"),
    ])
    #expect(
      words(catalog.faults, folder: catalog.folder) == [
        "2: the title 'coin  TOSS' is already that of a.md:2; every entry has its own."
      ])
    #expect(catalog.faults.first?.file.hasSuffix("/b.md") == true)
  }

  @Test func aDataSetIsDeclaredOnce() throws {
    let catalog = try read([
      "a.md": soundEntry, "b.md": edited("title: Coin toss", "title: Other"),
    ])
    #expect(
      words(catalog.faults, folder: catalog.folder) == [
        "13: the data set 'coins' is already declared at a.md:13; "
          + "name it here without the declaration."
      ])
  }

  @Test func aDataSetThatNobodyDeclaresIsAFault() throws {
    let catalog = try read([
      "a.md": soundEntry, "b.md": second.replacing("- coins", with: "- coinz"),
    ])
    #expect(
      words(catalog.faults, folder: catalog.folder) == [
        "13: no entry declares the data set 'coinz'. Did you mean 'coins'? Declared: coins."
      ])
  }

  @Test func aFolderNamedLikeAnEntryIsAFault() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(
      at: folder.appending(path: "a.md"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let catalog = try Catalog.read(folder: folder.path + "/")
    #expect(catalog.faults.map(\.message) == ["this is not a file; an entry is one."])
    #expect(catalog.faults.map(\.file) == [folder.path + "/a.md"])
  }

  @Test func anUnreadableFolderThrowsWhatToDo() throws {
    let error = #expect(throws: CatalogError.self) { try Catalog.read(folder: "/no/such/folder") }
    #expect(
      error?.description
        == "The catalogue's folder '/no/such/folder' cannot be read: it does not exist. Name the "
        + "folder that holds the entries (<slug>.md), or start casebook in the folder above it.")
    #expect(throws: CatalogError.noEntries(folder: "/proc/self/task")) {
      try Catalog.read(folder: "/proc/self/task")
    }
    #expect(throws: CatalogError.self) { try Catalog.read(folder: #filePath) }
  }
}
