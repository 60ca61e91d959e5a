import Confluence
import Digests
import Foundation
import Testing

@Suite struct PageSetTests {
  let fixture: Fixture

  init() throws { fixture = try Fixture() }

  private func refusal(
    _ change: (inout [[String: Any]]) -> Void = { _ in }
  ) throws -> String {
    try fixture.write(change)
    let error = #expect(throws: ConfluenceError.self) { try PageSet(folder: fixture.folder) }
    let text = error?.description ?? ""
    #expect(text.contains("pages.json: "))
    return text
  }

  private func refusal(page index: Int, _ key: String, _ value: Any) throws -> String {
    try refusal { $0[index][key] = value }
  }

  private func refusal(attachment key: String, _ value: Any) throws -> String {
    var attachments: [[String: Any]] = []
    try fixture.write { list in
      attachments = list[1]["attachments"] as? [[String: Any]] ?? []
    }
    attachments[0][key] = value
    return try refusal(page: 1, "attachments", attachments)
  }

  @Test func `a folder is read as it was written`() throws {
    let set = try fixture.read()
    #expect(set.pages.map(\.key) == ["use-cases", "mnist", "inferno"])
    #expect(set.pages[1].parent == "use-cases" && set.pages[0].parent == nil)
    #expect(set.pages[1].attachments.map(\.name) == ["loss ü.csv", "roc.png"])
    #expect(set.pages[1].attachments.map(\.size) == [10, 7])
  }

  @Test(arguments: [
    "../outside.xhtml", "/etc/hostname", "mnist/../../x", "mnist//page.xhtml", "", ".",
    "mnist\\page.xhtml",
  ])
  func `a path that leaves the folder is refused`(path: String) throws {
    #expect(try refusal(page: 1, "file", path).contains("page 'mnist': the path '\(path)' could"))
    #expect(try refusal(attachment: "file", path).contains("could lead out of the folder"))
  }

  @Test func `a symbolic link that leaves the folder is refused`() throws {
    try FileManager.default.createSymbolicLink(
      at: fixture.folder.appending(path: "link"), withDestinationURL: URL(filePath: "/etc"))
    #expect(try refusal(page: 1, "file", "link/hostname").contains("leads out of the folder"))
  }

  @Test func `a missing file, a folder and a wrong digest are refused`() throws {
    #expect(try refusal(page: 1, "file", "mnist/none.xhtml").contains("there is no file"))
    #expect(try refusal(page: 1, "file", "mnist/attachments").contains("there is no file"))
    let digest = String(repeating: "0", count: 64)
    #expect(try refusal(attachment: "sha256", digest).contains("does not have the SHA-256"))
    #expect(try refusal(attachment: "sha256", "abc").contains("is not a SHA-256"))
  }

  @Test func `titles and keys occur once, titles whatever their case`() throws {
    #expect(
      try refusal(page: 2, "title", "mnist + c HEADER").contains("('MNIST + C header')"))
    #expect(try refusal(page: 2, "key", "mnist").contains("another page has this key"))
  }

  @Test func `a parent is listed before its child`() throws {
    #expect(try refusal(page: 1, "parent", "INFERNO").contains("is not listed before it"))
    #expect(try refusal(page: 1, "parent", "MNIST + C header").contains("is not listed before it"))
  }

  @Test func `what Confluence would refuse is refused here`() throws {
    #expect(try refusal(page: 1, "title", String(repeating: "x", count: 256)).contains("255"))
    #expect(try refusal(page: 1, "title", "a\nb").contains("line break"))
    #expect(try refusal(page: 1, "labels", ["two words"]).contains("'two words'"))
    #expect(try refusal(page: 1, "labels", ["Upper"]).contains("small letters"))
    #expect(try refusal(page: 1, "key", "a b").contains("'a b'"))
    #expect(try refusal(attachment: "name", "a:b.png").contains("'a:b.png'"))
    #expect(try refusal(attachment: "name", "a\"\r\nX: y").contains("cannot name"))
    #expect(try refusal(attachment: "name", "LOSS ü.csv").contains("two attachments"))
    #expect(try refusal(attachment: "media_type", "png\r\nX: y/z").contains("media type"))
  }

  @Test func `other keys, missing keys and other values are refused`() throws {
    #expect(try refusal { $0 = [] }.contains("lists no page"))
    #expect(try refusal(page: 1, "owner", "me").contains("[1]: 'owner' is not known"))
    #expect(try refusal(page: 1, "labels", "x").contains("[1].labels"))
    #expect(try refusal { $0[1]["title"] = nil }.contains("'title' is missing"))
    let digest = String(repeating: "0", count: 64)
    #expect(try refusal(page: 1, "sha256", digest).contains("does not have the SHA-256"))
  }

  @Test func `a body that is not UTF-8 and a folder without a list are refused`() throws {
    try fixture.write()
    let body = Data([0x3c, 0xff])
    try fixture.write { $0[1]["sha256"] = SHA256Digest(of: body).hex }
    try body.write(to: fixture.folder.appending(path: "mnist/page.xhtml"))
    let notText = #expect(throws: ConfluenceError.self) { try PageSet(folder: fixture.folder) }
    #expect(notText?.description.contains("is not UTF-8") == true)
    let error = #expect(throws: ConfluenceError.self) {
      try PageSet(folder: fixture.folder.appending(path: "mnist"))
    }
    #expect(error?.description.contains("casebook publish --out") == true)
  }

  @Test func `a file that changes after the set was read is not sent`() async throws {
    let wiki = Wiki()
    let site = try wiki.site()
    let plan = try await site.plan(pages: fixture.read())
    try Data("other".utf8).write(to: fixture.folder.appending(path: "mnist/attachments/roc.png"))
    let summary = await site.carryOut(plan)
    guard case .stopped(let error) = summary.end else {
      Issue.record("\(summary)")
      return
    }
    #expect(error.description.contains("changed while it was being published"))
  }
}
