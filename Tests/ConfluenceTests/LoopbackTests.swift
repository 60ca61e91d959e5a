import Confluence
import Foundation
import StandIn
import Synchronization
import Testing
import Pages

/// What only real connections show, against a server on this machine.
@Suite(.timeLimit(.minutes(30))) struct LoopbackTests {
  let fixture: Fixture
  let clock = TestClock()

  init() throws { fixture = try Fixture() }

  private func site(
    _ server: LoopbackServer, _ path: String, flavour: StorageFlavour = .dataCenter,
    token: String = StandInWiki.secret
  ) throws -> ConfluenceSite {
    let base = try #require(URL(string: "http://127.0.0.1:\(server.port)\(path)"))
    let user = flavour == .cloud ? StandInWiki.user : nil
    return try ConfluenceSite(
      base: base, space: "ML", token: Token(token, source: "test", user: user), flavour: flavour,
      allowInsecure: true, transport: CurlTransport(stallLimit: .seconds(20)), pace: clock.pace())
  }

  @Test(arguments: StorageFlavour.allCases)
  func `pages and a file of three megabytes arrive, and a second run writes nothing`(
    flavour: StorageFlavour
  ) async throws {
    let wiki = StandInWiki(flavour)
    let server = try LoopbackServer { wiki.answer($0) }
    let large = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) })
    fixture.pages[2].files = [("weights.bin", large)]
    fixture.pages[2].body = "<p>é 😀 ]]&gt; مرحبا</p>"
    let site = try site(server, flavour == .cloud ? "" : "/confluence", flavour: flavour)
    let summary = await site.carryOut(try await site.plan(pages: fixture.read()))
    #expect(summary.titles(.created).count == 3 && summary.uploads == 3 && summary.isComplete)
    #expect(wiki.page("INFERNO")?.files.map(\.data) == [large])
    #expect(wiki.page("INFERNO")?.body == fixture.pages[2].body)
    #expect(wiki.page("MNIST + C header")?.files.map(\.name) == ["loss ü.csv", "roc.png"])
    let writes = wiki.writes
    let second = await site.carryOut(try await site.plan(pages: fixture.read()))
    #expect(second.titles(.unchanged).count == 3 && wiki.writes == writes)
  }

  @Test func `a redirect to another origin is not followed, and the token goes nowhere`()
    async throws
  {
    let leaks = Mutex([String]())
    let other = try LoopbackServer { request in
      leaks.withLock { $0.append(request.url.path()) }
      return Response(status: 200, body: Data("{}".utf8))
    }
    let port = other.port
    let server = try LoopbackServer { request in
      let target = "http://127.0.0.1:\(port)\(request.url.path())"
      return Response(status: 302, headers: ["Location": target])
    }
    let error = await #expect(throws: ConfluenceError.self) {
      try await site(server, "/moved").plan(pages: fixture.read())
    }
    #expect(error?.description.contains("redirects to http://127.0.0.1:\(port)/moved") == true)
    #expect(leaks.withLock { $0 } == [])
  }

  @Test func `a redirect within the origin is followed by what reads`() async throws {
    let wiki = StandInWiki()
    let server = try LoopbackServer { request in
      guard request.url.path().hasPrefix("/old/") else { return wiki.answer(request) }
      let query = request.url.query(percentEncoded: true).map { "?\($0)" } ?? ""
      let target = request.url.path().replacing("/old/", with: "/confluence/") + query
      return Response(status: 301, headers: ["Location": target])
    }
    let site = try site(server, "/old")
    let plan = try await site.plan(pages: fixture.read())
    #expect(plan.items.map(\.action) == [.create, .create, .create])
    let summary = await site.carryOut(plan)
    #expect(summary.failures.first?.error?.description.contains("not followed") == true)
    #expect(wiki.writes.isEmpty)
  }

  @Test func `a wrong token is answered in words`() async throws {
    let wiki = StandInWiki()
    let server = try LoopbackServer { wiki.answer($0) }
    let error = await #expect(throws: ConfluenceError.self) {
      try await site(server, "/confluence", token: "wrong").plan(pages: fixture.read())
    }
    #expect(error?.description.contains("(401)") == true)
    #expect(error?.description.contains("wrong") == false)
  }

  @Test func `a connection that breaks is tried six times`() async throws {
    let server = try LoopbackServer { _ in nil }
    let error = await #expect(throws: ConfluenceError.self) {
      try await site(server, "/broken").plan(pages: fixture.read())
    }
    #expect(error?.description.contains("The connection failed while reading the space ML") == true)
    #expect(clock.pauses == [0.5, 1, 2, 4, 8].map { .seconds($0) })
  }

  @Test func `a cancelled run ends as cancelled`() async throws {
    let wiki = StandInWiki()
    let server = try LoopbackServer { wiki.answer($0) }
    let (site, pages) = (try site(server, "/confluence"), try fixture.read())
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      _ = try await site.plan(pages: pages)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
