import Casework
import Foundation
import Synchronization
import Testing

@testable import Pages

@Suite struct SiteTests {
  private func files(below folder: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      var isFolder: ObjCBool = false
      let file = "\(folder)/\(path)"
      guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder),
        !isFolder.boolValue
      else { continue }
      files[path] = try Data(contentsOf: URL(fileURLWithPath: file))
    }
    return files
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("pages-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func twoWritesGiveTheSameBytesAndOnlyReplaceWhatIsOurs() throws {
    try withFolder { folder in
      let site = try Fixtures.site(isHostile: true)
      try site.write(to: folder)
      let first = try files(below: folder)
      try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(folder)/notes.txt"))
      try Data("old".utf8).write(to: URL(fileURLWithPath: "\(folder)/html/cases/gone.html"))
      try site.write(to: folder)
      var second = try files(below: folder)
      #expect(second.removeValue(forKey: "notes.txt") == Data("mine".utf8))
      #expect(first.count > 60)
      #expect(first == second)
    }
  }

  @Test func aFolderOfOthersIsLeftAlone() throws {
    try withFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/html", withIntermediateDirectories: true)
      try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(folder)/html/index.html"))
      #expect(throws: PagesError.notOurs(folder: "\(folder)/html")) {
        try Fixtures.site().write(to: folder)
      }
      #expect(try files(below: folder) == ["html/index.html": Data("mine".utf8)])
    }
  }

  private func moments(below folder: String) throws -> [String: Date] {
    try Dictionary(
      uniqueKeysWithValues: files(below: folder).keys.map { path in
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")
        return (path, attributes[.modificationDate] as? Date ?? .distantPast)
      })
  }

  @Test func filesThatAreAsTheyWereAreNotWrittenAgain() throws {
    try withFolder { folder in
      let site = try Fixtures.site()
      try site.write(to: folder)
      let old = Date(timeIntervalSince1970: 1_000_000_000)
      for path in try files(below: folder).keys {
        try FileManager.default.setAttributes(
          [.modificationDate: old], ofItemAtPath: "\(folder)/\(path)")
      }
      try Data("changed".utf8).write(to: URL(fileURLWithPath: "\(folder)/html/index.html"))
      try site.write(to: folder)
      let written = try moments(below: folder).filter { $0.value != old }.map(\.key)
      #expect(written == ["html/index.html"])
    }
  }

  @Test func aSiteThatCannotBeBuiltLeavesNothingBehind() throws {
    try withFolder { folder in
      let run = try #require(Fixtures.runs(of: Fixtures.slug("a")).first)
      let site = try Site(
        name: "", entries: [], runnable: [:], runs: [run], assets: "\(folder)/nowhere")
      #expect(throws: PagesError.self) { try site.write(to: folder) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }
  }

  @Test func whatIsEndedWhileItIsBuiltChangesNothing() throws {
    try withFolder { folder in
      func content() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
      }
      var site = try Fixtures.site()
      try site.write(to: folder)
      let before = try content()
      let most = Mutex(0)
      site.onPage = { done, total in
        most.withLock { $0 = max($0, done) }
        if done >= min(3, total) { throw CancellationError() }
      }
      #expect(throws: CancellationError.self) { try site.write(to: folder) }
      #expect(throws: CancellationError.self) { try site.writeMarkdown(to: folder) }
      #expect(throws: CancellationError.self) { try site.writeCrate(to: folder, licence: nil) }
      #expect(throws: CancellationError.self) { try site.storagePages() }
      #expect(try content() == before && most.withLock { $0 } >= 3)
    }
  }

  @Test func whatAKilledPublicationLeftIsRemovedByTheNext() throws {
    try withFolder { folder in
      // No process has so great a number.
      try FileManager.default.createDirectory(
        atPath: "\(folder)/.casebook-new-2147483647/html", withIntermediateDirectories: true)
      // The parent of this process is there: it may be writing.
      let other = ".casebook-new-\(getppid())"
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(other)", withIntermediateDirectories: true)
      try Fixtures.site().write(to: folder)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
          == [other, "confluence", "html"])
    }
  }

  @Test(arguments: StorageFlavour.allCases) func aPublishedFolderIsChecked(
    flavour: StorageFlavour
  ) throws {
    try withFolder { folder in
      try Fixtures.site(isHostile: true).write(to: folder, flavour: flavour)
      #expect(try PublishedFolder(folder).faults() == [])
      #expect(try PublishedFolder("\(folder)/confluence").faults(for: flavour) == [])
      let page = "\(folder)/confluence/virgo-autoencoder/page.xhtml"
      try Data("<p>\nx<h1>y</h1></p>".utf8).write(to: URL(fileURLWithPath: page))
      try Data().write(to: URL(fileURLWithPath: "\(folder)/confluence/stray.txt"))
      let faults = try PublishedFolder(folder).faults()
      #expect(faults.contains { $0.fault == .misplaced("h1", parent: "p", line: 2) })
      #expect(faults.contains { $0.description.contains("page.xhtml has another SHA-256 (list)") })
      #expect(faults.contains { $0.description.contains("stray.txt is in no list") })
    }
  }

  @Test func aFolderWithoutPagesIsRefused() throws {
    try withFolder { folder in
      #expect(
        throws: PagesError.notPublished(folder: folder, reason: "it has no file pages.json")
      ) { try PublishedFolder(folder) }
      let list =
        #"[{"key":"a","title":"A\ud800","labels":[],"file":"../x","sha256":"","attachments":[]}]"#
      try Data(list.utf8).write(to: URL(fileURLWithPath: "\(folder)/pages.json"))
      // A lone surrogate is no text: the list is refused, or the page that it names is.
      let faults = (try? PublishedFolder(folder).faults()) ?? []
      #expect(faults.isEmpty || faults.contains { $0.description.contains("leads out") })
    }
  }

  @Test func attachmentsAndReferencesAgree() throws {
    let pages = try Fixtures.site(isHostile: true).storagePages()
    let checker = StorageChecker(titles: Set(pages.map(\.title)))
    for page in pages {
      #expect(checker.faults(in: page.body, attachments: page.attachments.map(\.name)) == [])
      #expect(page.title.utf16.count <= 255)
    }
    #expect(pages.contains { $0.attachments.count > 10 })
    #expect(checker.faults(inTitles: pages.map(\.title)) == [])
  }

  @Test func aRunGivenTwiceIsRefused() throws {
    let run = try #require(Fixtures.runs(of: Fixtures.slug("a")).first)
    #expect(throws: PagesError.repeatedRun(run.run.id)) {
      try Site(name: "", entries: [], runnable: [:], runs: [run, run], assets: "")
    }
  }

  /// Writes the fixtures' site to a folder that stays, to be looked at.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["PAGES_DEMO"] != nil))
  func demo() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["PAGES_DEMO"])
    try Fixtures.site(isHostile: true).write(to: folder)
  }
}
