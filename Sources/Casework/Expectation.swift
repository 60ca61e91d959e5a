/// What a metric of a case should be, and where that bound comes from.
public struct Expectation: Hashable, Codable, Sendable {
  /// A range that a value must lie in.
  public enum Bound: Hashable, Codable, Sendable {
    case atLeast(Double)
    case atMost(Double)
    case above(Double)
    case below(Double)
    case between(Double, Double)
    /// Within a tolerance of a number: `equals: 14060` or `equals: 0.75` with `within: 0.02`.
    case equals(Double, within: Double)
  }

  /// Where a bound comes from, in the words of the case specifications.
  public enum Source: String, Codable, Sendable, CaseIterable {
    case published, measured, exact, judgement
  }

  /// Whether a run is as expected.
  public enum Outcome: String, Codable, Sendable { case met, missed, unmeasured }

  /// The name of the metric.
  public let metric: String
  /// Where its last value should lie.
  public let bound: Bound
  /// Where the bound comes from.
  public let source: Source
  /// The reference or the circumstances of the bound.
  public let note: String?
  /// The presets that it speaks of.
  public let presets: [String]
  /// The values of settings that it speaks of; a run with other values is not judged by it.
  public let settings: [String: JSONValue]

  /// Creates an expectation.
  public init(
    metric: String, bound: Bound, source: Source, note: String? = nil,
    presets: [String] = ["standard"], settings: [String: JSONValue] = [:]
  ) {
    (self.metric, self.bound, self.source, self.note) = (metric, bound, source, note)
    (self.presets, self.settings) = (presets, settings)
  }

  /// Whether this speaks of a run of the preset with the settings.
  public func applies(preset: String, settings: [String: JSONValue]) -> Bool {
    presets.contains(preset)
      && self.settings.allSatisfy { settings[$0.key]?.isEquivalent(to: $0.value) == true }
  }

  /// Judges a value; a run that did not report one is unmeasured.
  public func outcome(of value: Double?) -> Outcome {
    guard let value else { return .unmeasured }
    return bound.contains(value) ? .met : .missed
  }
}

extension Expectation.Bound: CustomStringConvertible {
  /// Whether the value is as the bound asks; not-a-number never is.
  public func contains(_ value: Double) -> Bool {
    switch self {
    case .atLeast(let low): value >= low
    case .atMost(let high): value <= high
    case .above(let low): value > low
    case .below(let high): value < high
    case .between(let low, let high): value >= low && value <= high
    case .equals(let target, let tolerance): abs(value - target) <= tolerance
    }
  }

  public var description: String { written(number) }

  /// Writes the bound with its numbers as they are to be written.
  public func written(_ number: (Double) -> String) -> String {
    switch self {
    case .atLeast(let low): "≥ \(number(low))"
    case .atMost(let high): "≤ \(number(high))"
    case .above(let low): "> \(number(low))"
    case .below(let high): "< \(number(high))"
    case .between(let low, let high): "\(number(low)) to \(number(high))"
    case .equals(let target, 0): "= \(number(target))"
    case .equals(let target, let tolerance): "= \(number(target)) ± \(number(tolerance))"
    }
  }

  private func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
  }
}
