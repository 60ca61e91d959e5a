import Foundation
import Randomness
import Statistics
import Testing

@Suite struct StatisticsTests {
  private func near(_ x: Double, _ y: Double, _ tolerance: Double = 1e-9) -> Bool {
    abs(x - y) <= tolerance * max(1, abs(y))
  }

  /// SciPy 1.17.1, by References/sample_statistics.py: the tails 0.025, 0.005 and 0.2.
  private static let quantiles: [(Double, [Double])] = [
    (1.0, [12.706204736174694, 63.656741162871526, 1.3763819204711738]),
    (2, [4.302652729749462, 9.924843200918287, 1.0606601717798214]),
    (3, [3.1824463052837078, 5.840909309733355, 0.9784723123633042]),
    (4, [2.7764451051977934, 4.604094871349992, 0.9409645772351816]),
    (9, [2.262157162798205, 3.249835541592126, 0.8834038596855346]),
    (29, [2.045229642132703, 2.756385903670605, 0.8541919858818557]),
    (99, [1.9842169515864174, 2.626405457280827, 0.8452670319534972]),
    (1000, [1.9623390808264083, 2.580754698065951, 0.8419808221624288]),
    (100_000, [1.9599877075346095, 2.575878469908375, 0.8416248279969009]),
  ]

  @Test(arguments: quantiles)
  func quantilesAreThoseOfSciPy(degrees: Double, expected: [Double]) {
    let student = StudentDistribution(degreesOfFreedom: degrees)
    for (tail, value) in zip([0.025, 0.005, 0.2], expected) {
      let ours = student.quantile(upperTail: tail)
      #expect(abs(ours / value - 1) < 1e-10, "\(degrees), \(tail): \(ours)")
    }
  }

  /// statsmodels 0.15.0, by References/sample_statistics.py.
  @Test(arguments: [(0.3, 90, 176), (0.8, 15, 26), (1.5, 6, 9), (3.0, 4, 4)])
  func powerIsThatOfStatsmodels(effect: Double, paired: Int, independent: Int) {
    #expect(StatisticalPower.seeds(paired: effect) == paired)
    #expect(StatisticalPower.seeds(independent: effect) == independent)
  }

  /// statsmodels 0.15.0, by References/sample_statistics.py.
  @Test func needsAreFoundUpToTheGreatest() {
    #expect(StatisticalPower.seeds(independent: 0.0433) == 8374)
    #expect(StatisticalPower.seeds(independent: 0.041) == 9340)
    #expect(StatisticalPower.seeds(independent: 0.0397) == 9961)
    #expect(StatisticalPower.seeds(independent: 0.0396) == nil)
    #expect(StatisticalPower.seeds(paired: 0.0281) == 9943)
    #expect(StatisticalPower.seeds(paired: 0.028) == nil)
    #expect(StatisticalPower.seeds(paired: .infinity) == 2)
  }

  @Test func powerIsExact() {
    #expect(
      near(StatisticalPower.power(degrees: 4, shift: 5.0.squareRoot()), 0.4013899173717948, 1e-7))
    #expect(
      near(StatisticalPower.power(degrees: 10, shift: 3.0.squareRoot()), 0.34735369727221227, 1e-7))
    #expect(StatisticalPower.seeds(paired: 1e-4) == nil)
  }

  /// SciPy 1.17.1, by References/sample_statistics.py.
  @Test func momentsAreThoseOfSciPy() {
    let sample = (0..<12).map { exp(Double($0) / 3) }
    let moments = Moments(sample)
    #expect(near(moments.skewness, 1.2150986371086108))
    #expect(near(moments.mean, 11.290121895918864) && near(moments.deviation, 12.115712914278346))
    let equal = Moments([0.1, 0.1, 0.1])
    #expect(equal.mean == 0.1 && equal.deviation == 0 && equal.skewness == 0)
  }

  /// The third sample by SciPy 1.17.1 in units of 1e300, by References/sample_statistics.py.
  @Test func momentsNeitherOverflowNorVanish() {
    for unit in [1e308, 1, 1e-200, .leastNonzeroMagnitude] {
      let constant = Moments([unit, unit, unit])
      #expect(constant.mean == unit && constant.deviation == 0)
    }
    let tiny = Moments([1e-200, 2e-200, 3e-200])
    #expect(near(tiny.mean * 1e200, 2) && near(tiny.deviation * 1e200, 1))
    let vast = Moments([1e308, -1e308, 1e308])
    #expect(near(vast.mean / 1e300, 33333333.333333332))
    #expect(near(vast.deviation / 1e300, 115470053.83792515))
    #expect(near(vast.skewness, -0.7071067811865475))
    let infinite = Moments([.infinity, 1])
    #expect(infinite.mean == .infinity && infinite.deviation.isNaN)
    let unlike = Moments([.infinity, 1, -.infinity])
    #expect(unlike.mean.isNaN && unlike.mean.sign == .plus)
    #expect(Moments([1, .nan]).mean.isNaN)
  }

  /// NumPy 2.4, by References/sample_statistics.py.
  @Test func quantilesAreThoseOfNumPy() {
    let values = (0..<40).map { Double(($0 * 37 + 11) % 23) / 23 }
    let expected = [
      0.0, 0.08695652173913043, 0.4782608695652174, 0.9152173913043476, 0.9565217391304348,
    ]
    for (probability, value) in zip([0, 0.1, 0.5, 0.95, 1], expected) {
      #expect(near(quantile(probability, of: values), value, 1e-12))
    }
    #expect(quantile(0.3, of: [4]) == 4)
  }

  @Test func resamplingKeepsTheSizeOfEachStratum() {
    var stream = RandomStream(seed: 3)
    let interval = bootstrapInterval(
      strata: [[0, 1, 2], [7, 8]], resamples: 50, using: &stream
    ) { drawn in
      #expect(drawn.count == 5 && drawn.prefix(3).allSatisfy { $0 < 3 })
      return Double(drawn.suffix(2).reduce(0, +))
    }
    #expect(interval.low == 14 && interval.high == 16)
  }
}
