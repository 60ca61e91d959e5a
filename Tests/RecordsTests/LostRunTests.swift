import Casework
import Foundation
import GRDB
import Testing

@testable import Records

@Suite struct LostRunTests {
  let home = TemporaryHome()

  @Test func killedWriterLosesNoPointThatItWasToldIsKept() throws {
    let probe = try Probe("log", home.path)
    let id = try #require(probe.line())
    for step in 1...200 { #expect(probe.line() == "\(step)") }
    let reader = try RunStore(readingHome: home.path)
    #expect(try reader.run(named: id).status == .running)
    let acknowledged = 200 + probe.kill().count
    for store in [reader, try RunStore(readingHome: home.path)] {
      let run = try store.run(named: id)
      #expect(run.status == .lost)
      let points = try #require(store.series(of: run).first).points
      // The last step may be kept and not yet said.
      #expect(points.count == acknowledged || points.count == acknowledged + 1)
      #expect(points.map(\.step) == Array(1...points.count))
      #expect(run.lastStep == points.count)
      #expect(try store.runs(where: "status = 'lost'").map(\.id) == [id])
      #expect(try store.runs(where: "status = 'running'") == [])
      #expect(try store.checkpoint(of: run) == Data("weights".utf8))
      #expect(try store.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
    }
    let next = try RunStore(home: home.path).beginSample()
    try next.log("loss", 1, step: 1)
    try next.finish()
    #expect(try reader.run(named: next.id).status == .finished)
  }

  @Test func manyProcessesOnANewFolderLoseNothing() throws {
    let probes = try (0..<6).map { _ in try Probe("write", home.path, "150") }
    let lines = probes.map { $0.finish() }
    #expect(lines.allSatisfy { $0.count == 2 }, "\(lines)")
    let store = try RunStore(home: home.path)
    let runs = try store.runs()
    #expect(Set(runs.map(\.id)) == Set(lines.map { $0[0] }))
    for run in runs {
      #expect(run.status == .finished)
      #expect(try store.series(of: run).first?.points.map(\.value) == (1...150).map(Double.init))
    }
  }

  @Test func threadsOnOneRunLoseNothing() async throws {
    let store = try RunStore(home: home.path)
    let recorder = try store.beginSample()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<4 {
        group.addTask {
          for step in 0..<100 { try recorder.log("loss", 1, step: task * 100 + step) }
        }
      }
      try await group.waitForAll()
    }
    let run = try store.run(named: recorder.id)
    #expect(try store.series(of: run).first?.points.map(\.step) == Array(0..<400))
  }

  private func identity(
    host: String? = nil, boot: String? = nil, space: String? = nil, id: Int? = nil,
    start: Int? = nil
  ) -> ProcessIdentity {
    let own = ProcessIdentity.current
    return ProcessIdentity(
      host: host ?? own.host, bootID: boot ?? own.bootID,
      processIDSpace: space ?? own.processIDSpace, processID: id ?? own.processID,
      processStart: start ?? own.processStart)
  }

  @Test func processTableAndHeartbeatTellWhoIsGone() throws {
    let now = Date(timeIntervalSince1970: 1_790_000_000)
    let (fresh, old) = (now.addingTimeInterval(-59), now.addingTimeInterval(-61))
    func isGone(_ identity: ProcessIdentity, _ heartbeat: Date) -> Bool {
      identity.isGone(lastSeen: heartbeat, now: now)
    }
    #expect(!isGone(identity(), old), "a live process may be silent")
    #expect(isGone(identity(start: 1), fresh), "its id was given to another")
    #expect(isGone(identity(id: 4_194_305), fresh), "beyond the greatest id")
    #expect(isGone(identity(boot: "another"), fresh))
    for elsewhere in [identity(host: "another"), identity(space: "pid:[1]")] {
      #expect(!isGone(elsewhere, fresh))
      #expect(isGone(elsewhere, old))
    }
  }

  @Test func lostIsAStatusLikeTheOthersInQueries() throws {
    let store = try RunStore(home: home.path)
    for index in 0..<12 {
      let recorder = try store.beginSample(
        seed: index, identity: index % 3 == 0 ? identity(start: 1) : .current,
        startedAt: Date(timeIntervalSince1970: 1_790_000_000 + Double(index)))
      if index % 3 == 1 { try recorder.finish() }
    }
    func seeds(_ filter: String, limit: Int? = nil) throws -> [Int] {
      try store.runs(where: filter, limit: limit).map(\.seed)
    }
    #expect(try seeds("status = 'lost'") == [9, 6, 3, 0])
    #expect(try seeds("status = 'lost'", limit: 2) == [9, 6])
    #expect(try seeds("status != 'lost'", limit: 3) == [11, 10, 8])
    #expect(try seeds("status in ('lost', 'finished') and seed < 5") == [4, 3, 1, 0])
    let sorted = try store.runs(sort: [SortKey("status"), SortKey("-seed")], limit: 6)
    #expect(sorted.map(\.seed) == [10, 7, 4, 1, 9, 6])
    #expect(sorted[5].status == .lost)
  }
}
