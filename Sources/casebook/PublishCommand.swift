import ArgumentParser
import Casework
import Catalog
import Confluence
import Foundation
import Pages
import Records

/// What is written.
enum PublicationFormat: String, ExpressibleByArgument, CaseIterable {
  case pages, markdown
  case crate = "ro-crate"
}

struct PublishCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish", abstract: "Write the catalogue and its runs as pages.",
    discussion: """
      With --out, writes DIR/confluence (storage-format pages with their attachments, and \
      pages.json) and DIR/html (a site that opens from the disk).

      --format markdown writes DIR/wiki instead, Markdown for the wiki of a forge such as GitHub or \
      GitLab, with Home.md and _Sidebar.md. --format ro-crate writes DIR/ro-crate, all files of the \
      runs with their description as RO-Crate 1.1, for archives such as Zenodo.

      With --to, puts the pages into a space of a Confluence, Data Center or Cloud: what is there \
      unchanged is not written, what somebody edited by hand is left, and a run that broke off is \
      finished by the next. The token comes from CASEBOOK_CONFLUENCE_TOKEN or --token-file; Cloud \
      needs the e-mail address that it belongs to in CASEBOOK_CONFLUENCE_USER too. With --from, \
      the pages are those that --out DIR wrote, on this machine or another.

      Exit codes: 0 done, 1 pages are left as somebody edited them, 2 wrong use, 3 it failed, 130 \
      interrupted.

      Of finished runs, the latest of each case, settings and seed is published; --where chooses among \
      them, and --run names runs.
      """)

  @Option(help: "The folder to write to.") var out: String?
  @Option(help: "What to write with --out: pages, markdown or ro-crate.")
  var format = PublicationFormat.pages
  @Option(help: "With ro-crate: the address of the licence that the results are given under.")
  var licence: String?
  @Option(name: .customLong("run"), help: "A run to publish, by the start of its id.")
  var ids: [String] = []
  @Option(
    name: .customLong("where"), parsing: .unconditional,
    help: "Publish only runs that fulfil a condition.")
  var condition: String?
  @Option(help: "Put pages into a wiki that --out wrote to DIR, rather than writing them anew.")
  var from: String?
  @Option(
    help: "Which Confluence: dc or cloud (default: as the address tells).",
    transform: Flavour.named)
  var flavour: Flavour?
  @OptionGroup(title: "With --to") var wiki: WikiOptions
  @Flag(help: "Say only where the pages are.") var quiet = false
  @OptionGroup var house: House

  func validate() throws {
    guard out != nil || wiki.to != nil else {
      throw ValidationError("say where to publish: --out DIR, or --to URL --space KEY.")
    }
    guard format == .pages || (out != nil && wiki.to == nil) else {
      throw ValidationError("--format \(format.rawValue) goes with --out DIR, not with --to.")
    }
    guard licence == nil || format == .crate else {
      throw ValidationError("--licence goes with --format ro-crate.")
    }
    guard from == nil || (wiki.to != nil && out == nil && ids.isEmpty && condition == nil) else {
      throw ValidationError("--from goes with --to alone: it sends the pages as they were written.")
    }
  }

  func run() async throws {
    if let from, let to = wiki.to {
      let folder = URL(filePath: from)
      let inner = folder.appending(path: "confluence")
      let isOuter = FileManager.default.fileExists(atPath: inner.path(percentEncoded: false))
      let pages = try PageSet(folder: isOuter ? inner : folder)
      return try await wiki.send(pages, to: to, flavour: flavour, isQuiet: quiet)
    }
    let catalog = try house.soundCatalog()
    let store = try house.readRuns()
    let runs = try published(store)
    let site = try Site(
      name: "Casebook", entries: catalog.entries, runnable: runnable(catalog),
      runs: runs.map { try pageRun($0, store) }, comparisons: comparisons(runs, catalog, store),
      assets: assets())
    if let out { try write(site, to: out) }
    if let to = wiki.to {
      try await wiki.send(
        PageSet(site.storagePages()), to: to, flavour: flavour, isQuiet: quiet)
    }
  }

  private func write(_ site: Site, to out: String) throws {
    let (first, hint): (String, String)
    switch format {
    case .pages:
      try site.write(to: out)
      (first, hint) = ("html/index.html", "; for Confluence \(out)/confluence")
    case .markdown:
      try site.writeMarkdown(to: out)
      (first, hint) = ("wiki/Home.md", ", and copy \(out)/wiki into a clone of the wiki")
    case .crate:
      try site.writeCrate(to: out, licence: licence)
      (first, hint) = ("ro-crate/ro-crate-metadata.json", ", which describes all that is beside it")
    }
    Terminal.output.print("\(out)/\(first)")
    guard !quiet else { return }
    let runs = "\(site.runs.count) \(site.runs.count == 1 ? "run" : "runs")"
    let cases = format == .crate ? "" : "\(site.entries.count) cases and "
    Terminal.error.print("Published \(cases)\(runs): open \(out)/\(first)\(hint).")
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
    // Small outputs can be had from the page, and the others are listed; an archive takes all.
    let files = run.artifacts.filter { artifact in
      format == .crate
        ? [.output, .code].contains(artifact.role)
        : artifact.role == .output && artifact.bytes <= 4_000_000
    }
    return PageRun(
      run: run, series: try store.series(of: run), figures: try store.figures(of: run),
      files: Dictionary(
        try files.map { ($0.name, try store.data(of: $0)) }, uniquingKeysWith: { first, _ in first }
      ),
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
