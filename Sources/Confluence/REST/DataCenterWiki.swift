import Foundation

/// Confluence Data Center's `rest/api`.
struct DataCenterWiki: WikiInterface {
  let exchange: Exchange
  let space: String
  let listsProperties = true

  private static let expansion =
    "version,ancestors,metadata.labels,metadata.properties.\(PageRecord.propertyName)"

  func home() async throws -> RemoteSpace {
    try await exchange.send(
      Call(
        path: ["space", space], query: [("expand", "homepage")],
        doing: "reading the space \(space)"), as: RemoteSpace.self)
  }

  func pages(in space: RemoteSpace, titled title: String?) async throws -> [RemotePage] {
    let query = [("spaceKey", self.space), ("type", "page"), ("status", "current")]
    let which = title.map { [("title", $0)] } ?? []
    return try await listPages(
      Call(
        path: ["content"],
        query: named(
          query + which + [("expand", Self.expansion), ("limit", "100"), ("start", "0")]),
        doing: title.map { "looking for the page '\($0)'" }
          ?? "listing the pages of the space \(self.space)"))
  }

  func page(_ id: String, title: String, withBody: Bool) async throws -> RemotePage {
    let expansion = withBody ? "body.storage," + Self.expansion : Self.expansion
    return try await exchange.send(
      Call(
        path: ["content", id], query: [("expand", expansion)],
        doing: "reading the page '\(title)'"), as: RemotePage.self)
  }

  /// The property goes along, so that a page is never there without being known as ours.
  func create(
    _ page: PageSet.Page, in space: RemoteSpace, below parent: String?, record: PageRecord
  ) async throws -> RemotePage {
    let content = PageContent(
      title: page.title, space: .init(key: self.space), ancestors: parent.map { [.init(id: $0)] },
      body: .init(page.body),
      metadata: .init(properties: .init(casebook: .init(value: record))))
    return try await exchange.send(
      Call(
        method: "POST", path: ["content"], body: try JSONEncoder().encode(content),
        doing: "creating the page '\(page.title)'"), as: RemotePage.self)
  }

  func update(
    _ page: PageSet.Page, of id: String, to revision: Revision
  ) async throws -> RemotePage {
    let content = PageContent(
      id: id, title: page.title, ancestors: revision.parent.map { [.init(id: $0)] },
      body: .init(page.body),
      version: .init(number: revision.number, message: revision.message))
    return try await exchange.send(
      Call(
        method: "PUT", path: ["content", id], body: try JSONEncoder().encode(content),
        doing: "writing the page '\(page.title)'"), as: RemotePage.self)
  }

  func move(_ id: String, below parent: String, title: String) async throws -> Bool { false }

  func delete(page id: String, title: String) async throws {
    try await gone(
      Call(method: "DELETE", path: ["content", id], doing: "removing the page '\(title)'"))
  }

  func labels(_ id: String, title: String) async throws -> [String] {
    try await list(
      Call(
        path: ["content", id, "label"], query: named([("limit", "200"), ("start", "0")]),
        doing: "reading the labels of '\(title)'"), as: RemoteLabel.self
    ).map(\.name)
  }

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

  func set(
    _ record: PageRecord, after property: RemoteProperty?, on id: String, title: String
  ) async throws -> RemoteProperty {
    try await write(
      record, after: property, to: .v1,
      path: ["content", id, "property"] + (property == nil ? [] : [PageRecord.propertyName]),
      title: title)
  }

  func attachments(_ id: String, title: String) async throws -> [RemoteAttachment] {
    try await list(
      Call(
        path: ["content", id, "child", "attachment"],
        query: named(
          [("expand", "version,metadata,extensions"), ("limit", "100"), ("start", "0")]),
        doing: "listing the attachments of '\(title)'"), as: RemoteAttachment.self)
  }

  func delete(attachment id: String, named name: String, title: String) async throws {
    try await gone(
      Call(
        method: "DELETE", path: ["content", id], doing: "removing '\(name)' from '\(title)'"))
  }

  func author(of version: RemoteVersion) async -> String? { version.author }

  private func named(_ query: [(String, String)]) -> [(name: String, value: String)] {
    query.map { (name: $0.0, value: $0.1) }
  }
}
