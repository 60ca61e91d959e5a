import Casework
import Foundation

/// What tells a file from the same file after something was written to it.
struct FileState: Equatable {
  private let device, node: UInt
  private let bytes, seconds, nanoseconds: Int

  init?(of path: String) {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    (device, node, bytes) = (UInt(facts.st_dev), UInt(facts.st_ino), Int(facts.st_size))
    (seconds, nanoseconds) = (facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec)
  }
}

/// A lock that all processes respect, and that dies with its holder.
struct FolderLock {
  private let descriptor: Int32

  /// Waits for the lock; any number may share it.
  init(path: String, isShared: Bool = false) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw RecordsError.unusable(path: path, reason: FileFault.words(for: errno))
    }
    while flock(descriptor, isShared ? LOCK_SH : LOCK_EX) != 0 {
      let code = errno
      if code == EINTR { continue }
      close(descriptor)
      throw RecordsError.unusable(path: path, reason: FileFault.words(for: code))
    }
  }

  /// Lets the next one in.
  func release() { close(descriptor) }
}

/// Writes files whole or not at all.
enum WholeFile {
  /// Writes to a temporary name beside the file, syncs, and renames, so that a reader sees the old
  /// content or the new one, whatever happens between.
  static func write(_ data: Data, to path: String, mode: mode_t) throws {
    let folder = (path as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw RecordsError.unusable(path: folder, reason: FileFault.words(for: error))
    }
    let temporary = "\(path).\(getpid())-\(UInt64.random(in: .min ... .max)).part"
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard file >= 0 else { throw fault(path) }
    do {
      defer { close(file) }
      try data.withUnsafeBytes { bytes in
        var rest = bytes[...]
        while !rest.isEmpty {
          let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress
          let count = Glibc.write(file, start, rest.count)
          if count < 0 && errno == EINTR { continue }
          guard count > 0 else { throw fault(path) }
          rest = rest.dropFirst(count)
        }
      }
      guard fsync(file) == 0 else { throw fault(path) }
      guard rename(temporary, path) == 0 else { throw fault(path) }
    } catch {
      unlink(temporary)
      throw error
    }
    try sync(folder: folder)
  }

  private static func sync(folder: String) throws {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fault(folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw fault(folder) }
  }

  private static func fault(_ path: String) -> RecordsError {
    .unusable(path: path, reason: FileFault.words(for: errno))
  }
}
