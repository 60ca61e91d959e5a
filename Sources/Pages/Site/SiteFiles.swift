import Casework
import Dispatch
import Digests
import Foundation
import Synchronization

/// The files of a site, written while the pages are built: no more than a few pages are in memory
/// at a time.
struct SiteFiles: Sendable {
  let content: SiteContent
  let flavour: StorageFlavour
  let writer: SiteWriter

  /// What is left of a page when its files are written.
  private struct Outcome: Sendable {
    let item: PageList.Item
    let walk: StorageWalk
    let search: SearchIndex.Item
  }

  /// Writes all files.
  ///
  /// - Throws: ``PagesError/faultyPages(_:)`` when all pages are built, and what the writer throws.
  func write() throws {
    let ids = content.ids
    // The same fault is reported whatever the order in which pages were done.
    let outcomes = try inParallel(ids.count) { try outcome(of: ids[$0]) }
    var check = PageSetCheck(flavour: flavour)
    for outcome in outcomes {
      check.add(
        title: outcome.item.title, parent: outcome.item.parent, labels: outcome.item.labels,
        walk: outcome.walk, attachments: outcome.item.attachments.map(\.name))
    }
    let faults = check.finish()
    guard faults.isEmpty else { throw PagesError.faultyPages(faults) }
    try writer.put(
      PageList(items: outcomes.map(\.item)).json(), at: "confluence/pages.json")
    try writer.put(
      SearchIndex(items: outcomes.map(\.search)).script(), at: "html/assets/search.js")
    try writer.put(Data(DrawingStyle.sheet.utf8), at: "html/assets/figures.css")
    for asset in ["site.css", "site.js"] {
      try writer.put(self.asset(asset), at: "html/assets/\(asset)")
    }
  }

  private func asset(_ name: String) throws -> Data {
    let path = "\(content.site.assets)/\(name)"
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw PagesError.missingAsset(path: path, reason: FileFault.words(for: error))
    }
  }

  private func outcome(of id: PageID) throws -> Outcome {
    let page = try content.page(id)
    let storage = try content.storagePage(page, flavour)
    try writer.put(storage.body, at: "confluence/\(storage.path)")
    for file in storage.attachments {
      try writer.put(file.content, at: "confluence/\(storage.path(of: file))")
    }
    let place = content.directory[id]
    let renderer = HTMLRenderer(directory: content.directory, siteName: content.site.name)
    if let place {
      try writer.put(renderer.html(page), at: "html/\(place.file)")
      for file in page.files where file.use != .storage {
        try writer.put(file.content, at: "html/files/\(place.folder)/\(file.name)")
      }
    }
    return Outcome(
      item: PageList.Item(storage, flavour),
      walk: StorageChecker(flavour: flavour).walk(through: storage.body),
      search: SearchIndex.Item(
        title: page.title, file: place?.file ?? "",
        words: ([page.lead.plainText] + page.labels + page.words).joined(separator: " ")
          .label(800)))
  }
}

/// What the site's search looks through: a script, because a page from the disk may read no other
/// file.
struct SearchIndex: Encodable {
  struct Item: Encodable, Sendable {
    let title, file, words: String
  }
  let items: [Item]

  func script() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Data("window.casebookPages = ".utf8) + (try encoder.encode(items)) + Data(";\n".utf8)
  }
}

extension SiteContent {
  /// A page as Confluence takes it.
  func storagePage(_ page: Page, _ flavour: StorageFlavour) throws -> StoragePage {
    let renderer = StorageRenderer(directory: directory, flavour: flavour)
    let files = page.files.filter { $0.use != .html }.map { file in
      StoragePage.Attachment(
        name: file.name, mediaType: file.mediaType, content: file.content,
        sha256: SHA256Digest(of: file.content).hex)
    }
    return StoragePage(
      folder: directory[page.id]?.folder ?? page.id.name, title: page.title,
      parent: page.parent.flatMap { directory[$0]?.title }, labels: page.labels,
      body: try MarkupWriter.storage(renderer.render(page)), attachments: files)
  }
}

/// Does something for each index on all processors.
///
/// - Throws: What the first index that failed threw.
private func inParallel<Value: Sendable>(
  _ count: Int, _ body: @escaping @Sendable (Int) throws -> Value
) throws -> [Value] {
  let results = Mutex<[Result<Value, any Error>?]>(Array(repeating: nil, count: count))
  let isFailed = Mutex(false)
  DispatchQueue.concurrentPerform(iterations: count) { index in
    guard !isFailed.withLock({ $0 }) else { return }
    let result = Result { try body(index) }
    if case .failure = result { isFailed.withLock { $0 = true } }
    results.withLock { $0[index] = result }
  }
  return try results.withLock { $0 }.compactMap(\.self).map { try $0.get() }
}
