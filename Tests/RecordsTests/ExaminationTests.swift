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

  @Test func filesOfEarlierAttemptsBelongToTheirRun() throws {
    let store = try RunStore(home: home.path)
    let recorder = try store.beginSample()
    try recorder.keep("note.txt", Data("one".utf8), mediaType: "text/plain")
    let kept = try store.run(named: recorder.id).artifacts[0]
    try recorder.fail(CocoaError(.fileNoSuchFile))
    let (second, _) = try store.resume(
      store.run(named: recorder.id), metrics: [], provenance: samplePlace)
    try second.finish()
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -7200)],
      ofItemAtPath: store.files.path(of: kept.sha256))
    #expect(try store.examine(isThorough: true, repair: true) == [])
    #expect(try store.clean(isDryRun: false).files == 0)
    #expect(try store.data(of: kept) == Data("one".utf8))
  }

  @Test func nothingIsRemovedWhileAFileIsKept() throws {
    let store = try RunStore(home: home.path)
    func couldLock(_ kind: Int32) -> Bool {
      let file = open(home.path + "/artifacts.lock", O_RDWR)
      defer { close(file) }
      return flock(file, kind | LOCK_NB) == 0
    }
    let whileKeeping = try store.keepingFiles { [couldLock(LOCK_SH), couldLock(LOCK_EX)] }
    #expect(whileKeeping == [true, false])
    #expect(try store.removingFiles { couldLock(LOCK_SH) } == false)
    #expect(couldLock(LOCK_EX))
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
