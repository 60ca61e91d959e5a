import Casework
import Catalog
import Foundation
import Synchronization

/// All pages of a site with their places, each built when it is asked for.
struct SiteContent: Sendable {
  let site: Site
  let directory: Directory
  /// The pages, each after the one above it.
  let ids: [PageID]
  /// Pictures that were drawn before.
  let pictures: PictureStore

  /// Runs in a list of runs.
  static let listLength = 150

  private let entriesBySlug: [Slug: Entry]
  private let runsBySlug: [Slug: [PageRun]]
  private let dataByName: [String: DataSet]
  private let runsByID: [String: PageRun]
  private let shortIDs: [String: String]
  private let built = PageCount()

  /// Finds the places of all pages.
  init(_ site: Site, pictures: PictureStore = PictureStore()) throws {
    (self.site, self.pictures) = (site, pictures)
    entriesBySlug = Dictionary(site.entries.map { ($0.slug, $0) }) { first, _ in first }
    runsBySlug = Dictionary(grouping: site.runs, by: \.run.slug)
    runsByID = Dictionary(site.runs.map { ($0.run.id, $0) }) { first, _ in first }
    dataByName = Dictionary(site.entries.flatMap(\.declaredData).map { ($0.name, $0) }) {
      first, _ in first
    }
    shortIDs = Self.shortIDs(site.runs.map(\.run.id))
    let lists = (site.runs.count + Self.listLength - 1) / Self.listLength
    ids =
      [.index, .registry] + (0..<lists).map { .runs($0 + 1) }
      + site.entries.map { .useCase($0.slug.rawValue) } + site.runs.map { .run($0.run.id) }
      + site.comparisons.map { .comparison($0.slug.rawValue) }
    directory = Self.directory(of: site, lists: lists, entriesBySlug, shortIDs)
  }

  /// Builds a page.
  func page(_ id: PageID) throws -> Page {
    let page: Page? =
      switch id.kind {
      case .index: indexPage()
      case .registry: registryPage()
      case .runs: runsPage(Int(id.name) ?? 1)
      case .useCase: try entriesByName(id.name).map(casePage)
      case .run: try run(id.name).map(runPage)
      case .comparison:
        try site.comparisons.first { $0.slug.rawValue == id.name }.map(comparisonPage)
      }
    guard let page else { throw PagesError.cannotWriteMarkup("there is no page '\(id.name)'") }
    let completed = page.completed
    try site.onPage?(built.next(), ids.count)
    return completed
  }

  private func entriesByName(_ name: String) -> Entry? {
    Slug(rawValue: name).flatMap { entriesBySlug[$0] }
  }

  private static func directory(
    of site: Site, lists: Int, _ entries: [Slug: Entry], _ shortIDs: [String: String]
  ) -> Directory {
    var directory = Directory()
    directory.add(.index, title: "Use cases", folder: "use-cases")
    directory.add(.registry, title: "State of the registry", folder: "registry")
    for number in 0..<lists {
      let first = number * listLength + 1
      let last = min(first + listLength - 1, site.runs.count)
      directory.add(
        .runs(number + 1), title: "Published runs \(first) to \(last)",
        folder: "runs-\(number + 1)")
    }
    for entry in site.entries {
      directory.add(
        .useCase(entry.slug.rawValue), title: entry.title, folder: entry.slug.rawValue.slugged())
    }
    for run in site.runs.map(\.run) {
      let short = shortIDs[run.id] ?? run.id
      directory.add(
        .run(run.id), title: entries[run.slug]?.title ?? run.slug.rawValue,
        suffix: ": run \(short)", folder: "\(run.slug.rawValue.slugged())-run-\(short.slugged())")
    }
    for comparison in site.comparisons {
      directory.add(
        .comparison(comparison.slug.rawValue), title: comparison.title,
        folder: "comparison-\(comparison.slug.rawValue.slugged())")
    }
    return directory
  }

  /// For each id as many digits as it takes to name the run among those that are published.
  private static func shortIDs(_ ids: [String]) -> [String: String] {
    var result: [String: String] = [:]
    var (left, count) = (ids, 8)
    while !left.isEmpty {
      let groups = Dictionary(grouping: left) { $0.prefix(count) }
      left = groups.values.flatMap { group in
        guard group.count > 1, group.contains(where: { $0.count > count }) else {
          for id in group { result[id] = String(id.prefix(count)) }
          return [String]()
        }
        return group
      }
      count += 4
    }
    return result
  }

  /// The title that a page was given.
  func title(_ id: PageID) -> String { directory[id]?.title ?? id.name }

  func entry(_ slug: Slug) -> Entry? { entriesBySlug[slug] }

  /// The published runs of a case, newest first.
  func runs(of slug: Slug) -> [PageRun] { runsBySlug[slug] ?? [] }

  func run(_ id: String) -> PageRun? { runsByID[id] }

  func dataSet(_ name: String) -> DataSet? { dataByName[name] }

  func isRunnable(_ slug: Slug) -> Bool { site.runnable[slug] != nil }

  /// The short name of a run, as its page's title ends with it.
  func shortID(_ run: Run) -> String { shortIDs[run.id] ?? String(run.id.prefix(8)) }
}

/// Counts pages.
private final class PageCount: Sendable {
  private let count = Atomic<Int>(0)

  /// Returns 1 at the first call, 2 at the second.
  func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}
