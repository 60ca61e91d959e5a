import Confluence
import Foundation
import Pages
import StandIn
import Testing

/// Whose an attachment is when a server failed in the middle, or somebody uploads at the same time.
@Suite struct AttachmentTests {
  let fixture: Fixture
  private let title = "MNIST + C header"

  init() throws { fixture = try Fixture() }

  private func data(_ wiki: Wiki, _ name: String = "roc.png") -> Data? {
    wiki.server.page(title)?.files.first { $0.name == name }?.data
  }

  @Test(arguments: StorageFlavour.allCases, [2, 5])
  func `uploads that a server fails in again and again end whole`(
    flavour: StorageFlavour, times: Int
  ) async throws {
    let wiki = Wiki(flavour)
    wiki.server.fail("POST /child/attachment", .torn, times: times)
    let first = try await wiki.publish(fixture)
    #expect(first.isComplete && data(wiki, "loss ü.csv") == fixture.pages[1].files[1].data)
    fixture.pages[1].files[0].data = Data("png two".utf8)
    wiki.server.fail("POST /child/attachment", .torn, times: times)
    let second = try await wiki.publish(fixture)
    #expect(second.isComplete && data(wiki) == Data("png two".utf8))
    #expect(try await wiki.publish(fixture).titles(.unchanged).count == 3)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `what a run left torn when it gave up is mended by the next`(flavour: StorageFlavour)
    async throws
  {
    let wiki = Wiki(flavour)
    wiki.server.fail("POST /child/attachment", .torn, times: 12)
    #expect(try await wiki.publish(fixture).failures.map(\.title) == [title])
    wiki.server.edit { $0.faults = [] }
    let next = try await wiki.publish(fixture)
    #expect(next.isComplete, "\(next)")
    #expect(data(wiki) == Data("png one".utf8))
    #expect(try await wiki.publish(fixture).titles(.unchanged).count == 3)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a file of the same name that comes first is somebody's, and told`(
    flavour: StorageFlavour
  ) async throws {
    let wiki = Wiki(flavour)
    let title = title
    wiki.server.fail(
      "POST /child/attachment", .first { $0.uploadByHand("loss ü.csv", to: title) })
    let summary = try await wiki.publish(fixture)
    #expect(summary.conflicts.map(\.attachment) == ["loss ü.csv"] && !summary.isComplete)
    #expect(data(wiki, "loss ü.csv") == Data("theirs".utf8))
    #expect(data(wiki) == Data("png one".utf8))
    #expect(try await wiki.publish(fixture).conflicts.map(\.attachment) == ["loss ü.csv"])
    #expect(try await wiki.publish(fixture, overwrite: true).uploads == 1)
  }

  @Test(arguments: StorageFlavour.allCases, [false, true])
  func `a file replaced between the plan and the write is left unless that is asked for`(
    flavour: StorageFlavour, overwrite: Bool
  ) async throws {
    let wiki = Wiki(flavour)
    try await wiki.publish(fixture)
    fixture.pages[1].body = "<p>Ours</p>"
    fixture.pages[1].files[0].data = Data("png two".utf8)
    fixture.pages[1].files.append(("new.csv", Data("x".utf8)))
    let site = try wiki.site()
    let plan = try await site.plan(
      pages: fixture.read(), under: "Use cases of ML", overwrite: overwrite)
    for name in ["roc.png", "new.csv"] { wiki.server.edit { $0.uploadByHand(name, to: title) } }
    let summary = await site.carryOut(plan, overwrite: overwrite)
    #expect(wiki.server.page(title)?.body == "<p>Ours</p>")
    if overwrite {
      #expect(summary.isComplete && summary.uploads == 2)
      #expect(data(wiki) == Data("png two".utf8) && data(wiki, "new.csv") == Data("x".utf8))
    } else {
      #expect(summary.conflicts.map(\.attachment) == ["new.csv", "roc.png"])
      #expect(summary.conflicts.map(\.author) == ["Emmy Noether", "Emmy Noether"])
      #expect(data(wiki) == Data("theirs".utf8) && data(wiki, "new.csv") == Data("theirs".utf8))
      #expect(try await wiki.publish(fixture).conflicts.count == 2)
    }
  }
}
