public import Casework
public import Catalog

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
  /// What the registry holds beside what is published.
  public let registry: RegistryState
  /// The folder with the hand-written style sheet and script, `site/assets`.
  public let assets: String
  /// Is told of each page that is built (in a crate of each run), and how many there will be.
  ///
  /// Pages are built on several threads. What it throws ends what the site was asked for; then what was
  /// published before is unchanged.
  public var onPage: (@Sendable (_ done: Int, _ total: Int) throws -> Void)?

  /// Creates a site.
  ///
  /// - Throws: ``PagesError/repeatedRun(_:)``.
  public init(
    name: String, entries: [Entry], runnable: [Slug: [String: JSONValue]], runs: [PageRun],
    comparisons: [ComparisonTable] = [], registry: RegistryState? = nil, assets: String
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
    self.registry = registry ?? RegistryState(runs.map(\.run))
  }

  /// Builds the pages for Confluence, each after the one above it.
  ///
  /// - Throws: ``PagesError/faultyPages(_:)`` if one is not sound storage format, and
  ///   ``PagesError/cannotDraw(figure:reason:)`` for a figure whose numbers do not fit together.
  public func storagePages(_ flavour: StorageFlavour = .dataCenter) throws -> [StoragePage] {
    let content = try SiteContent(self)
    var check = PageSetCheck(flavour: flavour)
    let pages = try content.ids.map { id in
      let page = try content.storagePage(content.page(id), flavour)
      check.add(page)
      return page
    }
    let faults = check.finish()
    guard faults.isEmpty else { throw PagesError.faultyPages(faults) }
    return pages
  }

  /// Builds the pages for Confluence and returns what is wrong with them.
  ///
  /// - Throws: ``PagesError/cannotDraw(figure:reason:)``.
  public func faults(for flavour: StorageFlavour) throws -> [PageFault] {
    let content = try SiteContent(self)
    var check = PageSetCheck(flavour: flavour)
    for id in content.ids { check.add(try content.storagePage(content.page(id), flavour)) }
    return check.finish()
  }

  /// Writes `confluence` and `html` below a folder.
  ///
  /// Both are built whole, checked, and put in the place of what `write` left there before; other
  /// files of the folder stay, and files that are as they were are not written again.
  ///
  /// - Throws: ``PagesError``; then what stood there before is unchanged.
  public func write(to folder: String, flavour: StorageFlavour = .dataCenter) throws {
    let content = try SiteContent(self, pictures: PictureStore(publishedIn: folder))
    let writer = SiteWriter(folder: folder)
    try writer.replace(["confluence", "html"]) {
      try SiteFiles(content: content, flavour: flavour, writer: writer).write()
    }
  }
}
