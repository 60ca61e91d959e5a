public import Digests
public import Foundation

/// The pages that `casebook publish --out DIR` wrote to `DIR/confluence`, parents before children.
///
/// Reading them checks them whole: nothing is sent of a folder that is not as its list says.
public struct PageSet: Sendable {
  /// A page: a title, a place in the tree, a body in storage format, labels and attachments.
  public struct Page: Sendable, Equatable {
    /// The name by which the page is known again when its title changes.
    public let key: String
    /// The title, unique in a space whatever the case of its letters.
    public let title: String
    /// The key of the page above, or `nil` for the top of the set.
    public let parent: String?
    /// The labels, sorted.
    public let labels: [String]
    /// The body, in Confluence storage format.
    public let body: String
    /// The files attached, sorted by name.
    public let attachments: [Attachment]
  }

  /// A file that belongs to a page.
  public struct Attachment: Sendable, Equatable {
    /// The name under which the page's body refers to it.
    public let name: String
    /// Where it lies.
    public let file: URL
    /// What it is, as `image/png`.
    public let mediaType: String
    /// The digest of its bytes.
    public let digest: SHA256Digest
    /// How many bytes it has.
    public let size: Int

    /// Reads the bytes, which may have changed since the set was read.
    ///
    /// - Throws: ``ConfluenceError/unusablePages(file:reason:)``.
    func contents() throws -> Data {
      guard let data = try? Data(contentsOf: file), SHA256Digest(of: data) == digest else {
        throw ConfluenceError.unusablePages(
          file: file.path(percentEncoded: false),
          reason: "it changed while it was being published; write the pages again")
      }
      return data
    }
  }

  /// The pages, each after its parent.
  public let pages: [Page]

  /// Reads the folder `DIR/confluence` and checks it against its list, `pages.json`.
  ///
  /// Refused are: a list with other keys, a path that leaves the folder (by `..`
  /// or by a symbolic link), a missing file, a digest that is not the file's, a title, key or
  /// attachment that occurs twice, and a parent that is not listed before its child.
  /// - Throws: ``ConfluenceError/unusablePages(file:reason:)``.
  public init(folder: URL) throws {
    let list = folder.appending(path: "pages.json")
    let path = list.path(percentEncoded: false)
    guard let data = try? Data(contentsOf: list) else {
      throw ConfluenceError.unusablePages(
        file: path, reason: "there is no such file; write it with 'casebook publish --out'")
    }
    do {
      let listed = try JSONDecoder().decode(PageList.self, from: data)
      try self.init(listed, folder: PageFolder(root: folder))
    } catch let refusal as PageRefusal {
      throw ConfluenceError.unusablePages(
        file: path, reason: (refusal.page.map { "page '\($0)': " } ?? "") + refusal.reason)
    } catch let error as DecodingError {
      throw ConfluenceError.unusablePages(file: path, reason: reason(of: error))
    }
  }

  private init(_ list: PageList, folder: PageFolder) throws {
    guard !list.pages.isEmpty else { throw PageRefusal(reason: "it lists no page") }
    var keys: Set<String> = []
    var keysByTitle: [String: String] = [:]
    var titles: [String: String] = [:]
    pages = try list.pages.map { listed in
      do {
        let parent = try listed.parent.map { title in
          guard let key = keysByTitle[title] else {
            throw PageRefusal(reason: "its parent '\(title)' is not listed before it")
          }
          return key
        }
        let page = try Page(listed, parent: parent, folder: folder)
        keysByTitle[page.title] = page.key
        guard keys.insert(page.key).inserted else {
          throw PageRefusal(reason: "another page has this key")
        }
        if let other = titles.updateValue(page.title, forKey: page.title.lowercased()) {
          throw PageRefusal(
            reason: "the title '\(page.title)' is another page's ('\(other)'); Confluence tells "
              + "no titles apart by the case of their letters")
        }
        return page
      } catch let refusal as PageRefusal {
        throw PageRefusal(page: listed.key, reason: refusal.reason)
      }
    }
  }
}

extension PageSet.Page {
  fileprivate init(_ listed: PageList.Page, parent: String?, folder: PageFolder) throws {
    try PageRules.check(key: listed.key)
    try PageRules.check(title: listed.title)
    for label in listed.labels { try PageRules.check(label: label) }
    let body = try folder.contents(listed.file)
    guard SHA256Digest(of: body) == listed.sha256 else {
      throw PageRefusal(
        reason: "'\(listed.file)' does not have the SHA-256 that is listed; write the pages again")
    }
    guard let text = String(validating: body, as: UTF8.self) else {
      throw PageRefusal(reason: "'\(listed.file)' is not UTF-8")
    }
    var names: Set<String> = []
    attachments = try listed.attachments.map { attachment in
      try PageRules.check(attachment: attachment.name)
      try PageRules.check(mediaType: attachment.mediaType)
      guard names.insert(attachment.name.lowercased()).inserted else {
        throw PageRefusal(reason: "two attachments are called '\(attachment.name)'")
      }
      let data = try folder.contents(attachment.file)
      guard SHA256Digest(of: data) == attachment.sha256 else {
        throw PageRefusal(
          reason: "'\(attachment.file)' does not have the SHA-256 that is listed; write the pages "
            + "again")
      }
      return PageSet.Attachment(
        name: attachment.name, file: try folder.url(of: attachment.file),
        mediaType: attachment.mediaType, digest: attachment.sha256, size: data.count)
    }.sorted { $0.name < $1.name }
    (key, title, self.parent, self.body) = (listed.key, listed.title, parent, text)
    labels = Set(listed.labels).sorted()
  }
}

private func reason(of error: DecodingError) -> String {
  let (context, what): (DecodingError.Context, String) =
    switch error {
    case .keyNotFound(let key, let context): (context, "'\(key.stringValue)' is missing")
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      (context, "a value of another kind is expected")
    case .dataCorrupted(let context): (context, context.debugDescription)
    @unknown default: (.init(codingPath: [], debugDescription: ""), "it cannot be read")
    }
  let place = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
  let text = what.trimmingCharacters(in: CharacterSet(charactersIn: "."))
  return place.isEmpty ? text : "\(place.joined(separator: ".")): \(text)"
}
