import Casework
import GRDB

/// What a name in a query stands for, as an expression of SQL.
struct Term {
  /// What its values are.
  enum Kind: Equatable {
    case number
    case text
    /// One of a few texts.
    case choice([String])
    /// A time, kept as seconds since 1970, written as `2026-11-23` or `2026-11-23T14:05:00Z`.
    case date
    /// Of any kind, as settings are.
    case any
  }
  let kind: Kind
  let sql: String
  /// What the question marks in `sql` stand for; only keys and paths, never values of a query.
  var arguments: [Argument] = []
  /// The key of the metric whose last value it is, if it is one.
  var metric: Int64?
  /// The key of the setting that it is, if it is one.
  var setting: Int64?

  enum Argument { case key(Int64), text(String), step(Int) }

  var values: [DatabaseValue] {
    arguments.map { argument in
      switch argument {
      case .key(let key): key.databaseValue
      case .text(let text): text.databaseValue
      case .step(let step): step.databaseValue
      }
    }
  }
}

/// The fields that every run has.
enum QueryField {
  /// The status as a reader sees it; `lost` is a table of the statement's own.
  static let status = """
    (CASE WHEN run.status = 'running' AND run.key IN (SELECT key FROM lost) THEN 'lost' \
    ELSE run.status END)
    """

  static let all: [(name: String, term: Term)] = [
    ("id", Term(kind: .text, sql: "run.id")),
    ("case", Term(kind: .text, sql: "run.slug")),
    ("status", Term(kind: .choice(Run.Status.allCases.map(\.rawValue)), sql: status)),
    ("seed", Term(kind: .number, sql: "run.seed")),
    ("preset", Term(kind: .text, sql: "run.preset")),
    ("started_at", Term(kind: .date, sql: "run.startedAt")),
    ("started", Term(kind: .date, sql: "run.startedAt")),
    (
      "duration_s",
      Term(
        kind: .number,
        sql: """
          coalesce(run.duration, max(0, run.heartbeat - run.startedAt - coalesce(run.idle, 0)))
          """)
    ),
    (
      "last_step",
      Term(kind: .number, sql: "(SELECT max(step) FROM value WHERE value.run = run.key)")
    ),
    ("failure", Term(kind: .text, sql: "run.failure")),
    (
      "verdict",
      Term(
        kind: .choice(Verdict.allCases.map(\.rawValue)),
        sql: """
          (CASE WHEN run.verdict IS NOT NULL AND run.key IN (SELECT key FROM stale) THEN 'stale' \
          ELSE run.verdict END)
          """)
    ),
    (
      "verified",
      Term(
        kind: .number,
        sql: """
          (coalesce(run.verdict, '') IN ('bitwise', 'within-tolerance') \
          AND run.key NOT IN (SELECT key FROM stale))
          """)
    ),
    ("name", Term(kind: .text, sql: "run.name")),
    ("note", Term(kind: .text, sql: "run.note")),
    ("deleted", Term(kind: .number, sql: "(run.deletedAt IS NOT NULL)")),
    ("threads", Term(kind: .number, sql: "run.threads")),
    ("host", Term(kind: .text, sql: "run.host")),
  ]

  static let names = all.map(\.name)

  static func named(_ name: String) -> Term? { all.first { $0.name == name }?.term }

  static func setting(_ key: Int64) -> Term {
    Term(
      kind: .any, sql: "(SELECT value FROM choice WHERE setting = ? AND run = run.key)",
      arguments: [.key(key)], setting: key)
  }

  static func tag(_ name: String) -> Term {
    Term(
      kind: .text, sql: "(SELECT value FROM tag WHERE name = ? AND run = run.key)",
      arguments: [.text(name)])
  }

  static func metric(_ key: Int64) -> Term {
    Term(
      kind: .number, sql: "(SELECT number FROM value WHERE metric = ? AND run = run.key)",
      arguments: [.key(key)], metric: key)
  }

  /// Returns what a function says of the points of a metric; of one without points, its one value.
  static func history(
    _ function: QueryName.Function, of metric: Int64, _ direction: Metric.Better?
  ) -> Term {
    func over(_ column: String) -> Term {
      Term(
        kind: .number,
        sql: """
          (SELECT coalesce(\(column), number) FROM value WHERE metric = ? AND value.run = run.key)
          """, arguments: [.key(metric)])
    }
    switch function {
    case .last: return self.metric(metric)
    case .least: return over("least")
    case .greatest: return over("greatest")
    case .mean: return over("sum / nullif(count, 0)")
    case .best: return over(direction == .lower ? "least" : "greatest")
    case .at(let step):
      return Term(
        kind: .number,
        sql: """
          coalesce((SELECT real_of(bits) FROM point WHERE point.run = run.key AND metric = ? AND step = ?), \
          (SELECT max(real_at(data, ?)) FROM chunk \
          WHERE chunk.run = run.key AND metric = ? AND first <= ? AND last >= ?))
          """,
        arguments: [
          .key(metric), .step(step), .step(step), .key(metric), .step(step), .step(step),
        ])
    }
  }

  private static let provenance: [(name: String, term: Term)] = [
    ("code_revision", shared("$.codeRevision", .text)),
    ("is_code_dirty", shared("$.isCodeDirty", .number)),
    ("binary_digest", shared("$.binaryDigest", .text)),
    ("compiler", shared("$.compiler", .text)),
    ("cpu_model", shared("$.cpuModel", .text)),
    ("instruction_set", shared("$.instructionSet", .text)),
    ("threads", Term(kind: .number, sql: "run.threads")),
    ("operating_system", shared("$.operatingSystem", .text)),
    ("host", Term(kind: .text, sql: "run.host")),
    ("boot_id", Term(kind: .text, sql: "run.bootID")),
    ("process_id", Term(kind: .number, sql: "run.processID")),
    ("parent", Term(kind: .text, sql: "run.parent")),
  ]

  static let provenanceNames =
    provenance.map(\.name) + ["libraries.<name>", "data.<name>"]

  /// Returns a fact of the provenance: one of the names, `libraries.<name>` or `data.<name>`.
  static func provenance(_ name: String) -> Term? {
    for group in ["libraries", "data"] where name.hasPrefix(group + ".") {
      let key = name.dropFirst(group.count + 1)
      guard !key.isEmpty, !key.contains("\"") else { return nil }
      return shared("$.\(group).\"\(key)\"", .text)
    }
    return provenance.first { $0.name == name }?.term
  }

  private static func shared(_ path: String, _ kind: Term.Kind) -> Term {
    Term(
      kind: kind,
      sql: "(SELECT json_extract(json, ?) FROM provenance WHERE key = run.provenance)",
      arguments: [.text(path)])
  }
}
