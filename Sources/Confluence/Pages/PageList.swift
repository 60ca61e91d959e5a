import Digests
import Foundation

/// What `pages.json` holds, and nothing else.
struct PageList: Decodable {
  struct Page: Decodable {
    let key: String
    let title: String
    let parent: String?
    let labels: [String]
    let file: String
    let sha256: SHA256Digest
    let attachments: [Attachment]
    /// Which Confluence it was written for; older lists do not say.
    let flavour: String?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case key, title, parent, labels, file, sha256, attachments, flavour
    }

    init(from decoder: any Decoder) throws {
      try decoder.refuseOtherKeys(than: CodingKeys.self)
      let values = try decoder.container(keyedBy: CodingKeys.self)
      key = try values.decode(String.self, forKey: .key)
      title = try values.decode(String.self, forKey: .title)
      parent = try values.decodeIfPresent(String.self, forKey: .parent)
      labels = try values.decode([String].self, forKey: .labels)
      file = try values.decode(String.self, forKey: .file)
      sha256 = try values.decode(SHA256Digest.self, forKey: .sha256)
      attachments = try values.decode([Attachment].self, forKey: .attachments)
      flavour = try values.decodeIfPresent(String.self, forKey: .flavour)
    }
  }

  struct Attachment: Decodable {
    let name: String
    let file: String
    let mediaType: String
    let sha256: SHA256Digest

    enum CodingKeys: String, CodingKey, CaseIterable {
      case name, file, bytes
      case mediaType = "media_type"
      case sha256
    }

    init(from decoder: any Decoder) throws {
      try decoder.refuseOtherKeys(than: CodingKeys.self)
      let values = try decoder.container(keyedBy: CodingKeys.self)
      name = try values.decode(String.self, forKey: .name)
      file = try values.decode(String.self, forKey: .file)
      mediaType = try values.decode(String.self, forKey: .mediaType)
      sha256 = try values.decode(SHA256Digest.self, forKey: .sha256)
    }
  }

  let pages: [Page]

  init(from decoder: any Decoder) throws {
    pages = try decoder.singleValueContainer().decode([Page].self)
  }
}

private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension Decoder {
  fileprivate func refuseOtherKeys<Keys: CodingKey & CaseIterable>(than keys: Keys.Type) throws {
    let known = keys.allCases.map(\.stringValue)
    let found = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
    guard let other = found.sorted().first(where: { !known.contains($0) }) else { return }
    throw DecodingError.dataCorrupted(
      .init(
        codingPath: codingPath,
        debugDescription: "'\(other)' is not known; known are \(known.joined(separator: ", "))"))
  }
}
