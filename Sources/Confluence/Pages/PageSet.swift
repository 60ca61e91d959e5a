public import Digests
public import Foundation
public import Pages

/// The pages to publish, parents before children: as they were built, or as `casebook publish --out
/// DIR` wrote them to `DIR/confluence`.
///
/// They are checked whole: nothing is sent of a folder that is not as its list says.
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

    /// The page with a blank in each `]]>` that its code holds; `nil` if there is none.
    var withoutEmbeddedEnds: Page? {
      let split = "]]]]><![CDATA[>"
      guard body.contains(split) else { return nil }
      return Page(
        key: key, title: title, parent: parent, labels: labels,
        body: body.replacing(split, with: "]] >"), attachments: attachments)
    }

    /// The page under another title.
    func titled(_ title: String) -> Page {
      Page(
        key: key, title: title, parent: parent, labels: labels, body: body,
        attachments: attachments)
    }
  }

  /// A file that belongs to a page.
  public struct Attachment: Sendable, Equatable {
    /// The name under which the page's body refers to it.
    public let name: String
    /// Where its bytes are.
    let source: Source
    /// What it is, as `image/png`.
    public let mediaType: String
    /// The digest of its bytes.
    public let digest: SHA256Digest
    /// How many bytes it has.
    public let size: Int

    enum Source: Equatable {
      case memory(Data)
      case file(URL)
    }

    /// Reads the bytes; those of a file may have changed since the set was read.
    ///
    /// - Throws: ``ConfluenceError/unusablePages(file:reason:)``.
    func contents() throws -> Data {
      let file: URL
      switch source {
      case .memory(let data): return data
      case .file(let url): file = url
      }
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
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - flavour: What the pages must have been written for; `nil` takes any.
  /// - Throws: ``ConfluenceError/unusablePages(file:reason:)``.
  public init(folder: URL, for flavour: StorageFlavour? = nil) throws {
    let list = folder.appending(path: "pages.json")
    let path = list.path(percentEncoded: false)
    guard let data = try? Data(contentsOf: list) else {
      throw ConfluenceError.unusablePages(
        file: path, reason: "there is no such file; write it with 'casebook publish --out'")
    }
    do {
      let listed = try JSONDecoder().decode(PageList.self, from: data)
      let written = Set(listed.pages.compactMap(\.flavour))
      if let flavour, !written.isSubset(of: [flavour.rawValue]) {
        throw PageRefusal(
          reason: "the pages were written for another Confluence "
            + "(\(written.sorted().joined(separator: ", "))); write them with --flavour "
            + flavour.rawValue)
      }
      try self.init(listed, folder: PageFolder(root: folder))
    } catch let refusal as PageRefusal {
      throw ConfluenceError.unusablePages(
        file: path, reason: (refusal.page.map { "page '\($0)': " } ?? "") + refusal.reason)
    } catch let error as DecodingError {
      throw ConfluenceError.unusablePages(file: path, reason: error.words)
    }
  }

  /// Takes pages as they were built.
  ///
  /// - Throws: ``ConfluenceError/unusablePages(file:reason:)``.
  public init(_ pages: [StoragePage]) throws {
    do {
      try self.init(
        pages, identity: { (key: $0.folder, title: $0.title, parent: $0.parent) },
        page: { try Page($0, parent: $1) })
    } catch let refusal as PageRefusal {
      throw ConfluenceError.unusablePages(
        file: refusal.page.map { "page '\($0)'" } ?? "the pages", reason: refusal.reason)
    }
  }

  private init(_ list: PageList, folder: PageFolder) throws {
    try self.init(
      list.pages, identity: { (key: $0.key, title: $0.title, parent: $0.parent) },
      page: { try Page($0, parent: $1, folder: folder) })
  }

  /// Puts pages together whose parents are named by their titles.
  private init<Source>(
    _ sources: [Source], identity: (Source) -> (key: String, title: String, parent: String?),
    page: (Source, String?) throws -> Page
  ) throws {
    guard !sources.isEmpty else { throw PageRefusal(reason: "it lists no page") }
    var keys: Set<String> = []
    var keysByTitle: [String: String] = [:]
    var titles: [String: String] = [:]
    pages = try sources.map { source in
      let (key, title, parent) = identity(source)
      do {
        let parentKey = try parent.map { title in
          guard let key = keysByTitle[title] else {
            throw PageRefusal(reason: "its parent '\(title)' is not listed before it")
          }
          return key
        }
        let result = try page(source, parentKey)
        keysByTitle[title] = key
        guard keys.insert(key).inserted else {
          throw PageRefusal(reason: "another page has this key")
        }
        if let other = titles.updateValue(title, forKey: title.lowercased()) {
          throw PageRefusal(
            reason: "the title '\(title)' is another page's ('\(other)'); Confluence tells "
              + "no titles apart by the case of their letters")
        }
        return result
      } catch let refusal as PageRefusal {
        throw PageRefusal(page: key, reason: refusal.reason)
      }
    }
  }
}
