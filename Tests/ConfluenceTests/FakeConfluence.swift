import Confluence
import Foundation
import FoundationNetworking

/// A wiki in memory that answers as Confluence Data Center does, with failures on demand.
final class FakeConfluence: Transport {
  static let secret = "NjQ3-secret-token-Zx9"

  struct Version {
    var number = 1
    var author = "Casebook Robot"
    var date = "2026-11-20T10:00:00.000Z"
    var message = ""
  }

  struct File {
    let id: String
    var name: String
    var data: Data
    var comment: String
    var version = Version()
  }

  struct Page {
    let id: String
    var title: String
    var parent: String?
    var body: String
    var version = Version()
    var labels: [String] = []
    var property: (value: Any, version: Int)?
    var files: [File] = []
  }

  /// A failure in place of an answer, or after the work is done.
  enum Fault {
    /// The status instead of the answer; nothing is done.
    case status(Int, headers: [String: String] = [:], message: String = "")
    /// The connection breaks before the server has done anything.
    case cutBefore
    /// The server does it, and its answer is lost.
    case cutAfter
    /// Somebody else's edit comes in first.
    case editFirst(page: String)
  }

  struct State {
    var pages: [Page] = [
      Page(id: "1", title: "Home", parent: nil, body: ""),
      Page(id: "2", title: "Use cases of ML", parent: "1", body: "<p>Welcome</p>"),
    ]
    var nextID = 100
    var log: [String] = []
    var faults: [(matches: String, fault: Fault)] = []
    /// The most items in one part of a listing.
    var partSize = 3
    var keepsPropertyOfCreation = true
    var expandsListings = true
    var tellsComments = true
    var authorizations: Set<String> = []
    var contextPath = "/confluence"
  }

  // A property's value is JSON as Foundation reads it, which is not Sendable: hence the lock and
  // this one place.
  private nonisolated(unsafe) var unguarded = State()
  private let lock = NSLock()

  func edit<Result>(_ change: (inout State) throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try change(&unguarded)
  }

  /// The requests that wrote something.
  var writes: [String] { edit { $0.log.filter { !$0.hasPrefix("GET ") } } }

  func page(_ title: String) -> Page? { edit { $0.pages.first { $0.title == title } } }

  /// Makes the next request whose `METHOD /path` contains a text fail.
  func fail(_ matches: String, _ fault: Fault, times: Int = 1) {
    edit { $0.faults += Array(repeating: (matches, fault), count: times) }
  }

  func editByHand(_ title: String, body: String = "by hand", author: String = "Ada Lovelace") {
    edit { state in
      guard let index = state.pages.firstIndex(where: { $0.title == title }) else { return }
      state.pages[index].body = body
      state.pages[index].version = Version(
        number: state.pages[index].version.number + 1, author: author,
        date: "2026-11-21T12:30:00.000Z")
    }
  }

  func send(_ request: URLRequest) async throws -> (Data, HTTPURLResponse) {
    guard let url = request.url else { throw URLError(.badURL) }
    let path = url.path(percentEncoded: false)
    let line = "\(request.httpMethod ?? "GET") \(path)"
    let fault: Fault? = edit { state in
      state.log.append(line)
      state.authorizations.insert(request.value(forHTTPHeaderField: "Authorization") ?? "")
      guard let index = state.faults.firstIndex(where: { line.contains($0.matches) }) else {
        return nil
      }
      return state.faults.remove(at: index).fault
    }
    switch fault {
    case .status(let status, let headers, let message):
      return try answer(url, status, ["statusCode": status, "message": message], headers)
    case .cutBefore: throw URLError(.networkConnectionLost)
    case .editFirst(let page): editByHand(page)
    case .cutAfter, nil: break
    }
    let (status, reply) = try edit { try Handler.answer(request, state: &$0) }
    if case .cutAfter = fault { throw URLError(.networkConnectionLost) }
    return try answer(url, status, reply, [:])
  }

  private func answer(
    _ url: URL, _ status: Int, _ reply: Any, _ headers: [String: String]
  ) throws -> (Data, HTTPURLResponse) {
    guard
      let response = HTTPURLResponse(
        url: url, statusCode: status, httpVersion: "HTTP/1.1", headerFields: headers)
    else { throw URLError(.badServerResponse) }
    return (try JSONSerialization.data(withJSONObject: reply), response)
  }
}
