import Casework
import Digests
import Foundation
import GRDB
import Synchronization

extension RunRecorder {
  /// Ends the run well; its checkpoint is no longer needed and goes.
  public func finish() throws { try end(.finished, failure: nil) }

  /// Ends the run because of an error; its checkpoint becomes an artifact.
  public func fail(_ error: any Error) throws { try end(.failed, failure: "\(error)") }

  /// Ends the run because the user asked for it; its checkpoint becomes an artifact.
  public func cancel() throws { try end(.cancelled, failure: nil) }

  /// Records the number of threads that was chosen while the run went on.
  public func record(threads: Int) throws {
    try state.withLock { state in
      try requireOpen(state)
      try RunStore.translating(store.path) {
        try store.database.write { database in
          try database.execute(
            sql: "UPDATE run SET threads = ? WHERE key = ?", arguments: [threads, key])
        }
      }
    }
  }

  /// Writes status, duration and the digest of each series in one transaction that is on the disk
  /// when this returns, even if the machine goes down.
  private func end(_ status: Casework.Run.Status, failure: String?) throws {
    try state.withLock { state in
      try requireOpen(state)
      let checkpointPath = store.files.checkpointPath(of: id)
      let checkpoint = status == .finished ? nil : try storeCheckpoint(checkpointPath)
      let now = Date()
      try RunStore.translating(store.path) {
        try store.database.writeWithoutTransaction { database in
          try database.execute(sql: "PRAGMA synchronous = FULL")
          try database.inTransaction(.immediate) {
            if let checkpoint { try insert(checkpoint, database) }
            try recordDigests(database)
            try database.execute(
              sql: """
                UPDATE run SET status = ?, failure = ?, heartbeat = ?, duration = ?, resultSeal = ?
                WHERE key = ?
                """,
              arguments: [
                status.rawValue, failure, now.timeIntervalSince1970,
                max(0, now.timeIntervalSince(startedAt)), try RunSeal.result(of: key, database),
                key,
              ])
            return .commit
          }
          try database.execute(sql: "PRAGMA synchronous = NORMAL")
          // Without statistics SQLite picks bad join orders in a large registry.
          // It cannot wait for other writers, and the run is kept without it: the next end tries.
          try? database.execute(sql: "PRAGMA analysis_limit = 400; PRAGMA optimize")
        }
      }
      state.ended = status
      stopBeat()
      unlink(checkpointPath)
    }
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

  private func recordDigests(_ database: Database) throws {
    let logged = try Int64.fetchAll(
      database, sql: "SELECT metric FROM value WHERE run = ? AND step IS NOT NULL",
      arguments: [key])
    for metric in logged {
      let values = try StoredSeries.points(run: key, metric: metric, database).map(\.value)
      try database.execute(
        sql: "UPDATE value SET digest = ? WHERE metric = ? AND run = ?",
        arguments: [SHA256Digest(ofBitPatterns: values).hex, metric, key])
    }
  }
}
