import Casework
import Catalog

extension Inline {
  /// Whether a case can be run.
  static func status(isRunnable: Bool) -> Inline {
    isRunnable ? .lozenge("runnable", .good) : .lozenge("planned", .neutral)
  }

  /// That what a case shows comes from simulated data.
  static let simulated = Inline.lozenge("simulated data", .note)

  /// Where a run stands.
  static func status(_ status: Run.Status) -> Inline {
    switch status {
    case .running: .lozenge("running", .note)
    case .finished: .lozenge("finished", .good)
    case .failed: .lozenge("failed", .bad)
    case .cancelled: .lozenge("cancelled", .caution)
    case .lost: .lozenge("lost", .bad)
    }
  }

  /// Whether a run was run again, and what came of it.
  static func verdict(_ verdict: Verdict?) -> Inline {
    switch verdict {
    case .bitwise: .lozenge("verified bitwise", .good)
    case .withinTolerance: .lozenge("verified within tolerance", .good)
    case .different: .lozenge("not reproduced", .bad)
    case .stale: .lozenge("stale", .caution)
    case nil: .lozenge("not verified", .neutral)
    }
  }

  /// How a value stands to what was expected.
  static func outcome(_ outcome: Expectation.Outcome) -> Inline {
    switch outcome {
    case .met: .lozenge("met", .good)
    case .missed: .lozenge("missed", .bad)
    case .unmeasured: .lozenge("unmeasured", .neutral)
    }
  }

  /// A number of a run, which leads to the run's page.
  static func number(_ value: Double, unit: String? = nil, of run: Run) -> Inline {
    .link(.page(.run(run.id), anchor: nil), [.text(Numbers.text(value, unit: unit))])
  }
}

extension Metric.Better {
  var words: String {
    switch self {
    case .higher: "higher"
    case .lower: "lower"
    case .neither: "neither"
    }
  }
}

extension Expectation.Bound {
  /// The bound with its numbers as all others on a page.
  var words: String { written(Numbers.given) }
}

extension Expectation.Source {
  var words: String {
    switch self {
    case .published: "published"
    case .measured: "measured"
    case .exact: "exact"
    case .judgement: "judgement"
    }
  }
}

extension JSONValue {
  /// The value as a page shows it.
  var shown: String {
    switch self {
    case .integer(let value): Numbers.text(value)
    case .number(let value): Numbers.text(value)
    default: description
    }
  }
}

extension [String: JSONValue] {
  /// The values as they would be typed: `epochs=3, rate=0.1`.
  var assignments: String {
    sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
  }
}

extension Block {
  static func heading(_ text: String) -> Block {
    .heading(Heading(level: 2, content: [.text(text)]))
  }
  static func subheading(_ text: String) -> Block {
    .heading(Heading(level: 3, content: [.text(text)]))
  }
  static func text(_ text: String) -> Block { .paragraph([.text(text)]) }

  /// A table of two columns that says what is what.
  static func facts(_ first: String, _ second: String, _ rows: [(String, [Inline])]) -> Block {
    .table(
      Table(
        columns: [.init(first), .init(second)],
        rows: rows.map { [.init($0.0), .init($0.1)] }))
  }
}
