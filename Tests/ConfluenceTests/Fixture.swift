import Confluence
import Digests
import Foundation
import StandIn
import Synchronization
import Testing

/// A folder of pages that a test writes, and that goes away with it.
final class Fixture {
  struct Page {
    var key: String
    var title: String
    var parent: String?
    var labels: [String] = ["use-case"]
    var body = "<p>Hello &amp; welcome</p>"
    var files: [(name: String, data: Data)] = []
  }

  let folder: URL
  var pages: [Page] = [
    Page(key: "use-cases", title: "Use cases", labels: ["catalogue"]),
    Page(
      key: "mnist", title: "MNIST + C header", parent: "use-cases",
      files: [("roc.png", Data("png one".utf8)), ("loss ü.csv", Data("a,b\r\n1,2\r\n".utf8))]),
    Page(key: "inferno", title: "INFERNO", parent: "use-cases"),
  ]

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "confluence-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Writes the pages as `casebook publish --out` does, after a change of the list.
  func write(_ change: (inout [[String: Any]]) -> Void = { _ in }) throws {
    let titles = Dictionary(pages.map { ($0.key, $0.title) }) { first, _ in first }
    var list: [[String: Any]] = try pages.map { page in
      let files = folder.appending(path: page.key).appending(path: "attachments")
      try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
      try Data(page.body.utf8).write(to: folder.appending(path: "\(page.key)/page.xhtml"))
      let attachments: [[String: Any]] = try page.files.map { file in
        try file.data.write(to: files.appending(path: file.name))
        return [
          "name": file.name, "file": "\(page.key)/attachments/\(file.name)",
          "media_type": "image/png", "sha256": SHA256Digest(of: file.data).hex,
        ]
      }
      return [
        "key": page.key, "title": page.title,
        "parent": page.parent.flatMap { titles[$0] } ?? NSNull(),
        "labels": page.labels, "file": "\(page.key)/page.xhtml",
        "sha256": SHA256Digest(of: Data(page.body.utf8)).hex, "attachments": attachments,
      ]
    }
    change(&list)
    try JSONSerialization.data(withJSONObject: list).write(
      to: folder.appending(path: "pages.json"))
  }

  func read() throws -> PageSet {
    try write()
    return try PageSet(folder: folder)
  }
}

/// A clock that does not wait but notes for how long it was asked to.
final class TestClock: Sendable {
  private let waits = Mutex([Duration]())
  var pauses: [Duration] { waits.withLock { $0 } }

  func pace(now: Date = Date(timeIntervalSince1970: 1_795_000_000)) -> Pace {
    Pace(wait: { pause, _ in self.waits.withLock { $0.append(pause) } }, now: { now })
  }
}

/// A space of a wiki in memory, and the clock that its client waits by.
struct Wiki {
  let server: StandInWiki
  let clock = TestClock()

  init(_ flavour: Flavour = .dataCenter) { server = StandInWiki(flavour) }

  /// The address of the wiki of each product.
  static func address(_ flavour: Flavour) -> String {
    switch flavour {
    case .dataCenter: "https://wiki.example.org/confluence/"
    case .cloud: "https://example.atlassian.net/wiki"
    }
  }

  func site(
    space: String = "ML", token: String = StandInWiki.secret, transport: (any Transport)? = nil
  ) throws -> ConfluenceSite {
    let base = try #require(URL(string: Self.address(server.flavour)))
    let user = server.flavour == .cloud ? StandInWiki.user : nil
    return try ConfluenceSite(
      base: base, space: space, token: Token(token, source: "test", user: user),
      transport: transport ?? server, pace: clock.pace())
  }

  @discardableResult
  func publish(
    _ fixture: Fixture, under parent: String? = "Use cases of ML", overwrite: Bool = false,
    prune: Bool = false
  ) async throws -> Summary {
    let site = try site()
    return await site.carryOut(
      try await site.plan(pages: fixture.read(), under: parent, overwrite: overwrite),
      overwrite: overwrite, prune: prune)
  }

  func plan(
    _ fixture: Fixture, under parent: String? = "Use cases of ML", overwrite: Bool = false
  ) async throws -> String {
    try await site().plan(pages: fixture.read(), under: parent, overwrite: overwrite).description
  }
}

extension Summary {
  /// Whether an error kept further pages from being published.
  var isStopped: Bool {
    guard case .stopped = end else { return false }
    return true
  }
}
