import CArchive
public import Casework
import Digests
import Foundation
import GRDB

/// What came of taking runs over from elsewhere.
public struct TakeOver: Hashable, Sendable {
  /// The ids of runs that are new here, or have come further than they had here.
  public var taken: [String] = []
  /// Those that were here already, with the same results.
  public var known: [String] = []
  /// Those that go on elsewhere.
  public var unfinished: [String] = []

  /// Nothing yet.
  public init() {}

  /// Adds what came of another folder.
  public mutating func add(_ other: TakeOver) {
    taken += other.taken
    known += other.known
    unfinished += other.unfinished
  }
}

extension RunStore {
  /// Writes runs with all that they have kept as one tar file.
  ///
  /// First `manifest.json` with the digests of all that follows, then `artifacts/<sha256>` and
  /// `runs/<id>.json`. The same runs give the same bytes.
  ///
  /// - Parameters:
  ///   - runs: Runs that have ended.
  ///   - descriptor: Where to write.
  /// - Throws: ``RecordsError`` if a run has not ended, a file is damaged, or writing fails.
  public func export(_ runs: [Casework.Run], to descriptor: Int32) throws {
    if let open = runs.first(where: { $0.status == .running || $0.status == .lost }) {
      throw RecordsError.runIsRunning(id: open.id)
    }
    let stored = try runs.sorted { $0.id < $1.id }.map(stored)
    let texts = try stored.map { ($0.id, try StoredSetting.sealedJSON($0)) }
    let artifacts = Dictionary(
      stored.flatMap(\.artifacts).map { ($0.sha256, $0) }
    ) { first, _ in first }
    let manifest = BundleManifest(
      runs: Dictionary(uniqueKeysWithValues: texts.map { ($0, SHA256Digest(of: $1).hex) }),
      artifacts: artifacts.mapValues(\.bytes))
    let writer = try TarWriter(descriptor: descriptor)
    try writer.add("manifest.json", try StoredSetting.sealedJSON(manifest))
    for (digest, artifact) in artifacts.sorted(by: { $0.key < $1.key }) {
      try writer.add("artifacts/\(digest)", try files.data(of: artifact))
    }
    for (id, text) in texts { try writer.add("runs/\(id).json", text) }
    try writer.close()
  }

  /// Takes over the runs of a file that ``export(_:to:)`` wrote: all that are new, or none.
  ///
  /// - Parameter path: The file, or `-` for the standard input.
  /// - Returns: What was new and what was not.
  /// - Throws: ``RecordsError/bundleRefused(reason:)`` if the file is not sound; nothing is recorded then.
  public func importBundle(_ path: String) throws -> TakeOver {
    let reader = try TarReader(path: path)
    guard let first = try reader.next(), first.name == "manifest.json" else {
      throw RecordsError.bundleRefused(reason: "it does not begin with a manifest of runs")
    }
    let manifest: BundleManifest
    do {
      manifest = try StoredSetting.read(
        BundleManifest.self, from: try reader.content(limit: 1 << 28))
    } catch is DecodingError {
      throw RecordsError.bundleRefused(reason: "its manifest cannot be read")
    }
    guard manifest.format == BundleManifest.name, manifest.version == 1 else {
      throw RecordsError.bundleRefused(
        reason: "it is of the form '\(manifest.format.prefix(40))', version \(manifest.version)")
    }
    var (left, texts) = (manifest.artifacts, [String: Data]())
    while let member = try reader.next() {
      let parts = member.name.split(separator: "/", omittingEmptySubsequences: false)
      let name = parts.last.map(String.init) ?? ""
      if member.isFile, parts.count == 2, parts[0] == "artifacts", let bytes = left[name] {
        let data = try reader.content(limit: bytes)
        guard SHA256Digest(of: data).hex == name else {
          throw RecordsError.bundleRefused(reason: "'\(member.name)' is not what its name says")
        }
        _ = try files.store(data)
        left[name] = nil
      } else if member.isFile, parts.count == 2, parts[0] == "runs", name.hasSuffix(".json"),
        let digest = manifest.runs[String(name.dropLast(5))],
        texts[String(name.dropLast(5))] == nil
      {
        let data = try reader.content(limit: 1 << 30)
        guard SHA256Digest(of: data).hex == digest else {
          throw RecordsError.bundleRefused(reason: "'\(member.name)' is not what the manifest says")
        }
        texts[String(name.dropLast(5))] = data
      } else {
        throw RecordsError.bundleRefused(
          reason: "it holds '\(member.name.prefix(80))', which its manifest does not name")
      }
    }
    guard texts.count == manifest.runs.count, left.isEmpty else {
      throw RecordsError.bundleRefused(reason: "it ends before all that its manifest names")
    }
    let runs = try texts.sorted { $0.key < $1.key }.map { id, text -> StoredRun in
      let run: StoredRun
      do { run = try StoredSetting.read(StoredRun.self, from: text) } catch {
        throw RecordsError.bundleRefused(reason: "the run \(id.prefix(8)) cannot be read")
      }
      guard run.id == id, run.hasEnded else {
        throw RecordsError.bundleRefused(
          reason: "the run \(id.prefix(8)) is another one, or has not ended")
      }
      return run
    }
    return try takeOver(runs)
  }

  /// Takes over all runs of another registry whose process is gone and that are not here yet.
  ///
  /// - Throws: ``RecordsError``; nothing is recorded then.
  public func merge(_ other: RunStore) throws -> TakeOver {
    try merge(
      other.runs(where: "deleted = true or deleted = false", sort: [SortKey("id")]), of: other)
  }

  /// Takes over some runs of another registry.
  func merge(_ runs: [Casework.Run], of other: RunStore) throws -> TakeOver {
    let gone = runs.filter { $0.status != .running }
    let ended = try read {
      try String.fetchSet($0, sql: "SELECT id FROM run WHERE status <> 'running'")
    }
    for run in gone where !ended.contains(run.id) {
      for artifact in run.artifacts { _ = try files.store(try other.data(of: artifact)) }
      if run.status == .lost, let checkpoint = try other.checkpoint(of: run) {
        try WholeFile.write(checkpoint, to: files.checkpointPath(of: run.id), mode: 0o644)
      }
    }
    var result = try takeOver(try gone.map(other.stored))
    result.unfinished = runs.filter { $0.status == .running }.map(\.id)
    return result
  }

  private func stored(_ run: Casework.Run) throws -> StoredRun {
    try read { database in
      let key = try Int64.fetchOne(
        database, sql: "SELECT key FROM run WHERE id = ?", arguments: [run.id])
      return try StoredRun(key ?? -1, self, database)
    }
  }

  private func takeOver(_ runs: [StoredRun]) throws -> TakeOver {
    for run in runs {
      if let fault = run.fault { throw RecordsError.bundleRefused(reason: fault) }
    }
    return try write { database in
      var result = TakeOver()
      for run in runs { try takeOver(run, &result, database) }
      return result
    }
  }

  private func takeOver(
    _ run: StoredRun, _ result: inout TakeOver, _ database: Database
  ) throws {
    let row = try Row.fetchOne(
      database, sql: "SELECT key, startSeal, resultSeal FROM run WHERE id = ?", arguments: [run.id])
    guard let row else {
      try run.insert(self, database)
      return result.taken.append(run.id)
    }
    let isSame = row[1] == run.text("startSeal")
    let here = try StoredRun(row[0], self, database)
    // A record of a run that has not ended may be an earlier state of the other one.
    let isWhole = here.hasEnded && run.hasEnded
    guard isSame, !isWhole || row[2] == run.text("resultSeal") else {
      throw RecordsError.bundleRefused(
        reason: "the run \(run.id.prefix(8)) is here already, with other results")
    }
    guard !here.hasEnded, here.extent.lexicographicallyPrecedes(run.extent) else {
      return result.known.append(run.id)
    }
    var later = run
    // What the user has called it stays.
    for name in ["name", "note", "deletedAt"] { later.columns[name] = here.columns[name] }
    later.tags = here.tags
    try database.execute(sql: "DELETE FROM run WHERE key = ?", arguments: [row[0] as Int64])
    try later.insert(self, database)
    result.taken.append(run.id)
  }
}

/// What a bundle holds.
struct BundleManifest: Codable {
  static let name = "casebook-runs"
  var format = Self.name
  var version = 1
  /// The digest of each run's member, by id.
  let runs: [String: String]
  /// The size of each artifact, by digest.
  let artifacts: [String: Int]
}

/// Writes a tar file that depends on its content alone.
private final class TarWriter {
  /// `AE_IFREG`.
  private static let plainFile: UInt32 = 0o100000

  private let handle: OpaquePointer

  init(descriptor: Int32) throws {
    guard let handle = archive_write_new() else {
      throw RecordsError.unusable(path: "the bundle", reason: "there is no memory to write it")
    }
    self.handle = handle
    try check(archive_write_set_format_ustar(handle))
    try check(archive_write_open_fd(handle, descriptor))
  }

  deinit { archive_write_free(handle) }

  func add(_ name: String, _ data: Data) throws {
    let entry = archive_entry_new()
    defer { archive_entry_free(entry) }
    archive_entry_set_pathname(entry, name)
    archive_entry_set_size(entry, Int64(data.count))
    archive_entry_set_filetype(entry, Self.plainFile)
    archive_entry_set_perm(entry, 0o644)
    archive_entry_set_mtime(entry, 0, 0)
    try check(archive_write_header(handle, entry))
    let written = data.withUnsafeBytes { archive_write_data(handle, $0.baseAddress, $0.count) }
    guard written == data.count else { try check(Int32(truncatingIfNeeded: written)); return }
  }

  func close() throws { try check(archive_write_close(handle)) }

  private func check(_ status: Int32) throws {
    guard status < 0 else { return }
    let text = archive_error_string(handle).map { String(cString: $0) } ?? "no reason is given"
    throw RecordsError.unusable(path: "the bundle", reason: "it cannot be written (\(text))")
  }
}

/// Reads a tar file, member by member, to memory alone.
private final class TarReader {
  private let handle: OpaquePointer

  init(path: String) throws {
    guard let handle = archive_read_new() else {
      throw RecordsError.unusable(path: path, reason: "there is no memory to read it")
    }
    self.handle = handle
    try check(archive_read_support_format_tar(handle))
    try check(
      path == "-"
        ? archive_read_open_fd(handle, STDIN_FILENO, 1 << 16)
        : archive_read_open_filename(handle, path, 1 << 16))
  }

  deinit { archive_read_free(handle) }

  func next() throws -> (name: String, isFile: Bool)? {
    var entry: OpaquePointer?
    let status = archive_read_next_header(handle, &entry)
    if status == ARCHIVE_EOF { return nil }
    try check(status)
    let isLink = archive_entry_hardlink(entry) != nil || archive_entry_symlink(entry) != nil
    let name = archive_entry_pathname(entry).flatMap { String(validatingCString: $0) } ?? ""
    return (name, archive_entry_filetype(entry) == S_IFREG && !isLink)
  }

  func content(limit: Int) throws -> Data {
    var data = Data()
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { piece.deallocate() }
    while true {
      let count = archive_read_data(handle, piece.baseAddress, piece.count)
      if count == 0 { return data }
      guard count > 0 else { try check(Int32(truncatingIfNeeded: count)); return data }
      guard data.count + count <= limit else {
        throw RecordsError.bundleRefused(
          reason: "a member has more than the \(limit) bytes allowed")
      }
      data.append(contentsOf: UnsafeRawBufferPointer(rebasing: piece[..<count]))
    }
  }

  private func check(_ status: Int32) throws {
    guard status != ARCHIVE_OK else { return }
    let text = archive_error_string(handle).map { String(cString: $0) } ?? "no reason is given"
    throw RecordsError.bundleRefused(reason: "it cannot be read (\(text))")
  }
}
