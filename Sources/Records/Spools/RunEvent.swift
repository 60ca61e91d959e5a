import Casework
import Foundation

/// What a run's record is told while it happens: each call of a ``RunRecorder`` is one of these.
///
/// The database takes it in, and a spool keeps it as one line, from which the same record comes again.
enum RunEvent: Codable, Equatable, Sendable {
  case begun(run: RunBeginning)
  /// A later attempt goes on where the checkpoint of an earlier one is.
  case resumed(run: RunResumption)
  /// Values of a metric at some steps, as bit patterns: JSON has no not-a-number.
  case points(metric: String, steps: [Int], bits: [Int64])
  /// The run's one value of a metric.
  case value(metric: String, bits: Int64)
  case kept(file: Artifact)
  case progress(done: Int, total: Int, unit: String)
  /// Data that the run reads.
  case data(name: String, fingerprint: String)
  case threads(count: Int)
  case tag(name: String, value: String)
  /// A sign of life.
  case alive
  case ended(run: RunEnding)
}

/// How a run began.
struct RunBeginning: Codable, Equatable, Sendable {
  let slug: Slug
  let seed: Int
  let preset: String
  let settings: [StoredRun.Choice]
  let metrics: [String]
  let provenance: Provenance
  let identity: ProcessIdentity
}

/// Who goes on with a run.
struct RunResumption: Codable, Equatable, Sendable {
  let metrics: [String]
  let provenance: Provenance
  let identity: ProcessIdentity
}

/// How a run ended.
struct RunEnding: Codable, Equatable, Sendable {
  let status: Casework.Run.Status
  var failure: String?
  /// The checkpoint of a run that did not end well.
  var checkpoint: Artifact?
  /// What the results are sealed with, once they are.
  var seal: String?
}
