public import Confluence
public import Foundation
public import Pages

/// A wiki in memory that answers as Confluence does, Data Center or Cloud, as far as
/// its documentation and the reports of its users tell; with failures on demand.
///
/// It is stricter than the real one: it refuses what that might let pass.
public final class StandInWiki: Transport {
  /// The one token that is let in, with Cloud's user.
  public static let secret = "NjQ3-secret-token-Zx9"
  public static let user = "robot@example.org"

  public let flavour: StorageFlavour
  // A property's value is JSON as Foundation reads it, which is not Sendable: hence the lock and
  // this one place.
  private nonisolated(unsafe) var unguarded = State()
  private let lock = NSLock()

  /// Creates a wiki with a space `ML` that holds two pages of somebody's.
  public init(_ flavour: StorageFlavour = .dataCenter) { self.flavour = flavour }

  /// Reads or changes what the wiki holds.
  public func edit<Result>(_ change: (inout State) throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try change(&unguarded)
  }

  /// The requests that asked to write something, carried out or not.
  public var writes: [String] { edit { $0.log.filter { !$0.hasPrefix("GET ") } } }

  public func page(_ title: String) -> Page? { edit { $0.pages.first { $0.title == title } } }

  /// Makes the next requests fail whose `METHOD /path` contains all words of a text.
  public func fail(_ matches: String, _ fault: Fault, times: Int = 1) {
    edit { $0.faults += Array(repeating: (matches, fault), count: times) }
  }

  public func editByHand(
    _ title: String, body: String = "<p>by hand</p>", author: String = "Ada Lovelace"
  ) {
    edit { $0.editByHand(title, body: body, author: author) }
  }

  public func send(_ request: Request) async throws -> Response {
    guard let response = answer(request) else {
      throw TransportError.failed("the connection broke")
    }
    return response
  }

  /// Answers a request, or returns `nil` where the connection breaks.
  public func answer(_ request: Request) -> Response? {
    let line = "\(request.method) \(request.url.path(percentEncoded: false))"
    let fault = edit { $0.nextFault(line, request) }
    switch fault {
    case .status(let status, let headers, let message):
      return refusal(status, message).response(headers)
    case .cutBefore: return nil
    case .first(let change): edit(change)
    case .page:
      let page = Data("<!DOCTYPE html><title>Log in</title><form>password</form>".utf8)
      return Response(status: 200, headers: ["Content-Type": "text/html"], body: page)
    case .cutAfter, .statusAfter, .torn, nil: break
    }
    let reply = edit { Handler(flavour: flavour, request: request).answer(&$0) }
    switch fault {
    case .cutAfter: return nil
    case .torn:
      let json = reply.json as? [String: Any]
      let file = (json?["results"] as? [[String: Any]])?.first ?? json
      edit { $0.tear(file?["id"] as? String ?? "") }
      return refusal(503, "Service Unavailable").response()
    case .statusAfter(let status): return refusal(status, "stored, but failed").response()
    default: return reply.response()
    }
  }
}

extension StandInWiki {
  public struct Version: Sendable {
    public var number: Int
    public var author: String
    public var date: String
    public var message: String

    public init(
      number: Int = 1, author: String = "Casebook Robot",
      date: String = "2026-11-20T10:00:00.000Z", message: String = ""
    ) {
      (self.number, self.author, self.date, self.message) = (number, author, date, message)
    }
  }

  public struct File {
    public let id: String
    public var name: String
    public var data: Data
    public var comment: String
    public var version = Version()
  }

  public struct Page {
    public let id: String
    public var title: String
    public var parent: String?
    public var body: String
    public var version = Version()
    public var creator = "Casebook Robot"
    public var labels: [String] = []
    public var property: (value: Any, version: Int)?
    public var files: [File] = []
    /// How many requests are still answered as if the page were not there.
    public var lateness = 0

    public init(id: String, title: String, parent: String?, body: String) {
      (self.id, self.title, self.parent, self.body) = (id, title, parent, body)
    }
  }

  /// A failure in place of an answer, or after the work is done.
  public enum Fault {
    /// The status instead of the answer; nothing is done.
    case status(Int, headers: [String: String] = [:], message: String = "")
    /// The server does it, and then answers with a failure.
    case statusAfter(Int)
    /// The server fails in the middle of an upload and keeps a part of the file, without a comment.
    case torn
    /// The connection breaks before the server has done anything.
    case cutBefore
    /// The server does it, and its answer is lost.
    case cutAfter
    /// Somebody else's change comes in first.
    case first(@Sendable (inout State) -> Void)
    /// A page to log in on, with the status 200; nothing is done.
    case page
  }

  public struct State {
    public var pages: [Page] = [
      Page(id: "1", title: "Home", parent: nil, body: ""),
      Page(id: "2", title: "Use cases of ML", parent: "1", body: "<p>Welcome</p>"),
    ]
    public var log: [String] = []
    public var faults: [(matches: String, fault: Fault)] = []
    /// The most items in one part of a listing.
    public var partSize = 25
    public var keepsPropertyOfCreation = true
    public var keepsMessages = true
    public var expandsListings = true
    public var tellsComments = true
    public var tellsParents = true
    /// Whether it cannot write the end of a CDATA section within code, as Data Center 8.0 to 8.2.
    public var refusesEmbeddedEnds = false
    /// How many requests a new page stays unseen for.
    public var lateness = 0
    /// After so many requests that write, one of many failures; 0 is none.
    public var storm = 0
    public var authorizations: Set<String> = []
    /// The most bytes of one attachment.
    public var largestFile = 10 << 20

    var nextID = 100
    private var writeCount = 0

    mutating func newID() -> String {
      nextID += 1
      return String(nextID)
    }

    public mutating func editByHand(
      _ title: String, body: String = "<p>by hand</p>", author: String = "Ada Lovelace"
    ) {
      guard let index = pages.firstIndex(where: { $0.title == title }) else { return }
      pages[index].body = body
      pages[index].version = Version(
        number: pages[index].version.number + 1, author: author, date: "2026-11-21T12:30:00.000Z")
    }

    /// Somebody uploads a file, or its next version.
    public mutating func uploadByHand(_ name: String, to title: String) {
      guard let page = pages.firstIndex(where: { $0.title == title }) else { return }
      let old = pages[page].files.firstIndex { $0.name == name }
      var file =
        old.map { pages[page].files.remove(at: $0) }
        ?? File(
          id: "att\(newID())", name: name, data: Data(), comment: "", version: .init(number: 0))
      (file.data, file.comment) = (Data("theirs".utf8), "")
      file.version = Version(number: file.version.number + 1, author: "Emmy Noether")
      pages[page].files.append(file)
    }

    /// Removes a page; those below it go to the one above.
    public mutating func remove(_ title: String) {
      guard let index = pages.firstIndex(where: { $0.title == title }) else { return }
      let page = pages.remove(at: index)
      for other in pages.indices where pages[other].parent == page.id {
        pages[other].parent = page.parent
      }
    }

    /// Leaves of an attachment what a server does that failed in the middle of an upload.
    mutating func tear(_ id: String) {
      for page in pages.indices {
        guard let file = pages[page].files.firstIndex(where: { $0.id == id }) else { continue }
        pages[page].files[file].comment = ""
        pages[page].files[file].data = Data("torn".utf8)
      }
    }

    /// Notes a request and returns the failure that is due.
    mutating func nextFault(_ line: String, _ request: Request) -> Fault? {
      log.append(line)
      authorizations.insert(request.headers["Authorization"] ?? "")
      if let index = faults.firstIndex(where: { fault in
        fault.matches.split(separator: " ").allSatisfy { line.contains($0) }
      }) {
        return faults.remove(at: index).fault
      }
      guard storm > 0, request.method != "GET" else { return nil }
      writeCount += 1
      guard writeCount.isMultiple(of: storm) else { return nil }
      let kinds: [Fault] = [
        .status(429, headers: ["Retry-After": "0"]), .status(503), .statusAfter(500), .cutAfter,
        .cutBefore, .status(409, message: "OptimisticLockException"), .statusAfter(502),
      ]
      return kinds[writeCount / storm % kinds.count]
    }
  }
}

/// What is answered: a status and JSON.
struct Reply {
  let status: Int
  let json: Any
  var headers: [String: String] = [:]

  init(_ status: Int, _ json: Any, headers: [String: String] = [:]) {
    (self.status, self.json, self.headers) = (status, json, headers)
  }

  func response(_ more: [String: String] = [:]) -> Response {
    let data = status == 204 ? Data() : try? JSONSerialization.data(withJSONObject: json)
    return Response(
      status: status,
      headers: headers.merging(more) { $1 }.merging(["Content-Type": "application/json"]) { $1 },
      body: data ?? Data())
  }
}

func refusal(_ status: Int, _ message: String) -> Reply {
  Reply(status, ["statusCode": status, "message": message])
}

extension StandInWiki {
  /// What the wiki holds, as text to compare: pages by title with their parents, bodies, labels and
  /// files.
  public var contents: [String] {
    edit { state in
      state.pages.map { page in
        let parent = state.pages.first { $0.id == page.parent }?.title ?? "-"
        let files = page.files.map { "\($0.name):\($0.data.base64EncodedString().hash)" }.sorted()
        return "\(page.title) < \(parent) | \(page.body.hash) | \(page.labels.sorted()) | \(files)"
      }.sorted()
    }
  }

  /// The same as an answer.
  public var listing: Response {
    let versions = edit { state in state.pages.map { "\($0.version.number) \($0.title)" } }
    let text = (contents + versions + ["\(writes.count) writes"]).joined(separator: "\n")
    return Response(status: 200, body: Data((text + "\n").utf8))
  }
}
