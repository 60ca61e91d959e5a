public import Casework
import Digests
public import Foundation
import GRDB
import Synchronization

/// Writes one run while it happens.
///
/// Every method returns when what it was told is kept, may be called from any thread, and throws
/// ``RecordsError`` if it could not be kept. A program's `SessionHost` passes its calls on to one.
/// A background beat tells readers that the process is alive.
public final class RunRecorder: Sendable {
  /// The id of the run.
  public let id: String
  public let slug: Slug
  let store: RunStore
  let key: Int64
  let metrics: [String: Int64]
  /// When it began, later by the time between its attempts.
  let startedAt: Date
  let attempt: Int
  let state: Mutex<State>
  /// What keeps the run, where its database is of this process alone.
  let spool: SpoolWriter?
  // Dispatch sources may be used from any thread, but are not declared so.
  nonisolated(unsafe) private let beat: any DispatchSourceTimer

  struct State {
    var ended: Run.Status?
    var lastBeat: Date
    var lastProgress = Date.distantPast
    var provenance: Provenance
    /// Points that are not packed, by metric.
    var unpacked: [Int64: Int] = [:]
    /// The last step of each metric that this process has logged.
    var lastStep: [Int64: Int] = [:]
    /// Metrics of which only earlier attempts have points.
    var earlier: Set<Int64> = []
  }

  init(
    store: RunStore, key: Int64, id: String, slug: Slug, metrics: [String: Int64],
    startedAt: Date, provenance: Provenance, attempt: Int = 1, earlier: Set<Int64> = [],
    spool: SpoolWriter? = nil, isReplayed: Bool = false
  ) {
    self.attempt = attempt
    (self.store, self.key, self.id, self.slug) = (store, key, id, slug)
    (self.metrics, self.startedAt, self.spool) = (metrics, startedAt, spool)
    state = Mutex(State(lastBeat: startedAt, provenance: provenance, earlier: earlier))
    beat = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    let interval = spool == nil ? 2.0 : SpoolWriter.beatInterval
    beat.schedule(deadline: isReplayed ? .distantFuture : .now() + interval, repeating: interval)
    beat.setEventHandler { [weak self] in
      // A beat that cannot be written is no reason to end a run: the next `log` reports the cause.
      try? self?.record(.alive)
    }
    beat.resume()
  }

  deinit { beat.cancel() }

  /// Keeps a number: of the run, or of one step of it.
  ///
  /// - Throws: `CaseworkError.undeclaredMetric` if the run was begun without that metric,
  ///   ``RecordsError/repeatedPoint(metric:step:)`` if it has a value for the step,
  ///   ``RecordsError/runHasEnded(id:status:)``.
  public func log(_ metric: String, _ value: Double, step: Int? = nil) throws {
    let bits = Int64(bitPattern: value.bitPattern)
    guard let step else { return try record(.value(metric: metric, bits: bits)) }
    try record(.points(metric: metric, steps: [step], bits: [bits]))
  }

  /// Keeps the numbers of some steps together: all of them, or none.
  ///
  /// - Parameters:
  ///   - metric: A metric that the run was begun with.
  ///   - values: The numbers.
  ///   - steps: As many steps, each of which has no value yet.
  /// - Throws: As ``log(_:_:step:)``.
  public func log(_ metric: String, _ values: [Double], steps: [Int]) throws {
    precondition(
      values.count == steps.count, "\(values.count) values do not fit \(steps.count) steps")
    try record(
      .points(
        metric: metric, steps: steps, bits: values.map { Int64(bitPattern: $0.bitPattern) }))
  }

  /// Keeps a figure, as the artifact `<name>.json`.
  public func keep(_ figure: Figure) throws {
    let data = try FigureCoding.data(of: figure)
    try keep(
      figure.name + ".json", data, mediaType: FigureCoding.mediaType, role: .figure)
  }

  /// Keeps a file: its content is stored once, however many runs have it.
  ///
  /// - Parameters:
  ///   - name: A plain file name, unique in the run.
  ///   - data: The content.
  ///   - mediaType: Such as `text/plain`.
  ///   - role: What the file is to the run.
  /// - Throws: ``RecordsError/repeatedArtifact(name:)``, ``RecordsError/unusableName(_:)``.
  public func keep(
    _ name: String, _ data: Data, mediaType: String, role: Artifact.Role = .output
  ) throws {
    try Self.check(name: name)
    try state.withLock { try requireOpen($0) }
    try store.keepingFiles {
      let digest = try store.files.store(data)
      try record(
        .kept(
          file: Artifact(
            name: name, role: role, mediaType: mediaType, bytes: data.count, sha256: digest)))
    }
  }

  /// Tells readers how far the run is, at most twice a second.
  ///
  /// - Throws: ``RecordsError`` if it could not be kept.
  public func progress(_ progress: RunProgress) throws {
    let now = Date()
    let isDue = state.withLock { state in
      let isLast = progress.done >= progress.total
      guard state.ended == nil, isLast || now.timeIntervalSince(state.lastProgress) >= 0.5 else {
        return false
      }
      state.lastProgress = now
      return true
    }
    guard isDue else { return }
    try record(.progress(done: progress.done, total: progress.total, unit: progress.unit))
  }

  /// Replaces the run's checkpoint, whole or not at all.
  public func checkpoint(_ data: Data) throws {
    try state.withLock { state in
      try requireOpen(state)
      try WholeFile.write(data, to: store.files.checkpointPath(of: id), mode: 0o644)
    }
  }

  /// Tags the run.
  ///
  /// - Throws: ``RecordsError/unusableRunName(_:reason:)`` if that is no name of a tag.
  public func tag(_ name: String, _ value: String) throws {
    try RunStore.check(tag: name)
    try record(.tag(name: name, value: value))
  }

  /// Records the fingerprint of data that the run reads.
  public func record(data name: String, fingerprint: String) throws {
    try record(.data(name: name, fingerprint: fingerprint))
  }

  /// Records the number of threads that was chosen while the run went on.
  public func record(threads: Int) throws { try record(.threads(count: threads)) }

  /// Ends the run well; its checkpoint is no longer needed and goes.
  public func finish() throws { try end(.finished, failure: nil) }

  /// Ends the run because of an error; its checkpoint becomes an artifact.
  public func fail(_ error: any Error) throws { try end(.failed, failure: "\(error)") }

  /// Ends the run because the user asked for it; its checkpoint becomes an artifact.
  public func cancel() throws { try end(.cancelled, failure: nil) }

  func requireOpen(_ state: State) throws {
    if let ended = state.ended {
      throw RecordsError.runHasEnded(id: id, status: ended.rawValue)
    }
  }

  func stopBeat() { beat.cancel() }

  // In folders, a name may be a path of plain names, as MLflow's artifacts have.
  static func check(name: String, inFolders: Bool = false) throws {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = parts.allSatisfy { part in
      !part.isEmpty && part.utf8.count <= 200 && !part.hasPrefix(".")
        && part.unicodeScalars.allSatisfy { $0 != "\\" && $0.value >= 32 && $0.value != 127 }
    }
    guard isPlain, inFolders || parts.count == 1 else { throw RecordsError.unusableName(name) }
  }
}
