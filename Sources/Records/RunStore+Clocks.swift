import Foundation
import GRDB

extension RunStore {
  /// By how many seconds clocks may differ before it is a fault.
  private static let tolerance = 5.0

  /// What is wrong with the clocks that runs were written by, and with the file system's.
  ///
  /// - Parameter now: The time by the clock of this machine.
  /// - Returns: A fault for each run whose times cannot be, and one for the file system's clock.
  /// - Throws: ``RecordsError`` if the registry cannot be read.
  func clockFaults(now: Date = Date()) throws -> [RegistryFault] {
    let rows = try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT id, host, startedAt, heartbeat, status = 'running' FROM run
          WHERE startedAt > ?1 OR heartbeat > ?1 OR heartbeat < startedAt - ?2
            OR duration < 0 ORDER BY key
          """, arguments: [now.timeIntervalSince1970 + Self.tolerance, Self.tolerance])
    }
    let runs = rows.map { row -> RegistryFault in
      let (id, host): (String, String) = (row[0], row[1])
      let (start, sign): (Double, Double) = (row[2], row[3])
      let (begun, seen) = (start - now.timeIntervalSince1970, sign - now.timeIntervalSince1970)
      let what =
        begun > Self.tolerance
        ? "began in the future, \(Self.words(begun)) from now"
        : seen > Self.tolerance
          ? "\(row[4] ? "gave a sign of life" : "ended") in the future, \(Self.words(seen)) from now"
          : "ended \(Self.words(start - sign)) before it began"
      return RegistryFault(
        text: "run \(id.prefix(8)) \(what): the clock of \(host), or of this machine, is wrong",
        isRepairable: false)
    }
    return runs + [fileClockFault()].compactMap { $0 }
  }

  /// Whether the file system gives other times than this machine: of files on other machines it does.
  private func fileClockFault() -> RegistryFault? {
    var name = Array("\(home)/clock.XXXXXX".utf8CString)
    let file = mkstemp(&name)
    guard file >= 0 else { return nil }
    unlink(name)
    defer { close(file) }
    let before = Date().timeIntervalSince1970
    var (byte, found) = (UInt8(0), stat())
    guard Glibc.write(file, &byte, 1) == 1, fstat(file, &found) == 0 else { return nil }
    let written = Double(found.st_mtim.tv_sec) + Double(found.st_mtim.tv_nsec) / 1e9
    let ahead = written - before
    guard abs(ahead) > Self.tolerance else { return nil }
    return RegistryFault(
      text: "the clock of the file system of \(home) is \(Self.words(abs(ahead))) "
        + "\(ahead > 0 ? "ahead of" : "behind") this machine's",
      isRepairable: false)
  }

  private static func words(_ seconds: Double) -> String {
    seconds < 120
      ? "\(Int(seconds.rounded())) s"
      : seconds < 7200
        ? "\(Int((seconds / 60).rounded())) min"
        : "\(Int((min(seconds, 1e12) / 3600).rounded())) h"
  }
}
