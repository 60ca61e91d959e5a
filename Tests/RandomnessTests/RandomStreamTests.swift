import Foundation
import Randomness
import Testing

@Suite struct RandomStreamTests {
  /// The known answers of Random123's `kat_vectors` for `philox4x32 10`.
  @Test(arguments: [
    (
      SIMD4<UInt32>(0, 0, 0, 0), SIMD2<UInt32>(0, 0),
      SIMD4<UInt32>(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
    ),
    (
      SIMD4(repeating: UInt32.max), SIMD2(repeating: UInt32.max),
      SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
    ),
    (
      SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), SIMD2(0xa409_3822, 0x299f_31d0),
      SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
    ),
  ])
  func philoxGivesPublishedAnswers(
    counter: SIMD4<UInt32>, key: SIMD2<UInt32>, answer: SIMD4<UInt32>
  ) {
    #expect(Philox.block(counter, key: key) == answer)
  }

  @Test func streamIsFunctionOfSeedAndName() {
    func draws(_ stream: RandomStream) -> [UInt64] {
      var stream = stream
      return (0..<9).map { _ in stream.next() }
    }
    let root = RandomStream(seed: 7)
    #expect(draws(root.split("a")) == draws(RandomStream(seed: 7).split("a")))
    #expect(draws(root.split("a")) != draws(root.split("b")))
    #expect(draws(root.split(1)) != draws(root.split("1")))
    #expect(draws(root.split("a").split("b")) != draws(root.split("b").split("a")))
    #expect(draws(root) != draws(RandomStream(seed: 8)))
    #expect(draws(RandomStream(seed: -1)) != draws(RandomStream(seed: 1)))
  }

  @Test func drawingFromParentMovesNoChild() {
    var parent = RandomStream(seed: 3)
    var before = parent.split("child")
    _ = parent.next()
    var after = parent.split("child")
    #expect(before.next() == after.next())
  }

  @Test("A stream that was saved goes on where it stood", arguments: [0, 1, 2, 5])
  func savedStreamGoesOn(count: Int) throws {
    var stream = RandomStream(seed: 1).split("x")
    for _ in 0..<count { _ = stream.next() }
    var copy = try JSONDecoder().decode(
      RandomStream.self, from: JSONEncoder().encode(stream))
    #expect((0..<5).map { _ in copy.next() } == (0..<5).map { _ in stream.next() })
  }

  @Test("Draws have the mean and variance of their distribution", arguments: [0.5, 4, 29, 31, 400])
  func poissonHasItsMoments(mean: Double) {
    var stream = RandomStream(seed: 11).split("poisson")
    check((0..<40_000).map { _ in Double(stream.poisson(mean)) }, mean: mean, variance: mean)
  }

  @Test func continuousDrawsHaveTheirMoments() {
    var stream = RandomStream(seed: 12).split("continuous")
    check((0..<40_000).map { _ in stream.uniform() }, mean: 0.5, variance: 1 / 12)
    check(
      (0..<40_000).map { _ in stream.normal(mean: 2, deviation: 3) }, mean: 2, variance: 9)
    check(
      (0..<40_000).map { _ in stream.gamma(shape: 20, scale: 0.05) }, mean: 1, variance: 0.05)
  }

  /// Five standard errors: of the mean, and of the variance for a kurtosis below five.
  private func check(_ draws: [Double], mean: Double, variance: Double) {
    let n = Double(draws.count)
    let found = draws.reduce(0, +) / n
    let spread = draws.reduce(0) { $0 + ($1 - found) * ($1 - found) } / (n - 1)
    #expect(abs(found - mean) < 5 * (variance / n).squareRoot())
    #expect(abs(spread - variance) < 5 * variance * (4 / n).squareRoot())
  }
}
