import Casework
import Foundation
import Testing

@testable import Records

/// Against SciPy 1.17.1 and statsmodels 0.15.0, by References/group_tests.py.
@Suite struct GroupTestTests {
  private let auc = Metric(name: "auc", better: .higher, meaning: "")
  private let loss = Metric(name: "loss", better: .lower, meaning: "")
  private let a = [0.91, 0.93, 0.9, 0.955, 0.92]
  private let b = [0.90, 0.915, 0.905, 0.93, 0.9]
  private let c = [0.88, 0.95, 0.91, 0.87, 0.92, 0.9, 0.93]

  private func runs(
    _ name: String, _ values: [Double], from seed: Int = 1, loss: [Double] = []
  ) -> [Casework.Run] {
    values.enumerated().map { index, value in
      var metrics = ["auc": value]
      if index < loss.count { metrics["loss"] = loss[index] }
      return Casework.Run(
        id: "\(name)\(index)", slug: coin, status: .finished, seed: seed + index, preset: "quick",
        settings: ["name": .string(name)], metrics: metrics,
        startedAt: Date(timeIntervalSince1970: 0), provenance: samplePlace)
    }
  }

  private func near(_ x: Double?, _ y: Double, _ tolerance: Double = 1e-9) -> Bool {
    abs((x ?? .nan) - y) <= tolerance * max(1, abs(y))
  }

  @Test func matchingSeedsArePaired() throws {
    let comparison = Comparison(of: runs("a", a) + runs("b", b), metrics: [auc])
    let test = try #require(comparison.tests.first)
    #expect(comparison.tests.count == 1)
    #expect(test.method == .signFlip && test.count == 5 && test.best == 0 && test.other == 1)
    #expect(near(test.p, 0.125))
    #expect(near(test.difference, 0.013))
    #expect(near(test.interval[0], -0.0012926259549351019))
    #expect(near(test.interval[1], 0.02729262595493508))
    #expect(near(test.effectSize, 1.1293678311839812))
    #expect(test.moreSeeds == 4)
  }

  @Test func otherSeedsAreNot() throws {
    let comparison = Comparison(of: runs("a", a) + runs("c", c, from: 100), metrics: [auc])
    let test = try #require(comparison.tests.first)
    #expect(test.method == .welch && test.count == 5)
    #expect(near(test.p, 0.3324915299088415))
    #expect(near(test.interval[0], -0.017160659486019088))
    #expect(near(test.interval[1], 0.046017802343162))
    #expect(near(test.effectSize, 0.5237848982527851))
  }

  @Test func manyPairsAreTestedByStudent() throws {
    let zero = [Double](repeating: 0, count: 20)
    let x = (0..<20).map { sin(Double($0)) + 0.2 }
    let comparison = Comparison(of: runs("x", x) + runs("zero", zero), metrics: [auc])
    let test = try #require(comparison.tests.first)
    #expect(test.method == .pairedT)
    #expect(near(test.p, 0.21104539537353437))
    #expect(near(test.interval[1], 0.5345600390569497))
  }

  @Test func correctionIsHolms() throws {
    var tests = Comparison(
      of: runs("a", a, loss: [1, 2, 3, 4, 5]) + runs("b", b, loss: [2, 3, 4.5, 5, 6])
        + runs("c", c, from: 100), metrics: [auc, loss]
    ).tests
    #expect(tests.count == 3)
    tests.sort { $0.p < $1.p }
    // The least times three, the next times two; none below the one before.
    #expect(near(tests[0].adjustedP, min(1, 3 * tests[0].p)))
    #expect(near(tests[1].adjustedP, max(tests[0].adjustedP, min(1, 2 * tests[1].p))))
    #expect(near(tests[2].adjustedP, max(tests[1].adjustedP, tests[2].p)))
  }

  @Test func skewedSampleIsResampled() throws {
    let sample = (0..<12).map { exp(Double($0) / 3) }
    let statistic = try #require(Comparison.Statistic(sample))
    #expect(statistic.isBootstrapped)
    let interval = try #require(statistic.interval)
    #expect(near(interval[0], 5.379, 0.03) && near(interval[1], 18.38, 0.03), "\(interval)")
    #expect(Comparison.Statistic(sample) == statistic)
    #expect(try #require(Comparison.Statistic(a)).isBootstrapped == false)
  }

  @Test func singleSeedIsNotTested() {
    let comparison = Comparison(of: runs("a", a) + runs("b", [0.5]), metrics: [auc])
    #expect(comparison.tests.isEmpty)
    #expect(comparison.rankings[0].isRankable == false)
  }

  @Test func equalDifferencesAndNoneAreTold() throws {
    let shifted = Comparison(
      of: runs("a", [1, 2, 3]) + runs("b", [0.5, 1.5, 2.5]), metrics: [auc])
    let test = try #require(shifted.tests.first)
    #expect(test.p == 0.25 && test.effectSize == nil && test.interval == [0.5, 0.5])
    #expect(
      Comparison(of: runs("a", [1, 2]) + runs("b", [1, 2]), metrics: [auc]).tests.isEmpty)
  }

  @Test func aSureDifferenceNeedsWhatTheSignsNeed() throws {
    let five = Comparison(
      of: runs("a", [2, 2, 2, 2, 2]) + runs("b", [1, 1, 1, 1, 1]), metrics: [auc])
    let test = try #require(five.tests.first)
    #expect(test.p == 0.0625 && test.moreSeeds == 1 && test.effectSize == nil)
    let six = Comparison(
      of: runs("a", [2, 2, 2, 2, 2, 2]) + runs("b", [1, 1, 1, 1, 1, 1]), metrics: [auc])
    #expect(six.tests.first?.p == 0.03125 && six.tests.first?.moreSeeds == 0)
    let apart = Comparison(of: runs("a", [2, 2]) + runs("b", [1, 1], from: 9), metrics: [auc])
    #expect(apart.tests.first?.method == .welch && apart.tests.first?.moreSeeds == 0)
    // The means differ by the seed that the other group lacks; where both have one, nothing does.
    let none = Comparison(of: runs("a", [2, 2, 3]) + runs("b", [2, 2]), metrics: [auc])
    #expect(none.tests.first?.p == 1 && none.tests.first?.moreSeeds == .some(nil))
  }

  @Test func whatIsTooFarApartIsNotTested() {
    let far = Comparison(
      of: runs("a", [1e308, -1e308, 1e308]) + runs("b", [2, 1, -1e308]), metrics: [auc])
    #expect(far.rankings[0].best == 0 && far.tests.isEmpty)
    let apart = Comparison(
      of: runs("a", [1e308, -1e308]) + runs("b", [-1e308, -1.7e308], from: 9), metrics: [auc])
    #expect(apart.tests.isEmpty)
    #expect(Comparison.Test.signFlip([1e308, 1e308, 1e308]) == 0.25)
    let least = Double.leastNonzeroMagnitude
    #expect(Comparison.Test.signFlip([least, least, least]) == 0.25)
    #expect(Comparison.Test.signFlip([0, 0]) == 1)
  }

  @Test func tinyValuesAreTestedAsOthersAre() throws {
    let (x, y) = ([1.0, 2, 4], [3.0, 5, 4, 9])
    let comparison = Comparison(
      of: runs("x", x.map { $0 * 1e-200 }) + runs("y", y.map { $0 * 1e-200 }, from: 9),
      metrics: [Metric(name: "auc", better: .lower, meaning: "")])
    let test = try #require(comparison.tests.first)
    #expect(near(test.p, 0.12676394315897274))
    #expect(near(test.interval[0] * 1e200, -7.028187626401383))
    #expect(near(test.effectSize, -1.0893787150909493))
  }

  @Test func frontHoldsWhatNoneBeats() {
    let comparison = Comparison(
      of: runs("a", [0.9, 0.9], loss: [3, 3]) + runs("b", [0.8, 0.8], loss: [1, 1])
        + runs("c", [0.7, 0.7], loss: [2, 2]) + runs("d", [0.99, 0.99]), metrics: [auc, loss])
    #expect(comparison.front(by: [auc, loss]) == [0, 1])
    let size = Metric(name: "size", better: .neither, meaning: "")
    #expect(comparison.front(by: [auc, size]) == [3])
    #expect(comparison.front(by: [size]) == [])
  }

  @Test func singleSeedsHaveNoFront() {
    let single = Comparison(
      of: runs("a", [0.9], loss: [3]) + runs("b", [0.8], loss: [4]), metrics: [auc, loss])
    #expect(single.front(by: [auc, loss]) == [])
    let mixed = Comparison(
      of: runs("a", [0.9, 0.9], loss: [3, 3]) + runs("b", [0.8], loss: [4]), metrics: [auc, loss])
    #expect(mixed.front(by: [auc, loss]) == [])
    let unlike = Comparison(
      of: runs("a", [0.9, 0.9], loss: [3, 3]) + runs("b", [0.8, .nan], loss: [4, 4]),
      metrics: [auc, loss])
    #expect(unlike.front(by: [auc, loss]) == [0])
  }
}
