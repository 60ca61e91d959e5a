import Casework
import Datasets
import Foundation
import Synchronization
import Testing

/// What has happened, from whichever thread.
private final class Events: Sendable {
  private let list = Mutex<[DataEvent]>([])
  var all: [DataEvent] { list.withLock { $0 } }
  func append(_ event: DataEvent) { list.withLock { $0.append(event) } }
}

@Suite struct GetTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func store(
    _ environment: [String: String]? = nil, stallLimit: Duration = .seconds(60)
  ) -> DataStore {
    DataStore(
      searchPath: [], home: "\(scratch.path)/home",
      environment: environment ?? MiniSet.environment(scratch), stallLimit: stallLimit)
  }

  /// An environment whose python3 is a shell script.
  private func environment(python script: String) throws -> [String: String] {
    try scratch.write("bin/python3", Data("#!/bin/sh\n\(script)\n".utf8), mode: 0o755)
    return ["PATH": "\(scratch.path)/bin:/usr/bin:/bin"]
  }

  private func expectNothingLeft() { #expect(scratch.listing("home") == []) }

  @Test func aWheelBecomesTheDeclaredFiles() async throws {
    _ = try MiniSet.writeWheel(to: scratch)
    let located = try await store().get(MiniSet.set(.folder("kept"), MiniSet.wheel))
    #expect(located.folder == "\(scratch.path)/home/kept")
    #expect(scratch.listing("home") == ["kept", "kept/images", "kept/labels"])
    #expect(try located.contents(of: "images") == MiniSet.images.data)
    // The second time nothing is fetched: there is no python.
    #expect(try await store(["PATH": ""]).get(MiniSet.set(.folder("kept"))) == located)
  }

  @Test func packedFilesBelowAnAddressAreFetched() async throws {
    try MiniSet.write(to: scratch, "mirror", isPacked: true)
    let located = try await store().get(MiniSet.set(.url("file://\(scratch.path)/mirror")))
    #expect(try located.contents(of: "labels") == MiniSet.labels.data)
    #expect(scratch.listing("home") == ["mini", "mini/images", "mini/labels"])
  }

  @Test func aWheelAndAnAddressGiveTheSameFingerprint() async throws {
    _ = try MiniSet.writeWheel(to: scratch)
    try MiniSet.write(to: scratch, "mirror", isPacked: true)
    let one = try await store().get(MiniSet.set(MiniSet.wheel, name: "one"))
    let other = try await store().get(
      MiniSet.set(.url("file://\(scratch.path)/mirror/"), name: "other"))
    #expect(one.fingerprint == other.fingerprint)
  }

  @Test func allReasonsAreToldAndNothingIsLeft() async throws {
    try MiniSet.write(to: scratch, "mirror", isPacked: true)
    try scratch.write("mirror/labels.gz", gzipped(Data("other bytes".utf8)))
    let told = await reasons {
      try await store(["PATH": ""]).get(
        MiniSet.set(MiniSet.wheel, .url("file://\(scratch.path)/mirror"), .url("ftp://a/b")))
    }
    try #require(told.count == 4)
    #expect(told[0].hasPrefix("not in "))
    #expect(told[1].contains("no python3 on the PATH"))
    #expect(told[2].contains("mirror/labels.gz is not the declared file: its SHA-256 is "))
    #expect(told[3].contains("only https is fetched"))
    expectNothingLeft()
  }

  @Test func theNextSourceIsTriedAfterAFailure() async throws {
    try MiniSet.write(to: scratch, "mirror", isPacked: true)
    let events = Events()
    let located = try await store(["PATH": ""]).get(
      MiniSet.set(MiniSet.wheel, .url("file://\(scratch.path)/mirror"))
    ) { events.append($0) }
    #expect(located.name == "mini")
    guard case .refused(let reason) = events.all.first else {
      Issue.record("the failure of the wheel is not told")
      return
    }
    #expect(reason.contains("python3"))
  }

  @Test func nothingIsFetchedOffline() async throws {
    _ = try MiniSet.writeWheel(to: scratch)
    let error = await #expect(throws: DatasetsError.self) {
      try await store().get(MiniSet.set(MiniSet.wheel), isOffline: true)
    }
    #expect(error == .offline(name: "mini"))
    #expect(!FileManager.default.fileExists(atPath: "\(scratch.path)/home"))
  }

  @Test func whatPipSaysIsToldWithoutPasswords() async throws {
    let script = "echo 'WARNING: x' >&2; echo 'ERROR: none at https://ada:secret@host/' >&2; exit 3"
    let told = await reasons {
      try await store(environment(python: script)).get(MiniSet.set(MiniSet.wheel))
    }
    #expect(
      told.last
        == "pip download mini-digits==1.0: ERROR: none at https://***@host/ (exit status 3)")
    expectNothingLeft()
  }

  @Test func aWheelThatPipDoesNotFindIsToldInPipsWords() async throws {
    let told = await reasons { try await store().get(MiniSet.set(MiniSet.wheel)) }
    #expect(told.last?.contains("No matching distribution found for mini-digits==1.0") == true)
    expectNothingLeft()
  }

  @Test func aStalledDownloadIsEnded() async throws {
    // Nobody ever writes to the pipe, so that the script waits for good.
    let script = "mkfifo \"$TMPDIR/pipe\"; exec cat \"$TMPDIR/pipe\""
    let told = await reasons {
      try await store(environment(python: script), stallLimit: .milliseconds(100))
        .get(MiniSet.set(MiniSet.wheel))
    }
    #expect(told.last?.contains("no byte came for ") == true)
    expectNothingLeft()
  }

  @Test func cancellingEndsTheDownloadAndLeavesNothing() async throws {
    let script = "mkfifo \"$TMPDIR/pipe\"; exec cat \"$TMPDIR/pipe\""
    let store = store(try environment(python: script))
    let (events, sink) = AsyncStream.makeStream(of: DataEvent.self)
    let task = Task { try await store.get(MiniSet.set(MiniSet.wheel)) { sink.yield($0) } }
    for await _ in events { break }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    expectNothingLeft()
  }

  @Test func aDamagedCopyIsReplacedAndRemainsAreRemoved() async throws {
    try MiniSet.write(to: scratch, "mirror", isPacked: true)
    try MiniSet.write(to: scratch, "home/mini")
    try scratch.write("home/mini/labels", Data("torn".utf8))
    try scratch.write("home/.mini.partial/ready/images", Data("half".utf8))
    try scratch.write("home/.other.partial/pip/x", Data("half".utf8))
    try scratch.write("home/.other.lock", Data())
    _ = try await store().get(MiniSet.set(.url("file://\(scratch.path)/mirror")))
    #expect(scratch.listing("home") == ["mini", "mini/images", "mini/labels"])
  }

  @Test func aHomeThatCannotBeMadeIsAReason() async throws {
    try scratch.write("home", Data("a file".utf8))
    let told = await reasons { try await store().get(MiniSet.set(.url("file:///nowhere"))) }
    #expect(told.last?.contains("\(scratch.path)/home") == true)
  }

  @Test func oneOfTwoFetchesAndTheOtherFinds() async throws {
    _ = try MiniSet.writeWheel(to: scratch)
    let store = store()
    let events = Events()
    let located = try await withThrowingTaskGroup(of: LocatedDataSet.self) { group in
      for _ in 0..<2 {
        group.addTask {
          try await store.get(MiniSet.set(MiniSet.wheel)) { events.append($0) }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(located.count == 2)
    #expect(Set(located).count == 1)
    #expect(events.all.filter { $0 == .checking(source: "mini-digits 1.0 (PyPI)") }.count == 1)
    #expect(scratch.listing("home") == ["mini", "mini/images", "mini/labels"])
  }

  @Test func whatAnotherProcessFetchesMeanwhileIsFound() async throws {
    try MiniSet.write(to: scratch, "ready")
    try FileManager.default.createDirectory(
      atPath: "\(scratch.path)/home", withIntermediateDirectories: true)
    let script = """
      import fcntl, os, sys
      lock = open(sys.argv[1] + '/home/.mini.lock', 'w')
      fcntl.flock(lock, fcntl.LOCK_EX)
      print('held')
      sys.stdin.read()
      os.rename(sys.argv[1] + '/ready', sys.argv[1] + '/home/mini')
      """
    let other = try Companion(script, [scratch.path])
    #expect(other.firstLine == "held")
    // There is no source: only waiting can end well.
    let located = try await store().get(MiniSet.set()) { if $0 == .waiting { other.goOn() } }
    #expect(located.folder == "\(scratch.path)/home/mini")
    #expect(scratch.listing("home") == ["mini", "mini/images", "mini/labels"])
  }
}
