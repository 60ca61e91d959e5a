import Casework
import Foundation
import Testing

@testable import Records

@Suite struct ComparisonTests {
  private let loss = Metric(name: "loss", better: .lower, meaning: "")
  private let auc = Metric(name: "auc", better: .higher, meaning: "")
  private let size = Metric(name: "size", better: .neither, meaning: "")

  private func run(
    _ id: String, seed: Int, _ metrics: [String: Double], settings: [String: JSONValue] = [:],
    preset: String = "standard", status: Casework.Run.Status = .finished, at time: Double = 0
  ) -> Casework.Run {
    Casework.Run(
      id: id, slug: coin, status: status, seed: seed, preset: preset, settings: settings,
      metrics: metrics, startedAt: Date(timeIntervalSince1970: time), provenance: samplePlace)
  }

  /// SciPy 1.17.1, by StatisticsTests/References/sample_statistics.py.
  @Test func statisticsAreThoseOfSciPy() throws {
    let statistic = try #require(Comparison.Statistic([0.91, 0.93, 0.9, 0.955, 0.92]))
    #expect(abs(statistic.mean - 0.923) < 1e-15)
    #expect(abs((statistic.standardDeviation ?? 0) - 0.021095023109728963) < 1e-14)
    let interval = try #require(statistic.interval)
    #expect(abs(interval[0] - 0.8968070692633732) < 1e-13)
    #expect(abs(interval[1] - 0.9491929307366269) < 1e-13)
    #expect(Comparison.Statistic([]) == nil)
    let single = try #require(Comparison.Statistic([0.1]))
    #expect(single.mean == 0.1 && single.standardDeviation == nil && single.interval == nil)
    let equal = try #require(Comparison.Statistic([0.1, 0.1, 0.1]))
    #expect(equal.mean == 0.1 && equal.standardDeviation == 0 && equal.interval == [0.1, 0.1])
    let shifted = try #require(Comparison.Statistic([1e9 + 1, 1e9 + 2, 1e9 + 3]))
    #expect(shifted.standardDeviation == 1)
    #expect(try #require(Comparison.Statistic([1, .infinity])).interval == nil)
  }

  @Test func groupsDifferInMoreThanTheSeed() {
    let comparison = Comparison(
      of: [
        run("a", seed: 2, ["loss": 1], settings: ["rate": .number(3), "mode": .string("x")]),
        run("b", seed: 1, ["loss": 2], settings: ["rate": .number(4), "mode": .string("x")]),
        run(
          "c", seed: 1, ["loss": 3], settings: ["rate": .integer(3), "mode": .string("x")],
          preset: "quick"),
      ], metrics: [loss])
    #expect(comparison.groups.map { $0.runs.map(\.id) } == [["c", "a"], ["b"]])
    #expect(comparison.groups[0].presets == ["quick", "standard"])
    #expect(comparison.groups[0].statistics["loss"]?.mean == 2)
    #expect(comparison.differing == ["rate"])
  }

  @Test func onlyFinishedRunsAndOneOfEachSeedCount() {
    let comparison = Comparison(
      of: [
        run("a", seed: 1, ["loss": 1], at: 5), run("b", seed: 1, ["loss": 2], at: 9),
        run("c", seed: 2, ["loss": 7], status: .lost), run("b", seed: 1, ["loss": 2], at: 9),
        run("d", seed: 3, ["loss": 7], status: .failed), run("e", seed: 4, ["loss": 4]),
      ], metrics: [loss])
    #expect(comparison.groups.map { $0.runs.map(\.id) } == [["b", "e"]])
    #expect(comparison.groups[0].leftOut.map(\.id) == ["a", "c", "d"])
    #expect(comparison.groups[0].statistics["loss"]?.mean == 3)
  }

  private func ranking(
    _ a: [Double], _ b: [Double], _ metric: Metric
  ) -> Comparison.Ranking {
    let runs = [a, b].enumerated().flatMap { index, values in
      values.enumerated().map { seed, value in
        run("\(index)\(seed)", seed: seed, [metric.name: value], settings: ["g": .integer(index)])
      }
    }
    return Comparison(of: runs, metrics: [metric]).rankings[0]
  }

  @Test func betterGroupFollowsTheMetric() {
    #expect(ranking([1, 2], [3, 4], loss).best == 0)
    #expect(ranking([1, 2], [3, 4], auc).best == 1)
    #expect(ranking([1, 2], [3, 4], auc).reason == nil)
    #expect(ranking([1, 2], [3, 4], size).best == nil)
    #expect(ranking([1, 2], [3, 4], size).isRankable)
    #expect(ranking([1, 3], [3, 1], auc).best == nil)
    #expect(ranking([1, 3], [3, 1], auc).reason == "2 groups have the same mean")
    #expect(ranking([1, .nan], [3, 1], auc).best == nil)
    #expect(ranking([1, .nan], [3, 1], auc).reason == "a run reported not-a-number")
    let infinity = Double.infinity
    for values in [[1, infinity], [infinity, 1], [infinity, -infinity]] {
      #expect(ranking(values, [3, 1], auc).best == nil)
      #expect(ranking(values, [3, 1], auc).reason == "a run reported an infinite value")
    }
    #expect(ranking([1, 3], [], auc).reason == "fewer than two groups report auc")
  }

  @Test func singleSeedIsNotRankedWhateverItsValue() {
    for (a, b) in [([1.0], [2.0]), ([1, 2], [9])] {
      let result = ranking(a, b, auc)
      #expect(result.best == 1 && !result.isRankable)
      #expect(result.reason?.contains("a single seed") == true)
    }
  }
}

/// What groups of runs look like beside each other.
@Suite struct ComparisonFiguresTests {
  let home = TemporaryHome()

  @Test func curvesAreMeansOverSeedsWithBands() throws {
    let store = try RunStore(home: home.path)
    for (seed, width) in [(1, 4), (2, 4), (1, 8)] {
      let recorder = try store.beginSample(seed: seed, settings: ["width": .integer(width)])
      // The second seed has a step more, which the first has not.
      for step in 1...(2 + seed) {
        try recorder.log("loss", Double(width * step + seed), step: step)
      }
      try recorder.log("auc", Double(seed))
      try recorder.finish()
    }
    let metrics = [
      Metric(name: "loss", better: .lower, meaning: ""),
      Metric(name: "auc", better: .higher, meaning: ""),
    ]
    let comparison = Comparison(of: try store.runs(), metrics: metrics)
    let drawer = ComparisonFigures(comparison, names: comparison.groupNames, in: store)
    let figure = try #require(try drawer.curves(of: metrics[0]))
    guard case .lines(let plane) = figure.content else { throw CocoaError(.coderReadCorrupt) }
    let pair = try #require(plane.series.first { $0.name == "width=4 (n = 2)" })
    #expect(pair.x == [1, 2, 3] && pair.y == [5.5, 9.5, 13.5])
    let deviation = 0.5.squareRoot()
    #expect(pair.low?.first == 5.5 - deviation && pair.high?.last == 13.5 + deviation)
    let single = try #require(plane.series.first { $0.name == "width=8 (n = 1)" })
    #expect(single.y == [9, 17, 25] && single.low == nil)
    #expect(try drawer.curves(of: metrics[1]) == nil)
    guard case .bars(let bars) = drawer.bars(of: metrics[1]).content else {
      throw CocoaError(.coderReadCorrupt)
    }
    #expect(Set(bars.series[0].y) == [1.5, 1])
  }
}
