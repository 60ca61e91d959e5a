import Casework
import Foundation
import GRDB

extension RunStore {
  /// Opens a folder in which each run that begins keeps a spool of its own, in place of a database.
  ///
  /// Files and checkpoints stand in it as in a registry. What runs of this process have recorded can
  /// be asked for as ever; of other processes' runs, nothing is known here.
  ///
  /// - Parameter folder: Where to write; it is made if it is missing.
  /// - Throws: ``RecordsError`` if it cannot be written to.
  public init(spooling folder: String) throws {
    try Self.makeFolder(folder)
    self.init(home: folder, database: try Self.empty(), isSpooling: true)
  }

  /// Reads the spools of a folder, and the registry beside them if there is one.
  ///
  /// - Parameter folder: Where runs were spooled.
  /// - Returns: The runs, to be read like those of a registry, and what was damaged or missing.
  /// - Throws: ``RecordsError`` if the folder cannot be read at all.
  public static func spooled(in folder: String) throws -> (store: RunStore, faults: [SpoolFault]) {
    let spools = try SpoolFolder(path: folder)
    let store = RunStore(home: folder, database: try snapshot(of: folder), isSpooling: true)
    var faults = spools.faults
    let known = try store.read { try String.fetchSet($0, sql: "SELECT id FROM run") }
    for (id, records) in spools.records.sorted(by: { $0.key < $1.key }) where !known.contains(id) {
      faults += try store.replay(records, of: id)
    }
    return (store, faults)
  }

  /// Takes over what is whole in the spools of a folder; what is here already stays as it is, and a run
  /// that had not ended here is brought up to date.
  ///
  /// - Parameter folder: Where runs were spooled; nothing in it is changed.
  /// - Returns: What was new, what was not, what still goes on, and what was damaged or missing.
  /// - Throws: ``RecordsError`` if the folder cannot be read or this registry cannot be written.
  public func collect(_ folder: String) throws -> (result: TakeOver, faults: [SpoolFault]) {
    var (other, faults) = try Self.spooled(in: folder)
    var result = TakeOver()
    for run in try other.runs(where: "deleted = true or deleted = false", sort: [SortKey("id")]) {
      do { result.add(try merge([run], of: other)) } catch let error as RecordsError {
        // One that cannot be taken over keeps no other from it.
        guard error.isAboutOneRun else { throw error }
        faults.append(.init(in: "run \(run.shortID)", error))
      }
    }
    // Of a run that goes on, a record may be seen before all of it is there.
    faults.removeAll { $0.tornRun.map(result.unfinished.contains) ?? false }
    return (result, faults)
  }

  /// Records again what a run was told.
  private func replay(_ records: [SpoolRecord], of id: String) throws -> [SpoolFault] {
    guard let first = records.first, first.number == 1, case .begun(let beginning) = first.event
    else {
      return [.init(description: "run \(id.prefix(8)): its beginning is missing; it was left out")]
    }
    guard (0...1e11).contains(first.at), Self.threadCounts.contains(beginning.provenance.threads)
    else {
      return [
        .init(description: "run \(id.prefix(8)): its beginning is not possible; it was left out")
      ]
    }
    var recorder = try begin(
      beginning, id: id, startedAt: Date(timeIntervalSince1970: first.at), isReplayed: true)
    var faults: [SpoolFault] = []
    for record in records.dropFirst() {
      let now = Date(timeIntervalSince1970: record.at)
      do {
        guard (0...1e11).contains(record.at) else {
          throw RecordsError.bundleRefused(reason: "it has no time")
        }
        if let fault = record.event.fault { throw RecordsError.bundleRefused(reason: fault) }
        switch record.event {
        case .resumed(let resumption):
          recorder = try resume(run(named: id), resumption, at: now, isReplayed: true)
        case .ended(let ending): try recorder.end(ending, at: now)
        default: try recorder.record(record.event, at: now)
        }
      } catch {
        faults.append(.init(in: "run \(id.prefix(8)), record \(record.number)", error))
      }
    }
    return faults
  }

  /// Returns a registry's content in memory, or an empty one.
  private static func snapshot(of folder: String) throws -> DatabaseQueue {
    let path = path(in: folder)
    let memory = try empty()
    guard try contentSize(of: path) > 0 else { return memory }
    let file = try DatabaseQueue(path: path, configuration: reading)
    guard try check(file, path) != .blank else { return memory }
    try translating(path) {
      try file.backup(to: memory)
      try Schema.migrator.migrate(memory)
    }
    return memory
  }
}

extension RunEvent {
  /// What no recorder writes, if it is that.
  fileprivate var fault: String? {
    switch self {
    case .begun: "the run begins twice"
    case .points(let metric, let steps, let bits):
      steps.count == bits.count ? nil : "'\(metric)' has not as many values as steps"
    case .kept(let artifact): artifact.fault
    case .ended(let ending):
      [.finished, .failed, .cancelled].contains(ending.status)
        ? ending.checkpoint?.fault : "no run ends as '\(ending.status.rawValue)'"
    case .threads(let count):
      RunStore.threadCounts.contains(count) ? nil : "no run has \(count) threads"
    case .resumed(let resumption):
      RunStore.threadCounts.contains(resumption.provenance.threads)
        ? nil : "no run has \(resumption.provenance.threads) threads"
    case .progress(let done, let total, _):
      done >= 0 && total >= 0 ? nil : "a run cannot be at \(done) of \(total)"
    default: nil
    }
  }
}
