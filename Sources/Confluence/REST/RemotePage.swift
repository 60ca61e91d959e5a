import Foundation

/// Who wrote which version when.
struct RemoteVersion: Decodable, Equatable {
  /// 0 where the server does not tell.
  var number: Int
  /// A name to show, or else what Cloud calls a user.
  var author: String?
  /// What Cloud calls the user, by which a name can be asked for.
  var authorID: String?
  var date: String?
  var message: String?

  private struct Person: Decodable {
    let displayName: String?
    let username: String?
  }
  private enum CodingKeys: String, CodingKey {
    case number, by, when, message, authorId, createdAt
  }

  static let unknown = RemoteVersion(number: 0)

  /// Whether one account wrote both, as far as the server tells.
  func isOfAuthor(of other: Self) -> Bool {
    authorID == other.authorID && author == other.author
  }

  init(number: Int) { self.number = number }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    number = values.number(.number) ?? 0
    let person = values.lenient(Person.self, .by)
    authorID = values.identifier(.authorId)
    author = person?.displayName ?? person?.username ?? authorID
    date = values.lenient(String.self, .when) ?? values.lenient(String.self, .createdAt)
    message = values.lenient(String.self, .message)
  }
}

/// The content property of a page that Casebook wrote.
struct RemoteProperty: Decodable {
  private struct Version: Decodable {
    let number: Int

    private enum CodingKeys: String, CodingKey { case number }

    init(from decoder: any Decoder) throws {
      number = try decoder.container(keyedBy: CodingKeys.self).number(.number) ?? 1
    }
  }

  /// By which Cloud names it.
  let id: String?
  let key: String?
  /// What it holds; `nil` if that is nothing of Casebook's.
  let record: PageRecord?
  let version: Int

  private enum CodingKeys: String, CodingKey { case id, key, value, version }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    (id, key) = (values.identifier(.id), values.lenient(String.self, .key))
    let record = values.lenient(PageRecord.self, .value)
    self.record = record?.format == 1 ? record : nil
    version = values.lenient(Version.self, .version)?.number ?? 1
  }
}

/// A page as the server has it.
struct RemotePage: Decodable {
  let id: String
  let title: String
  var version: RemoteVersion
  /// The page above it, if the answer tells.
  let parent: String?
  /// Whether the answer tells that there is none.
  let isAtTop: Bool
  /// What Cloud calls the user who made it.
  let creator: String?
  /// The labels, if the answer holds all of them.
  let labels: [String]?
  /// The property, if the answer holds it.
  var property: RemoteProperty?
  /// The body in storage format, if the answer holds it.
  let body: String?
  /// Whether it is a page that readers see, and no draft, blog post or thing in the trash.
  let isCurrent: Bool

  private struct Metadata: Decodable {
    struct Properties: Decodable { let casebook: RemoteProperty? }
    let labels: Listing<RemoteLabel>?
    let properties: Properties?

    private enum CodingKeys: String, CodingKey { case labels, properties }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      labels = values.lenient(Listing<RemoteLabel>.self, .labels)
      properties = values.lenient(Properties.self, .properties)
    }
  }
  private struct Ancestor: Decodable { let id: Identifier }
  private struct Body: Decodable {
    struct Storage: Decodable { let value: String? }
    let storage: Storage?
  }

  private enum CodingKeys: String, CodingKey {
    case id, title, version, metadata, ancestors, parentId, authorId, body, status, type
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.decode(Identifier.self, forKey: .id).text
    title = values.lenient(String.self, .title) ?? ""
    version = values.lenient(RemoteVersion.self, .version) ?? .unknown
    let ancestors = values.lenient([Ancestor].self, .ancestors)
    parent = ancestors?.last?.id.text ?? values.identifier(.parentId)
    isAtTop = parent == nil && (ancestors != nil || values.contains(.parentId))
    creator = values.identifier(.authorId)
    let metadata = values.lenient(Metadata.self, .metadata)
    let listed = metadata?.labels
    labels = listed?.isWhole == true ? listed?.results.map(\.name) : nil
    property = metadata?.properties?.casebook
    body = values.lenient(Body.self, .body)?.storage?.value
    isCurrent =
      (values.lenient(String.self, .status) ?? "current") == "current"
      && (values.lenient(String.self, .type) ?? "page") == "page"
  }
}

/// An attachment as the server has it.
struct RemoteAttachment: Decodable {
  let id: String
  let title: String
  let version: RemoteVersion
  let comment: String?
  let size: Int?

  /// Where Data Center tells of the comment and the size.
  private struct Details: Decodable {
    let comment: String?
    let fileSize: Int?

    private enum CodingKeys: String, CodingKey { case comment, fileSize }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      (comment, fileSize) = (values.lenient(String.self, .comment), values.number(.fileSize))
    }
  }

  private enum CodingKeys: String, CodingKey {
    case id, title, version, metadata, extensions, comment, fileSize
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.decode(Identifier.self, forKey: .id).text
    title = values.lenient(String.self, .title) ?? ""
    version = values.lenient(RemoteVersion.self, .version) ?? .unknown
    let metadata = values.lenient(Details.self, .metadata)
    let extensions = values.lenient(Details.self, .extensions)
    let told = metadata?.comment ?? extensions?.comment ?? values.lenient(String.self, .comment)
    // Some tell it as the message of the version.
    comment = Fingerprint.digest(in: version.message) == nil ? told : version.message
    size = extensions?.fileSize ?? values.number(.fileSize)
  }
}
