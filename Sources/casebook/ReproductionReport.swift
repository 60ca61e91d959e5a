import Casework
import Foundation

/// What came of repeating a run, in words and as JSON.
struct ReproductionReport {
  let run: Run
  var verification: Verification?
  var impediment: String?
  var code: Int32 = 0

  init(run: Run) { self.run = run }

  /// Says why a run could not be repeated.
  func impossible(_ reason: String, code: Int32 = 3) -> ReproductionReport {
    var report = self
    (report.impediment, report.code) = (reason, code)
    return report
  }

  func verified(_ verification: Verification) -> ReproductionReport {
    var report = self
    (report.verification, report.code) = (verification, verification.verdict == .different ? 1 : 0)
    return report
  }

  var lines: [String] {
    guard let verification else { return ["cannot be repeated: \(impediment ?? "")"] }
    return ["run \(run.shortID), \(run.slug) seed \(run.seed): \(verification.verdict.words)"]
      + Self.details(verification).map { "  " + $0 }
  }

  /// What a verdict rests on, line by line.
  static func details(_ found: Verification) -> [String] {
    var lines = [
      "\(found.metricCount) metrics and \(found.artifactCount) artifacts compared in "
        + "\(found.duration.asDuration)"
    ]
    if let metric = found.metric {
      let others = found.differingMetrics.count - 1
      let place = metric.step.map { " at step \($0)" } ?? ""
      lines.append(
        "first difference: \(metric.metric)\(place)"
          + (others > 0 ? " (and \(others) other \(others == 1 ? "metric" : "metrics"))" : ""))
      lines.append("  recorded \(bits(metric.recorded))")
      lines.append("  repeated \(bits(metric.repeated))")
      if let ulps = metric.ulps {
        lines.append("  \(ulps) \(ulps == 1 ? "unit" : "units") in the last place")
      }
    }
    if let artifact = found.artifact {
      let others = found.differingArtifacts.count - 1
      lines.append(
        "first artifact: \(artifact.name)"
          + (others > 0 ? " (and \(others) \(others == 1 ? "other" : "others"))" : ""))
      if artifact.isDamaged { lines.append("  the stored file is not the one that the run kept") }
      if let offset = artifact.offset {
        lines.append(
          "  from byte \(offset) on; \(artifact.recordedBytes ?? 0) bytes recorded, "
            + "\(artifact.repeatedBytes ?? 0) repeated")
      } else if artifact.recordedBytes == nil || artifact.repeatedBytes == nil {
        lines.append(artifact.repeatedBytes == nil ? "  not made again" : "  not in the record")
      }
    }
    let isSame = found.verdict == .bitwise
    for cause in found.causes {
      lines.append(
        "\(isSame ? "differs all the same" : "differs"): \(cause.kind.rawValue), \(cause.name): "
          + "\(cause.recorded.digestShortened), now \(cause.repeated.digestShortened)")
    }
    if !isSame, found.causes.isEmpty {
      lines.append(
        "data, code, settings, libraries, instruction set and threads are the same: the computation "
          + "itself does not repeat")
    }
    return lines
  }

  private static func bits(_ value: Double?) -> String {
    guard let value else { return "no value" }
    let digits = String(value.bitPattern, radix: 16)
    return "\(value) (0x\(String(repeating: "0", count: 16 - digits.count))\(digits))"
  }

  var json: JSONValue {
    var object: [String: JSONValue] = [
      "id": .string(run.id), "case": .string(run.slug.rawValue), "seed": .integer(run.seed),
      "verdict": .text(verification?.verdict.rawValue), "error": .text(impediment),
    ]
    if let verification { object["verification"] = verification.json }
    return .object(object)
  }
}

extension Verdict {
  var words: String {
    switch self {
    case .bitwise: "bitwise the same"
    case .withinTolerance: "the same within the case's tolerance"
    case .different: "different"
    case .stale: "verified before a change"
    }
  }
}

extension Verification {
  var json: JSONValue {
    func pattern(_ value: Double?) -> JSONValue {
      .text(value.map { String($0.bitPattern, radix: 16) })
    }
    return .object([
      "verdict": .string(verdict.rawValue), "at": .string(at.formatted(.iso8601)),
      "duration_s": .real(duration), "metrics": .integer(metricCount),
      "artifacts": .integer(artifactCount), "differing_metrics": .texts(differingMetrics),
      "differing_artifacts": .texts(differingArtifacts),
      "metric": metric.map {
        .object([
          "name": .string($0.metric), "step": $0.step.map(JSONValue.integer) ?? .null,
          "recorded": $0.recorded.map(JSONValue.real) ?? .null,
          "repeated": $0.repeated.map(JSONValue.real) ?? .null,
          "recorded_bits": pattern($0.recorded), "repeated_bits": pattern($0.repeated),
          "ulps": $0.ulps.map { .integer(Int(clamping: $0)) } ?? .null,
        ])
      } ?? .null,
      "artifact": artifact.map {
        .object([
          "name": .string($0.name), "offset": $0.offset.map(JSONValue.integer) ?? .null,
          "is_damaged": .bool($0.isDamaged),
        ])
      } ?? .null,
      "causes": .array(
        causes.map {
          .object([
            "kind": .string($0.kind.rawValue), "name": .string($0.name),
            "recorded": .string($0.recorded), "repeated": .string($0.repeated),
          ])
        }),
    ])
  }
}
