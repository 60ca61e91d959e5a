import Confluence
import Foundation
import StandIn
import Testing

@Suite struct AccessTests {
  let fixture: Fixture

  init() throws { fixture = try Fixture() }

  private func refusal(_ base: String, allowInsecure: Bool = false) throws -> String? {
    let token = try Token("abc", source: "test")
    let url = try #require(URL(string: base))
    return #expect(throws: ConfluenceError.self) {
      try ConfluenceSite(base: url, space: "ML", token: token, allowInsecure: allowInsecure)
    }?.description
  }

  @Test(arguments: [
    ("http://wiki.example.org", "only https"), ("ftp://wiki.example.org", "only https"),
    ("https://ada:lovelace@wiki.example.org", "name or a password"),
    ("https://wiki.example.org/?x=1", "query"),
    ("https://x.atlassian.net/wiki/api/v2", "leave out"),
    ("https://wiki.example.org/rest/api", "leave out"), ("https:///x", "no host"),
  ])
  func `an address that is not safe is refused`(base: String, words: String) throws {
    let text = try #require(try refusal(base))
    #expect(text.contains(words) && !text.contains("lovelace"))
  }

  @Test func `http is spoken to this machine alone, and only when allowed`() throws {
    #expect(try refusal("http://127.0.0.1:8090")?.contains("in the clear") == true)
    #expect(try refusal("http://10.0.0.1:8090", allowInsecure: true) != nil)
    let url = try #require(URL(string: "http://127.0.0.1:8090/wiki"))
    _ = try ConfluenceSite(
      base: url, space: "ML", token: Token("abc", source: "test"), allowInsecure: true)
  }

  @Test func `the token comes from a file of mode 600 or from the environment`() throws {
    let file = fixture.folder.appending(path: "token")
    try Data("  abc\n".utf8).write(to: file)
    let path = file.path(percentEncoded: false)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    let error = #expect(throws: ConfluenceError.self) { try Token(file: file) }
    #expect(error?.description.contains("chmod 600") == true)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    _ = try Token(file: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path)
    _ = try Token(file: file)
    _ = try Token(file: nil, environment: ["CASEBOOK_CONFLUENCE_TOKEN": "abc"])
    #expect(throws: ConfluenceError.noToken) { try Token(file: nil, environment: [:]) }
    #expect(throws: ConfluenceError.self) { try Token("a b", source: "test") }
    #expect(throws: ConfluenceError.self) {
      try Token(file: nil, environment: ["CASEBOOK_CONFLUENCE_TOKEN": " "])
    }
  }

  @Test func `the flavour is told by the address, and Cloud is below wiki`() throws {
    let token = try Token("abc", source: "test")
    func site(_ text: String, _ flavour: Flavour? = nil) throws -> ConfluenceSite {
      try ConfluenceSite(
        base: #require(URL(string: text)), space: "ML", token: token, flavour: flavour)
    }
    let cloud = try site("https://example.atlassian.net/")
    #expect(cloud.flavour == .cloud && cloud.address == "https://example.atlassian.net/wiki")
    #expect(try site("https://example.atlassian.net/wiki/").address == cloud.address)
    let scoped = try site("https://api.atlassian.com/ex/confluence/4-2")
    #expect(scoped.flavour == .cloud)
    #expect(scoped.address == "https://api.atlassian.com/ex/confluence/4-2/wiki")
    #expect(try site("https://atlassian.net.example.org").flavour == .dataCenter)
    #expect(try site("https://wiki.example.org", .cloud).flavour == .cloud)
  }

  @Test func `with a user the token is sent as basic, and neither form is shown`() async throws {
    let wiki = Wiki(.cloud)
    try await wiki.publish(fixture)
    let pair = Data("\(StandInWiki.user):\(StandInWiki.secret)".utf8).base64EncodedString()
    #expect(wiki.server.edit(\.authorizations) == ["Basic \(pair)"])
    wiki.server.fail("GET ", .status(403, message: "Basic \(pair) may not"))
    let error = await #expect(throws: ConfluenceError.self) { try await wiki.plan(fixture) }
    #expect(error?.description.contains("Basic (token) may not") == true)
    #expect(throws: ConfluenceError.self) { try Token("abc", source: "test", user: "a:b") }
    let environment = [
      "CASEBOOK_CONFLUENCE_TOKEN": "abc", "CASEBOOK_CONFLUENCE_USER": "a@example.org:x",
    ]
    #expect(throws: ConfluenceError.self) { try Token(file: nil, environment: environment) }
  }

  @Test func `no description and no dump shows the token`() throws {
    let wiki = Wiki()
    let token = try Token(StandInWiki.secret, source: "test")
    var texts = ["\(token)", String(reflecting: token), "\(try wiki.site())"]
    var text = ""
    dump(try wiki.site(), to: &text)
    dump(token, to: &text)
    texts.append(text)
    #expect(texts.allSatisfy { !$0.contains(StandInWiki.secret) })
  }

  @Test func `no error shows the token, though the server sends it back`() async throws {
    let secret = StandInWiki.secret
    for status in [302, 400, 401, 403, 404, 409, 413, 418, 429, 500] {
      let wiki = Wiki()
      let headers = ["Location": "https://login.example.org/?token=\(secret)"]
      let fault = StandInWiki.Fault.status(
        status, headers: headers, message: "Bearer \(secret) is bad")
      wiki.server.fail("GET ", fault, times: 6)
      let error = await #expect(throws: ConfluenceError.self) { try await wiki.plan(fixture) }
      #expect(error != nil, "\(status)")
      let text = "\(String(describing: error)) \(error?.description ?? "")"
      #expect(!text.contains(secret), "\(status)")
    }
    let wiki = Wiki()
    try await wiki.publish(fixture)
    wiki.server.editByHand("INFERNO", author: secret)
    #expect(try await !wiki.plan(fixture).contains(secret))
  }
}
