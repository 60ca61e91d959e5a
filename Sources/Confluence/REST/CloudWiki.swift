import Foundation

/// Confluence Cloud's `api/v2`, and `rest/api` for what that cannot do: uploads, labels and moves.
struct CloudWiki: WikiInterface {
  let exchange: Exchange
  let space: String
  let listsProperties = false

  private struct Person: Decodable {
    let displayName: String?
    let publicName: String?
  }

  func home() async throws -> RemoteSpace {
    let found = try await list(
      Call(
        interface: .v2, path: ["spaces"], query: [("keys", space)],
        doing: "reading the space \(space)"), as: RemoteSpace.self)
    guard let space = found.first else {
      throw ConfluenceError.notFound(
        doing: "while reading the space \(space)", message: "no space has this key")
    }
    return space
  }

  func pages(in space: RemoteSpace, titled title: String?) async throws -> [RemotePage] {
    let which = title.map { [(name: "title", value: $0)] } ?? []
    return try await listPages(
      Call(
        interface: .v2, path: ["pages"],
        query: [("space-id", space.id), ("status", "current"), ("limit", "250")] + which,
        doing: title.map { "looking for the page '\($0)'" }
          ?? "listing the pages of the space \(self.space)"))
  }

  func page(_ id: String, title: String, withBody: Bool) async throws -> RemotePage {
    try await exchange.send(
      Call(
        interface: .v2, path: ["pages", id],
        query: withBody ? [("body-format", "storage")] : [], doing: "reading the page '\(title)'"),
      as: RemotePage.self)
  }

  func create(
    _ page: PageSet.Page, in space: RemoteSpace, below parent: String?, record: PageRecord
  ) async throws -> RemotePage {
    try await exchange.send(
      Call(
        method: "POST", interface: .v2, path: ["pages"],
        body: try JSONEncoder().encode(
          CloudPageContent(
            spaceId: space.id, title: page.title, parentId: parent, body: .init(value: page.body))),
        doing: "creating the page '\(page.title)'"), as: RemotePage.self)
  }

  func update(
    _ page: PageSet.Page, of id: String, to revision: Revision
  ) async throws -> RemotePage {
    try await exchange.send(
      Call(
        method: "PUT", interface: .v2, path: ["pages", id],
        body: try JSONEncoder().encode(
          CloudPageContent(
            id: id, title: page.title, parentId: revision.parent, body: .init(value: page.body),
            version: .init(number: revision.number, message: revision.message))),
        doing: "writing the page '\(page.title)'"), as: RemotePage.self)
  }

  /// Moves without a new version, where the wiki still has the older interface's way to.
  func move(_ id: String, below parent: String, title: String) async throws -> Bool {
    do {
      try await exchange.confirm(
        Call(
          method: "PUT", path: ["content", id, "move", "append", parent],
          doing: "moving the page '\(title)'"))
      return true
    } catch ConfluenceError.rejected(let status, _, _) where [405, 410].contains(status) {
      return false
    } catch ConfluenceError.notFound {
      // Either has that wiki no such way, or the page is gone, which writing it will tell.
      return false
    }
  }

  func delete(page id: String, title: String) async throws {
    try await gone(
      Call(
        method: "DELETE", interface: .v2, path: ["pages", id],
        doing: "removing the page '\(title)'"))
  }

  func labels(_ id: String, title: String) async throws -> [String] {
    try await list(
      Call(
        interface: .v2, path: ["pages", id, "labels"], query: [("limit", "250")],
        doing: "reading the labels of '\(title)'"), as: RemoteLabel.self
    ).map(\.name)
  }

  func property(_ id: String, title: String) async throws -> RemoteProperty? {
    do {
      return try await list(
        Call(
          interface: .v2, path: ["pages", id, "properties"],
          query: [("key", PageRecord.propertyName)], doing: "reading what is noted of '\(title)'"),
        as: RemoteProperty.self
      ).first { $0.key == nil || $0.key == PageRecord.propertyName }
    } catch ConfluenceError.notFound {
      return nil
    }
  }

  func set(
    _ record: PageRecord, after property: RemoteProperty?, on id: String, title: String
  ) async throws -> RemoteProperty {
    try await write(
      record, after: property, to: .v2,
      path: ["pages", id, "properties"] + (property?.id.map { [$0] } ?? []), title: title)
  }

  func attachments(_ id: String, title: String) async throws -> [RemoteAttachment] {
    try await list(
      Call(
        interface: .v2, path: ["pages", id, "attachments"], query: [("limit", "250")],
        doing: "listing the attachments of '\(title)'"), as: RemoteAttachment.self)
  }

  func delete(attachment id: String, named name: String, title: String) async throws {
    try await gone(
      Call(
        method: "DELETE", interface: .v2, path: ["attachments", id],
        doing: "removing '\(name)' from '\(title)'"))
  }

  /// Asks for the name, which v2 leaves out; what Cloud calls the user will do if it is not told.
  func author(of version: RemoteVersion) async -> String? {
    guard let id = version.authorID else { return version.author }
    let person = try? await exchange.send(
      Call(path: ["user"], query: [("accountId", id)], doing: "reading who wrote a page"),
      as: Person.self)
    return person?.displayName ?? person?.publicName ?? version.author
  }
}
