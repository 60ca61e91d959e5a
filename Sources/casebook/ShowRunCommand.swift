import ArgumentParser
import Casework
import Catalog
import Foundation
import Records

struct ShowRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show-run", _superCommandName: Casebook._commandName,
    abstract: "Show a run: results, settings, and all it came from.")

  @Argument(help: "A run, by the start of its id or by name.") var id: String
  @OptionGroup var output: OutputOptions
  @OptionGroup var house: House

  func run() throws {
    let catalog = try house.soundCatalog()
    let store = try house.readRuns()
    let run = try store.run(named: id)
    let verification = try store.verification(of: run)
    guard case .object(var json) = run.json(catalog) else { return }
    json["verification"] = verification?.json ?? .null
    let digest =
      run.status == .finished
      ? try store.resultDigest(of: run, metrics: catalog.entry(run.slug)?.metrics ?? []) : nil
    json["result_sha256"] = .text(digest)
    let attempts = try store.earlierAttempts(of: run)
    json["attempts"] = .array(attempts.map(\.json))
    try output.print(table(run, digest, verification, attempts), json: .object(json))
  }

  private func table(
    _ run: Run, _ digest: String?, _ verification: Verification?, _ attempts: [RunAttempt]
  ) -> Table {
    var table = Table([
      Table.Column(title: "what", isUnbroken: true), Table.Column(title: "value"),
    ])
    func add(_ name: String, _ value: String?) {
      if let value, !value.isEmpty { table.rows.append([name, value]) }
    }
    add("run", run.id)
    add("name", run.labels.name)
    add("case", run.slug.rawValue)
    add("status", run.status.rawValue + (run.deletedAt == nil ? "" : ", deleted"))
    add("failure", run.failure)
    add("preset, seed", "\(run.preset), \(run.seed)")
    add("started", "\(run.startedAt.asLocalTime), took \(run.duration.asDuration)")
    for attempt in attempts {
      add(
        "attempt \(attempt.number)",
        "\(attempt.status.rawValue) after \(attempt.duration.asDuration) on \(attempt.host)"
          + (attempt.failure.map { ": \($0)" } ?? "")
          + "; \(attempt.supersededPoints) points logged again")
    }
    add("note", run.labels.note)
    for (name, value) in run.labels.tags.sorted(by: { $0.key < $1.key }) {
      add("tag \(name)", value)
    }
    add("verdict", run.verdict?.words ?? "not verified: 'casebook reproduce \(run.shortID)'")
    if let verification {
      for line in verification.lines {
        add("", line.trimmingCharacters(in: .whitespaces))
      }
    }
    add("results", digest)
    for (name, value) in run.settings.sorted(by: { $0.key < $1.key }) {
      add("set \(name)", value.description)
    }
    for (name, value) in run.metrics.sorted(by: { $0.key < $1.key }) { add(name, "\(value)") }
    for artifact in run.artifacts {
      add("kept", "\(artifact.name), \(artifact.bytes) bytes, \(artifact.sha256.prefix(12))")
    }
    for (name, value) in run.provenance.facts { add(name, value) }
    return table
  }
}

extension RunAttempt {
  var json: JSONValue {
    .object([
      "number": .integer(number), "status": .string(status.rawValue), "failure": .text(failure),
      "host": .string(host), "duration_s": .real(duration), "threads": .integer(threads),
      "code_revision": .text(codeRevision), "superseded_points": .integer(supersededPoints),
    ])
  }
}

extension Provenance {
  /// Its facts, for people.
  var facts: [(String, String)] {
    if let origin {
      return [
        ("imported from", origin.system), ("experiment", origin.experiment), ("user", origin.user),
      ] + (codeRevision.map { [("code", $0)] } ?? [])
    }
    var facts = [
      ("code", (codeRevision ?? "unknown") + (isCodeDirty ? ", with uncommitted changes" : "")),
      ("program", binaryDigest), ("compiler", compiler),
    ]
    facts += libraries.sorted { $0.key < $1.key }.map { ("library \($0.key)", $0.value) }
    facts += (command?.facts ?? []).map { ($0.name.lowercased(), $0.value) }
    facts += data.sorted { $0.key < $1.key }.map { ("data \($0.key)", $0.value) }
    facts += [
      ("processor", cpuModel), ("instruction set", instructionSet),
      ("threads", "\(threads)" + (areThreadsAutomatic == true ? ", chosen by the trainer" : "")),
      ("system", operatingSystem), ("host", host),
    ]
    facts += (environment ?? [:]).sorted { $0.key < $1.key }.map {
      ("variable \($0.key)", $0.value)
    }
    if let parent { facts.append(("parent", parent)) }
    return facts
  }
}
