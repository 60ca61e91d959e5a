import CArchive
public import Foundation

/// An archive that libarchive reads, member by member, closed when the object goes.
///
/// Everything but a plain success is an error: what libarchive only warns of is damage here. Nothing
/// is ever unpacked to a path of the archive's own.
public final class ArchiveReader {
  /// What the archive is read as.
  public enum Format {
    /// Compressed bytes without any archive around them.
    case gzip
    /// A zip file, by the directory at its end (which a truncated file has lost).
    case zip
    /// A tar file that is not compressed.
    case tar
  }

  /// Where the archive is read from.
  public enum Source {
    case data(Data)
    case file(path: String)
    case descriptor(Int32)
  }

  /// What an archive says of one of its members.
  public struct Member {
    public let path: String
    /// The declared size; `nil` where the format does not declare one.
    public let bytes: Int?
    public let isFile: Bool
    public let isFolder: Bool
  }

  private let handle: OpaquePointer
  private let refuse: (String) -> any Error
  private let memory: UnsafeMutableRawBufferPointer?

  /// Opens an archive.
  ///
  /// - Parameters:
  ///   - source: Where it is.
  ///   - format: What it has to be.
  ///   - refuse: Makes the error to throw of the reason why it cannot be read.
  /// - Throws: What `refuse` makes.
  public init(
    _ source: Source, format: Format, refuse: @escaping (_ reason: String) -> any Error
  ) throws {
    guard let handle = archive_read_new() else { throw refuse("there is no memory to read it") }
    (self.handle, self.refuse) = (handle, refuse)
    if case .data(let data) = source {
      let copy = UnsafeMutableRawBufferPointer.allocate(
        byteCount: max(data.count, 1), alignment: 16)
      data.copyBytes(to: copy)
      memory = copy
    } else {
      memory = nil
    }
    switch format {
    case .gzip:
      archive_read_support_filter_gzip(handle)
      archive_read_support_format_raw(handle)
    case .zip: archive_read_support_format_zip_seekable(handle)
    case .tar: archive_read_support_format_tar(handle)
    }
    let piece = 1 << 16
    switch source {
    case .data(let data):
      try check(archive_read_open_memory(handle, memory?.baseAddress, data.count))
    case .file(let path): try check(archive_read_open_filename(handle, path, piece))
    case .descriptor(let descriptor): try check(archive_read_open_fd(handle, descriptor, piece))
    }
  }

  deinit {
    archive_read_free(handle)
    memory?.deallocate()
  }

  /// Steps to the next member, or returns `nil` after the last one.
  public func next() throws -> Member? {
    var entry: OpaquePointer?
    let status = archive_read_next_header(handle, &entry)
    if status == ARCHIVE_EOF { return nil }
    try check(status)
    guard let path = archive_entry_pathname(entry).flatMap({ String(validatingCString: $0) }) else {
      throw refuse("a member's name is not UTF-8")
    }
    let type = archive_entry_filetype(entry)
    // A hard link has no type of its own; it is a link all the same. Holes unpack to any number of zeros.
    let isLink = archive_entry_hardlink(entry) != nil || archive_entry_symlink(entry) != nil
    return Member(
      path: path,
      bytes: archive_entry_size_is_set(entry) == 0 ? nil : Int(archive_entry_size(entry)),
      isFile: type == S_IFREG && !isLink && archive_entry_sparse_count(entry) == 0,
      isFolder: type == S_IFDIR && !isLink)
  }

  /// Hands over the current member's content piece by piece.
  ///
  /// - Throws: If it is damaged or holds more than the limit; then what was handed over is void.
  public func readContent(
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
        throw refuse("it unpacks to more than the allowed \(limit) bytes")
      }
      try body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
    }
  }

  private func check(_ status: Int32) throws {
    guard status != ARCHIVE_OK else { return }
    let text =
      archive_error_string(handle).map { String(cString: $0) } ?? "libarchive gives no reason"
    throw refuse("it is damaged or truncated (\(text))")
  }
}
