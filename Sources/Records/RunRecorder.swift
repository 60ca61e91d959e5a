public import Casework
import Digests
public import Foundation
import GRDB
import Synchronization

/// Writes one run while it happens.
///
/// Every method returns when what it was told is kept, may be called from any thread, and throws
/// ``RecordsError`` if it could not be kept. A program's `SessionHost` passes its calls on to one.
/// A background beat each two seconds tells readers that the process is alive.
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
  // Dispatch sources may be used from any thread, but are not declared so.
  nonisolated(unsafe) private let beat: any DispatchSourceTimer
  private static let beatInterval: TimeInterval = 2

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
    startedAt: Date, provenance: Provenance, attempt: Int = 1, earlier: Set<Int64> = []
  ) {
    self.attempt = attempt
    (self.store, self.key, self.id, self.slug) = (store, key, id, slug)
    (self.metrics, self.startedAt) = (metrics, startedAt)
    state = Mutex(State(lastBeat: startedAt, provenance: provenance, earlier: earlier))
    beat = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    beat.schedule(deadline: .now() + Self.beatInterval, repeating: Self.beatInterval)
    beat.setEventHandler { [weak self] in self?.giveSignOfLife() }
    beat.resume()
  }

  deinit { beat.cancel() }

  /// Keeps a number: of the run, or of one step of it.
  ///
  /// - Throws: `CaseworkError.undeclaredMetric` if the run was begun without that metric,
  ///   ``RecordsError/repeatedPoint(metric:step:)`` if it has a value for the step,
  ///   ``RecordsError/runHasEnded(id:status:)``.
  public func log(_ metric: String, _ value: Double, step: Int? = nil) throws {
    guard let step else { return try logWhole(metric, value) }
    try log(metric, [value], steps: [step])
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
    let metricKey = try key(of: metric)
    guard let least = steps.min(), let greatest = steps.max() else { return }
    try writing { database, state, now in
      if state.earlier.remove(metricKey) != nil {
        state.unpacked[metricKey] = try StoredSeries.supersede(
          from: least, attempt: attempt - 1, run: key, metric: metricKey, database)
      }
      // Steps mostly grow; only those that do not may be there already.
      if let last = state.lastStep[metricKey], least <= last {
        for step in steps where step <= last {
          guard try StoredSeries.isPacked(step, run: key, metric: metricKey, database) else {
            continue
          }
          throw RecordsError.repeatedPoint(metric: metric, step: step)
        }
      }
      if steps.count > 1, Set(steps).count < steps.count {
        let first = Dictionary(grouping: steps) { $0 }.first { $0.value.count > 1 }?.key
        throw RecordsError.repeatedPoint(metric: metric, step: first)
      }
      let time = Int(now.timeIntervalSince(startedAt) * 1000)
      let points = zip(steps, values).map { step, value in
        StoredPoint(step: step, bits: Int64(bitPattern: value.bitPattern), time: time)
      }
      do {
        if points.count > 1, try hasTail(at: steps, metricKey, database) {
          throw DatabaseError(resultCode: .SQLITE_CONSTRAINT)
        }
        state.unpacked[metricKey] = try StoredSeries.add(
          points, run: key, metric: metricKey, unpacked: state.unpacked[metricKey] ?? 0, database)
      } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
        throw RecordsError.repeatedPoint(metric: metric, step: steps.count == 1 ? least : nil)
      }
      try raise(metricKey, points, database)
      state.lastStep[metricKey] = max(state.lastStep[metricKey] ?? greatest, greatest)
      if now.timeIntervalSince(state.lastBeat) > 0.5 { try sign(now, database, &state) }
    }
  }

  private func logWhole(_ metric: String, _ value: Double) throws {
    let metricKey = try key(of: metric)
    try writing { database, state, now in
      if state.earlier.contains(metricKey), try !hasPoints(metricKey, database) {
        state.earlier.remove(metricKey)
      }
      try database.cachedStatement(sql: Self.setWholeValue).execute(
        arguments: [
          metricKey, key, value.isNaN ? DatabaseValue.null : value.databaseValue,
          Int64(bitPattern: value.bitPattern),
        ])
      guard database.changesCount == 1 else {
        throw RecordsError.repeatedPoint(metric: metric, step: nil)
      }
      if now.timeIntervalSince(state.lastBeat) > 0.5 { try sign(now, database, &state) }
    }
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
    try requireOpen()
    let digest = try store.files.store(data)
    let artifact = Artifact(
      name: name, role: role, mediaType: mediaType, bytes: data.count, sha256: digest)
    try writing { database, _, _ in try insert(artifact, database) }
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
    try writing { database, _, _ in
      try database.cachedStatement(
        sql: "UPDATE run SET done = ?, total = ?, unit = ? WHERE key = ?"
      ).execute(arguments: [progress.done, progress.total, progress.unit, key])
    }
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
    try writing { database, _, _ in try RunStore.setTag(name, value, of: key, database) }
  }

  /// Records the fingerprint of data that the run reads.
  public func record(data name: String, fingerprint: String) throws {
    try writing { database, state, _ in
      state.provenance.data[name] = fingerprint
      let provenance = try ProvenanceRow.key(of: state.provenance, database)
      try database.execute(
        sql: "UPDATE run SET provenance = ? WHERE key = ?", arguments: [provenance, key])
    }
  }
}

extension RunRecorder {
  private static let raiseLastValue = """
    INSERT INTO value
      (metric, run, number, bits, isWhole, step, count, least, greatest, sum)
    VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT (metric, run) DO UPDATE SET
      number = iif(isWhole OR step > ?5, number, ?3), bits = iif(isWhole OR step > ?5, bits, ?4),
      step = max(coalesce(step, ?5), ?5), count = count + ?6,
      least = min(coalesce(least, ?7), coalesce(?7, least)),
      greatest = max(coalesce(greatest, ?8), coalesce(?8, greatest)),
      sum = coalesce(sum, 0) + ?9
    """

  private static let setWholeValue = """
    INSERT INTO value (metric, run, number, bits, isWhole) VALUES (?, ?, ?, ?, 1)
    ON CONFLICT (metric, run) DO UPDATE SET
      number = excluded.number, bits = excluded.bits, isWhole = 1
    WHERE NOT isWhole
    """

  private func key(of metric: String) throws -> Int64 {
    guard let key = metrics[metric] else {
      throw CaseworkError.undeclaredMetric(metric, case: slug, known: metrics.keys.sorted())
    }
    return key
  }

  /// Brings the value of a metric up to date with new points.
  private func raise(_ metric: Int64, _ points: [StoredPoint], _ database: Database) throws {
    guard let last = points.max(by: { $0.step < $1.step }) else { return }
    let extent = SeriesExtent(of: points.lazy.map(\.value))
    try database.cachedStatement(sql: Self.raiseLastValue).execute(
      arguments: [
        metric, key, last.value.isNaN ? DatabaseValue.null : last.value.databaseValue, last.bits,
        last.step, extent.count, extent.least, extent.greatest, extent.sum,
      ])
  }

  private func hasPoints(_ metric: Int64, _ database: Database) throws -> Bool {
    try Int.fetchOne(
      database, sql: "SELECT 1 FROM value WHERE run = ? AND metric = ? AND step IS NOT NULL",
      arguments: [key, metric]) != nil
  }

  /// Whether one of the points that are not packed has one of the steps.
  private func hasTail(
    at steps: [Int], _ metric: Int64, _ database: Database
  ) throws -> Bool {
    let known = try Int.fetchSet(
      database, sql: "SELECT step FROM point WHERE run = ? AND metric = ?",
      arguments: [key, metric])
    return !known.isDisjoint(with: steps)
  }

  /// Writes in one transaction, if the run is open.
  func writing(
    _ work: (Database, inout State, _ now: Date) throws -> Void
  ) throws {
    try state.withLock { state in
      try requireOpen(state)
      var next = state
      try store.write { database in try work(database, &next, Date()) }
      state = next
    }
  }

  func insert(_ artifact: Artifact, _ database: Database) throws {
    do {
      try database.execute(
        sql: """
          INSERT INTO artifact (run, position, attempt, name, role, mediaType, bytes, sha256)
          SELECT ?, count(*), ?, ?, ?, ?, ?, ? FROM artifact WHERE run = ?
          """,
        arguments: [
          key, attempt, artifact.name, artifact.role.rawValue, artifact.mediaType, artifact.bytes,
          artifact.sha256, key,
        ])
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
      throw RecordsError.repeatedArtifact(name: artifact.name)
    }
  }

  func requireOpen(_ state: State) throws {
    if let ended = state.ended {
      throw RecordsError.runHasEnded(id: id, status: ended.rawValue)
    }
  }

  func stopBeat() { beat.cancel() }

  private func requireOpen() throws { try state.withLock { try requireOpen($0) } }

  private func sign(_ now: Date, _ database: Database, _ state: inout State) throws {
    try database.cachedStatement(sql: "UPDATE run SET heartbeat = ? WHERE key = ?").execute(
      arguments: [now.timeIntervalSince1970, key])
    state.lastBeat = now
  }

  private func giveSignOfLife() {
    // A beat that cannot be written is no reason to end a run: the next `log` reports the cause.
    try? writing { database, state, now in try sign(now, database, &state) }
  }

  private static func check(name: String) throws {
    let isPlain =
      !name.isEmpty && name.utf8.count <= 200 && !name.hasPrefix(".")
      && name.unicodeScalars.allSatisfy { scalar in
        scalar != "/" && scalar != "\\" && scalar.value >= 32 && scalar.value != 127
      }
    guard isPlain else { throw RecordsError.unusableName(name) }
  }
}
