import ArgumentParser
import Casework
import Catalog
import Confluence
import Foundation
import Pages
import Records

struct PublishCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish", abstract: "Write the catalogue and its runs as pages.",
    discussion: """
      With --out, writes DIR/confluence (storage-format pages with their attachments, and \
      pages.json) and DIR/html (a site that opens from the disk). With --to, puts the pages into a \
      space of a Confluence Data Center: what is there unchanged is not written, what somebody \
      edited by hand is left. The token comes from CASEBOOK_CONFLUENCE_TOKEN or --token-file.

      Of finished runs, the latest of each case, settings and seed is published; --where chooses among \
      them, and --run names runs.
      """)

  @Option(help: "The folder to write to.") var out: String?
  @Option(name: .customLong("run"), help: "A run to publish, by the start of its id.")
  var ids: [String] = []
  @Option(
    name: .customLong("where"), parsing: .unconditional,
    help: "Publish only runs that fulfil a condition.")
  var condition: String?
  @Option(help: "The address of a Confluence, such as https://wiki.example.org.") var to: String?
  @Option(help: "The key of the space.") var space: String?
  @Option(help: "The title of the page to publish below (default: the space's home page).")
  var parent: String?
  @Option(help: "A file of mode 600 with the token.") var tokenFile: String?
  @Flag(help: "With --to: say what would be done, and write nothing there.") var dryRun = false
  @Flag(help: "With --to: overwrite pages that were edited by hand.") var overwrite = false
  @Flag(help: "With --to: allow http to this machine itself.") var insecureHttp = false
  @Flag(help: "Say only where the pages are.") var quiet = false
  @OptionGroup var house: House

  func validate() throws {
    guard out != nil || to != nil else {
      throw ValidationError("say where to publish: --out DIR, or --to URL --space KEY.")
    }
    guard to == nil || space != nil else {
      throw ValidationError("--to needs the key of a space: --space KEY.")
    }
    guard to != nil || (space == nil && parent == nil && !dryRun) else {
      throw ValidationError("--space, --parent and --dry-run go with --to URL.")
    }
  }

  func run() async throws {
    let catalog = try house.soundCatalog()
    let store = try house.readRuns()
    let runs = try published(store)
    let site = try Site(
      name: "Casebook", entries: catalog.entries, runnable: runnable(catalog),
      runs: runs.map { try pageRun($0, store) }, comparisons: comparisons(runs, catalog, store),
      assets: assets())
    if let out {
      try site.write(to: out)
      Terminal.output.print("\(out)/html/index.html")
      if !quiet {
        Terminal.error.print(
          "Published \(catalog.entries.count) cases and \(runs.count) \(runs.count == 1 ? "run" : "runs"): open "
            + "\(out)/html/index.html; for Confluence \(out)/confluence.")
      }
    }
    if let to, let space { try await send(site, to: to, space: space) }
  }

  /// Puts the pages into a space.
  private func send(_ site: Site, to address: String, space: String) async throws {
    guard let base = URL(string: address) else {
      throw Failure.usage(.wrong("'\(address)' is no address, as https://wiki.example.org is."))
    }
    let token = try Token(file: tokenFile.map { URL(filePath: $0) })
    let wiki = try ConfluenceSite(
      base: base, space: space, token: token, allowInsecure: insecureHttp)
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "casebook-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try site.write(to: folder.path(percentEncoded: false))
    let pages = try PageSet(folder: folder.appending(path: "confluence"))
    let plan = try await wiki.plan(pages: pages, under: parent, overwrite: overwrite)
    guard !dryRun else {
      Terminal.output.print(plan.description)
      return
    }
    let isQuiet = quiet
    let summary = try await wiki.carryOut(plan) { progress in
      if !isQuiet { Terminal.error.print(progress.description) }
    }
    Terminal.output.print(summary.description)
    guard summary.isComplete else { throw Failure.answerIsNo }
  }

  /// The latest finished run of each case, settings and seed.
  private func published(_ store: RunStore) throws -> [Run] {
    guard ids.isEmpty else { return try ids.map { try store.run(named: $0) } }
    struct Kind: Hashable {
      let slug: Slug
      let settings: [String: JSONValue]
      let seed: Int
    }
    var seen: Set<Kind> = []
    return try store.runs(where: condition).filter {
      $0.status == .finished
        && seen.insert(Kind(slug: $0.slug, settings: $0.settings, seed: $0.seed)).inserted
    }
  }

  private func pageRun(_ run: Run, _ store: RunStore) throws -> PageRun {
    // Small outputs can be had from the page; the others are listed.
    let files = run.artifacts.filter { $0.role == .output && $0.bytes <= 4_000_000 }
    return PageRun(
      run: run, series: try store.series(of: run), figures: try store.figures(of: run),
      files: Dictionary(
        uniqueKeysWithValues: try files.map { ($0.name, try store.data(of: $0)) }),
      verification: try store.verification(of: run))
  }

  private func runnable(_ catalog: Catalog) -> [Slug: [String: JSONValue]] {
    let pairs = catalog.entries.compactMap { entry in
      entry.implementation.map { implementation in
        (
          entry.slug,
          Dictionary(
            uniqueKeysWithValues: implementation.interface.settings.map { ($0.name, $0.standard) })
        )
      }
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  /// One for each case with two published runs or more.
  private func comparisons(
    _ runs: [Run], _ catalog: Catalog, _ store: RunStore
  ) throws -> [ComparisonTable] {
    try catalog.entries.compactMap { entry in
      let own = runs.filter { $0.slug == entry.slug }
      guard own.count > 1 else { return nil }
      let metrics = entry.metrics.filter { metric in
        !metric.isTiming && own.contains { $0.metrics[metric.name] != nil }
      }
      let comparison = Comparison(of: own, metrics: metrics)
      let names = comparison.groupNames
      let drawer = ComparisonFigures(comparison, names: names, in: store)
      return ComparisonTable(
        slug: entry.slug, title: "\(entry.title): comparison",
        summary: "All published runs of \(entry.title); those that differ only in their seed are "
          + "one group.",
        useCase: entry.slug, metrics: metrics.map(\.name),
        groups: zip(names, comparison.groups).map { name, group in
          ComparisonTable.Group(
            name: name, runs: group.runs.map(\.id),
            statistics: group.statistics.mapValues { statistic in
              ComparisonTable.Statistic(
                n: statistic.count, mean: statistic.mean, sd: statistic.standardDeviation,
                ci95: statistic.interval.map { $0[0]...$0[1] })
            })
        },
        tests: comparison.tests.map { test in
          ComparisonTable.Test(
            metric: test.metric, first: names[test.other], second: names[test.best],
            difference: test.difference, adjustedP: test.adjustedP,
            method: test.method.rawValue
              + (test.method == .welch ? "" : " on \(test.count) seeds"),
            interval: test.interval[0]...test.interval[1], effectSize: test.effectSize)
        },
        best: Dictionary(
          uniqueKeysWithValues: comparison.rankings.compactMap { ranking in
            ranking.best.flatMap { ranking.isRankable ? (ranking.metric, $0) : nil }
          }),
        curves: try metrics.compactMap { try drawer.curves(of: $0) })
    }
  }

  private func assets() throws -> String {
    guard let root = House.root else {
      throw Failure.usage(
        .wrong("the style of the site (site/assets) is not beside the program; install it again."))
    }
    return root + "/site/assets"
  }
}
