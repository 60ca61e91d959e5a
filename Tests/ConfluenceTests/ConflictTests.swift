import Confluence
import Foundation
import StandIn
import Testing

@Suite struct ConflictTests {
  let wiki = Wiki()
  let fixture: Fixture

  init() throws { fixture = try Fixture() }

  @Test func `a page edited by hand is left, and told with who and when`() async throws {
    try await wiki.publish(fixture)
    wiki.server.editByHand("INFERNO")
    fixture.pages[2].body = "<p>Ours</p>"
    let plan = try await wiki.plan(fixture)
    #expect(
      plan.contains(
        "conflict   INFERNO: Ada Lovelace wrote version 2 at 2026-11-21T12:30:00.000Z, after "
          + "Casebook; it is left as it is"))
    let summary = try await wiki.publish(fixture)
    #expect(summary.conflicts.map(\.reason) == [.editedByHand(version: 2)])
    #expect(!summary.isComplete && wiki.server.page("INFERNO")?.body == "<p>by hand</p>")
  }

  @Test func `a hand edit is overwritten when that is asked for, once`() async throws {
    try await wiki.publish(fixture)
    wiki.server.editByHand("INFERNO")
    let summary = try await wiki.publish(fixture, overwrite: true)
    #expect(summary.titles(.updated) == ["INFERNO"] && summary.isComplete)
    #expect(wiki.server.page("INFERNO")?.body == fixture.pages[2].body)
    #expect(try await wiki.publish(fixture).titles(.unchanged).count == 3)
  }

  @Test func `a page that is not ours is left, though its title differs by case`() async throws {
    wiki.server.edit {
      $0.pages.append(.init(id: "7", title: "Inferno", parent: "1", body: "theirs"))
    }
    let summary = try await wiki.publish(fixture)
    #expect(summary.conflicts.map(\.reason) == [.notOurs])
    #expect(summary.titles(.created) == ["Use cases", "MNIST + C header"])
    #expect(wiki.server.page("Inferno")?.body == "theirs")
    #expect(try await wiki.publish(fixture, overwrite: true).titles(.updated) == ["INFERNO"])
    #expect(wiki.server.page("INFERNO")?.id == "7")
  }

  @Test func `a page with the title, which the token cannot see, fails alone`() async throws {
    wiki.server.fail(
      "POST /confluence/rest/api/content",
      .status(400, message: "A page already exists with the title"),
      times: 6)
    let summary = try await wiki.publish(fixture)
    #expect(summary.failures.map(\.title) == ["Use cases", "MNIST + C header", "INFERNO"])
    let first = try #require(summary.failures.first?.error?.description)
    #expect(
      first.contains("A page already exists with the title") && first.contains("in the trash"))
    #expect(summary.failures[1].error == .parentMissing(title: "Use cases"))
  }

  @Test func `an edit between the plan and the write is not lost`() async throws {
    try await wiki.publish(fixture)
    fixture.pages[2].body = "<p>Ours</p>"
    let site = try wiki.site()
    let plan = try await site.plan(pages: fixture.read(), under: "Use cases of ML")
    wiki.server.editByHand("INFERNO")
    let summary = await site.carryOut(plan)
    #expect(summary.conflicts.map(\.author) == ["Ada Lovelace"])
    #expect(wiki.server.page("INFERNO")?.body == "<p>by hand</p>")
  }

  @Test func `an edit between the plan and the write is overwritten if that is asked for`()
    async throws
  {
    try await wiki.publish(fixture)
    fixture.pages[2].body = "<p>Ours</p>"
    wiki.server.fail("PUT ", .first { $0.editByHand("INFERNO") })
    let summary = try await wiki.publish(fixture, overwrite: true)
    #expect(summary.isComplete && wiki.server.page("INFERNO")?.body == "<p>Ours</p>")
    #expect(wiki.server.page("INFERNO")?.version.number == 3)
  }

  @Test func `a file replaced by hand is left, and overwritten if that is asked for`()
    async throws
  {
    try await wiki.publish(fixture)
    wiki.server.edit {
      $0.pages[3].files[1].data = Data("theirs".utf8)
      $0.pages[3].files[1].comment = ""
      $0.pages[3].files[1].version = .init(number: 2, author: "Emmy Noether")
    }
    let summary = try await wiki.publish(fixture)
    #expect(summary.conflicts.map(\.attachment) == ["roc.png"])
    #expect(summary.conflicts.map(\.author) == ["Emmy Noether"])
    #expect(wiki.server.page("MNIST + C header")?.files[1].data == Data("theirs".utf8))
    #expect(try await wiki.publish(fixture, overwrite: true).uploads == 1)
    #expect(try await wiki.publish(fixture).titles(.unchanged).count == 3)
  }

  @Test func `a torn file is uploaded again`() async throws {
    try await wiki.publish(fixture)
    wiki.server.edit { $0.pages[3].files[1].data = Data("p".utf8) }
    #expect(try await wiki.publish(fixture).uploads == 1)
  }

  @Test func `a parent that is not there is named`() async throws {
    await #expect(throws: ConfluenceError.noParent(title: "Nowhere", space: "ML")) {
      try await wiki.plan(fixture, under: "Nowhere")
    }
    #expect(wiki.server.writes.isEmpty)
  }

  @Test func `a parent that is itself published is named`() async throws {
    try await wiki.publish(fixture)
    let title = fixture.pages[0].title
    await #expect(throws: ConfluenceError.parentIsPublished(title: title)) {
      try await wiki.plan(fixture, under: title)
    }
  }
}
