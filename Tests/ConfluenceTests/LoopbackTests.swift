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

  @Test func `two lines of one name are one list, and what comes after the body is none`()
    async throws
  {
    let wiki = StandInWiki(.cloud)
    wiki.edit { state in
      for index in 0..<60 {
        state.pages.append(.init(id: "9\(index)", title: "N\(index)", parent: "1", body: ""))
      }
    }
    let server = try LoopbackServer { request in
      guard var response = wiki.answer(request), let link = response.headers["link"] else {
        return wiki.answer(request)
      }
      var json = try? JSONSerialization.jsonObject(with: response.body) as? [String: Any]
      json?["_links"] = nil
      response.body = (json.flatMap { try? JSONSerialization.data(withJSONObject: $0) }) ?? Data()
      response.headers["link"] = link.replacing(", ", with: "\r\nLink: ")
      return response
    }
    let site = try site(server, "", flavour: .cloud)
    _ = try await site.plan(pages: fixture.read(), under: "N59")
  }

  @Test func `an answer that was packed unasked is read, up to a bound`() async throws {
    let wiki = StandInWiki()
    let asked = Mutex(Set<String>())
    let answers = Mutex([Data]())
    let server = try LoopbackServer { request in
      asked.withLock { _ = $0.insert(request.headers["Accept-Encoding"] ?? "") }
      guard let body = answers.withLock({ $0.popLast() }) else { return wiki.answer(request) }
      return Response(status: 200, headers: ["Content-Encoding": "gzip"], body: body)
    }
    let site = try site(server, "/confluence")
    let space = Data("{\"id\": 98305, \"homepage\": {\"id\": \"1\"}}".utf8)
    let packed = try Self.packed(space)
    answers.withLock { $0 = [packed] }
    #expect(try await site.plan(pages: fixture.read()).items.count == 3)
    #expect(asked.withLock { $0 }.contains { $0.contains("gzip") })
    let bomb = try Self.packed(Data(count: 65 << 20))
    answers.withLock { $0 = Array(repeating: bomb, count: 6) }
    let error = await #expect(throws: ConfluenceError.self) {
      try await site.plan(pages: fixture.read())
    }
    #expect(error?.description.contains("longer than any") == true)
  }

  private static func packed(_ data: Data) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-c"]
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    Thread.detachNewThread {
      try? input.fileHandleForWriting.write(contentsOf: data)
      try? input.fileHandleForWriting.close()
    }
    defer { process.waitUntilExit() }
    return try output.fileHandleForReading.readToEnd() ?? Data()
  }

  @Test(arguments: [(403, [Duration]()), (407, []), (502, [.seconds(0.5), .seconds(1)])])
  func `a proxy that refuses is told, and asked again only if that may help`(
    status: Int, pauses: [Duration]
  ) async throws {
    let proxy = try LoopbackServer { _ in Response(status: status) }
    let transport = CurlTransport(
      environment: ["https_proxy": "http://ada:lovelace@127.0.0.1:\(proxy.port)"])
    let base = try #require(URL(string: "https://wiki.example.org"))
    let site = try ConfluenceSite(
      base: base, space: "ML", token: Token("abc", source: "test"), transport: transport,
      pace: clock.pace())
    let error = await #expect(throws: ConfluenceError.self) {
      try await site.plan(pages: fixture.read())
    }
    let text = error?.description ?? ""
    #expect(text.contains("the proxy refuses (\(status))") && !text.contains("lovelace"))
    #expect(clock.pauses.prefix(2) == pauses.prefix(2))
  }

  @Test(arguments: ["localhost", "127.0.0.1", "[::1]"])
  func `this machine itself is asked without a proxy`(host: String) async throws {
    let asked = Mutex(0)
    let proxy = try LoopbackServer { _ in
      asked.withLock { $0 += 1 }
      return Response(status: 403)
    }
    let transport = CurlTransport(environment: ["HTTPS_PROXY": "http://127.0.0.1:\(proxy.port)"])
    // Nothing answers there: whether the proxy is asked is what shows.
    let base = try #require(URL(string: "https://\(host):1/wiki"))
    let site = try ConfluenceSite(
      base: base, space: "ML", token: Token("abc", source: "test"), transport: transport,
      pace: clock.pace())
    await #expect(throws: ConfluenceError.self) { try await site.plan(pages: fixture.read()) }
    #expect(asked.withLock { $0 } == 0)
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
