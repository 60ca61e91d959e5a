import Foundation

extension RunStore {
  /// Stores files and records who has them while none is removed: what is there already, of a deleted
  /// run, may be about to go.
  func keepingFiles<Value>(_ work: () throws -> Value) throws -> Value {
    try whileLocked(isShared: true, work)
  }

  /// Finds out which files no run has, and removes them, while none is kept.
  func removingFiles<Value>(_ work: () throws -> Value) throws -> Value {
    try whileLocked(isShared: false, work)
  }

  private func whileLocked<Value>(
    isShared: Bool, _ work: () throws -> Value
  ) throws -> Value {
    // Of a folder of spools nothing is removed, and its file system may know no locks.
    guard !isSpooling else { return try work() }
    let path = (home as NSString).appendingPathComponent("artifacts.lock")
    let lock = try FolderLock(path: path, isShared: isShared)
    defer { lock.release() }
    return try work()
  }
}
