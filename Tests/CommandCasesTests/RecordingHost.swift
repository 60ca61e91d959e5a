import Casework
import Foundation
import Synchronization

/// What stands behind a session in a test: lists of what was said.
final class RecordingHost: SessionHost {
  struct Contents {
    var metrics: [String: [Double]] = [:]
    var steps: [String: [Int?]] = [:]
    var figures: [Figure] = []
    var artifacts: [String: Data] = [:]
    var roles: [String: Artifact.Role] = [:]
    var tags: [String: String] = [:]
    var checkpoint: Data?
    var progress: [RunProgress] = []
    var notes: [String] = []
  }

  private let state = Mutex(Contents())
  private let known: [String]
  let resumption: Data?
  let threads: Int?
  private let heard: AsyncStream<String>.Continuation?

  init(
    metrics: [String] = ["loss"], resumption: Data? = nil, threads: Int? = nil,
    heard: AsyncStream<String>.Continuation? = nil
  ) {
    (known, self.resumption, self.threads, self.heard) = (metrics, resumption, threads, heard)
  }

  var contents: Contents { state.withLock { $0 } }

  func log(_ metric: String, _ value: Double, step: Int?) throws {
    guard known.contains(metric) else {
      throw CaseworkError.undeclaredMetric(metric, case: Slug(typeName: "Probe"), known: known)
    }
    state.withLock {
      $0.metrics[metric, default: []].append(value)
      $0.steps[metric, default: []].append(step)
    }
  }
  func keep(_ figure: Figure) { state.withLock { $0.figures.append(figure) } }
  func keep(_ name: String, _ data: Data, mediaType: String, role: Artifact.Role) {
    state.withLock { ($0.artifacts[name], $0.roles[name]) = (data, role) }
  }
  func tag(_ name: String, _ value: String) { state.withLock { $0.tags[name] = value } }
  func checkpoint(_ data: Data) { state.withLock { $0.checkpoint = data } }
  func progress(_ progress: RunProgress) { state.withLock { $0.progress.append(progress) } }
  func note(_ text: String) {
    state.withLock { $0.notes.append(text) }
    heard?.yield(text)
  }
  func dataSet(_ name: String) -> LocatedDataSet {
    LocatedDataSet(name: name, folder: "/data/\(name)", fingerprint: "")
  }
  func dataFolder(_ path: String) -> URL { URL(filePath: path) }
}
