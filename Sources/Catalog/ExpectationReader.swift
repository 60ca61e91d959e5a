import Casework
import Yams

/// Reads what an entry expects of its metrics.
struct ExpectationReader {
  static let bounds = ["at_least", "at_most", "above", "below", "between", "equals"]

  let faults: FaultList
  /// The names of the metrics that the entry declares.
  let metrics: [String]

  /// Reads the list; the places of the conditions stand in the order of what is returned.
  func read(_ nodes: [Node], places: inout Draft.Places) -> [Expectation] {
    var expectations: [Expectation] = []
    for (index, node) in nodes.enumerated() {
      guard let section = Section(node, name: "expects[\(index + 1)]", faults: faults) else {
        continue
      }
      let conditions = section.section("when")
      guard let expectation = expectation(section, conditions: conditions) else { continue }
      expectations.append(expectation)
      places.conditions.append(conditions?.lines ?? [:])
    }
    return expectations
  }

  private func expectation(_ section: Section, conditions: Section?) -> Expectation? {
    section.expect(
      ["metric", "source"], optional: Self.bounds + ["within", "note", "presets", "when"])
    let metric = section.text("metric")
    if let metric, !metrics.contains(metric) {
      faults.add(
        section.line(of: "metric"),
        "\(section.name) speaks of '\(metric)', which metrics does not declare."
          + "\(suggestion(for: metric, among: metrics)) "
          + "Declared: \(metrics.joined(separator: ", ")).")
    }
    let source = section.term("source", of: Expectation.Source.allCases.map(\.rawValue))
      .flatMap(Expectation.Source.init)
    let bound = bound(section)
    let presets = presets(section)
    let (note, when) = (section.text("note"), conditions?.values() ?? [:])
    guard let metric, let source, let bound else { return nil }
    return Expectation(
      metric: metric, bound: bound, source: source, note: note, presets: presets, settings: when)
  }

  private func presets(_ section: Section) -> [String] {
    guard section["presets"] != nil else { return ["standard"] }
    let nodes = section.list("presets")
    if nodes.isEmpty, case .sequence? = section["presets"] {
      faults.add(section.line(of: "presets"), "\(section.name).presets must not be empty.")
    }
    return nodes.compactMap { node in
      guard case .string(let name)? = node.value, EntryReader.presetNames.contains(name) else {
        let term = node.scalar?.string ?? node.kind
        faults.add(
          node.fileLine,
          Section.unknownTerm(
            term, in: "\(section.name).presets", permitted: EntryReader.presetNames))
        return nil
      }
      return name
    }
  }

  private func bound(_ section: Section) -> Expectation.Bound? {
    let kinds = Self.bounds.filter { section[$0] != nil }
    guard kinds.count == 1 else {
      let found = kinds.isEmpty ? "none" : kinds.joined(separator: ", ")
      faults.add(
        section.line,
        "\(section.name) must have exactly one bound, and has \(found). "
          + "Permitted: \(Self.bounds.joined(separator: ", ")).")
      return nil
    }
    let kind = kinds[0]
    if section["within"] != nil, kind != "equals" {
      faults.add(section.line(of: "within"), "\(section.name).within goes with equals only.")
    }
    if kind == "between" { return range(section) }
    guard let number = section.number(kind) else { return nil }
    switch kind {
    case "at_least": return .atLeast(number)
    case "at_most": return .atMost(number)
    case "above": return .above(number)
    case "below": return .below(number)
    default: return tolerance(section).map { .equals(number, within: $0) }
    }
  }

  private func tolerance(_ section: Section) -> Double? {
    guard section["within"] != nil else { return 0 }
    guard let tolerance = section.number("within") else { return nil }
    guard tolerance >= 0 else {
      faults.add(section.line(of: "within"), "\(section.name).within must not be negative.")
      return nil
    }
    return tolerance
  }

  private func range(_ section: Section) -> Expectation.Bound? {
    let ends = section.list("between").compactMap { $0.value?.asDouble }
    guard ends.count == 2, section.list("between").count == 2, ends[0] <= ends[1] else {
      if case .sequence? = section["between"] {
        faults.add(
          section.line(of: "between"),
          "\(section.name).between must be a list of two numbers, the lower one first.")
      }
      return nil
    }
    return .between(ends[0], ends[1])
  }
}
