import Digests
import Foundation

/// What publishing asks of a wiki, one method for each thing, whatever interface the wiki speaks.
protocol WikiInterface: Sendable {
  var exchange: Exchange { get }
  /// The key of the space.
  var space: String { get }

  /// Whether a listing of pages tells what Casebook noted of them.
  var listsProperties: Bool { get }

  /// Reads the space, which also tries the token.
  func home() async throws -> RemoteSpace
  /// Lists the pages of the space that the token may read, all or those of one title.
  func pages(in space: RemoteSpace, titled title: String?) async throws -> [RemotePage]
  /// Reads a page, with its body if that is asked for.
  func page(_ id: String, title: String, withBody: Bool) async throws -> RemotePage
  /// Creates a page.
  func create(
    _ page: PageSet.Page, in space: RemoteSpace, below parent: String?, record: PageRecord
  ) async throws -> RemotePage
  /// Writes a page's next version, below a parent.
  func update(_ page: PageSet.Page, of id: String, to revision: Revision) async throws -> RemotePage
  /// Puts a page below another one, if that takes no new version; else returns no.
  func move(_ id: String, below parent: String, title: String) async throws -> Bool
  func delete(page id: String, title: String) async throws
  func labels(_ id: String, title: String) async throws -> [String]
  /// Reads what Casebook noted of a page, or returns `nil` if it is nothing.
  func property(_ id: String, title: String) async throws -> RemoteProperty?
  /// Notes something of a page: its first property, or the next version of the one that is there.
  ///
  /// - Returns: The property as it is now, as far as the server tells.
  func set(
    _ record: PageRecord, after property: RemoteProperty?, on id: String, title: String
  ) async throws -> RemoteProperty
  func attachments(_ id: String, title: String) async throws -> [RemoteAttachment]
  func delete(attachment id: String, named name: String, title: String) async throws
  /// Returns the name of who wrote a version.
  func author(of version: RemoteVersion) async -> String?
}

/// A next version of a page.
struct Revision: Sendable {
  let number: Int
  let message: String
  /// The page above it; `nil` leaves it where it is.
  let parent: String?
}

// What Cloud still does by the older interface, and so does both alike.
extension WikiInterface {
  func add(labels: [String], to id: String, title: String) async throws {
    let body = labels.map { ["prefix": "global", "name": $0] }
    _ = try await exchange.send(
      Call(
        method: "POST", path: ["content", id, "label"], body: try JSONEncoder().encode(body),
        doing: "labelling the page '\(title)'"), as: Listing<RemoteLabel>.self)
  }

  func remove(label: String, from id: String, title: String) async throws {
    try await gone(
      Call(
        method: "DELETE", path: ["content", id, "label"], query: [("name", label)],
        doing: "removing the label '\(label)' of '\(title)'"))
  }

  /// Uploads an attachment: a new version of `attachment`, or a new one if that is `nil`.
  func upload(
    _ file: PageSet.Attachment, over attachment: String?, to id: String, title: String
  ) async throws -> RemoteAttachment {
    let form = MultipartForm(
      file: try file.contents(), name: file.name, mediaType: file.mediaType,
      fields: [("comment", Fingerprint.text(file.digest.hex)), ("minorEdit", "true")])
    let below = attachment.map { [$0, "data"] } ?? []
    return try await exchange.send(
      Call(
        method: "POST", path: ["content", id, "child", "attachment"] + below, body: form.body,
        contentType: form.contentType, doing: "attaching '\(file.name)' to '\(title)'"),
      as: UploadReply.self
    ).attachment
  }

  /// Writes a property to where the interface has it.
  func write(
    _ record: PageRecord, after property: RemoteProperty?, to interface: Call.Interface,
    path: [String], title: String
  ) async throws -> RemoteProperty {
    let content = PropertyContent(
      key: PageRecord.propertyName, value: record.fitting(),
      version: property.map { .init(number: $0.version + 1) })
    return try await exchange.send(
      Call(
        method: property == nil ? "POST" : "PUT", interface: interface, path: path,
        body: try JSONEncoder().encode(content), doing: "noting what was written of '\(title)'"),
      as: RemoteProperty.self)
  }

  /// Sees to it that something is not there: that it is not is no error.
  func gone(_ call: Call) async throws {
    do { try await exchange.confirm(call) } catch ConfluenceError.notFound { return }
  }

  /// Follows a listing to its end.
  func list<Item: Decodable>(_ first: Call, as type: Item.Type) async throws -> [Item] {
    var items: [Item] = []
    var call = first
    var asked: Set<String> = []
    while true {
      guard
        asked.insert(call.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")).inserted
      else {
        throw ConfluenceError.unexpectedReply(
          doing: "while \(call.doing)", reason: "the listing leads back to a part that was read")
      }
      let response = try await exchange.send(call)
      let part = try exchange.decode(response, as: Listing<Item>.self, doing: call.doing)
      let start = items.count
      items += part.results
      guard let next = part.next(link: response.headers["link"], start: start) else { return items }
      // What the next address leaves out (some servers drop `expand`) stays as it was.
      let known = Set(next.map(\.name))
      call.query = call.query.filter { !known.contains($0.name) } + next
    }
  }

  /// The pages of a listing, each once.
  func listPages(_ call: Call) async throws -> [RemotePage] {
    var seen: Set<String> = []
    return try await list(call, as: RemotePage.self).filter {
      $0.isCurrent && seen.insert($0.id).inserted
    }
  }
}
