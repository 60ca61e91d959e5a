import Foundation

/// A page of a listing.
struct Listing<Item: Decodable>: Decodable {
  struct Links: Decodable { let next: String? }

  let results: [Item]
  let links: Links?

  enum CodingKeys: String, CodingKey {
    case results
    case links = "_links"
  }

  /// The query of the address of the next page, or `nil` at the end.
  ///
  /// Only the query is followed: the server's idea of its own address may be another host's, and
  /// the token goes to no other host.
  var next: [(name: String, value: String)]? {
    guard let next = links?.next, let parts = URLComponents(string: next) else { return nil }
    return parts.queryItems?.map { ($0.name, $0.value ?? "") }
  }
}

/// Who wrote which version when.
struct RemoteVersion: Decodable, Equatable {
  struct Person: Decodable, Equatable {
    let displayName: String?
    let username: String?
  }

  let number: Int
  let by: Person?
  let when: String?
  let message: String?
}

/// A space.
struct RemoteSpace: Decodable {
  struct Home: Decodable { let id: String }

  let key: String
  let homepage: Home?
}

/// A label.
struct RemoteLabel: Decodable { let name: String }

/// The content property of a page that Casebook wrote.
struct RemoteProperty: Decodable {
  struct Version: Decodable { let number: Int }

  /// What it holds; `nil` if that is nothing of Casebook's.
  let record: PageRecord?
  let version: Int

  enum CodingKeys: String, CodingKey { case value, version }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let record = try? values.decodeIfPresent(PageRecord.self, forKey: .value)
    self.record = record?.format == 1 ? record : nil
    version = try values.decode(Version.self, forKey: .version).number
  }
}

/// A page as the server has it.
struct RemotePage: Decodable {
  let id: String
  let title: String
  let version: RemoteVersion
  /// The labels, if the answer holds all of them.
  let labels: [String]?
  /// The property, if the answer holds it.
  var property: RemoteProperty?

  private struct Metadata: Decodable {
    struct Properties: Decodable { let casebook: RemoteProperty? }
    let labels: Listing<RemoteLabel>?
    let properties: Properties?
  }

  enum CodingKeys: String, CodingKey { case id, title, version, metadata }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.decode(String.self, forKey: .id)
    title = try values.decode(String.self, forKey: .title)
    version = try values.decode(RemoteVersion.self, forKey: .version)
    let metadata = try values.decodeIfPresent(Metadata.self, forKey: .metadata)
    let listed = metadata?.labels
    labels =
      listed?.links?.next == nil && (listed?.results.count ?? 0) < 200
      ? listed?.results.map(\.name) : nil
    property = metadata?.properties?.casebook
  }
}

/// An attachment as the server has it.
struct RemoteAttachment: Decodable {
  let id: String
  let title: String
  let version: RemoteVersion
  let comment: String?
  let size: Int?

  private struct Metadata: Decodable { let comment: String? }
  private struct Extensions: Decodable {
    let comment: String?
    let fileSize: Int?
  }

  enum CodingKeys: String, CodingKey { case id, title, version, metadata, extensions }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.decode(String.self, forKey: .id)
    title = try values.decode(String.self, forKey: .title)
    version = try values.decode(RemoteVersion.self, forKey: .version)
    let metadata = try values.decodeIfPresent(Metadata.self, forKey: .metadata)
    let extensions = try values.decodeIfPresent(Extensions.self, forKey: .extensions)
    comment = metadata?.comment ?? extensions?.comment
    size = extensions?.fileSize
  }
}

/// The answer to an upload: a listing of one after a new attachment, the attachment itself after
/// a new version; some servers mix the two.
struct UploadReply: Decodable {
  let attachment: RemoteAttachment

  init(from decoder: any Decoder) throws {
    if let listing = try? Listing<RemoteAttachment>(from: decoder),
      let first = listing.results.first
    {
      attachment = first
    } else {
      attachment = try RemoteAttachment(from: decoder)
    }
  }
}
