import Confluence
import Foundation
import StandIn
import Testing

/// Runs that break off, and what the next one makes of what they left.
@Suite struct CutTests {
  let fixture: Fixture

  init() throws { fixture = try Fixture() }

  /// Cuts the connection at every single write of a first run, before and after it is done; a
  /// second run finishes, nothing is there twice, and a third writes nothing.
  @Test(arguments: Flavour.allCases, [true, false])
  func `a second run finishes what a cut left`(flavour: Flavour, isDone: Bool) async throws {
    let whole = Wiki(flavour)
    try await whole.publish(fixture)
    let count = whole.server.writes.count
    #expect(count > 8)
    for cut in 0..<count {
      let wiki = Wiki(flavour)
      wiki.server.edit { $0.keepsPropertyOfCreation = cut.isMultiple(of: 2) }
      let site = try wiki.site()
      let plan = try await site.plan(pages: fixture.read(), under: "Use cases of ML")
      let first = try await CutTransport.carryOut(plan, on: wiki, atWrite: cut, isDone: isDone)
      #expect(first.isStopped, "cut \(cut)")
      let second = try await wiki.publish(fixture)
      #expect(second.isComplete, "cut \(cut): \(second)")
      #expect(wiki.server.edit { $0.pages.count } == 5, "cut \(cut)")
      #expect(wiki.server.page("MNIST + C header")?.files.count == 2, "cut \(cut)")
      #expect(wiki.server.page("INFERNO")?.version.number == 1, "cut \(cut)")
      #expect(wiki.server.page("INFERNO")?.labels == ["use-case"], "cut \(cut)")
      let writes = wiki.server.writes
      #expect(try await wiki.publish(fixture).titles(.unchanged).count == 3, "cut \(cut)")
      #expect(wiki.server.writes == writes, "cut \(cut)")
    }
  }

  @Test(arguments: Flavour.allCases, [true, false])
  func `a second run finishes a cut update`(flavour: Flavour, isDone: Bool) async throws {
    for cut in 0..<5 {
      let wiki = Wiki(flavour)
      if cut > 2 { wiki.server.edit { $0.keepsMessages = false } }
      let fixture = try Fixture()
      try await wiki.publish(fixture)
      fixture.pages[1].body = "<p>New</p>"
      fixture.pages[1].labels = ["new"]
      fixture.pages[1].files[0].data = Data("png two".utf8)
      let site = try wiki.site()
      let plan = try await site.plan(pages: fixture.read(), under: "Use cases of ML")
      let first = try await CutTransport.carryOut(plan, on: wiki, atWrite: cut, isDone: isDone)
      #expect(first.isStopped, "cut \(cut)")
      #expect(try await wiki.publish(fixture).isComplete, "cut \(cut)")
      let page = try #require(wiki.server.page("MNIST + C header"))
      #expect(page.version.number == 2 && page.body == "<p>New</p>", "cut \(cut)")
      #expect(page.labels == ["new"] && page.files.count == 2, "cut \(cut)")
      #expect(page.files[1].data == Data("png two".utf8), "cut \(cut)")
      #expect(try await wiki.publish(fixture).titles(.unchanged).count == 3, "cut \(cut)")
    }
  }
}

/// Passes requests on to a wiki until one write, at which the connection breaks for good.
private actor CutTransport: Transport {
  let wiki: Wiki
  let cut: Int
  let isDone: Bool
  var writes = 0

  init(wiki: Wiki, cut: Int, isDone: Bool) {
    (self.wiki, self.cut, self.isDone) = (wiki, cut, isDone)
  }

  static func carryOut(
    _ plan: Plan, on wiki: Wiki, atWrite cut: Int, isDone: Bool
  ) async throws -> Summary {
    let transport = CutTransport(wiki: wiki, cut: cut, isDone: isDone)
    return await (try wiki.site(transport: transport)).carryOut(plan)
  }

  func send(_ request: Request) async throws -> Response {
    let broken = TransportError.failed("cut")
    guard writes <= cut else { throw broken }
    guard request.method != "GET" else { return try await wiki.server.send(request) }
    defer { writes += 1 }
    if writes == cut, isDone { _ = try await wiki.server.send(request) }
    if writes >= cut { throw broken }
    return try await wiki.server.send(request)
  }
}
