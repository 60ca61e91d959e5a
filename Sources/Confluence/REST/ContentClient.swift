import Digests
import Foundation

/// Confluence Data Center's `rest/api`, one method for each thing that is asked of it.
struct ContentClient: Sendable {
  let exchange: Exchange
  let space: String

  /// Reads the space, which also tries the token.
  func home() async throws -> RemoteSpace {
    try await exchange.send(
      Call(
        path: ["space", space], query: [("expand", "homepage")], doing: "reading the space \(space)"
      ),
      as: RemoteSpace.self)
  }

  /// Lists all pages of the space that the token may read.
  func pages() async throws -> [RemotePage] {
    let expand = "version,metadata.labels,metadata.properties.\(PageRecord.propertyName)"
    let query = [
      ("spaceKey", space), ("type", "page"), ("status", "current"), ("expand", expand),
      ("limit", "100"), ("start", "0"),
    ]
    var seen: Set<String> = []
    return try await list(
      ["content"], query: query, as: RemotePage.self,
      doing: "listing the pages of the space \(space)"
    ).filter { seen.insert($0.id).inserted }
  }

  /// Reads a page's version.
  func page(_ id: String, title: String) async throws -> RemotePage {
    try await exchange.send(
      Call(
        path: ["content", id], query: [("expand", "version")], doing: "reading the page '\(title)'"),
      as: RemotePage.self)
  }

  /// Creates a page, with its property, so that a page is never there without being known as ours.
  func create(_ page: PageSet.Page, below parent: String?, record: PageRecord) async throws
    -> RemotePage
  {
    let content = PageContent(
      title: page.title, space: .init(key: space), ancestors: parent.map { [.init(id: $0)] },
      body: .init(page.body),
      metadata: .init(properties: .init(casebook: .init(value: record))))
    return try await exchange.send(
      Call(
        method: "POST", path: ["content"], body: try JSONEncoder().encode(content),
        doing: "creating the page '\(page.title)'"), as: RemotePage.self)
  }

  /// Writes a page's next version; moves it if a parent is named.
  func update(
    _ id: String, to page: PageSet.Page, version: Int, message: String, moveBelow parent: String?
  ) async throws -> RemotePage {
    let content = PageContent(
      id: id, title: page.title, ancestors: parent.map { [.init(id: $0)] }, body: .init(page.body),
      version: .init(number: version, message: message))
    return try await exchange.send(
      Call(
        method: "PUT", path: ["content", id], body: try JSONEncoder().encode(content),
        doing: "writing the page '\(page.title)'"), as: RemotePage.self)
  }

  func labels(_ id: String, title: String) async throws -> [String] {
    try await list(
      ["content", id, "label"], query: [("limit", "200"), ("start", "0")], as: RemoteLabel.self,
      doing: "reading the labels of '\(title)'"
    ).map(\.name)
  }

  func add(labels: [String], to id: String, title: String) async throws {
    let body = labels.map { ["prefix": "global", "name": $0] }
    try await exchange.send(
      Call(
        method: "POST", path: ["content", id, "label"], body: try JSONEncoder().encode(body),
        doing: "labelling the page '\(title)'"))
  }

  func remove(label: String, from id: String, title: String) async throws {
    do {
      try await exchange.send(
        Call(
          method: "DELETE", path: ["content", id, "label"], query: [("name", label)],
          doing: "removing the label '\(label)' of '\(title)'"))
    } catch ConfluenceError.notFound {
      return  // It is gone, which is what was asked for.
    }
  }

  /// Reads the property of a page, or returns `nil` if it has none.
  func property(_ id: String, title: String) async throws -> RemoteProperty? {
    do {
      return try await exchange.send(
        Call(
          path: ["content", id, "property", PageRecord.propertyName],
          query: [("expand", "version")], doing: "reading what is noted of '\(title)'"),
        as: RemoteProperty.self)
    } catch ConfluenceError.notFound {
      return nil
    }
  }

  /// Writes the property of a page: its next version, or its first if `version` is `nil`.
  func set(_ record: PageRecord, after version: Int?, on id: String, title: String) async throws {
    let property = PropertyContent(
      key: PageRecord.propertyName, value: record.fitting(),
      version: version.map { .init(number: $0 + 1) })
    let path = ["content", id, "property"] + (version == nil ? [] : [PageRecord.propertyName])
    try await exchange.send(
      Call(
        method: version == nil ? "POST" : "PUT", path: path,
        body: try JSONEncoder().encode(property), doing: "noting what was written of '\(title)'"))
  }

  func attachments(_ id: String, title: String) async throws -> [RemoteAttachment] {
    try await list(
      ["content", id, "child", "attachment"],
      query: [("expand", "version,metadata,extensions"), ("limit", "100"), ("start", "0")],
      as: RemoteAttachment.self, doing: "listing the attachments of '\(title)'")
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

  /// Follows a listing to its end.
  private func list<Item: Decodable>(
    _ path: [String], query: [(String, String)], as type: Item.Type, doing: String
  ) async throws -> [Item] {
    var items: [Item] = []
    var query = query.map { (name: $0.0, value: $0.1) }
    var asked: Set<String> = []
    while true {
      guard asked.insert(query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")).inserted
      else {
        throw ConfluenceError.unexpectedReply(
          doing: "while \(doing)", reason: "the listing leads back to a part that was read")
      }
      let part = try await exchange.send(
        Call(path: path, query: query, doing: doing), as: Listing<Item>.self)
      items += part.results
      guard let next = part.next else { return items }
      // What the next address leaves out (some servers drop `expand`) stays as it was.
      let known = Set(next.map(\.name))
      query = query.filter { !known.contains($0.name) } + next
    }
  }
}
