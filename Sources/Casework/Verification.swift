public import Foundation

/// What came of running a run again.
public struct Verification: Hashable, Codable, Sendable {
  /// Where a metric differs first.
  public struct MetricDifference: Hashable, Codable, Sendable {
    public let metric: String
    /// `nil` for the one value of a whole run.
    public let step: Int?
    /// The value in the record and that of the repetition; `nil` where one has none.
    public let recorded: Double?
    public let repeated: Double?

    public init(metric: String, step: Int?, recorded: Double?, repeated: Double?) {
      (self.metric, self.step) = (metric, step)
      (self.recorded, self.repeated) = (recorded, repeated)
    }

    /// How many doubles lie from one value to the other; `nil` if one is missing or no number.
    public var ulps: UInt64? {
      guard let recorded, let repeated, recorded.isFinite, repeated.isFinite else { return nil }
      /// Numbers in the order of their values, as integers.
      func place(_ value: Double) -> Int64 {
        let bits = Int64(bitPattern: value.bitPattern)
        return bits < 0 ? Int64.min - bits : bits
      }
      let (a, b) = (place(recorded), place(repeated))
      return a > b ? UInt64(bitPattern: a &- b) : UInt64(bitPattern: b &- a)
    }
  }

  /// Where an artifact differs first.
  public struct ArtifactDifference: Hashable, Codable, Sendable {
    public let name: String
    /// The first byte that differs, from 0; `nil` where one of the two is missing.
    public let offset: Int?
    public let recordedBytes: Int?
    public let repeatedBytes: Int?
    /// Whether the stored file is not the one that the run kept.
    public let isDamaged: Bool

    public init(
      name: String, offset: Int?, recordedBytes: Int?, repeatedBytes: Int?, isDamaged: Bool
    ) {
      (self.name, self.offset, self.isDamaged) = (name, offset, isDamaged)
      (self.recordedBytes, self.repeatedBytes) = (recordedBytes, repeatedBytes)
    }
  }

  /// A fact that was not the same.
  public struct Cause: Hashable, Codable, Sendable {
    /// In the order of how likely they change a result.
    public enum Kind: String, Codable, Sendable, CaseIterable {
      /// The record is not what the run wrote.
      case record
      case data, code, settings, library
      case instructionSet = "instruction set"
      case threads, machine
    }
    public let kind: Kind
    public let name: String
    public let recorded: String
    public let repeated: String

    public init(_ kind: Kind, _ name: String, recorded: String, repeated: String) {
      (self.kind, self.name, self.recorded, self.repeated) = (kind, name, recorded, repeated)
    }
  }

  /// `bitwise`, `withinTolerance` or `different`.
  public let verdict: Verdict
  public let at: Date
  /// Seconds that the repetition took.
  public let duration: TimeInterval
  public let metricCount: Int
  public let artifactCount: Int
  /// The metrics of which a value differs beyond its tolerance, and those that differ at all.
  public let differingMetrics: [String]
  public let differingArtifacts: [String]
  public let metric: MetricDifference?
  public let artifact: ArtifactDifference?
  /// The likeliest first; of a run that was reproduced, what differed all the same.
  public let causes: [Cause]

  /// Creates a report.
  public init(
    verdict: Verdict, at: Date, duration: TimeInterval, metricCount: Int, artifactCount: Int,
    differingMetrics: [String] = [], differingArtifacts: [String] = [],
    metric: MetricDifference? = nil, artifact: ArtifactDifference? = nil, causes: [Cause] = []
  ) {
    (self.verdict, self.at, self.duration) = (verdict, at, duration)
    (self.metricCount, self.artifactCount) = (metricCount, artifactCount)
    (self.differingMetrics, self.differingArtifacts) = (differingMetrics, differingArtifacts)
    (self.metric, self.artifact, self.causes) = (metric, artifact, causes)
  }
}

extension Provenance {
  /// Returns the facts that differ, the likeliest cause of another result first.
  ///
  /// - Parameters:
  ///   - other: That of the repetition.
  ///   - isComplete: Whether facts that cannot change a result (host, process) are told too.
  /// - Returns: The differences, of kinds in the order of ``Verification/Cause/Kind``.
  public func differences(from other: Provenance, isComplete: Bool = false)
    -> [Verification.Cause]
  {
    var causes: [Verification.Cause] = []
    func compare(_ kind: Verification.Cause.Kind, _ name: String, _ a: String?, _ b: String?) {
      guard a != b else { return }
      causes.append(.init(kind, name, recorded: a ?? "none", repeated: b ?? "none"))
    }
    func compare(
      _ kind: Verification.Cause.Kind, _ a: [String: String], _ b: [String: String]
    ) {
      for name in Set(a.keys).union(b.keys).sorted() { compare(kind, name, a[name], b[name]) }
    }
    compare(.data, data, other.data)
    compare(.code, "script", command?.scriptDigest, other.command?.scriptDigest)
    compare(
      .code, "command", command?.words.joined(separator: " "),
      other.command?.words.joined(separator: " "))
    compare(.code, "interpreter", command?.programDigest, other.command?.programDigest)
    compare(.code, "revision", codeRevision, other.codeRevision)
    if isCodeDirty || other.isCodeDirty {
      compare(
        .code, "uncommitted changes", isCodeDirty ? "yes" : "no", other.isCodeDirty ? "yes" : "no")
    }
    compare(.code, "program", binaryDigest, other.binaryDigest)
    compare(.code, "compiler", compiler, other.compiler)
    compare(.library, "python", command?.pythonVersion, other.command?.pythonVersion)
    compare(.library, command?.packages ?? [:], other.command?.packages ?? [:])
    compare(.library, libraries, other.libraries)
    compare(.instructionSet, "instruction set", instructionSet, other.instructionSet)
    compare(.threads, "threads", "\(threads)", "\(other.threads)")
    compare(.machine, "processor", cpuModel, other.cpuModel)
    compare(.machine, "operating system", operatingSystem, other.operatingSystem)
    if let environment, let others = other.environment { compare(.machine, environment, others) }
    if isComplete {
      compare(.machine, "host", host, other.host)
      compare(.machine, "process", "\(processID)", "\(other.processID)")
      compare(.machine, "parent", parent, other.parent)
    }
    return causes
  }
}
