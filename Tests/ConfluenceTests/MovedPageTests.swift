import Confluence
import Foundation
import Pages
import StandIn
import Testing

/// Pages that somebody renamed, moved or removed.
@Suite struct MovedPageTests {
  let fixture: Fixture

  init() throws { fixture = try Fixture() }

  /// Somebody renames a page, which makes a version, and puts it below a page of theirs.
  private func move(_ title: String, to other: String, in wiki: Wiki) {
    wiki.server.editByHand(title, body: wiki.server.page(title)?.body ?? "")
    wiki.server.edit { state in
      if !state.pages.contains(where: { $0.id == "9" }) {
        state.pages.append(.init(id: "9", title: "Notes", parent: "1", body: "<p>mine</p>"))
      }
      for index in state.pages.indices where state.pages[index].title == title {
        (state.pages[index].title, state.pages[index].parent) = (other, "9")
      }
    }
  }

  @Test(arguments: StorageFlavour.allCases, [0, 2])
  func `a page renamed and put below somebody's is not made a second time`(
    flavour: StorageFlavour, index: Int
  ) async throws {
    let wiki = Wiki(flavour)
    try await wiki.publish(fixture)
    let title = fixture.pages[index].title
    move(title, to: "My favourite", in: wiki)
    let summary = try await wiki.publish(fixture)
    #expect(summary.conflicts.map(\.reason) == [.editedByHand(version: 2)])
    #expect(
      summary.conflicts.first?.description.hasPrefix("\(title), now 'My favourite': ") == true)
    #expect(wiki.server.edit(\.pages.count) == 6)
    #expect(try await wiki.publish(fixture, overwrite: true).isComplete)
    #expect(wiki.server.page(title) != nil && wiki.server.edit(\.pages.count) == 6)
    #expect(try await wiki.publish(fixture).titles(.unchanged).count == 3)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `an orphan that was put below somebody's page is told, and removed`(
    flavour: StorageFlavour
  ) async throws {
    let wiki = Wiki(flavour)
    try await wiki.publish(fixture)
    wiki.server.edit { state in
      state.pages.append(.init(id: "9", title: "Notes", parent: "1", body: "<p>mine</p>"))
      state.pages[4].parent = "9"
    }
    fixture.pages.removeLast()
    #expect(try await wiki.plan(fixture).contains("orphan     INFERNO"))
    #expect(try await wiki.publish(fixture, prune: true).removed == ["INFERNO"])
  }

  /// Cloud does not tell in a listing what is noted of its pages.
  @Test(arguments: StorageFlavour.allCases)
  func `of a large space's pages only those are read that the account made`(
    flavour: StorageFlavour
  ) async throws {
    let wiki = Wiki(flavour)
    wiki.server.edit { state in
      for index in 0..<400 {
        var page = StandInWiki.Page(
          id: "9\(index)", title: "Notes \(index)", parent: index == 0 ? "1" : "90", body: "")
        page.creator = "Ada Lovelace"
        state.pages.append(page)
      }
    }
    try await wiki.publish(fixture)
    wiki.server.edit { state in
      state.pages[state.pages.count - 1].parent = "90"
      state.log = []
    }
    fixture.pages.removeLast()
    #expect(try await wiki.plan(fixture).contains("orphan     INFERNO"))
    #expect(wiki.server.edit { $0.log.count { $0.contains("propert") } } < 10)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a page put at the top of the space is told, and put back when that is asked for`(
    flavour: StorageFlavour
  ) async throws {
    let wiki = Wiki(flavour)
    try await wiki.publish(fixture)
    wiki.server.edit { $0.pages[4].parent = nil }
    #expect(try await wiki.plan(fixture).contains("INFERNO, at the top of the space, where"))
    let left = try await wiki.publish(fixture)
    #expect(left.isComplete && left.titles(.unchanged).count == 3)
    #expect(left.description.contains("left      INFERNO: at the top of the space, where"))
    #expect(wiki.server.page("INFERNO")?.parent == nil)
    #expect(try await wiki.publish(fixture, overwrite: true).titles(.moved) == ["INFERNO"])
    #expect(wiki.server.page("INFERNO")?.parent == wiki.server.page("Use cases")?.id)
    #expect(try await wiki.publish(fixture).titles(.unchanged).count == 3)
  }

  @Test(arguments: StorageFlavour.allCases, [2, 3])
  func `titles that somebody swapped are put right when that is asked for`(
    flavour: StorageFlavour, count: Int
  ) async throws {
    let wiki = Wiki(flavour)
    try await wiki.publish(fixture)
    let ids = fixture.pages.map { wiki.server.page($0.title)?.id }
    for page in fixture.pages.prefix(count) { wiki.server.editByHand(page.title) }
    wiki.server.edit { state in
      let titles = state.pages[2..<2 + count].map(\.title)
      for index in 0..<count { state.pages[2 + index].title = titles[(index + 1) % count] }
    }
    #expect(try await wiki.publish(fixture).conflicts.count == count)
    let summary = try await wiki.publish(fixture, overwrite: true)
    #expect(summary.isComplete && summary.titles(.updated).count == count, "\(summary)")
    #expect(fixture.pages.map { wiki.server.page($0.title)?.id } == ids)
    #expect(fixture.pages.allSatisfy { wiki.server.page($0.title)?.body == $0.body })
    #expect(try await wiki.publish(fixture).titles(.unchanged).count == 3)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `pages whose parent is removed meanwhile fail after one wait, and are made by the next run`(
    flavour: StorageFlavour
  ) async throws {
    let wiki = Wiki(flavour)
    for index in 0..<4 {
      fixture.pages.append(.init(key: "p\(index)", title: "P\(index)", parent: "use-cases"))
    }
    wiki.server.fail("POST /child/attachment", .first { $0.remove("Use cases") })
    let summary = try await wiki.publish(fixture)
    #expect(summary.titles(.failed) == ["INFERNO", "P0", "P1", "P2", "P3"])
    #expect(summary.failures.allSatisfy { $0.error == .parentGone(title: "Use cases") })
    #expect(wiki.clock.pauses == [0.5, 1, 2, 4, 8].map { .seconds($0) })
    #expect(try await wiki.publish(fixture).isComplete)
    let root = try #require(wiki.server.page("Use cases")?.id)
    #expect(wiki.server.edit { $0.pages.count { $0.parent == root } } == 6)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a page that is itself published is refused as the parent of all`(flavour: StorageFlavour)
    async throws
  {
    let wiki = Wiki(flavour)
    wiki.server.edit { $0.pages[0].title = "use CASES" }
    await #expect(throws: ConfluenceError.parentIsPublished(title: "use CASES")) {
      try await wiki.plan(fixture, under: nil, overwrite: true)
    }
    let other = Wiki(flavour)
    try await other.publish(fixture)
    other.server.editByHand("INFERNO")
    other.server.edit { $0.pages[4].title = "Renamed" }
    await #expect(throws: ConfluenceError.parentIsPublished(title: "Renamed")) {
      try await other.plan(fixture, under: "Renamed")
    }
  }
}
