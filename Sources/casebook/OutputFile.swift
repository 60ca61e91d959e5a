import Foundation

/// A file that the user named for what the program writes.
///
/// A plain file is replaced whole, so that nobody reads half of it and a full disk leaves the old
/// one. What is no plain file (a device, a pipe, a link) is written where it is.
struct OutputFile {
  private let path: String
  /// What it is to hold, as messages call it.
  private let content: String

  init(_ path: String, for content: String) { (self.path, self.content) = (path, content) }

  /// Makes sure that it can be written, before the work that it is to tell of.
  ///
  /// - Throws: ``Failure/usage(_:)`` if it cannot.
  func check() throws {
    let isWritable = access(path, W_OK) == 0
    guard !isWritable || access(path + "/", F_OK) == 0 else { return }
    guard isWritable || errno != ENOENT || path.isEmpty || access(folder, W_OK) != 0 else { return }
    throw Failure.usage(.wrong(fault(isWritable ? EISDIR : errno) + "."))
  }

  func write(_ data: Data) throws {
    try write { try FileHandle(fileDescriptor: $0, closeOnDealloc: false).write(contentsOf: data) }
  }

  /// Writes what `body` writes to a descriptor.
  ///
  /// - Throws: What `body` throws, and ``OutputError`` if the file cannot be written.
  func write(_ body: (_ descriptor: Int32) throws -> Void) throws {
    guard isPlain, access(folder, W_OK) == 0 else {
      return try fill(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644), body)
    }
    let part = "\(path).\(getpid()).part"
    do {
      try fill(open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644), body)
      guard rename(part, path) == 0 else { throw OutputError(fault(errno)) }
    } catch {
      unlink(part)
      throw error
    }
  }

  private func fill(_ descriptor: Int32, _ body: (Int32) throws -> Void) throws {
    guard descriptor >= 0 else { throw OutputError(fault(errno)) }
    do {
      defer { close(descriptor) }
      try body(descriptor)
    } catch let error as CocoaError {
      throw OutputError("\(content) cannot be written to \(path): \(Failure.words(for: error))")
    }
  }

  /// Whether it is a file that may be replaced, or nothing yet.
  private var isPlain: Bool {
    var status = stat()
    return lstat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
  }

  private var folder: String {
    let folder = (path as NSString).deletingLastPathComponent
    return folder.isEmpty ? "." : folder
  }

  private func fault(_ number: Int32) -> String {
    "\(content) cannot be written to \(path): \(String(cString: strerror(number)))"
  }
}

/// A file that the user named cannot be written.
struct OutputError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
