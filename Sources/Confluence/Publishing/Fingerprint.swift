import Digests
import Foundation

/// The digest of all that is published of a page, and the marks that carry digests.
enum Fingerprint {
  private struct Content: Encodable {
    let body: String
    let title: String
    let parent: String
    let labels: [String]
    let attachments: [String: String]
  }

  /// Returns the digest of body, title, parent, labels and attachments' digests.
  static func of(_ page: PageSet.Page, parent: Placement) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let content = Content(
      body: page.body, title: page.title, parent: parent.description, labels: page.labels,
      attachments: Dictionary(
        page.attachments.map { ($0.name, $0.digest.hex) }, uniquingKeysWith: { first, _ in first }))
    return SHA256Digest(of: try encoder.encode(content)).hex
  }

  private static let mark = "casebook sha256:"

  /// Returns the message of a version, or the comment of an attachment, that carries a digest.
  static func text(_ digest: String) -> String { mark + digest }

  /// Returns the digest that a message or comment carries, if Casebook wrote it.
  static func digest(in text: String?) -> String? {
    guard let text, text.hasPrefix(mark) else { return nil }
    return SHA256Digest(hex: String(text.dropFirst(mark.count)))?.hex
  }
}
