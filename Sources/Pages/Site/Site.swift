public import Casework
public import Catalog
import Digests
import Foundation

/// The catalogue, its runs and comparisons as pages: for Confluence, and as a site of HTML files.
///
/// The same site gives the same bytes: nothing in it says when or where it was built.
public struct Site: Sendable {
  /// What the site is called, on its first page and in every title.
  public let name: String
  public let entries: [Entry]
  /// The default settings of the cases that can be run; the others are planned.
  public let runnable: [Slug: [String: JSONValue]]
  public let runs: [PageRun]
  public let comparisons: [ComparisonTable]
  /// The folder with the hand-written style sheet and script, `site/assets`.
  public let assets: String

  /// Creates a site.
  ///
  /// - Throws: ``PagesError/repeatedRun(_:)``.
  public init(
    name: String, entries: [Entry], runnable: [Slug: [String: JSONValue]], runs: [PageRun],
    comparisons: [ComparisonTable] = [], assets: String
  ) throws {
    var ids: Set<String> = []
    for run in runs where !ids.insert(run.run.id).inserted {
      throw PagesError.repeatedRun(run.run.id)
    }
    (self.name, self.runnable, self.assets) = (name, runnable, assets)
    self.entries = entries.sorted {
      ($0.title.lowercased(), $0.slug) < ($1.title.lowercased(), $1.slug)
    }
    self.runs = runs.sorted {
      ($1.run.startedAt, $0.run.id) < ($0.run.startedAt, $1.run.id)
    }
    self.comparisons = comparisons.sorted { $0.slug < $1.slug }
  }

  /// Builds the pages for Confluence, each after the one above it.
  ///
  /// - Throws: ``PagesError/faultyPage(_:faults:)`` if one is not sound storage format, and
  ///   ``PagesError/cannotDraw(figure:reason:)`` for a figure whose numbers do not fit together.
  public func storagePages() throws -> [StoragePage] { try storagePages(SiteContent(self)) }

  /// Writes `confluence` and `html` below a folder.
  ///
  /// Both are built whole and put in the place of what `write` left there before; other files of
  /// the folder stay.
  ///
  /// - Throws: ``PagesError``; then what stood there before is unchanged.
  public func write(to folder: String) throws {
    let content = try SiteContent(self)
    let writer = SiteWriter(folder: folder)
    try writer.replace([
      "confluence": confluenceFiles(try storagePages(content)), "html": try htmlFiles(content),
    ])
  }

  private func storagePages(_ content: SiteContent) throws -> [StoragePage] {
    let renderer = StorageRenderer(directory: content.directory)
    let pages = try content.pages.map { page -> StoragePage in
      let files = page.files.filter { $0.use != .html }.map { file in
        StoragePage.Attachment(
          name: file.name, mediaType: file.mediaType, content: file.content,
          sha256: SHA256Digest(of: file.content).hex)
      }
      return StoragePage(
        folder: content.directory[page.id]?.folder ?? page.id.name, title: page.title,
        parent: page.parent.flatMap { content.directory[$0]?.title }, labels: page.labels,
        body: try MarkupWriter.storage(renderer.render(page)), attachments: files)
    }
    try check(pages)
    return pages
  }

  private func check(_ pages: [StoragePage]) throws {
    let titles = pages.map(\.title)
    let checker = StorageChecker(titles: Set(titles))
    let titleFaults = checker.faults(inTitles: titles)
    guard titleFaults.isEmpty else {
      throw PagesError.faultyPage(titles.first ?? name, faults: titleFaults)
    }
    for page in pages {
      let faults = checker.faults(in: page.body, attachments: page.attachments.map(\.name))
      guard faults.isEmpty else { throw PagesError.faultyPage(page.title, faults: faults) }
    }
  }

  private func confluenceFiles(_ pages: [StoragePage]) throws -> [String: Data] {
    var files = ["pages.json": try PageList(pages).json()]
    for page in pages {
      files["\(page.folder)/page.xhtml"] = page.body
      for attachment in page.attachments {
        files["\(page.folder)/attachments/\(attachment.name)"] = attachment.content
      }
    }
    return files
  }

  private func htmlFiles(_ content: SiteContent) throws -> [String: Data] {
    let renderer = HTMLRenderer(directory: content.directory, siteName: name)
    var files = ["assets/figures.css": Data(DrawingStyle.sheet.utf8)]
    for asset in ["site.css", "site.js"] {
      let path = "\(assets)/\(asset)"
      do {
        files["assets/\(asset)"] = try Data(contentsOf: URL(fileURLWithPath: path))
      } catch {
        throw PagesError.missingAsset(path: path, reason: error.localizedDescription)
      }
    }
    for page in content.pages {
      guard let place = content.directory[page.id] else { continue }
      files[place.file] = try MarkupWriter.html(renderer.render(page))
      for file in page.files where file.use != .storage {
        files["files/\(place.folder)/\(file.name)"] = file.content
      }
    }
    return files
  }
}

/// The list of pages, `pages.json`, as whoever puts them into a space reads it.
private struct PageList: Encodable {
  struct Item: Encodable {
    struct File: Encodable {
      let bytes: Int
      let file, mediaType, name, sha256: String
    }
    let attachments: [File]
    let file: String
    let key: String
    let labels: [String]
    let parent: String?
    let sha256: String
    let title: String

    enum CodingKeys: CodingKey { case attachments, file, key, labels, parent, sha256, title }

    /// Writes a missing parent as null, so that every page has the same keys.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(attachments, forKey: .attachments)
      try container.encode(file, forKey: .file)
      try container.encode(key, forKey: .key)
      try container.encode(labels, forKey: .labels)
      try container.encode(parent, forKey: .parent)
      try container.encode(sha256, forKey: .sha256)
      try container.encode(title, forKey: .title)
    }
  }
  let items: [Item]

  init(_ pages: [StoragePage]) {
    items = pages.map { page in
      let files = page.attachments.map { file in
        Item.File(
          bytes: file.content.count, file: "\(page.folder)/attachments/\(file.name)",
          mediaType: file.mediaType, name: file.name, sha256: file.sha256)
      }
      return Item(
        attachments: files, file: "\(page.folder)/page.xhtml", key: page.folder,
        labels: page.labels,
        parent: page.parent, sha256: SHA256Digest(of: page.body).hex, title: page.title)
    }
  }

  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return try encoder.encode(items) + Data("\n".utf8)
  }
}
