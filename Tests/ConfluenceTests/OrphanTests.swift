import Confluence
import Foundation
import StandIn
import Testing
import Pages

/// Pages and attachments of an earlier publication.
@Suite struct OrphanTests {
  let fixture: Fixture

  init() throws { fixture = try Fixture() }

  @Test(arguments: StorageFlavour.allCases)
  func `what is no longer published is told, and removed when that is asked for`(
    flavour: StorageFlavour
  ) async throws {
    let wiki = Wiki(flavour)
    try await wiki.publish(fixture)
    fixture.pages.remove(at: 2)
    fixture.pages[1].files.remove(at: 0)
    let plan = try await wiki.plan(fixture)
    #expect(plan.contains("orphan     INFERNO") && plan.contains("  orphan     roc.png"))
    let writes = wiki.server.writes.count
    #expect(try await wiki.publish(fixture).orphans.map(\.title) == ["INFERNO"])
    #expect(wiki.server.page("INFERNO") != nil)
    #expect(wiki.server.writes.count <= writes + 1)
    let summary = try await wiki.publish(fixture, prune: true)
    #expect(summary.removed == ["INFERNO"] && summary.removedAttachments == 1)
    #expect(wiki.server.page("INFERNO") == nil)
    #expect(wiki.server.page("MNIST + C header")?.files.map(\.name) == ["loss ü.csv"])
    let last = try await wiki.publish(fixture, prune: true)
    #expect(last.titles(.unchanged).count == 2 && last.orphans.isEmpty)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `an orphan that somebody edited, or put pages below, stays`(flavour: StorageFlavour)
    async throws
  {
    let wiki = Wiki(flavour)
    fixture.pages.append(.init(key: "other", title: "Other", parent: "use-cases"))
    try await wiki.publish(fixture)
    wiki.server.editByHand("INFERNO")
    let other = try #require(wiki.server.page("Other")?.id)
    wiki.server.edit {
      $0.pages.append(.init(id: "9", title: "Notes", parent: other, body: "<p>mine</p>"))
    }
    fixture.pages.removeLast(2)
    let summary = try await wiki.publish(fixture, prune: true)
    #expect(summary.removed.isEmpty && summary.orphans.count == 2)
    #expect(wiki.server.page("INFERNO") != nil && wiki.server.page("Other") != nil)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a copy that somebody made of a page is nothing of ours`(flavour: StorageFlavour)
    async throws
  {
    let wiki = Wiki(flavour)
    try await wiki.publish(fixture)
    wiki.server.edit { state in
      var copy = StandInWiki.Page(
        id: "50", title: "Copy of INFERNO", parent: state.pages[2].id, body: "<p>notes</p>")
      copy.property = state.pages[4].property
      state.pages.append(copy)
    }
    #expect(try await wiki.publish(fixture, prune: true).titles(.unchanged).count == 3)
    fixture.pages.removeLast()
    #expect(try await wiki.publish(fixture, prune: true).removed == ["INFERNO"])
    #expect(wiki.server.page("Copy of INFERNO") != nil)
  }
}
