import Casework
import Foundation
import GRDB
import Testing

@testable import Records

@Suite struct ExaminationTests {
  let home = TemporaryHome()

  @Test func clocksThatAreWrongAreSeen() throws {
    let store = try RunStore(home: home.path)
    let recorder = try store.beginSample()
    try recorder.finish()
    let now = Date()
    #expect(try store.examine(isThorough: true, repair: false) == [])
    for (change, words) in [
      ("startedAt = ?1 + 7200, heartbeat = ?1 + 7201", "began in the future, 2 h from now"),
      ("startedAt = ?1 - 9, heartbeat = ?1 + 60", "ended in the future, 60 s from now"),
      (
        "startedAt = ?1 - 9, heartbeat = ?1 + 60, status = 'running'",
        "gave a sign of life in the future, 60 s from now"
      ),
      ("startedAt = ?1 - 9, heartbeat = ?1 - 69, status = 'failed'", "ended 60 s before it began"),
    ] {
      try store.write {
        try $0.execute(
          sql: "UPDATE run SET \(change)", arguments: [now.timeIntervalSince1970])
      }
      let faults = try store.clockFaults(now: now)
      #expect(faults.count == 1 && faults[0].text.contains(words), "\(faults)")
    }
  }

  @Test func freeSpaceIsThatOfTheDisk() throws {
    let found = try RunStore(home: home.path).freeBytes
    let attributes = try FileManager.default.attributesOfFileSystem(forPath: home.path)
    let free = try #require((attributes[.systemFreeSize] as? NSNumber)?.intValue)
    // Others write meanwhile; what is kept for root is not free.
    #expect(try #require(found) <= free + 1 << 30)
    #expect(RunStore(home: "/dev/shm/not/there", database: try .init()).freeBytes != nil)
  }
}
