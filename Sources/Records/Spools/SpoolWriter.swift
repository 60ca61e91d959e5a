import Casework
import Foundation
import Synchronization

/// Appends what a run is told to a file of its own.
///
/// Nothing is ever locked, read or written over, which is all that file systems of clusters are good
/// at. What was appended survives the death of the process; with each sign of life, and at the end,
/// it is on the disk and other machines see it.
final class SpoolWriter: Sendable {
  /// How often a run gives a sign of life, in seconds: well within what counts as silence.
  static let beatInterval = 10.0

  private let run: String
  private let path: String
  private let descriptor: Int32
  private let state: Mutex<(number: Int, length: off_t)>

  /// Makes the spool of a run.
  convenience init(folder: String, run: String) throws {
    try self.init(path: "\(folder)/\(run)", run: run, after: 0)
  }

  /// Makes the spool of a later attempt, whose records are counted on.
  ///
  /// - Throws: ``RecordsError/cannotResume(id:reason:)`` if the run has no spool there, or another process
  ///   has made this one.
  convenience init(folder: String, goingOnWith run: String, attempt: Int) throws {
    guard let last = try SpoolFolder(path: folder).records[run]?.last else {
      throw RecordsError.cannotResume(
        id: run, reason: "\(folder) has no spool of it; collect it, and go on in the registry")
    }
    do {
      try self.init(path: "\(folder)/\(run)-\(attempt)", run: run, after: last.number)
    } catch RecordsError.unusable(_, FileFault.words(for: EEXIST)) {
      throw RecordsError.cannotResume(id: run, reason: "another process has taken it up")
    }
  }

  private init(path: String, run: String, after number: Int) throws {
    (self.run, self.path) = (run, "\(path).\(Self.fileExtension)")
    state = Mutex((number, 0))
    descriptor = open(self.path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw RecordsError.unusable(path: self.path, reason: FileFault.words(for: errno))
    }
  }

  deinit { close(descriptor) }

  static let fileExtension = "spool"

  /// Appends one record, whole or not at all.
  func append(_ event: RunEvent, at now: Date) throws {
    try state.withLock { state in
      let record = SpoolRecord(
        run: run, number: state.number + 1, at: now.timeIntervalSince1970, event: event)
      let line = try record.line()
      let count = line.withUnsafeBytes { bytes in
        var count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        while count < 0 && errno == EINTR {
          count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        }
        return count
      }
      guard count == line.count else {
        let reason = FileFault.words(for: count < 0 ? errno : ENOSPC)
        // What stays of the piece if this fails too is a line that nobody takes for a record.
        if count > 0 { ftruncate(descriptor, state.length) }
        throw RecordsError.unusable(path: path, reason: reason)
      }
      state = (state.number + 1, state.length + off_t(line.count))
      if event.isForTheDisk, fsync(descriptor) != 0 {
        throw RecordsError.unusable(path: path, reason: FileFault.words(for: errno))
      }
    }
  }
}

extension RunEvent {
  /// Whether it, and all before it, is to outlast the machine.
  fileprivate var isForTheDisk: Bool {
    switch self {
    case .begun, .resumed, .alive, .ended: true
    default: false
    }
  }
}
