import Confluence
import Digests
import Foundation
import FoundationNetworking
import Testing

/// What only real connections show, against a server on this machine.
@Suite(
  .serialized, .timeLimit(.minutes(1)),
  .enabled(if: LoopbackServer.python != nil, "python3 is not installed"))
struct LoopbackTests {
  let server: LoopbackServer
  let fixture: Fixture
  let clock = TestClock()

  init() throws { (server, fixture) = (try LoopbackServer(), try Fixture()) }

  private func site(_ path: String, token: String = "loopback-token") throws -> ConfluenceSite {
    let base = try #require(URL(string: "http://127.0.0.1:\(server.port)\(path)"))
    return try ConfluenceSite(
      base: base, space: "ML", token: Token(token, source: "test"), allowInsecure: true,
      transport: URLSessionTransport(stallLimit: .seconds(20)), pace: clock.pace())
  }

  private func log() async throws -> [String: Any] {
    let url = try #require(URL(string: "http://127.0.0.1:\(server.port)/log"))
    let (data, _) = try await URLSessionTransport().send(URLRequest(url: url))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func `pages and a file of three megabytes arrive, and a second run writes nothing`()
    async throws
  {
    let large = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) })
    fixture.pages[2].files = [("weights.bin", large)]
    fixture.pages[2].body = "<p>é 😀 ]]&gt; مرحبا</p>"
    let site = try site("/wiki")
    let summary = try await site.carryOut(site.plan(pages: fixture.read()))
    #expect(summary.created.count == 3 && summary.uploads == 3 && summary.isComplete)
    #expect(clock.seconds == [3])
    let first = try await log()
    let files = try #require(first["files"] as? [String: [String: [String: Any]]])
    let sent = files["102"]?["weights.bin"]?["extensions"] as? [String: Any]
    #expect(sent?["sha256"] as? String == SHA256Digest(of: large).hex)
    #expect(files["101"]?.keys.sorted() == ["loss ü.csv", "roc.png"])
    let pages = try #require(first["pages"] as? [String: [String: Any]])
    let storage = (pages["102"]?["body"] as? [String: Any])?["storage"] as? [String: Any]
    #expect(storage?["value"] as? String == fixture.pages[2].body)
    #expect(try await site.carryOut(site.plan(pages: fixture.read())).unchanged == 3)
    #expect(try await (log()["writes"] as? [String]) == first["writes"] as? [String])
  }

  @Test func `a redirect is not followed, and the token goes nowhere`() async throws {
    let error = await #expect(throws: ConfluenceError.self) {
      try await site("/moved").plan(pages: fixture.read())
    }
    #expect(error?.description.contains("redirects to /leak/moved/rest/api/space/ML") == true)
    #expect(try await (log()["leaks"] as? [Any])?.isEmpty == true)
  }

  @Test func `a wrong token is answered in words`() async throws {
    let error = await #expect(throws: ConfluenceError.self) {
      try await site("/wiki", token: "wrong").plan(pages: fixture.read())
    }
    #expect(
      error
        .map { if case .unauthorized = $0 { true } else { false } } == true)
  }

  @Test func `a connection that breaks is tried five times`() async throws {
    let error = await #expect(throws: ConfluenceError.self) {
      try await site("/broken").plan(pages: fixture.read())
    }
    #expect(error?.description.contains("The connection failed while reading the space ML") == true)
    #expect(clock.seconds == [1, 2, 4, 8])
  }

  @Test func `a cancelled run ends as cancelled`() async throws {
    let (site, pages) = (try site("/wiki"), try fixture.read())
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      _ = try await site.plan(pages: pages)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
