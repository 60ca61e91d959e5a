import Confluence
import Foundation
import StandIn
import Testing
import Pages

@Suite struct PublishingTests {
  let fixture: Fixture

  init() throws { fixture = try Fixture() }

  @Test(arguments: StorageFlavour.allCases)
  func `the first run creates every page below its parent, with labels and files`(
    flavour: StorageFlavour
  )
    async throws
  {
    let wiki = Wiki(flavour)
    let summary = try await wiki.publish(fixture)
    #expect(summary.titles(.created) == ["Use cases", "MNIST + C header", "INFERNO"])
    #expect(summary.uploads == 2 && summary.isComplete)
    let root = try #require(wiki.server.page("Use cases"))
    let page = try #require(wiki.server.page("MNIST + C header"))
    #expect(root.parent == "2" && page.parent == root.id)
    #expect(page.body == "<p>Hello &amp; welcome</p>" && page.labels == ["use-case"])
    #expect(page.files.map(\.name) == ["loss ü.csv", "roc.png"])
    #expect(page.files.map(\.data) == [Data("a,b\r\n1,2\r\n".utf8), Data("png one".utf8)])
    #expect(page.files.allSatisfy { $0.comment.hasPrefix("casebook sha256:") })
  }

  @Test(arguments: StorageFlavour.allCases)
  func `without a parent the pages go below the home page`(flavour: StorageFlavour) async throws {
    let wiki = Wiki(flavour)
    try await wiki.publish(fixture, under: nil)
    #expect(wiki.server.page("Use cases")?.parent == "1")
  }

  @Test(arguments: StorageFlavour.allCases)
  func `the second run writes nothing`(flavour: StorageFlavour) async throws {
    let wiki = Wiki(flavour)
    try await wiki.publish(fixture)
    let writes = wiki.server.writes
    let summary = try await wiki.publish(fixture)
    #expect(summary.titles(.unchanged).count == 3 && summary.isComplete)
    #expect(wiki.server.writes == writes)
    #expect(
      try await wiki.plan(fixture) == """
        unchanged  Use cases
        unchanged  MNIST + C header
        unchanged  INFERNO
        0 to create, 0 to update, 0 to move, 3 unchanged, 0 in conflict, 0 orphaned
        """)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `the second run writes nothing to a server that tells less`(flavour: StorageFlavour)
    async throws
  {
    let wiki = Wiki(flavour)
    wiki.server.edit {
      $0.expandsListings = false
      $0.keepsPropertyOfCreation = false
      $0.tellsComments = false
      $0.keepsMessages = false
      $0.tellsParents = false
    }
    try await wiki.publish(fixture)
    let writes = wiki.server.writes
    #expect(try await wiki.publish(fixture).titles(.unchanged).count == 3)
    #expect(wiki.server.writes == writes)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `only what changed is written, and the plan names it`(flavour: StorageFlavour) async throws {
    let wiki = Wiki(flavour)
    try await wiki.publish(fixture)
    fixture.pages[1].body = "<p>Changed</p>"
    fixture.pages[1].labels = ["use-case", "verified"]
    fixture.pages[1].files[0].data = Data("png two".utf8)
    fixture.pages[1].files.append(("new.csv", Data("x".utf8)))
    #expect(
      try await wiki.plan(fixture) == """
        unchanged  Use cases
        update     MNIST + C header (body, labels, attachments)
          create     new.csv
          update     roc.png
        unchanged  INFERNO
        0 to create, 1 to update, 0 to move, 2 unchanged, 0 in conflict, 0 orphaned
        """)
    let summary = try await wiki.publish(fixture)
    #expect(summary.titles(.updated) == ["MNIST + C header"] && summary.uploads == 2)
    let page = try #require(wiki.server.page("MNIST + C header"))
    #expect(page.version.number == 2 && page.body == "<p>Changed</p>")
    #expect(page.labels == ["use-case", "verified"])
    #expect(page.files.first { $0.name == "roc.png" }?.data == Data("png two".utf8))
    #expect(page.files.first { $0.name == "roc.png" }?.version.number == 2)
    #expect(wiki.server.page("INFERNO")?.version.number == 1)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `labels and files alone take no new version of the page`(flavour: StorageFlavour)
    async throws
  {
    let wiki = Wiki(flavour)
    try await wiki.publish(fixture)
    wiki.server.edit { $0.pages[3].labels.append("added by hand") }
    fixture.pages[1].labels = ["verified"]
    fixture.pages[1].files[0].data = Data("png two".utf8)
    try await wiki.publish(fixture)
    let page = try #require(wiki.server.page("MNIST + C header"))
    #expect(page.version.number == 1)
    #expect(page.labels == ["added by hand", "verified"])
    #expect(try await wiki.publish(fixture).titles(.unchanged).count == 3)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a page keeps its identity when its title changes`(flavour: StorageFlavour) async throws {
    let wiki = Wiki(flavour)
    try await wiki.publish(fixture)
    let id = wiki.server.page("INFERNO")?.id
    fixture.pages[2].title = "Inferno (case)"
    #expect(try await wiki.plan(fixture).contains("update     Inferno (case) (title)"))
    try await wiki.publish(fixture)
    #expect(wiki.server.page("Inferno (case)")?.id == id)
    #expect(wiki.server.page("INFERNO") == nil)
    fixture.pages[2].title = "INFERNO (case)"
    try await wiki.publish(fixture)
    #expect(wiki.server.page("INFERNO (case)")?.id == id)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a title that an earlier page gives up is not taken from under it`(flavour: StorageFlavour)
    async throws
  {
    let wiki = Wiki(flavour)
    try await wiki.publish(fixture)
    let id = wiki.server.page("INFERNO")?.id
    fixture.pages[2].title = "Renamed"
    fixture.pages.append(.init(key: "other", title: "INFERNO", parent: "use-cases"))
    let first = try await wiki.publish(fixture)
    #expect(first.conflicts.map(\.reason) == [.titleTaken(by: "INFERNO")])
    #expect(wiki.server.page("Renamed")?.id == id)
    #expect(try await wiki.publish(fixture).titles(.created) == ["INFERNO"])
  }

  @Test(arguments: StorageFlavour.allCases)
  func `another parent moves a page, a move by hand is left`(flavour: StorageFlavour) async throws {
    let wiki = Wiki(flavour)
    try await wiki.publish(fixture)
    wiki.server.edit { $0.pages[4].parent = "1" }
    let title = try #require(wiki.server.page("INFERNO")?.title)
    #expect(try await wiki.plan(fixture).contains("\(title), below"))
    let left = try await wiki.publish(fixture)
    #expect(left.titles(.unchanged).count == 3 && left.isComplete)
    #expect(left.description.contains("left      \(title): below"))
    #expect(wiki.server.page("INFERNO")?.parent == "1")
    #expect(try await wiki.publish(fixture, overwrite: true).titles(.moved) == ["INFERNO"])
    #expect(wiki.server.page("INFERNO")?.parent == wiki.server.page("Use cases")?.id)
    #expect(try await !wiki.publish(fixture).description.contains("left "))
    try await wiki.publish(fixture, under: nil)
    #expect(wiki.server.page("Use cases")?.parent == "1")
    fixture.pages[2].parent = "mnist"
    try await wiki.publish(fixture, under: nil)
    #expect(wiki.server.page("INFERNO")?.parent == wiki.server.page("MNIST + C header")?.id)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `more than fifty attachments are listed to their end`(flavour: StorageFlavour) async throws {
    let wiki = Wiki(flavour)
    wiki.server.edit { $0.partSize = 25 }
    fixture.pages[2].files = (0..<120).map { ("chart-\($0).png", Data("\($0)".utf8)) }
    #expect(try await wiki.publish(fixture).uploads == 122)
    let again = try await wiki.publish(fixture)
    #expect(again.uploads == 0 && again.titles(.unchanged).count == 3)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `four hundred attachments are known again without a note of each`(flavour: StorageFlavour)
    async throws
  {
    let wiki = Wiki(flavour)
    wiki.server.edit { $0.partSize = 100 }
    fixture.pages[2].files = (0..<400).map { ("chart-\($0).png", Data("\($0)".utf8)) }
    try await wiki.publish(fixture)
    let note = try JSONSerialization.data(
      withJSONObject: #require(wiki.server.page("INFERNO")?.property?.value))
    #expect(note.count < 32 * 1024)
    #expect(try await wiki.publish(fixture).titles(.unchanged).count == 3)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a page that only moves takes no new version on Cloud`(flavour: StorageFlavour) async throws
  {
    let wiki = Wiki(flavour)
    try await wiki.publish(fixture)
    fixture.pages[2].parent = "mnist"
    #expect(try await wiki.plan(fixture).contains("move       INFERNO"))
    #expect(try await wiki.publish(fixture).titles(.moved) == ["INFERNO"])
    let page = try #require(wiki.server.page("INFERNO"))
    #expect(page.parent == wiki.server.page("MNIST + C header")?.id)
    #expect(page.version.number == (flavour == .cloud ? 1 : 2))
    #expect(try await wiki.publish(fixture).titles(.unchanged).count == 3)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a dry run shows how the text changes, whatever the server made of it`(
    flavour: StorageFlavour
  ) async throws {
    let wiki = Wiki(flavour)
    fixture.pages[2].body = "<h2>Results</h2><p>Cluj é</p><p>AUC <strong>0.91</strong></p>"
    try await wiki.publish(fixture)
    wiki.server.edit {
      $0.pages[4].body = "<h2>Results</h2><p>Cluj &eacute;</p><p>AUC&nbsp;<strong>0.91</strong></p>"
    }
    fixture.pages[2].body =
      "<h2>Results</h2><p>Cluj é</p><p>AUC <strong>0.93</strong></p><p>New</p>"
    let plan = try await wiki.site().plan(
      pages: fixture.read(), under: "Use cases of ML", comparesText: true)
    #expect(
      plan.items[2].difference?.lines.map(\.description) == [
        "- AUC 0.91", "+ AUC 0.93", "+ New",
      ])
    #expect(plan.description.contains("\n    - AUC 0.91\n    + AUC 0.93\n    + New\n"))
  }
}
