public import Casework
import Foundation
import GRDB

/// The registry of runs: a folder with a database of what was run and the files that runs kept.
///
/// ```
/// <home>/registry.sqlite          runs, settings, points
/// <home>/artifacts/ab/cdef…       files, named by the SHA-256 of their content
/// <home>/checkpoints/<id>.safetensors   the latest checkpoint of a run that has not ended
/// ```
///
/// Any number of processes may read and write one registry; writers wait for each other. A point
/// that was logged survives the death of its process; the last ones may be lost if the machine
/// itself goes down.
public struct RunStore: Sendable {
  /// The numbers of threads that a run may be recorded with.
  public static let threadCounts = 1...1024

  /// How long a writer waits for the others, in seconds.
  static let patience = 60

  /// The folder.
  public let home: String
  let path: String
  let database: DatabaseQueue
  let files: ArtifactFolder
  /// Whether each run that begins keeps a spool; the database is of this process alone then.
  let isSpooling: Bool
  /// What the file was when it was opened where nothing can be written.
  private var frozen: FileState?
  /// Whether what a verdict on a run of a case was based on, as ``record(_:of:basis:)`` was told, has
  /// changed since; without it no verdict is stale.
  public var isStale: (@Sendable (_ slug: Slug, _ basis: String) -> Bool)?
  /// Which way of a metric is the better one, for `best()` in queries.
  public var direction: (@Sendable (String) -> Metric.Better?)?

  /// Opens the registry of a folder to read and write, and makes both if they are missing.
  ///
  /// - Throws: ``RecordsError`` if the folder cannot be used, or if its database is another
  ///   program's, damaged, or of a newer version; it is left as it is then.
  public init(home: String) throws {
    let path = Self.path(in: home)
    try Self.makeFolder(home)
    // Two processes that meet a new folder at the same moment: the second waits here.
    let lock = try FolderLock(path: (home as NSString).appendingPathComponent("registry.lock"))
    defer { lock.release() }
    let database = try Self.waiting(path) {
      let state =
        try Self.contentSize(of: path) > 0
        ? Self.check(DatabaseQueue(path: path, configuration: Self.reading), path) : .blank
      let database = try DatabaseQueue(path: path, configuration: Self.writing)
      if state == .older { try Self.keepCopy(of: database, path) }
      if state != .current { try Schema.migrator.migrate(database) }
      return database
    }
    self.init(home: home, database: database)
  }

  /// Opens the registry of a folder to read; where there is none, it is empty and none is made.
  ///
  /// - Throws: ``RecordsError`` as ``init(home:)`` does.
  public init(readingHome home: String) throws {
    let path = Self.path(in: home)
    var frozen: FileState?
    let database = try Self.waiting(path) {
      guard try Self.contentSize(of: path) > 0 else { return try Self.empty() }
      let file = FileState(of: path)
      let (database, state, isFrozen) = try Self.openToRead(path)
      frozen = isFrozen ? file : nil
      switch state {
      case .current: return database
      case .blank: return try Self.empty()
      case .older:
        let writer = try DatabaseQueue(path: path, configuration: Self.writing)
        let lock = try FolderLock(path: (home as NSString).appendingPathComponent("registry.lock"))
        defer { lock.release() }
        try Self.keepCopy(of: writer, path)
        try Schema.migrator.migrate(writer)
        return writer
      }
    }
    self.init(home: home, database: database)
    self.frozen = frozen
  }

  /// The version of SQLite that runs are kept with, such as `3.40.1`.
  ///
  /// - Throws: What SQLite throws where it does not even open a database in memory.
  public static func sqliteVersion() throws -> String {
    try DatabaseQueue().read { try String.fetchOne($0, sql: "SELECT sqlite_version()") } ?? ""
  }

  init(home: String, database: DatabaseQueue, isSpooling: Bool = false) {
    (self.home, self.database, self.isSpooling) = (home, database, isSpooling)
    path = Self.path(in: home)
    files = ArtifactFolder(home: home)
  }

  /// Runs work on the database in one transaction, with SQLite's errors in this module's words.
  func read<Value>(_ work: (Database) throws -> Value) throws -> Value {
    let value = try Self.translating(path) { try database.read(work) }
    guard frozen == nil || frozen == FileState(of: path) else {
      throw RecordsError.unusable(path: path, reason: "it changed while it was read; try again")
    }
    return value
  }

  func write<Value>(_ work: (Database) throws -> Value) throws -> Value {
    try Self.translating(path) {
      try database.writeWithoutTransaction { database in
        try database.run("BEGIN IMMEDIATE")
        do {
          let value = try work(database)
          try database.run("COMMIT")
          return value
        } catch {
          // SQLite has ended it by itself where the disk is full.
          if database.isInsideTransaction { try? database.run("ROLLBACK") }
          throw error
        }
      }
    }
  }
}

extension RunStore {
  enum State { case current, older, blank }

  static func path(in home: String) -> String {
    (home as NSString).appendingPathComponent("registry.sqlite")
  }

  /// The number whose bits are stored, so that queries can ask the points of a metric.
  private static let realOf = DatabaseFunction("real_of", argumentCount: 1, pure: true) { values in
    Int64.fromDatabaseValue(values[0]).map { Double(bitPattern: UInt64(bitPattern: $0)) }
  }

  /// The number that a chunk of points has at a step.
  private static let realAt = DatabaseFunction("real_at", argumentCount: 2, pure: true) { values in
    guard let data = Data.fromDatabaseValue(values[0]), let step = Int.fromDatabaseValue(values[1])
    else { return nil }
    return PointChunk.points(in: data)?.first { $0.step == step }?.value
  }

  /// Looks again each millisecond.
  ///
  /// SQLite's own handler sleeps for up to 100 ms between two looks, so that of eight busy writers one
  /// may find the file locked for more than a second.
  private static var busyMode: Database.BusyMode {
    .callback { tries in
      usleep(1000)
      return tries < patience * 1000
    }
  }

  static var reading: Configuration { reading(isReadOnly: true) }

  private static func reading(isReadOnly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = isReadOnly
    configuration.busyMode = busyMode
    configuration.prepareDatabase { database in
      database.add(function: realOf)
      database.add(function: realAt)
      // Pages are kept as far as they are read: 64 MB of a registry of a million runs.
      try database.execute(sql: "PRAGMA cache_size = -64000")
    }
    return configuration
  }

  private static var writing: Configuration {
    var configuration = Configuration()
    configuration.busyMode = busyMode
    configuration.foreignKeysEnabled = true
    // Not the library's `.wal`, which writes at each opening in a transaction that cannot wait.
    configuration.prepareDatabase { database in
      database.add(function: realOf)
      database.add(function: realAt)
      // Of a new registry: a point changes three pages, and each is written and summed whole.
      try database.execute(sql: "PRAGMA page_size = 1024")
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      try database.execute(sql: "PRAGMA synchronous = NORMAL")
      // Points change the same few pages again and again: 4 MB of them are brought into the registry at
      // a time, with two waits for the disk. With SQLite's 1,000 pages it would be each 300 points; with
      // more, who reads after a writer was killed would have the more to go through.
      try database.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
    }
    return configuration
  }

  /// Copies a registry beside itself before it is brought to a newer form.
  private static func keepCopy(of database: DatabaseQueue, _ path: String) throws {
    let version = try database.read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM grdb_migrations") ?? 0
    }
    let copy = "\(path).version-\(version)"
    guard !FileManager.default.fileExists(atPath: copy) else { return }
    let part = "\(copy).\(getpid()).part"
    do {
      let target = try DatabaseQueue(path: part)
      try database.backup(to: target)
      try target.close()
      guard rename(part, copy) == 0 else {
        throw RecordsError.unusable(path: copy, reason: FileFault.words(for: errno))
      }
    } catch {
      unlink(part)
      throw error
    }
  }

  static func empty() throws -> DatabaseQueue {
    let database = try DatabaseQueue(configuration: reading(isReadOnly: false))
    try Schema.migrator.migrate(database)
    return database
  }

  static func makeFolder(_ home: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    } catch {
      throw RecordsError.unusable(
        path: home, reason: "the folder cannot be made (\(FileFault.words(for: error)))")
    }
  }

  /// Returns the size of the file, or 0 if there is none.
  static func contentSize(of path: String) throws -> Int {
    var facts = stat()
    guard stat(path, &facts) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return 0 }
      throw RecordsError.unusable(path: path, reason: FileFault.words(for: errno))
    }
    guard facts.st_mode & S_IFMT == S_IFREG else {
      throw RecordsError.notARegistry(path: path, reason: "it is not a file")
    }
    return Int(facts.st_size)
  }

  /// Opens a file that is there, and finds out what it is.
  ///
  /// SQLite keeps two more files beside it, to read also. Where they cannot be made, as in a folder of
  /// somebody else, on a disk that is mounted to read or on a full one, the file is whole without them as long as no log
  /// is there; who writes it meanwhile is found out by ``FileState``.
  private static func openToRead(_ path: String) throws -> (DatabaseQueue, State, isFrozen: Bool) {
    do {
      let database = try DatabaseQueue(path: path, configuration: reading)
      return (database, try check(database, path), false)
    } catch let error as DatabaseError
      where [.SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_IOERR].contains(error.resultCode)
    {
      guard try contentSize(of: path + "-wal") == 0 else {
        if error.resultCode == .SQLITE_IOERR { throw error }
        throw RecordsError.unusable(
          path: path,
          reason: "its latest changes stand in \(path)-wal still, and nothing can be written "
            + "there; run 'casebook doctor' once where it can")
      }
      let allowed = CharacterSet.urlPathAllowed
      let escaped = path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
      let frozen = try DatabaseQueue(path: "file:\(escaped)?immutable=1", configuration: reading)
      return (frozen, try check(frozen, path), true)
    }
  }

  /// Finds out what a file is before anything is written to it.
  static func check(_ database: DatabaseQueue, _ path: String) throws -> State {
    try database.read { database in
      let identity = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
      let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
      if tables == 0 && identity == 0 { return .blank }
      // The migrator's own table comes first: a process that died right after it left no more.
      let isStarted = try tables <= 2 && database.tableExists("grdb_migrations")
      if identity == 0 && isStarted { return .blank }
      guard identity == Schema.applicationID else {
        throw RecordsError.notARegistry(
          path: path, reason: "it is a database of another program, with \(tables) tables")
      }
      let migrator = Schema.migrator
      if try migrator.hasBeenSuperseded(database) { throw RecordsError.newerVersion(path: path) }
      return try migrator.hasCompletedMigrations(database) ? .current : .older
    }
  }

  /// Opens what SQLite refuses at once, without its own waiting, while the last other connection
  /// closes and takes the write-ahead log away.
  private static func waiting<Value>(_ path: String, _ work: () throws -> Value) throws -> Value {
    let end = ContinuousClock.now + .seconds(patience)
    while true {
      do { return try translating(path, work) } catch RecordsError.busy(let path, let seconds) {
        guard ContinuousClock.now < end else {
          throw RecordsError.busy(path: path, seconds: seconds)
        }
        usleep(2000)
      }
    }
  }

  /// Says what went wrong below in the words of ``RecordsError``.
  static func translating<Value>(_ path: String, _ work: () throws -> Value) throws -> Value {
    do { return try work() } catch let error as DatabaseError {
      let reason = error.message ?? error.resultCode.description
      switch error.resultCode {
      case .SQLITE_NOTADB: throw RecordsError.notARegistry(path: path, reason: reason)
      case .SQLITE_CORRUPT: throw RecordsError.damaged(path: path, reason: reason)
      case .SQLITE_BUSY, .SQLITE_LOCKED: throw RecordsError.busy(path: path, seconds: patience)
      case .SQLITE_FULL:
        throw RecordsError.unusable(path: path, reason: "the disk is full; free some space")
      default: throw RecordsError.unusable(path: path, reason: reason)
      }
    }
  }
}
