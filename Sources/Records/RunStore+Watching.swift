public import Casework
import Foundation
import GRDB

/// How far a run is, as its process last said.
public struct StoredProgress: Hashable, Sendable {
  public let done: Int
  public let total: Int
  public let unit: String
}

extension RunStore {
  /// Returns how far a run is, if it has said so.
  public func progress(of run: Casework.Run) throws -> StoredProgress? {
    try read { database in
      let row = try Row.fetchOne(
        database, sql: "SELECT done, total, unit FROM run WHERE id = ?", arguments: [run.id])
      guard let row, let done: Int = row[0], let total: Int = row[1] else { return nil }
      return StoredProgress(done: done, total: total, unit: row[2] ?? "")
    }
  }

  /// Asks the process of a running run to end it cleanly, as Ctrl-C does.
  ///
  /// - Throws: ``RecordsError/cannotReach(id:reason:)`` if the run is not running, or its process is on
  ///   another machine or in another container.
  public func interrupt(_ run: Casework.Run) throws {
    let row = try read {
      try Row.fetchOne(
        $0,
        sql:
          "SELECT host, bootID, pidSpace, processID, processStart, heartbeat FROM run WHERE id = ?",
        arguments: [run.id])
    }
    guard run.status == .running, let row else {
      throw RecordsError.cannotReach(id: run.id, reason: "it is \(run.status.rawValue)")
    }
    let identity = ProcessIdentity(
      host: row[0], bootID: row[1], processIDSpace: row[2], processID: row[3], processStart: row[4])
    let here = ProcessIdentity.current
    guard identity.host == here.host, identity.bootID == here.bootID,
      identity.processIDSpace == here.processIDSpace
    else {
      throw RecordsError.cannotReach(
        id: run.id, reason: "its process is on \(identity.host), not on this machine")
    }
    guard !identity.isGone(lastSeen: Date(timeIntervalSince1970: row[5])),
      let process = pid_t(exactly: identity.processID), kill(process, SIGINT) == 0
    else {
      throw RecordsError.cannotReach(
        id: run.id, reason: "its process cannot be told (\(FileFault.words(for: errno)))")
    }
  }
}
