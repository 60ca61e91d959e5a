import Casework
import Catalog
import Foundation

/// All pages of a site with their places, before they are rendered.
struct SiteContent {
  let site: Site
  let directory: Directory
  private(set) var pages: [Page] = []

  private let entriesBySlug: [Slug: Entry]
  private let runsBySlug: [Slug: [PageRun]]
  private let dataByName: [String: DataSet]
  private let runsByID: [String: PageRun]

  /// Finds the places of all pages and builds them.
  init(_ site: Site) throws {
    self.site = site
    entriesBySlug = Dictionary(site.entries.map { ($0.slug, $0) }) { first, _ in first }
    runsBySlug = Dictionary(grouping: site.runs, by: \.run.slug)
    runsByID = Dictionary(site.runs.map { ($0.run.id, $0) }) { first, _ in first }
    dataByName = Dictionary(site.entries.flatMap(\.declaredData).map { ($0.name, $0) }) {
      first, _ in first
    }
    directory = Self.directory(of: site, entries: entriesBySlug)
    pages = [indexPage()]
    for entry in site.entries { pages.append(try casePage(entry)) }
    for run in site.runs { pages.append(try runPage(run)) }
    for comparison in site.comparisons { pages.append(try comparisonPage(comparison)) }
  }

  private static func directory(of site: Site, entries: [Slug: Entry]) -> Directory {
    var directory = Directory()
    directory.add(.index, title: "Use cases", folder: "use-cases")
    for entry in site.entries {
      directory.add(
        .useCase(entry.slug.rawValue), title: entry.title, folder: entry.slug.rawValue.slugged())
    }
    for run in site.runs.map(\.run) {
      let short = shortID(run, among: site.runs)
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

  /// As many digits of the id as it takes to name the run among those that are published.
  private static func shortID(_ run: Run, among runs: [PageRun]) -> String {
    var count = 8
    while count < run.id.count {
      let prefix = run.id.prefix(count)
      if runs.count(where: { $0.run.id.hasPrefix(prefix) }) < 2 { break }
      count += 4
    }
    return String(run.id.prefix(count))
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
  func shortID(_ run: Run) -> String { Self.shortID(run, among: site.runs) }
}
