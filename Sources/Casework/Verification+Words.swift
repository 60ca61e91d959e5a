import Foundation

extension Verdict {
  /// What the verdict says.
  public var words: String {
    switch self {
    case .bitwise: "bitwise the same"
    case .withinTolerance: "the same within the case's tolerance"
    case .different: "different"
    case .stale: "verified before a change"
    }
  }
}

extension Verification {
  /// What a verdict rests on, line by line.
  public var lines: [String] {
    var lines = [
      "\(metricCount) metrics and \(artifactCount) artifacts compared"
    ]
    if let metric {
      let others = differingMetrics.count - 1
      let place = metric.step.map { " at step \($0)" } ?? ""
      lines.append(
        "first difference: \(metric.metric)\(place)"
          + (others > 0 ? " (and \(others) other \(others == 1 ? "metric" : "metrics"))" : ""))
      lines.append("  recorded \(Self.bits(metric.recorded))")
      lines.append("  repeated \(Self.bits(metric.repeated))")
      if let ulps = metric.ulps {
        lines.append("  \(ulps) \(ulps == 1 ? "unit" : "units") in the last place")
      }
    }
    if let artifact {
      let others = differingArtifacts.count - 1
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
    let isSame = verdict == .bitwise
    for cause in causes {
      lines.append(
        "\(isSame ? "differs all the same" : "differs"): \(cause.kind.rawValue), \(cause.name): "
          + "\(cause.recorded.digestShortened), now \(cause.repeated.digestShortened)")
    }
    if !isSame, causes.isEmpty {
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
}

extension String {
  /// The first digits of a digest or a revision; other texts as they are.
  package var digestShortened: String {
    [40, 64].contains(count) && allSatisfy(\.isHexDigit) ? String(prefix(12)) : self
  }
}
