import Casework
import Catalog
import Foundation

extension Run {
  /// The run as JSON: a contract, described in the README.
  func json(_ catalog: Catalog) -> JSONValue {
    let declared = catalog.metrics(of: slug)
    func reals(_ isTiming: Bool) -> JSONValue {
      .object(
        metrics.filter { (declared[$0.key]?.isTiming ?? false) == isTiming }
          .mapValues(JSONValue.real))
    }
    return .object([
      "id": .string(id), "case": .string(slug.rawValue), "status": .string(status.rawValue),
      "seed": .integer(seed), "preset": .string(preset), "settings": .object(settings),
      "metrics": reals(false), "timings": reals(true),
      "started_at": .string(startedAt.formatted(.iso8601)), "duration_s": .real(duration),
      "last_step": lastStep.map(JSONValue.integer) ?? .null, "failure": .text(failure),
      "verdict": .text(verdict?.rawValue), "provenance": provenance.json,
      "name": .text(labels.name), "note": .text(labels.note),
      "tags": .object(labels.tags.mapValues(JSONValue.string)), "deleted": .bool(deletedAt != nil),
      "artifacts": .array(
        artifacts.map {
          .object([
            "name": .string($0.name), "role": .string($0.role.rawValue),
            "media_type": .string($0.mediaType), "bytes": .integer($0.bytes),
            "sha256": .string($0.sha256),
          ])
        }),
    ])
  }
}

extension Provenance {
  fileprivate var json: JSONValue {
    .object([
      "code_revision": .text(codeRevision), "code_dirty": .bool(isCodeDirty),
      "binary_sha256": .string(binaryDigest), "compiler": .string(compiler),
      "libraries": .object(libraries.mapValues(JSONValue.string)),
      "cpu_model": .string(cpuModel), "instruction_set": .string(instructionSet),
      "threads": .integer(threads), "data": .object(data.mapValues(JSONValue.string)),
      "operating_system": .string(operatingSystem), "host": .string(host),
      "boot_id": .string(bootID), "process_id": .integer(processID), "parent": .text(parent),
      "threads_automatic": areThreadsAutomatic.map(JSONValue.bool) ?? .null,
      "environment": .object((environment ?? [:]).mapValues(JSONValue.string)),
      "command": command?.json ?? .null, "imported_from": .text(origin?.system),
      "experiment": .text(origin?.experiment),
    ])
  }
}

extension CommandProvenance {
  fileprivate var json: JSONValue {
    .object([
      "words": .texts(words), "program": .string(program),
      "program_sha256": .string(programDigest), "script_sha256": .text(scriptDigest),
      "python": .text(pythonVersion), "packages": .object(packages.mapValues(JSONValue.string)),
    ])
  }
}

extension Catalog {
  /// The metrics that runs of a case have reported, as its entry declares them; of a case without an
  /// entry, as of imported runs, nobody knows which way is up.
  func metrics(of slug: Slug, reportedBy runs: [Run]) -> [Metric] {
    let reported = Set(runs.flatMap(\.metrics.keys))
    guard let entry = entry(slug) else {
      return reported.sorted().map { Metric(name: $0, better: .neither, meaning: "not declared") }
    }
    return entry.metrics.filter { reported.contains($0.name) }
  }

  /// The metrics that a case declares, by name.
  func metrics(of slug: Slug) -> [String: Metric] {
    let metrics = entries.first { $0.slug == slug }?.metrics ?? []
    return Dictionary(uniqueKeysWithValues: metrics.map { ($0.name, $0) })
  }
}

extension Double {
  /// The whole part, or the nearest that there is.
  var whole: Int { Int(exactly: rounded(.towardZero)) ?? (self > 0 ? .max : 0) }

  /// The number for a table, as a user may copy it: five significant digits at the most.
  var short: String {
    guard isFinite else { return description }  // C writes some of what is no number as -nan
    return self == rounded() && magnitude < 1e9 ? String(Int(self)) : String(quick: "%.5g", self)
  }
}

extension String {
  /// A short text by C's rules; a list of runs has hundreds, and Foundation's takes ten times as long.
  init(quick format: String, _ values: any CVarArg...) {
    self = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
      withVaList(values) { _ = vsnprintf(text.baseAddress, text.count, format, $0) }
      return String(cString: text.baseAddress.unsafelyUnwrapped)
    }
  }
}

extension TimeInterval {
  /// A duration for people: `0.8 s`, `2:05 min`, `1:02:05 h`.
  var asDuration: String {
    guard self >= 100 else { return String(format: "%.1f s", self) }
    let whole = rounded().whole
    return whole < 3600
      ? String(format: "%d:%02d min", whole / 60, whole % 60)
      : String(format: "%d:%02d:%02d h", whole / 3600, whole / 60 % 60, whole % 60)
  }
}
