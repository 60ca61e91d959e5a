import Digests
import Foundation

/// What Casebook notes of a page that it wrote, in the page's content property `casebook`.
struct PageRecord: Codable, Equatable {
  static let propertyName = "casebook"

  struct Attachment: Codable, Equatable {
    let sha256: String
    let version: Int
  }

  var format = 1
  /// The page's key in its set.
  let key: String
  /// The fingerprint of all that was published; empty from a page's creation until all is there.
  var hash: String
  /// The version of the page that Casebook wrote: a later one is somebody else's.
  var version: Int
  /// Where the page was put, as ``Placement`` says it.
  var parent: String
  /// The digest of the body as it was sent; the server rewrites bodies, so they are not compared.
  var body: String
  var labels: [String]
  /// Left out where the property would get too long: the attachments' comments say the same.
  var attachments: [String: Attachment]?

  /// The most bytes that the JSON of a property may have (the server's limit is 32 KiB).
  private static let limit = 30_000

  /// Returns the digest of a body as it is sent.
  static func digest(ofBody body: String) -> String { SHA256Digest(of: Data(body.utf8)).hex }

  /// Returns the record without its attachments if it is too long with them.
  func fitting() -> Self {
    guard let data = try? JSONEncoder().encode(self), data.count > Self.limit else { return self }
    var shorter = self
    shorter.attachments = nil
    return shorter
  }
}

/// Where a page goes.
enum Placement: Equatable, Sendable, CustomStringConvertible {
  /// Below a page of the set.
  case below(key: String)
  /// Below a page that was there already: the one asked for, or the space's home page.
  case page(id: String)
  /// At the top of a space that has no home page.
  case top

  var description: String {
    switch self {
    case .below(let key): "key:\(key)"
    case .page(let id): "page:\(id)"
    case .top: "space"
    }
  }
}

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
