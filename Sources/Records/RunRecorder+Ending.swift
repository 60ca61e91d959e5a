import Casework
import Foundation
import GRDB
import Synchronization

extension RunRecorder {
  func end(_ status: Casework.Run.Status, failure: String?) throws {
    try state.withLock { state in
      try requireOpen(state)
      let path = store.files.checkpointPath(of: id)
      try store.keepingFiles {
        let checkpoint = status == .finished ? nil : try storeCheckpoint(path)
        let ending = RunEnding(status: status, failure: failure, checkpoint: checkpoint)
        try write(ending, at: .asKept, &state)
      }
      unlink(path)
    }
  }

  /// Ends the run as its spool says.
  ///
  /// - Throws: ``RecordsError/incompleteSpool(id:)`` if its results are not those that it ended with; then
  ///   it has not ended here.
  func end(_ ending: RunEnding, at now: Date) throws {
    try state.withLock { state in
      try requireOpen(state)
      try write(ending, at: now, &state)
    }
  }

  /// Writes status, duration and the digest of each series in one transaction that is on the disk
  /// when this returns, even if the machine goes down.
  private func write(_ ending: RunEnding, at now: Date, _ state: inout State) throws {
    try RunStore.translating(store.path) {
      try store.database.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA synchronous = FULL")
        try database.inTransaction(.immediate) {
          if let checkpoint = ending.checkpoint { try insert(checkpoint, database) }
          try recordDigests(like: ending.seal, database)
          var sealed = ending
          sealed.seal = try RunSeal.result(of: key, like: ending.seal, database)
          guard ending.seal == nil || ending.seal == sealed.seal else {
            throw RecordsError.incompleteSpool(id: id)
          }
          try database.execute(
            sql: """
              UPDATE run SET status = ?, failure = ?, heartbeat = ?, duration = ?, resultSeal = ?
              WHERE key = ?
              """,
            arguments: [
              ending.status.rawValue, ending.failure, now.timeIntervalSince1970,
              max(0, now.timeIntervalSince(startedAt)), sealed.seal, key,
            ])
          try spool?.append(.ended(run: sealed), at: now)
          return .commit
        }
        try database.execute(sql: "PRAGMA synchronous = NORMAL")
        // Without statistics SQLite picks bad join orders in a large registry.
        // It cannot wait for other writers, and the run is kept without it: the next end tries.
        try? database.execute(sql: "PRAGMA analysis_limit = 400; PRAGMA optimize")
      }
    }
    state.ended = ending.status
    stopBeat()
  }

  private func storeCheckpoint(_ path: String) throws -> Artifact? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let data: Data
    do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw RecordsError.unusable(path: path, reason: FileFault.words(for: error))
    }
    let digest = try store.files.store(data)
    return Artifact(
      name: "checkpoint.safetensors", role: .checkpoint, mediaType: "application/octet-stream",
      bytes: data.count, sha256: digest)
  }

  private func recordDigests(like seal: String?, _ database: Database) throws {
    let logged = try Int64.fetchAll(
      database, sql: "SELECT metric FROM value WHERE run = ? AND step IS NOT NULL",
      arguments: [key])
    for metric in logged {
      let points = try StoredSeries.points(run: key, metric: metric, database)
      try database.execute(
        sql: "UPDATE value SET digest = ? WHERE metric = ? AND run = ?",
        arguments: [MetricSeries.digest(of: points, like: seal), metric, key])
    }
  }
}
