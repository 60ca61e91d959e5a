import CArchive
import Foundation

/// An archive that libarchive reads, closed when the object goes.
///
/// Everything but a plain success is an error: what libarchive only warns of is damage here.
final class ArchiveReader {
  /// What the archive is read as.
  enum Format {
    /// Compressed bytes without any archive around them.
    case gzip
    /// A zip file, by the directory at its end (which a truncated file has lost).
    case zip
  }

  /// What an archive says of one of its members.
  struct Member {
    let path: String
    /// The declared size; `nil` where the format does not declare one.
    let bytes: Int?
    let isFile: Bool
    let isFolder: Bool
  }

  private let handle: OpaquePointer
  private let file: String
  private let memory: UnsafeMutableRawBufferPointer?

  /// Opens bytes in memory.
  init(_ data: Data, format: Format, file: String) throws {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(data.count, 1), alignment: 16)
    data.copyBytes(to: copy)
    (self.file, memory) = (file, copy)
    do { handle = try Self.handle(for: format, file: file) } catch {
      copy.deallocate()
      throw error
    }
    try check(archive_read_open_memory(handle, copy.baseAddress, data.count))
  }

  /// Opens a file.
  init(path: String, format: Format) throws {
    (file, memory) = (path, nil)
    handle = try Self.handle(for: format, file: path)
    try check(archive_read_open_filename(handle, path, 1 << 16))
  }

  deinit {
    archive_read_free(handle)
    memory?.deallocate()
  }

  /// Steps to the next member, or returns `nil` after the last one.
  func next() throws -> Member? {
    var entry: OpaquePointer?
    let status = archive_read_next_header(handle, &entry)
    if status == ARCHIVE_EOF { return nil }
    try check(status)
    guard let path = archive_entry_pathname(entry).flatMap({ String(validatingCString: $0) }) else {
      throw DatasetsError.archiveRefused(file: file, reason: "a member's name is not UTF-8")
    }
    let type = archive_entry_filetype(entry)
    // A hard link has no type of its own; it is a link all the same.
    let isLink = archive_entry_hardlink(entry) != nil || archive_entry_symlink(entry) != nil
    return Member(
      path: path,
      bytes: archive_entry_size_is_set(entry) == 0 ? nil : Int(archive_entry_size(entry)),
      isFile: type == S_IFREG && !isLink, isFolder: type == S_IFDIR && !isLink)
  }

  /// Hands over the current member's content piece by piece.
  ///
  /// - Throws: If it is damaged or holds more than the limit; then what was handed over is void.
  func readContent(
    limit: Int, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var total = 0
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { piece.deallocate() }
    while true {
      let count = archive_read_data(handle, piece.baseAddress, piece.count)
      if count == 0 { return }
      guard count > 0 else { return try check(Int32(truncatingIfNeeded: count)) }
      total += count
      guard total <= limit else {
        throw DatasetsError.archiveRefused(
          file: file, reason: "it unpacks to more than the allowed \(limit) bytes")
      }
      try body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
    }
  }

  private static func handle(for format: Format, file: String) throws -> OpaquePointer {
    guard let handle = archive_read_new() else {
      throw DatasetsError.unusable(path: file, reason: "there is no memory to read it")
    }
    switch format {
    case .gzip:
      archive_read_support_filter_gzip(handle)
      archive_read_support_format_raw(handle)
    case .zip: archive_read_support_format_zip_seekable(handle)
    }
    return handle
  }

  private func check(_ status: Int32) throws {
    guard status != ARCHIVE_OK else { return }
    let text =
      archive_error_string(handle).map { String(cString: $0) } ?? "libarchive gives no reason"
    throw DatasetsError.archiveRefused(file: file, reason: "it is damaged or truncated (\(text))")
  }
}
