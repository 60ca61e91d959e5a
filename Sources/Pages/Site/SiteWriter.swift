import Casework
import Foundation
import Synchronization

/// Puts whole folders in the place of older ones, so that a reader never sees half of one.
final class SiteWriter: Sendable {
  /// The file by which a folder is known as ours.
  static let marker = ".casebook-pages"

  private static let scratchName = ".casebook-new-"

  let folder: String
  private let scratch: String
  /// The folders that files were put into.
  private let made = Mutex<Set<String>>([])

  /// - Parameter folder: The folder whose subfolders are replaced.
  init(folder: String) {
    self.folder = folder
    scratch = "\(folder)/\(Self.scratchName)\(getpid())"
  }

  /// Has folders written beside their places and then moves them there.
  ///
  /// - Parameters:
  ///   - names: The folders.
  ///   - write: Puts all files.
  /// - Throws: ``PagesError/notOurs(folder:)`` before anything is written,
  ///   ``PagesError/cannotWrite(path:reason:)``, and what `write` throws; then nothing is changed.
  func replace(_ names: [String], _ write: () throws -> Void) throws {
    for name in names { try requireOurs("\(folder)/\(name)") }
    removeLeftovers()
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    try make(scratch)
    try write()
    for name in names {
      try put(
        Data("Written by 'casebook publish', which replaces this folder.\n".utf8),
        at: "\(name)/\(Self.marker)")
    }
    try swap(names)
  }

  /// Puts a file into a folder that is being written.
  ///
  /// One that stands there already with the same
  /// bytes is not written again: the new folder gets the old file.
  func put(_ content: Data, at path: String) throws {
    let (new, old) = ("\(scratch)/\(path)", "\(folder)/\(path)")
    let folder = String(new[..<(new.lastIndex(of: "/") ?? new.endIndex)])
    if made.withLock({ !$0.contains(folder) }) {
      try make(folder)
      made.withLock { _ = $0.insert(folder) }
    }
    if let there = FileManager.default.contents(atPath: old), there == content,
      link(old, new) == 0
    {
      return
    }
    guard write(content, to: new) else {
      throw PagesError.cannotWrite(path: old, reason: String(cString: strerror(errno)))
    }
  }

  /// Writes a new file without waiting for the disk, which takes longer than to make the page: what a
  /// loss of power damages is written again by the next publication, which compares all bytes.
  private func write(_ content: Data, to path: String) -> Bool {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else { return false }
    let isWhole = content.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Glibc.write(
          file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0 && errno != EINTR { return false }
        rest = rest.dropFirst(max(count, 0))
      }
      return true
    }
    let reason = errno
    let isClosed = close(file) == 0
    if !isWhole { errno = reason }
    return isWhole && isClosed
  }

  private func make(_ folder: String) throws {
    if mkdir(folder, 0o777) == 0 { return }
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw PagesError.cannotWrite(path: self.folder, reason: FileFault.words(for: error))
    }
  }

  /// Moves the new folders to their places; if one cannot be, those before it come back.
  private func swap(_ names: [String]) throws {
    let manager = FileManager.default
    var undo: [() throws -> Void] = []
    var current = folder
    do {
      for name in names {
        let (place, old) = ("\(folder)/\(name)", "\(scratch)/old-\(name)")
        current = place
        if manager.fileExists(atPath: place) {
          try manager.moveItem(atPath: place, toPath: old)
          undo.append { try FileManager.default.moveItem(atPath: old, toPath: place) }
        }
        try manager.moveItem(atPath: "\(scratch)/\(name)", toPath: place)
        undo.append { try FileManager.default.removeItem(atPath: place) }
      }
    } catch {
      for step in undo.reversed() { try step() }
      throw PagesError.cannotWrite(path: current, reason: FileFault.words(for: error))
    }
  }

  /// Removes what publications that were killed have left.
  private func removeLeftovers() {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where name.hasPrefix(Self.scratchName) {
      guard let process = pid_t(name.dropFirst(Self.scratchName.count)),
        process == getpid() || kill(process, 0) != 0 && errno == ESRCH
      else { continue }
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }

  private func requireOurs(_ path: String) throws {
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    guard manager.fileExists(atPath: path, isDirectory: &isFolder) else { return }
    let content = isFolder.boolValue ? try? manager.contentsOfDirectory(atPath: path) : nil
    guard let content, content.isEmpty || content.contains(Self.marker) else {
      throw PagesError.notOurs(folder: path)
    }
  }
}
