import Foundation

/// A lock between processes that lasts as long as the object and leaves no file behind.
final class FolderLock {
  private let descriptor: Int32
  private let path: String

  private init(descriptor: Int32, path: String) {
    (self.descriptor, self.path) = (descriptor, path)
  }

  deinit {
    // Removed while it is still held: who waits for it sees that the file is gone (below).
    unlink(path)
    close(descriptor)
  }

  /// Takes the lock, or returns `nil` if somebody else has it.
  ///
  /// - Throws: ``DatasetsError/unusable(path:reason:)`` if the file cannot be made or locked.
  static func take(_ path: String) throws -> FolderLock? {
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else {
        throw DatasetsError.unusable(
          path: path, reason: "the lock cannot be made (\(String(cString: strerror(errno))))")
      }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let failure = errno
        close(descriptor)
        if failure == EWOULDBLOCK { return nil }
        throw DatasetsError.unusable(
          path: path, reason: "the lock cannot be taken (\(String(cString: strerror(failure))))")
      }
      var (mine, there) = (stat(), stat())
      if fstat(descriptor, &mine) == 0, stat(path, &there) == 0, mine.st_ino == there.st_ino {
        return FolderLock(descriptor: descriptor, path: path)
      }
      // The holder before us has removed the file that we have locked; the next one counts.
      close(descriptor)
    }
  }

  /// Takes the lock, waiting for whoever has it, and says once that it waits.
  ///
  /// - Throws: What ``take(_:)`` throws, and `CancellationError`.
  static func wait(_ path: String, onWait: () -> Void) async throws -> FolderLock {
    var isTold = false
    while true {
      if let lock = try take(path) { return lock }
      if !isTold { onWait() }
      isTold = true
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}
