import Casework
import Foundation
import GRDB

/// What is not as it should be in a registry.
public struct RegistryFault: Hashable, Sendable {
  /// In words, with the run or the file.
  public let text: String
  /// Whether `repair` mends it.
  public let isRepairable: Bool
  /// Whether it was mended.
  public var isRepaired = false
}

extension RunStore {
  /// Looks for faults in the database and among the files.
  ///
  /// - Parameters:
  ///   - isThorough: Whether to read every file and every series and compare their digests.
  ///   - repair: Whether to remove files that belong to no run and are older than an hour.
  /// - Returns: The faults; none if all is well.
  /// - Throws: ``RecordsError`` if the registry cannot be read at all.
  public func examine(isThorough: Bool, repair: Bool) throws -> [RegistryFault] {
    var faults = try databaseFaults() + clockFaults() + spaceFaults()
    let runs = try runs(where: "deleted = true or deleted = false")
    var known: Set<String> = []
    for run in runs {
      let name = "run \(run.shortID)"
      for artifact in run.artifacts where known.insert(artifact.sha256).inserted {
        let path = files.path(of: artifact.sha256)
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        if attributes == nil {
          faults.append(
            .init(text: "\(name): '\(artifact.name)' is missing (\(path))", isRepairable: false))
        } else if (attributes?[.size] as? NSNumber)?.intValue != artifact.bytes
          || isThorough && (try? files.data(of: artifact)) == nil
        {
          faults.append(
            .init(
              text: "\(name): '\(artifact.name)' is not what was kept (\(path))",
              isRepairable: false))
        }
      }
      if isThorough, run.status != .running {
        faults += try tampering(of: run).map {
          .init(text: "\(name): \($0.name) changed after they were written", isRepairable: false)
        }
      }
    }
    faults += try repair ? removingFiles { try orphans(repair: true) } : orphans(repair: false)
    return faults
  }

  /// The files that belong to no run.
  private func orphans(repair: Bool) throws -> [RegistryFault] {
    let (known, ids) = try read { database in
      (
        try String.fetchSet(database, sql: "SELECT sha256 FROM artifact"),
        try String.fetchSet(database, sql: "SELECT id FROM run")
      )
    }
    return try files.all().filter { file in
      let isKept = file.sha256.map(known.contains) ?? file.runID.map(ids.contains) ?? false
      return !isKept && file.age > 3600
    }.map { file in
      var fault = RegistryFault(
        text: "\(file.path) (\(file.bytes) bytes) belongs to no run", isRepairable: true)
      if repair { fault.isRepaired = unlink(file.path) == 0 }
      return fault
    }
  }

  /// Free bytes on the file system of the registry, if it says so.
  public var freeBytes: Int? {
    var (folder, found) = (home, statvfs())
    // What is not there yet will be where its parent is.
    while statvfs(folder.isEmpty ? "." : folder, &found) != 0 {
      guard !folder.isEmpty, folder != "/" else { return nil }
      folder = (folder as NSString).deletingLastPathComponent
    }
    return Int(
      clamping: found.f_bavail.multipliedReportingOverflow(by: found.f_frsize).partialValue)
  }

  private func spaceFaults() -> [RegistryFault] {
    guard let free = freeBytes, free < Self.leastFree else { return [] }
    return [
      RegistryFault(
        text:
          "only \(free >> 20) MB are free in \(home): runs may fail to be kept. 'casebook gc' frees "
          + "the room of deleted ones", isRepairable: false)
    ]
  }

  /// Less than this is a fault: a checkpoint or two, and SQLite's log.
  private static let leastFree = 100 << 20

  private func databaseFaults() throws -> [RegistryFault] {
    try read { database in
      let found = try String.fetchAll(database, sql: "PRAGMA integrity_check")
      let foreign = try Row.fetchAll(database, sql: "PRAGMA foreign_key_check")
      return found.filter { $0 != "ok" }.map {
        RegistryFault(text: "the database is damaged: \($0)", isRepairable: false)
      }
        + foreign.map { row in
          RegistryFault(
            text: "a row of \(row[0] as String) belongs to nothing", isRepairable: false)
        }
    }
  }
}
