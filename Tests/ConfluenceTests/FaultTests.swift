import Confluence
import Foundation
import FoundationNetworking
import Testing

@Suite struct FaultTests {
  let wiki = Wiki()
  let fixture: Fixture

  init() throws { fixture = try Fixture() }

  @Test(arguments: ["GET ", "POST ", "/child/attachment"])
  func `after 429 every method waits as long as it is asked to`(what: String) async throws {
    wiki.server.fail(what, .status(429, headers: ["Retry-After": "7"]))
    #expect(try await wiki.publish(fixture).isComplete)
    #expect(wiki.clock.seconds == [7])
  }

  @Test func `a date after 429 is compared with the server's own clock`() async throws {
    let date = ["Retry-After": "Fri, 20 Nov 2026 10:00:42 GMT"]
    wiki.server.fail(
      "PUT ",
      .status(429, headers: date.merging(["Date": "Fri, 20 Nov 2026 10:00:30 GMT"]) { $1 }))
    try await wiki.publish(fixture)
    #expect(wiki.clock.seconds == [12])
  }

  @Test func `a date after 429 without a clock of the server's is compared with ours`()
    async throws
  {
    // 1,795,000,000 s after 1970 is Wed, 18 Nov 2026 11:06:40 GMT (`date -u -d @1795000000`).
    wiki.server.fail(
      "PUT ", .status(429, headers: ["Retry-After": "Wed, 18 Nov 2026 11:07:40 GMT"]))
    try await wiki.publish(fixture)
    #expect(wiki.clock.seconds == [60])
  }

  @Test func `a server that stays busy ends the run after five tries`() async throws {
    wiki.server.fail("GET ", .status(429), times: 5)
    await #expect(throws: ConfluenceError.self) { try await wiki.publish(fixture) }
    #expect(wiki.clock.seconds == [1, 2, 4, 8])
  }

  @Test func `a pause of an hour is not waited for`() async throws {
    wiki.server.fail("GET ", .status(429, headers: ["Retry-After": "3600"]))
    await #expect(
      throws: ConfluenceError.tooManyRequests(doing: "while reading the space ML", seconds: 3600)
    ) { try await wiki.publish(fixture) }
    #expect(wiki.clock.seconds.isEmpty)
  }

  @Test func `a read is repeated after 503 and after a cut, a write is not`() async throws {
    wiki.server.fail("GET ", .status(503))
    wiki.server.fail("GET ", .cutBefore)
    _ = try await wiki.plan(fixture)
    #expect(wiki.clock.seconds == [1, 2])
    wiki.server.fail("POST ", .status(503))
    await #expect(throws: ConfluenceError.self) { try await wiki.publish(fixture) }
    #expect(wiki.server.writes.count == 1)
  }

  @Test func `409 without an edit is tried again, three times at most`() async throws {
    try await wiki.publish(fixture)
    fixture.pages[2].body = "<p>Ours</p>"
    wiki.server.fail("PUT /confluence/rest/api/content/", .status(409), times: 2)
    #expect(try await wiki.publish(fixture).isComplete)
    #expect(wiki.server.page("INFERNO")?.version.number == 2)
    fixture.pages[2].body = "<p>Ours again</p>"
    wiki.server.fail("PUT /confluence/rest/api/content/", .status(409), times: 3)
    let failures = try await wiki.publish(fixture).failures
    #expect(failures.map(\.title) == ["INFERNO"])
    #expect(failures.first?.error.description.contains("(409)") == true)
  }

  /// Cuts the connection at every single write of a first run, before and after it is done; a
  /// second run finishes, nothing is there twice, and a third writes nothing.
  @Test(arguments: [true, false])
  func `a second run finishes what a cut left`(isDone: Bool) async throws {
    let whole = Wiki()
    try await whole.publish(fixture)
    let count = whole.server.writes.count
    #expect(count > 8)
    for cut in 0..<count {
      let wiki = Wiki()
      let site = try wiki.site()
      let plan = try await site.plan(pages: fixture.read(), under: "Use cases of ML")
      await #expect(throws: ConfluenceError.self, "cut \(cut)") {
        try await CutTransport.carryOut(plan, on: wiki, atWrite: cut, isDone: isDone)
      }
      let second = try await wiki.publish(fixture)
      #expect(second.isComplete, "cut \(cut): \(second)")
      #expect(wiki.server.edit { $0.pages.count } == 5, "cut \(cut)")
      #expect(wiki.server.page("MNIST + C header")?.files.count == 2, "cut \(cut)")
      #expect(wiki.server.page("INFERNO")?.version.number == 1, "cut \(cut)")
      #expect(wiki.server.page("INFERNO")?.labels == ["use-case"], "cut \(cut)")
      let writes = wiki.server.writes
      #expect(try await wiki.publish(fixture).unchanged == 3, "cut \(cut)")
      #expect(wiki.server.writes == writes, "cut \(cut)")
    }
  }

  @Test(arguments: [true, false])
  func `a second run finishes a cut update`(isDone: Bool) async throws {
    for cut in 0..<5 {
      let wiki = Wiki()
      let fixture = try Fixture()
      try await wiki.publish(fixture)
      fixture.pages[1].body = "<p>New</p>"
      fixture.pages[1].labels = ["new"]
      fixture.pages[1].files[0].data = Data("png two".utf8)
      let site = try wiki.site()
      let plan = try await site.plan(pages: fixture.read(), under: "Use cases of ML")
      await #expect(throws: ConfluenceError.self, "cut \(cut)") {
        try await CutTransport.carryOut(plan, on: wiki, atWrite: cut, isDone: isDone)
      }
      #expect(try await wiki.publish(fixture).isComplete, "cut \(cut)")
      let page = try #require(wiki.server.page("MNIST + C header"))
      #expect(page.version.number == 2 && page.body == "<p>New</p>", "cut \(cut)")
      #expect(page.labels == ["new"] && page.files.count == 2, "cut \(cut)")
      #expect(page.files[1].data == Data("png two".utf8), "cut \(cut)")
      #expect(try await wiki.publish(fixture).unchanged == 3, "cut \(cut)")
    }
  }

  @Test func `a body that the server rejects does not keep the others from it`() async throws {
    fixture.pages[1].body = "<p>a<br>b</p>"
    let summary = try await wiki.publish(fixture)
    #expect(summary.created == ["Use cases", "INFERNO"])
    #expect(
      summary.failures.map(\.error) == [
        .rejected(
          status: 400, doing: "while creating the page 'MNIST + C header'",
          message: "Error parsing xhtml: <br>")
      ])
  }

  @Test(arguments: [
    (401, "make a new personal access token"), (403, "ask for the right"),
    (404, "check the address"), (413, "larger than the server takes"), (500, "publish again later"),
    (302, "not followed"),
  ])
  func `a status is answered with what to do`(status: Int, words: String) async throws {
    let headers = ["Location": "https://login.example.org/"]
    wiki.server.fail("GET ", .status(status, headers: headers, message: "no\nway"), times: 5)
    let error = await #expect(throws: ConfluenceError.self) { try await wiki.plan(fixture) }
    let text = error?.description ?? ""
    #expect(text.contains(words) && text.contains("while reading the space ML"))
    #expect(!text.contains("\n") && (status == 302 || text.contains("\"no way\"")))
  }

  @Test func `a space that is not there is named`() async throws {
    let error = await #expect(throws: ConfluenceError.self) {
      try await wiki.site(space: "~ada").plan(pages: fixture.read())
    }
    #expect(error?.description.contains("reading the space ~ada") == true)
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

  static func carryOut(_ plan: Plan, on wiki: Wiki, atWrite cut: Int, isDone: Bool) async throws {
    let site = try ConfluenceSite(
      base: wiki.site().base, space: "ML", token: Token(FakeConfluence.secret, source: "test"),
      transport: CutTransport(wiki: wiki, cut: cut, isDone: isDone), pace: wiki.clock.pace())
    _ = try await site.carryOut(plan)
  }

  func send(_ request: URLRequest) async throws -> (Data, HTTPURLResponse) {
    guard request.httpMethod != "GET" else { return try await wiki.server.send(request) }
    defer { writes += 1 }
    if writes == cut, isDone { _ = try await wiki.server.send(request) }
    if writes >= cut { throw URLError(.networkConnectionLost) }
    return try await wiki.server.send(request)
  }
}
