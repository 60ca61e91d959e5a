import Confluence
import Foundation
import StandIn
import Testing
import Pages

@Suite struct FaultTests {
  let fixture: Fixture

  init() throws { fixture = try Fixture() }

  @Test(arguments: StorageFlavour.allCases, ["GET ", "POST ", "/child/attachment"])
  func `after 429 every method waits as long as it is asked to`(
    flavour: StorageFlavour, what: String
  ) async throws {
    let wiki = Wiki(flavour)
    wiki.server.fail(what, .status(429, headers: ["Retry-After": "7"]))
    #expect(try await wiki.publish(fixture).isComplete)
    #expect(wiki.clock.pauses == [.seconds(7)])
  }

  @Test func `Cloud's time of reset is waited for where it says no more`() async throws {
    let wiki = Wiki(.cloud)
    let headers = [
      "X-RateLimit-Reset": "2026-11-20T10:01Z", "Date": "Fri, 20 Nov 2026 10:00:30 GMT",
    ]
    wiki.server.fail("GET ", .status(429, headers: headers))
    try await wiki.publish(fixture)
    #expect(wiki.clock.pauses == [.seconds(30)])
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a date after 429 is compared with the server's own clock`(flavour: StorageFlavour)
    async throws
  {
    let wiki = Wiki(flavour)
    let date = ["Retry-After": "Fri, 20 Nov 2026 10:00:42 GMT"]
    wiki.server.fail(
      "PUT ",
      .status(429, headers: date.merging(["Date": "Fri, 20 Nov 2026 10:00:30 GMT"]) { $1 }))
    try await wiki.publish(fixture)
    #expect(wiki.clock.pauses == [.seconds(12)])
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a date after 429 without a clock of the server's is compared with ours`(
    flavour: StorageFlavour
  )
    async throws
  {
    let wiki = Wiki(flavour)
    // 1,795,000,000 s after 1970 is Wed, 18 Nov 2026 11:06:40 GMT (`date -u -d @1795000000`).
    wiki.server.fail(
      "PUT ", .status(429, headers: ["Retry-After": "Wed, 18 Nov 2026 11:07:40 GMT"]))
    try await wiki.publish(fixture)
    #expect(wiki.clock.pauses == [.seconds(60)])
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a server that stays busy ends the run after six tries`(flavour: StorageFlavour) async throws
  {
    let wiki = Wiki(flavour)
    wiki.server.fail("GET ", .status(429), times: 6)
    await #expect(throws: ConfluenceError.self) { try await wiki.publish(fixture) }
    #expect(wiki.clock.pauses == [0.5, 1, 2, 4, 8].map { .seconds($0) })
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a pause of an hour is not waited for`(flavour: StorageFlavour) async throws {
    let wiki = Wiki(flavour)
    for status in [429, 503] {
      wiki.server.fail("GET ", .status(status, headers: ["Retry-After": "3600"]))
      await #expect(
        throws: ConfluenceError.busy(
          status: status, doing: "while reading the space ML", seconds: 3600)
      ) { try await wiki.publish(fixture) }
    }
    #expect(wiki.clock.pauses.isEmpty)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a read is repeated after 503 and after a cut`(flavour: StorageFlavour) async throws {
    let wiki = Wiki(flavour)
    wiki.server.fail("GET ", .status(503))
    wiki.server.fail("GET ", .cutBefore)
    _ = try await wiki.plan(fixture)
    #expect(wiki.clock.pauses == [.seconds(0.5), .seconds(1)])
  }

  /// A session that ended is answered with a page to log in on by some servers, with the status 200.
  @Test(arguments: StorageFlavour.allCases)
  func `a page of HTML is no answer to any write`(flavour: StorageFlavour) async throws {
    let whole = Wiki(flavour)
    try await whole.publish(fixture)
    let first = Set(whole.server.writes)
    fixture.pages[2].labels = ["verified"]
    fixture.pages[2].parent = "mnist"
    fixture.pages[1].files.removeFirst()
    let more = Wiki(flavour)
    try await more.publish(Fixture())
    more.server.edit { $0.log = [] }
    try await more.publish(fixture, prune: true)
    for (line, isFirst) in first.map({ ($0, true) }) + more.server.writes.map({ ($0, false) }) {
      let wiki = Wiki(flavour)
      if !isFirst { try await wiki.publish(Fixture()) }
      wiki.server.fail(line, .page)
      let summary = try await wiki.publish(isFirst ? Fixture() : fixture, prune: true)
      #expect(summary.isStopped, "\(line): \(summary)")
      guard case .stopped(let error) = summary.end else { continue }
      #expect(error.description.contains("text/html"), "\(line): \(error)")
      #expect(try await wiki.publish(isFirst ? Fixture() : fixture, prune: true).isComplete)
      #expect(wiki.server.contents == (isFirst ? whole : more).server.contents, "\(line)")
    }
  }

  @Test(arguments: StorageFlavour.allCases)
  func `what does not exist is not taken for what exists`(flavour: StorageFlavour) async throws {
    let wiki = Wiki(flavour)
    let path = flavour == .cloud ? "/api/v2/pages" : "/rest/api/content"
    wiki.server.fail("POST \(path)", .status(400, message: "The parent page does not exist"))
    let error = try #require(try await wiki.publish(fixture).failures.first?.error?.description)
    #expect(error.contains("rejects the request (400)") && error.contains("does not exist"))
    #expect(wiki.clock.pauses.isEmpty)
  }

  /// Every write of a first run fails in each way in turn; the run itself finds out what was stored
  /// and ends as one without failures.
  @Test(arguments: StorageFlavour.allCases)
  func `a write whose fate is not known is looked for before it is repeated`(
    flavour: StorageFlavour
  ) async throws {
    let whole = Wiki(flavour)
    try await whole.publish(fixture)
    let faults: [StandInWiki.Fault] = [
      .status(503), .statusAfter(500), .cutBefore, .cutAfter, .status(409),
    ]
    for line in Set(whole.server.writes) {
      for fault in faults {
        let wiki = Wiki(flavour)
        wiki.server.edit { $0.lateness = 3 }
        wiki.server.fail(line, fault)
        let summary = try await wiki.publish(fixture)
        #expect(summary.isComplete, "\(line) \(fault): \(summary)")
        #expect(wiki.server.contents == whole.server.contents, "\(line) \(fault)")
        #expect(try await wiki.publish(fixture).titles(.unchanged).count == 3, "\(line) \(fault)")
      }
    }
  }

  @Test(arguments: StorageFlavour.allCases)
  func `what is left of an upload that the server failed in is uploaded again`(
    flavour: StorageFlavour
  ) async throws {
    let wiki = Wiki(flavour)
    wiki.server.fail("/child/attachment", .torn)
    #expect(try await wiki.publish(fixture).isComplete)
    let files = try #require(wiki.server.page("MNIST + C header")?.files)
    #expect(files.map(\.name) == ["loss ü.csv", "roc.png"])
    #expect(files.map(\.data) == [Data("a,b\r\n1,2\r\n".utf8), Data("png one".utf8)])
    #expect(try await wiki.publish(fixture).titles(.unchanged).count == 3)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a page that may not be read, or not written, does not keep the others from it`(
    flavour: StorageFlavour
  ) async throws {
    let wiki = Wiki(flavour)
    try await wiki.publish(fixture)
    fixture.pages[1].body = "<p>Ours</p>"
    fixture.pages[2].body = "<p>Ours</p>"
    let id = try #require(wiki.server.page("MNIST + C header")?.id)
    wiki.server.fail("/\(id)/\(flavour == .cloud ? "labels" : "child/")", .status(404))
    wiki.server.fail("PUT ", .status(403, message: "no"))
    let summary = try await wiki.publish(fixture)
    #expect(summary.conflicts.map(\.page) == ["MNIST + C header"])
    #expect(summary.conflicts.first?.description.contains("cannot be read") == true)
    #expect(summary.failures.map(\.title) == ["INFERNO"])
    #expect(try await wiki.publish(fixture).titles(.updated) == ["MNIST + C header", "INFERNO"])
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a storm of failures is weathered`(flavour: StorageFlavour) async throws {
    for storm in 2...7 {
      let (whole, wiki) = (Wiki(flavour), Wiki(flavour))
      try await whole.publish(fixture)
      wiki.server.edit { ($0.storm, $0.lateness) = (storm, 2) }
      #expect(try await wiki.publish(fixture).isComplete, "\(storm)")
      #expect(wiki.server.contents == whole.server.contents, "\(storm)")
    }
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a server that is down ends the run after three pages`(flavour: StorageFlavour) async throws
  {
    let wiki = Wiki(flavour)
    for index in 0..<9 { fixture.pages.append(.init(key: "p\(index)", title: "P\(index)")) }
    wiki.server.fail("POST ", .status(503), times: 100)
    let summary = try await wiki.publish(fixture)
    #expect(summary.outcomes.count < 8)
    #expect(summary.isStopped)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a file that is too large does not keep the others from it`(flavour: StorageFlavour)
    async throws
  {
    let wiki = Wiki(flavour)
    wiki.server.edit { $0.largestFile = 8 }
    let summary = try await wiki.publish(fixture)
    #expect(summary.failures.map(\.title) == ["MNIST + C header"])
    #expect(summary.failures.first?.error?.description.contains("'loss ü.csv'") == true)
    #expect(wiki.server.page("MNIST + C header")?.files.map(\.name) == ["roc.png"])
    wiki.server.edit { $0.largestFile = 80 }
    let second = try await wiki.publish(fixture)
    #expect(second.isComplete && second.uploads == 1)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `409 without an edit is tried again, six times at most`(flavour: StorageFlavour) async throws
  {
    let wiki = Wiki(flavour)
    try await wiki.publish(fixture)
    fixture.pages[2].body = "<p>Ours</p>"
    wiki.server.fail("PUT ", .status(409), times: 2)
    #expect(try await wiki.publish(fixture).isComplete)
    #expect(wiki.server.page("INFERNO")?.version.number == 2)
    fixture.pages[2].body = "<p>Ours again</p>"
    wiki.server.fail("PUT ", .status(409), times: 6)
    let failures = try await wiki.publish(fixture).failures
    #expect(failures.map(\.title) == ["INFERNO"])
    #expect(failures.first?.error?.description.contains("(409)") == true)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a body that the server rejects does not keep the others from it`(flavour: StorageFlavour)
    async throws
  {
    let wiki = Wiki(flavour)
    fixture.pages[1].body = "<p>a<br>b</p>"
    let summary = try await wiki.publish(fixture)
    #expect(summary.titles(.created) == ["Use cases", "INFERNO"])
    let error = try #require(summary.failures.first?.error?.description)
    #expect(error.contains("(400) while creating the page 'MNIST + C header'"))
    #expect(error.contains(": \"Error parsing xhtml: "))
  }

  @Test(arguments: [
    (401, "make a new one"), (403, "ask for the right"),
    (404, "check the address"), (413, "larger than the server takes"), (500, "publish again later"),
    (302, "not followed"),
  ])
  func `a status is answered with what to do`(status: Int, words: String) async throws {
    let wiki = Wiki()
    let headers = ["Location": "https://login.example.org/"]
    wiki.server.fail("GET ", .status(status, headers: headers, message: "no\nway"), times: 6)
    let error = await #expect(throws: ConfluenceError.self) { try await wiki.plan(fixture) }
    let text = error?.description ?? ""
    #expect(text.contains(words) && text.contains("while reading the space ML"))
    #expect(!text.contains("\n") && (status == 302 || text.contains("\"no way\"")))
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a space that is not there is named`(flavour: StorageFlavour) async throws {
    let wiki = Wiki(flavour)
    let error = await #expect(throws: ConfluenceError.self) {
      try await wiki.site(space: "~ada").plan(pages: fixture.read())
    }
    #expect(error?.description.contains("reading the space ~ada") == true)
  }

  @Test(arguments: StorageFlavour.allCases)
  func `a server that takes no end of CDATA in code gets it with a blank, once`(
    flavour: StorageFlavour
  ) async throws {
    let wiki = Wiki(flavour)
    wiki.server.edit { $0.refusesEmbeddedEnds = true }
    fixture.pages[1].body = Self.code("a[b[0]]]]]><![CDATA[>1")
    #expect(try await wiki.publish(fixture).isComplete)
    #expect(wiki.server.page("MNIST + C header")?.body == Self.code("a[b[0]]] >1"))
    fixture.pages[1].body = Self.code("c[d[0]]]]]><![CDATA[>1")
    #expect(try await wiki.publish(fixture).isComplete)
    #expect(wiki.server.page("MNIST + C header")?.body == Self.code("c[d[0]]] >1"))
    let count = wiki.server.writes.count
    #expect(try await wiki.publish(fixture).isComplete)
    #expect(wiki.server.writes.count == count)
  }

  private static func code(_ text: String) -> String {
    "<ac:structured-macro ac:name=\"code\"><ac:plain-text-body><![CDATA[\(text)]]>"
      + "</ac:plain-text-body></ac:structured-macro>"
  }
}
