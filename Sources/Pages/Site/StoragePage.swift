public import Foundation

/// A page as Confluence takes it.
public struct StoragePage: Sendable {
  /// A file that the page shows.
  public struct Attachment: Sendable {
    public let name: String
    public let mediaType: String
    public let content: Data
    /// Sixty-four hexadecimal digits.
    public let sha256: String
  }
  /// The folder below `confluence`.
  public let folder: String
  /// Unique among the pages, whatever the case of its letters.
  public let title: String
  /// The title of the page above it; `nil` for the first.
  public let parent: String?
  public let labels: [String]
  /// A fragment of storage format.
  public let body: Data
  public let attachments: [Attachment]
}
