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
      + verification.lines.map { "  " + $0 }
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
