import Digests
import Foundation

/// The list of pages, `pages.json`, as whoever puts them into a space reads it.
struct PageList: Codable {
  struct Item: Codable, Sendable {
    struct File: Codable, Sendable {
      let bytes: Int
      let file, mediaType, name, sha256: String
    }
    let attachments: [File]
    let file: String
    /// Older folders do not say it.
    let flavour: String?
    let key: String
    let labels: [String]
    let parent: String?
    let sha256: String
    let title: String

    enum CodingKeys: CodingKey {
      case attachments, file, flavour, key, labels, parent, sha256, title
    }

    /// Writes a missing parent as null, so that every page has the same keys.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(attachments, forKey: .attachments)
      try container.encode(file, forKey: .file)
      try container.encode(flavour, forKey: .flavour)
      try container.encode(key, forKey: .key)
      try container.encode(labels, forKey: .labels)
      try container.encode(parent, forKey: .parent)
      try container.encode(sha256, forKey: .sha256)
      try container.encode(title, forKey: .title)
    }
  }
  let items: [Item]

  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return try encoder.encode(items) + Data("\n".utf8)
  }
}

extension PageList.Item {
  init(_ page: StoragePage, _ flavour: StorageFlavour) {
    self.init(
      attachments: page.attachments.map { file in
        File(
          bytes: file.content.count, file: page.path(of: file), mediaType: file.mediaType,
          name: file.name, sha256: file.sha256)
      }, file: page.path, flavour: flavour.rawValue, key: page.folder, labels: page.labels,
      parent: page.parent, sha256: SHA256Digest(of: page.body).hex, title: page.title)
  }
}

extension StoragePage {
  /// Where the body lies below `confluence`.
  var path: String { "\(folder)/page.xhtml" }

  /// Where an attachment lies below `confluence`.
  func path(of attachment: Attachment) -> String { "\(folder)/attachments/\(attachment.name)" }
}
