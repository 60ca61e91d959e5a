import Casework
import Foundation
import GRDB
import Testing

@testable import Records

@Suite struct RunStoreTests {
  let home = TemporaryHome()
  private var file: String { home.path + "/registry.sqlite" }

  private func makeFile(_ data: Data) throws {
    try FileManager.default.createDirectory(
      atPath: home.path, withIntermediateDirectories: true)
    try data.write(to: URL(fileURLWithPath: file))
  }

  private func content() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file)) }

  @Test func readingWhereNothingIsMakesNothing() throws {
    let store = try RunStore(readingHome: home.path)
    #expect(try store.runs() == [])
    #expect(try store.count(where: "status = 'lost'") == 0)
    #expect(!FileManager.default.fileExists(atPath: home.path))
    #expect(
      recordsError { _ = try store.run(named: "ab") } == .noSuchRun("ab", recent: []))
  }

  @Test func folderThatCannotBeWrittenIsRead() throws {
    try RunStore(home: home.path).beginSample().finish()
    // As in a folder of somebody else: what SQLite keeps beside a file it reads cannot be made.
    try FileManager.default.createSymbolicLink(
      atPath: file + "-shm", withDestinationPath: "nowhere")
    let store = try RunStore(readingHome: home.path)
    #expect(try store.runs().count == 1)

    // Its owner writes meanwhile.
    try FileManager.default.removeItem(atPath: file + "-shm")
    try RunStore(home: home.path).beginSample().finish()
    #expect(recordsError { _ = try store.runs() }?.description.contains("try again") == true)
    #expect(try RunStore(readingHome: home.path).runs().count == 2)

    try Data("changes".utf8).write(to: URL(filePath: file + "-wal"))
    try? FileManager.default.removeItem(atPath: file + "-shm")
    try FileManager.default.createSymbolicLink(
      atPath: file + "-shm", withDestinationPath: "nowhere")
    let error = recordsError { _ = try RunStore(readingHome: home.path) }
    #expect(error?.description.contains("casebook doctor") == true)
  }

  @Test func fileThatIsNoDatabaseIsRefusedAndLeft() throws {
    let text = Data(String(repeating: "These are notes, not runs. ", count: 50).utf8)
    try makeFile(text)
    for open in [RunStore.init(home:), RunStore.init(readingHome:)] {
      let error = recordsError { _ = try open(home.path) }
      #expect(error?.description.contains("is not a registry of runs") == true)
      #expect(try content() == text)
    }
  }

  @Test func databaseOfAnotherProgramIsRefusedAndLeft() throws {
    try makeFile(Data())
    let other = try DatabaseQueue(path: file)
    try other.write { try $0.execute(sql: "CREATE TABLE song (title TEXT)") }
    try other.close()
    let before = try content()
    for open in [RunStore.init(home:), RunStore.init(readingHome:)] {
      let error = recordsError { _ = try open(home.path) }
      #expect(error?.description.contains("of another program") == true)
      #expect(try content() == before)
    }
  }

  @Test func newerVersionIsRefusedAndLeft() throws {
    _ = try RunStore(home: home.path)
    let other = try DatabaseQueue(path: file)
    try other.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99: more')") }
    try other.close()
    let before = try content()
    for open in [RunStore.init(home:), RunStore.init(readingHome:)] {
      #expect(recordsError { _ = try open(home.path) } == .newerVersion(path: file))
      #expect(try content() == before)
    }
  }

  @Test(arguments: [100, 3000])
  func damagedFileIsRefusedAndLeft(from offset: Int) throws {
    let store = try RunStore(home: home.path)
    try store.beginSample().finish()
    try store.database.close()
    var bytes = try content()
    if offset == 100 {
      bytes.replaceSubrange(100..<4096, with: Data(repeating: 0xA5, count: 3996))
    } else {
      bytes = bytes.prefix(offset * 4)
    }
    try bytes.write(to: URL(fileURLWithPath: file))
    for open in [RunStore.init(home:), RunStore.init(readingHome:)] {
      let error = recordsError { _ = try open(home.path).runs() }
      #expect(error?.description.contains("is damaged") == true, "\(error as Any)")
      #expect(try content() == bytes)
    }
  }

  @Test func folderThatCannotBeMadeIsAnError() throws {
    try Data("a file".utf8).write(to: URL(fileURLWithPath: home.path))
    let error = recordsError { _ = try RunStore(home: home.path + "/sub") }
    #expect(error?.description.contains("the folder cannot be made") == true)
    #expect(recordsError { _ = try RunStore(home: home.path) } != nil)
    #expect(try String(contentsOfFile: home.path, encoding: .utf8) == "a file")
  }

  @Test func folderInPlaceOfTheFileIsAnError() throws {
    try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: true)
    #expect(
      recordsError { _ = try RunStore(home: home.path) }
        == .notARegistry(path: file, reason: "it is not a file"))
  }

  @Test func fileThatCannotGrowLeavesWhatWasKept() throws {
    let probe = try Probe("starve", home.path)
    let lines = probe.finish()
    let id = try #require(lines.first)
    let kept = lines.dropFirst().filter { !$0.hasPrefix("error") }.count
    #expect(kept > 0)
    #expect(
      lines.contains { $0.hasPrefix("error:") && $0.contains("cannot be used") },
      "\(lines.suffix(2))")
    let store = try RunStore(home: home.path)
    let series = try store.series(of: store.run(named: id))
    #expect(series.first?.points.count == kept)
    #expect(try store.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
  }

  @Test func prefixesNameRuns() throws {
    let store = try RunStore(home: home.path)
    let ids = try (0..<17).map { _ in try store.beginSample().id }
    for id in ids {
      #expect(try store.run(named: id).id == id)
      #expect(try store.run(named: id.prefix(20).uppercased()).id == id)
    }
    let shared = try #require(
      Dictionary(grouping: ids) { $0.prefix(1) }.first { $0.value.count > 1 }, "17 ids, 16 digits")
    let error = recordsError { _ = try store.run(named: String(shared.key)) }
    #expect(
      error
        == .ambiguousRun(
          String(shared.key), matches: shared.value.sorted().map { String($0.prefix(8)) },
          count: shared.value.count))
    for name in ["", "zz", "' OR 1=1 --"] {
      let error = recordsError { _ = try store.run(named: name) }
      #expect(error?.description.contains(ids[16].prefix(8)) == true)
    }
  }
}
