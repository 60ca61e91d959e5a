import ArgumentParser
import Casework
import Catalog
import Foundation
import Records

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", _superCommandName: Casebook._commandName,
    abstract: "Show what differs between two runs, and only that.",
    discussion: "Settings, metrics, artifacts, provenance and uncommitted code.")

  @Argument(help: "A run, by the start of its id or by name.") var first: String
  @Argument(help: "Another.") var second: String
  @OptionGroup var output: OutputOptions
  @OptionGroup var house: House

  func run() throws {
    let store = try house.readRuns()
    let (a, b) = (try store.run(named: first), try store.run(named: second))
    let rows = try rows(a, b, store)
    var table = Table([
      Table.Column(title: "kind", isUnbroken: true), Table.Column(title: "what"),
      Table.Column(title: a.shortID), Table.Column(title: b.shortID),
    ])
    table.rows = rows
    if rows.isEmpty, output.format == .table {
      return Terminal.output.print("The runs \(a.shortID) and \(b.shortID) are the same.")
    }
    try output.print(
      table,
      json: .array(
        rows.map {
          .object([
            "kind": .string($0[0]), "name": .string($0[1]), "a": .string($0[2]),
            "b": .string($0[3]),
          ])
        }))
  }

  private func rows(_ a: Run, _ b: Run, _ store: RunStore) throws -> [[String]] {
    var rows: [[String]] = []
    func compare(_ kind: String, _ name: String, _ x: String?, _ y: String?) {
      if x != y { rows.append([kind, name, x ?? "–", y ?? "–"]) }
    }
    func compare(_ kind: String, _ x: [String: String], _ y: [String: String]) {
      for name in Set(x.keys).union(y.keys).sorted() { compare(kind, name, x[name], y[name]) }
    }
    compare("run", "case", a.slug.rawValue, b.slug.rawValue)
    compare("run", "status", a.status.rawValue, b.status.rawValue)
    compare("run", "preset", a.preset, b.preset)
    compare("run", "seed", "\(a.seed)", "\(b.seed)")
    compare("setting", a.settings.mapValues(\.description), b.settings.mapValues(\.description))
    compare("metric", a.metrics.mapValues { "\($0)" }, b.metrics.mapValues { "\($0)" })
    func files(_ run: Run) -> [String: String] {
      Dictionary(run.artifacts.map { ($0.name, String($0.sha256.prefix(12))) }) { first, _ in first
      }
    }
    compare("artifact", files(a), files(b))
    for cause in a.provenance.differences(from: b.provenance, isComplete: true) {
      rows.append([
        cause.kind.rawValue, cause.name, cause.recorded.digestShortened,
        cause.repeated.digestShortened,
      ])
    }
    for file in try codeFiles(a, b, store) { rows.append(["code", file.name, file.a, file.b]) }
    return rows
  }

  /// The files whose uncommitted changes differ.
  private func codeFiles(
    _ a: Run, _ b: Run, _ store: RunStore
  ) throws -> [(name: String, a: String, b: String)] {
    func changes(_ run: Run) throws -> [String: String] {
      guard let artifact = run.artifacts.first(where: { $0.name == "code.diff" }) else {
        return [:]
      }
      let text = String(decoding: try store.data(of: artifact), as: UTF8.self)
      let parts = ("\n" + text).components(separatedBy: "\ndiff --git ").dropFirst()
      return Dictionary(
        parts.map { part in
          let head = part.prefix { !$0.isNewline }
          let name = head.components(separatedBy: " b/").last ?? String(head)
          return (name, part)
        }
      ) { $0 + $1 }
    }
    let (x, y) = (try changes(a), try changes(b))
    func words(_ change: String?) -> String {
      guard let change else { return "as committed" }
      let lines = change.split(separator: "\n")
      let added = lines.count { $0.hasPrefix("+") && !$0.hasPrefix("+++") }
      let removed = lines.count { $0.hasPrefix("-") && !$0.hasPrefix("---") }
      return "+\(added) -\(removed) lines"
    }
    return Set(x.keys).union(y.keys).sorted().filter { x[$0] != y[$0] }
      .map { ($0, words(x[$0]), words(y[$0])) }
  }
}
