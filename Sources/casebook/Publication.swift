import Casework
import Catalog
import Foundation
import Pages
import Records

/// What `publish` publishes: the catalogue, and runs of the registry.
struct Publication {
  let house: House
  /// The runs to publish, by the start of their ids; none to take the latest.
  let ids: [String]
  let condition: String?
  /// Whether all files of the runs are published, as in an archive, or the small ones alone.
  let takesAllFiles: Bool

  func site() throws -> Site {
    let catalog = try house.soundCatalog()
    let store = try house.readRuns()
    let runs = try published(store)
    return try Site(
      name: "Casebook", entries: catalog.entries, runnable: runnable(catalog),
      runs: runs.map { pageRun($0, store) }, comparisons: comparisons(runs, catalog, store),
      registry: RegistryState(store.runs()), assets: assets())
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

  private func pageRun(_ run: Run, _ store: RunStore) -> PageRun {
    PageRun(run: run) {
      // Small outputs can be had from the page, and the others are listed; an archive takes all.
      let files = run.artifacts.filter { artifact in
        takesAllFiles
          ? [.output, .code].contains(artifact.role)
          : artifact.role == .output && artifact.bytes <= 4_000_000
      }
      return PageRun.Content(
        series: try store.series(of: run), figures: try store.figures(of: run),
        files: Dictionary(try files.map { ($0.name, try store.data(of: $0)) }) { first, _ in first
        },
        verification: try store.verification(of: run))
    }
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

  /// One for each case with two published runs or more that have finished.
  private func comparisons(
    _ runs: [Run], _ catalog: Catalog, _ store: RunStore
  ) throws -> [ComparisonTable] {
    try catalog.entries.compactMap { entry in
      let own = runs.filter { $0.slug == entry.slug && $0.status == .finished }
      guard own.count > 1 else { return nil }
      let metrics = entry.metrics.filter { metric in
        !metric.isTiming && own.contains { $0.metrics[metric.name] != nil }
      }
      let comparison = Comparison(of: own, metrics: metrics)
      let names = comparison.groupNames
      let drawer = ComparisonFigures(comparison, names: names, in: store)
      return ComparisonTable(
        slug: entry.slug, title: "\(entry.title): comparison",
        summary: "All published runs of \(entry.title) that have finished; those that differ only "
          + "in their seed are one group.",
        useCase: entry.slug, metrics: metrics.map(\.name),
        groups: zip(names, comparison.groups).map { name, group in
          ComparisonTable.Group(
            name: name, runs: group.runs.map(\.id),
            statistics: group.statistics.mapValues { statistic in
              ComparisonTable.Statistic(
                n: statistic.count, mean: statistic.mean, sd: statistic.standardDeviation,
                ci95: statistic.interval.map { $0[0]...$0[1] },
                isResampled: statistic.isBootstrapped)
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
        curves: try (metrics.first.flatMap { drawer.parallel(by: $0) }.map { [$0] } ?? [])
          + metrics.compactMap { try drawer.curves(of: $0) })
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
