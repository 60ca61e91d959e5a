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
  /// What the wiki calls the page, once that is known: a copy that somebody made of the page has
  /// the property too, and another id.
  var id: String?
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
