import Casework
import Foundation
import Testing

@Suite struct ExpectationTests {
  @Test(
    "Bounds hold their edges as they say",
    arguments: [
      (Casework.Expectation.Bound.atLeast(1), 1.0, true), (.atLeast(1), 0.999, false),
      (.above(1), 1, false), (.above(1), 1.001, true), (.atMost(1), 1, true),
      (.below(1), 1, false), (.between(1, 2), 2, true), (.between(1, 2), 2.1, false),
      (.equals(14060, within: 0), 14060, true), (.equals(14060, within: 0), 14061, false),
      (.equals(0.75, within: 0.02), 0.769, true), (.atLeast(1), .nan, false),
      (.atMost(1), .nan, false), (.equals(1, within: .infinity), .nan, false),
    ])
  func boundContains(bound: Casework.Expectation.Bound, value: Double, isInside: Bool) {
    #expect(bound.contains(value) == isInside)
  }

  @Test func expectationSpeaksOfItsPresetsAndSettings() {
    let expectation = Casework.Expectation(
      metric: "accuracy", bound: .atLeast(0.975), source: .measured, presets: ["standard"],
      settings: ["hidden": .integer(128)])
    #expect(expectation.applies(preset: "standard", settings: ["hidden": .number(128)]))
    #expect(!expectation.applies(preset: "standard", settings: ["hidden": .integer(32)]))
    #expect(!expectation.applies(preset: "quick", settings: ["hidden": .integer(128)]))
    #expect(expectation.outcome(of: nil) == .unmeasured)
    #expect(expectation.outcome(of: 0.974) == .missed)
  }

  @Test func nearestNamesComeFirst() {
    let known = ["accuracy", "accuracy_c", "auc", "cross_entropy"]
    #expect(nearest(to: "acuracy", among: known).first == "accuracy")
    #expect(nearest(to: "cross", among: known) == ["cross_entropy"])
    #expect(nearest(to: "zzz", among: known).isEmpty)
  }

  @Test func figureSurvivesJSON() throws {
    let figure = Figure(
      name: "roc", title: "ROC <&>", caption: "…",
      content: .lines(
        Figure.Plane(
          x: Figure.Axis("x", range: 0...1), y: Figure.Axis("y", scale: .logarithmic),
          series: [Figure.Series("a", x: [0, 1], y: [1, 2], low: [0, 1], high: [2, 3])],
          guides: [Figure.Guide("chance", .diagonal), Figure.Guide("cut", .vertical(0.5))])))
    let data = try JSONEncoder().encode(figure)
    #expect(try JSONDecoder().decode(Figure.self, from: data) == figure)
  }
}
