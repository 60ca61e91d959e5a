import Casework
import Digests
import Foundation
import GRDB

/// All that a registry holds of a run, to carry it to another one.
struct StoredRun: Codable, Equatable {
  struct Choice: Codable, Equatable {
    let name, kind: String
    let value: JSONValue

    /// The value as it was before JSON, which writes 3.0 as 3 and infinities as texts.
    var setting: JSONValue {
      switch (kind, value) {
      case ("number", .integer(let number)): .number(Double(number))
      case ("string", .number(let number)):
        .string(number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity")
      default: value
      }
    }
  }
  struct Value: Codable, Equatable {
    let metric: String
    let bits: Int64
    let isWhole: Bool
    let step: Int?
    let digest: String?
  }
  struct Points: Codable, Equatable {
    var steps: [Int] = []
    var bits: [Int64] = []
    /// Milliseconds from the start of the run; bundles of an older version have none.
    var times: [Int?]?
  }
  /// What an earlier attempt had logged and a later one logged again.
  struct Superseded: Codable, Equatable {
    let metric: String
    let attempt, step: Int
    let bits: Int64
    let time: Int?
  }

  let id: String
  /// Those of the table `run` but for its keys.
  var columns: [String: JSONValue]
  let provenance: Provenance
  let choices: [Choice]
  let values: [Value]
  /// By metric.
  let points: [String: Points]
  let artifacts: [Artifact]
  var tags: [String: String]
  var attempts: [RunAttempt]?
  var superseded: [Superseded]?

  /// What a column may hold.
  private enum Content {
    case text
    case integer(ClosedRange<Int>)
    /// Seconds: of a time since 1970, or of a duration.
    case seconds

    func holds(_ value: JSONValue) -> Bool {
      switch (self, value) {
      case (.text, .string): true
      case (.integer(let range), .integer(let number)): range.contains(number)
      // Some three thousand years.
      case (.seconds, .integer(let number)): (0...100_000_000_000).contains(number)
      case (.seconds, .number(let number)): (0...1e11).contains(number)
      default: false
      }
    }
  }

  /// The columns that are carried, in the order in which they are written.
  private static let columnContents: [(name: String, content: Content, isNeeded: Bool)] = [
    ("slug", .text, true), ("status", .text, true),
    ("seed", .integer(.min ... .max), true), ("preset", .text, true),
    ("startedAt", .seconds, true), ("heartbeat", .seconds, true), ("duration", .seconds, false),
    ("failure", .text, false), ("verdict", .text, false),
    ("threads", .integer(RunStore.threadCounts), true), ("host", .text, true),
    ("bootID", .text, true), ("pidSpace", .text, true),
    ("processID", .integer(.min ... .max), true),
    ("processStart", .integer(.min ... .max), true), ("parent", .text, false),
    ("name", .text, false), ("note", .text, false), ("deletedAt", .seconds, false),
    ("startSeal", .text, false), ("resultSeal", .text, false), ("verdictBasis", .text, false),
    ("verdictAt", .seconds, false), ("verification", .text, false),
    ("done", .integer(0 ... .max), false), ("total", .integer(0 ... .max), false),
    ("unit", .text, false), ("attempt", .integer(1 ... .max), false), ("idle", .seconds, false),
  ]
  static let columnNames = columnContents.map(\.name)

  func text(_ column: String) -> String? {
    if case .string(let text) = columns[column] { text } else { nil }
  }

  /// Whether a text is the id of a run, which may name files.
  static func isID(_ text: String) -> Bool {
    text.utf8.count == 32
      && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }

  var hasEnded: Bool { text("status") != "running" }

  /// How far the run has come: of two records of one run that has not ended, the greater is later.
  var extent: [Double] {
    let points = points.values.reduce(0) { $0 + $1.steps.count } + (superseded?.count ?? 0)
    return [
      columns["attempt"]?.asDouble ?? 1, hasEnded ? 1 : 0,
      Double(points + values.count + artifacts.count), columns["heartbeat"]?.asDouble ?? 0,
    ]
  }
}

extension StoredRun {
  /// Reads a run of a registry.
  init(_ key: Int64, _ store: RunStore, _ database: Database) throws {
    let names = Self.columnNames.map { "\"\($0)\"" }.joined(separator: ", ")
    let row = try Row.fetchOne(
      database, sql: "SELECT id, provenance, \(names) FROM run WHERE key = ?", arguments: [key])
    guard let row else { throw RecordsError.noSuchRun("\(key)", recent: []) }
    var columns: [String: JSONValue] = [:]
    for name in Self.columnNames {
      let value: DatabaseValue = row[name]
      switch value.storage {
      case .null: break
      case .int64(let number): columns[name] = .integer(Int(number))
      case .double(let number): columns[name] = .number(number)
      case .string(let text): columns[name] = .string(text)
      case .blob: break
      }
    }
    let json = try String.fetchOne(
      database, sql: "SELECT json FROM provenance WHERE key = ?", arguments: [row["provenance"]])
    let settings = try Row.fetchAll(
      database,
      sql: """
        SELECT name, kind, value FROM choice JOIN setting ON setting.key = choice.setting
        WHERE run = ? ORDER BY name
        """, arguments: [key])
    let metrics = try Row.fetchAll(
      database,
      sql: """
        SELECT metric.key, name, bits, isWhole, step, digest FROM value
        JOIN metric ON metric.key = value.metric WHERE run = ? ORDER BY name
        """, arguments: [key])
    var points: [String: Points] = [:]
    for metric in metrics {
      let stored = try StoredSeries.stored(run: key, metric: metric[0], database)
      guard !stored.isEmpty else { continue }
      points[metric[1]] = Points(
        steps: stored.map(\.step), bits: stored.map(\.bits), times: stored.map(\.time))
    }
    let earlier = try String.fetchAll(
      database, sql: "SELECT json FROM attempt WHERE run = ? ORDER BY number", arguments: [key])
    let aside = try Row.fetchAll(
      database,
      sql: """
        SELECT name, attempt, step, bits, time FROM superseded
        JOIN metric ON metric.key = superseded.metric WHERE run = ? ORDER BY name, attempt, step
        """, arguments: [key])
    let tags = try Row.fetchAll(
      database, sql: "SELECT name, value FROM tag WHERE run = ?", arguments: [key])
    self.init(
      id: row["id"], columns: columns, provenance: try ProvenanceRow.provenance(from: json ?? ""),
      choices: try settings.map { row in
        let value = try StoredSetting.value(kind: row[1], content: row[2])
        return Choice(name: row[0], kind: row[1], value: value)
      },
      values: metrics.map {
        Value(metric: $0[1], bits: $0[2], isWhole: $0[3] == 1, step: $0[4], digest: $0[5])
      }, points: points, artifacts: try store.artifacts([key], database)[key] ?? [],
      tags: Dictionary(tags.map { ($0[0], $0[1]) }) { first, _ in first })
    guard !earlier.isEmpty else { return }
    attempts = try earlier.map { try StoredSetting.read(RunAttempt.self, from: Data($0.utf8)) }
    superseded = aside.map {
      Superseded(metric: $0[0], attempt: $0[1], step: $0[2], bits: $0[3], time: $0[4])
    }
  }

  /// What is wrong with a run that came from elsewhere, before anything is written.
  var fault: String? {
    guard Self.isID(id) else { return "'\(id.prefix(40))' is no id of a run" }
    if let name = columns.keys.first(where: { !Self.columnNames.contains($0) }) {
      return "it has a '\(name.prefix(40))', which this version does not know"
    }
    guard text("slug").flatMap(Slug.init(rawValue:)) != nil else { return "its case has no name" }
    guard let status = text("status"), Casework.Run.Status(rawValue: status) ?? .lost != .lost
    else {
      return "it has no status"
    }
    for column in Self.columnContents {
      let value = columns[column.name] ?? .null
      guard value == .null ? !column.isNeeded : column.content.holds(value) else {
        return "its '\(column.name)' is missing or not possible"
      }
    }
    guard text("verdict").map({ Verdict(rawValue: $0) != nil }) ?? true else {
      return "its verdict is none that there is"
    }
    if let json = text("verification"),
      (try? StoredSetting.read(Verification.self, from: Data(json.utf8))) == nil
    {
      return "what came of repeating it is illegible"
    }
    let isEven = points.values.allSatisfy { series in
      series.steps.count == series.bits.count
        && series.times.map { $0.count == series.steps.count } ?? true
    }
    if !isEven {
      return "its steps and values differ in number"
    }
    if let name = points.keys.first(where: { name in !values.contains { $0.metric == name } }) {
      return "'\(name.prefix(40))' has points but no value"
    }
    return artifacts.lazy.compactMap(\.fault).first
  }
}
