public import Foundation

/// The record of one execution of a case.
public struct Run: Hashable, Codable, Sendable, Identifiable {
  /// Where a run stands.
  public enum Status: String, Codable, Sendable, CaseIterable {
    case running, finished, failed, cancelled
    /// It was running, and its process is no more.
    case lost
  }

  /// Thirty-two hexadecimal digits; any prefix that no other run shares names it, as git's.
  public let id: String
  /// The case that ran.
  public let slug: Slug
  public var status: Status
  public let seed: Int
  public let preset: String
  public let settings: [String: JSONValue]
  /// The last value of each metric.
  public var metrics: [String: Double]
  public let startedAt: Date
  /// Seconds from start to end, or to the last sign of life.
  public var duration: TimeInterval
  /// The last step that was logged, if any was.
  public var lastStep: Int?
  /// What ended the run, if it failed.
  public var failure: String?
  public var verdict: Verdict?
  public var provenance: Provenance
  public var artifacts: [Artifact]
  /// What the user calls it, what was noted of it, and its tags.
  public var labels = RunLabels()
  /// When it was deleted, if it was; it can be restored until the registry is cleaned.
  public var deletedAt: Date?

  /// Creates a record.
  public init(
    id: String, slug: Slug, status: Status, seed: Int, preset: String,
    settings: [String: JSONValue], metrics: [String: Double] = [:], startedAt: Date,
    duration: TimeInterval = 0, lastStep: Int? = nil, failure: String? = nil,
    verdict: Verdict? = nil, provenance: Provenance, artifacts: [Artifact] = []
  ) {
    (self.id, self.slug, self.status, self.seed, self.preset) = (id, slug, status, seed, preset)
    (self.settings, self.metrics, self.startedAt) = (settings, metrics, startedAt)
    (self.duration, self.lastStep, self.failure) = (duration, lastStep, failure)
    (self.verdict, self.provenance, self.artifacts) = (verdict, provenance, artifacts)
  }

  /// The first eight digits of the id.
  public var shortID: String { String(id.prefix(8)) }
}

/// What the user says of a run.
public struct RunLabels: Hashable, Codable, Sendable {
  /// Unique in a registry; it stands for the run's id.
  public var name: String?
  public var note: String?
  public var tags: [String: String]

  /// Creates labels.
  public init(name: String? = nil, note: String? = nil, tags: [String: String] = [:]) {
    (self.name, self.note, self.tags) = (name, note, tags)
  }
}

/// Whether a run gave the same result when it was run again.
public enum Verdict: String, Codable, Sendable, CaseIterable {
  case bitwise
  case withinTolerance = "within-tolerance"
  case different
  /// It was verified, but the case, its entry or its data have changed since.
  case stale
}

/// A file that a run kept, named by its content.
public struct Artifact: Hashable, Codable, Sendable {
  /// What a file is to a run.
  public enum Role: String, Codable, Sendable {
    case output, figure, checkpoint, code
    /// What a command has printed; it may differ between equal runs.
    case log
  }

  public let name: String
  public let role: Role
  public let mediaType: String
  public let bytes: Int
  /// Sixty-four hexadecimal digits.
  public let sha256: String

  /// Creates a description.
  public init(name: String, role: Role, mediaType: String, bytes: Int, sha256: String) {
    (self.name, self.role, self.mediaType) = (name, role, mediaType)
    (self.bytes, self.sha256) = (bytes, sha256)
  }
}

/// All that a run needs to be run again, beside its settings and seed.
public struct Provenance: Hashable, Codable, Sendable {
  /// The commit of the code that the program was built from, or `nil` if it is not known.
  public var codeRevision: String?
  /// Whether the code differed from that commit; the difference is kept as the artifact `code.diff`.
  public var isCodeDirty: Bool
  /// The SHA-256 of the program.
  public var binaryDigest: String
  public var compiler: String
  /// Versions by name, such as that of `onednn`.
  public var libraries: [String: String]
  public var cpuModel: String
  /// What the numeric kernels were compiled for at run time, such as `avx512_core_bf16`.
  public var instructionSet: String
  public var threads: Int
  /// Fingerprints by data set.
  public var data: [String: String]
  public var operatingSystem: String
  public var host: String
  public var bootID: String
  public var processID: Int
  /// Whether the number of threads was left to the trainers; of older records it is not known.
  public var areThreadsAutomatic: Bool?
  /// Variables that change how libraries compute, such as `OMP_NUM_THREADS`, and the locale.
  public var environment: [String: String]?
  /// The run whose record this one was started from.
  public var parent: String?
  /// Of a case that is a command: what it was made by.
  public var command: CommandProvenance?
  /// Of a run that another program has recorded: which, and what it said.
  public var origin: RunOrigin?

  /// Creates a record.
  public init(
    codeRevision: String?, isCodeDirty: Bool, binaryDigest: String, compiler: String,
    libraries: [String: String], cpuModel: String, instructionSet: String, threads: Int,
    data: [String: String] = [:], operatingSystem: String, host: String, bootID: String,
    processID: Int, parent: String? = nil
  ) {
    (self.codeRevision, self.isCodeDirty) = (codeRevision, isCodeDirty)
    (self.binaryDigest, self.compiler, self.libraries) = (binaryDigest, compiler, libraries)
    (self.cpuModel, self.instructionSet, self.threads) = (cpuModel, instructionSet, threads)
    (self.data, self.operatingSystem, self.host) = (data, operatingSystem, host)
    (self.bootID, self.processID, self.parent) = (bootID, processID, parent)
  }
}

/// A metric over the steps of a run.
public struct MetricSeries: Hashable, Codable, Sendable {
  public struct Point: Hashable, Codable, Sendable {
    public let step: Int
    public let value: Double

    /// Creates a point.
    public init(step: Int, value: Double) { (self.step, self.value) = (step, value) }
  }
  public let metric: String
  /// In the order of their steps.
  public let points: [Point]
  /// The SHA-256 of the steps and the values' bit patterns.
  public let digest: String

  /// Creates a series.
  public init(metric: String, points: [Point], digest: String) {
    (self.metric, self.points, self.digest) = (metric, points, digest)
  }
}
