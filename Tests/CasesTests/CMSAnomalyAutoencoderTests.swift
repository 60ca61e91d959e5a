import Casework
import Datasets
import Foundation
import Learning
import Randomness
import Statistics
import Tensors
import Testing

@testable import Cases

@Suite struct CMSAnomalyAutoencoderTests {
  @Test func networkOfHundredInputsHasPublishedSize() {
    var stream = RandomStream(seed: 1)
    let model = SectionAutoencoder(width: 100, hidden: 64, code: 8, using: &stream)
    #expect(model.parameterCount == 14_060)
  }

  /// A particle of 25 GeV alone: MET 25 over the root of 25.
  @Test func significanceOfOneParticle() {
    #expect(LumisectionSimulator.significance(met: 25, sumET: 25) == 5)
  }

  @Test func simulatedSectionsAreNormalisedAndAnomaliesCounted() {
    let simulator = LumisectionSimulator(events: 200)
    let sections = simulator.sections(
      100, anomalousShare: 0.08, from: RandomStream(seed: 1).split("x"))
    for section in sections {
      let fractions = section.fractions
      #expect(abs(fractions[..<50].reduce(0, +) - 1) < 1e-12)
      #expect(abs(fractions[50...].reduce(0, +) - 1) < 1e-12)
    }
    for kind in LumisectionSimulator.Anomaly.allCases {
      #expect(sections.count { $0.anomaly == kind } == 2)
    }
  }

  /// A section's events depend on its place alone, not on how many sections there are.
  @Test func sectionsHaveStreamsOfTheirOwn() {
    let simulator = LumisectionSimulator(events: 50)
    let stream = RandomStream(seed: 1).split("x")
    let (few, many) = (simulator.sections(3, from: stream), simulator.sections(9, from: stream))
    #expect(few.map(\.counts) == Array(many.prefix(3)).map(\.counts))
  }

  /// The mean and width of MET agree with the reference generator (`lumisections.py` of the case's
  /// specification: MET of 2-D normals with width 2 √npu, npu about 35, has mean 14.8).
  @Test func meanMETIsThatOfRayleigh() {
    let section = LumisectionSimulator(events: 200_000).sections(
      1, from: RandomStream(seed: 5).split("met"))[0]
    let bins = section.fractions[..<50]
    let mean = bins.enumerated().reduce(0) { $0 + (Double($1.offset) + 0.5) * 2 * $1.element }
    // The section's pile-up lies from 25 to 45: Rayleigh means from 12.5 to 16.9.
    #expect(mean > 12.3 && mean < 17.1)
  }

  @Test func scalingComesFromTrainingAloneAndIsClipped() {
    let simulator = LumisectionSimulator(events: 100)
    let train = simulator.sections(30, from: RandomStream(seed: 1).split("a"))
    let scaling = SectionScaling(of: train)
    let inputs = simulator.sections(30, from: RandomStream(seed: 1).split("b")).map(scaling.inputs)
    #expect(inputs.joined().allSatisfy { (0...1).contains($0) })
    #expect(train.map(scaling.inputs).joined().max() == 1)
  }

  @Test func allComponentsLeaveNoResidual() {
    var stream = RandomStream(seed: 3)
    let rows = (0..<40).map { _ in (0..<12).map { _ in stream.normal() } }
    let components = PrincipalComponents(of: rows)
    #expect(rows.allSatisfy { components.residual(of: $0, components: 12) < 1e-20 })
    #expect(components.variances == components.variances.sorted(by: >))
  }

  @Test func equalLossesFlagNothing() {
    let losses = [Double](repeating: 0.5, count: 10)
    let threshold = quantile(0.99, of: losses)
    #expect(!losses.contains { $0 > threshold })
    #expect(auc(scores: losses, labels: (0..<10).map { $0 < 3 ? 1 : 0 }) == 0.5)
  }

  /// Two samples of the same source agree; shifted ones do not.
  @Test func permutationTestTellsShiftFromChance() {
    var stream = RandomStream(seed: 9)
    func sample(_ mean: Double) -> [[Double]] {
      (0..<60).map { _ in (0..<5).map { bin in Double(stream.poisson(mean + Double(bin))) } }
    }
    let (a, b, c) = (sample(20), sample(20), sample(20).map { $0.reversed().map { $0 } })
    var draws = RandomStream(seed: 10)
    #expect(permutationTest(a, b, 500, using: &draws).probability > 0.01)
    #expect(permutationTest(a, c, 500, using: &draws).probability < 0.01)
  }
}
