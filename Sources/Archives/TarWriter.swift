import CArchive
public import Foundation

/// Writes a tar file that depends on its content alone.
public final class TarWriter {
  private let handle: OpaquePointer
  private let fail: (String) -> any Error

  /// Writes to an open file.
  ///
  /// - Parameters:
  ///   - descriptor: The file.
  ///   - fail: Makes the error to throw of the reason why it cannot be written.
  /// - Throws: What `fail` makes.
  public init(descriptor: Int32, fail: @escaping (_ reason: String) -> any Error) throws {
    guard let handle = archive_write_new() else { throw fail("there is no memory to write it") }
    (self.handle, self.fail) = (handle, fail)
    try check(archive_write_set_format_ustar(handle))
    try check(archive_write_open_fd(handle, descriptor))
  }

  deinit { archive_write_free(handle) }

  /// Adds a plain file.
  public func add(_ name: String, _ data: Data) throws {
    let entry = archive_entry_new()
    defer { archive_entry_free(entry) }
    archive_entry_set_pathname(entry, name)
    archive_entry_set_size(entry, Int64(data.count))
    archive_entry_set_filetype(entry, S_IFREG)
    archive_entry_set_perm(entry, 0o644)
    archive_entry_set_mtime(entry, 0, 0)
    try check(archive_write_header(handle, entry))
    let written = data.withUnsafeBytes { archive_write_data(handle, $0.baseAddress, $0.count) }
    guard written == data.count else { try check(Int32(truncatingIfNeeded: written)); return }
  }

  /// Writes the end.
  public func close() throws { try check(archive_write_close(handle)) }

  private func check(_ status: Int32) throws {
    guard status < 0 else { return }
    let text = archive_error_string(handle).map { String(cString: $0) } ?? "no reason is given"
    throw fail("it cannot be written (\(text))")
  }
}
