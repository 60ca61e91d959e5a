public import Casework
import Digests
public import Foundation

/// A folder with the files of a data set, each plain or gzipped as `<name>.gz`.
enum DataFolder {
  /// How one declared file stands in a folder.
  enum Finding: Equatable {
    case sound
    case missing
    case wrong(String)
  }

  /// Returns the decoded content of a file without checking it against a declaration.
  static func contents(of name: String, in folder: String, limit: Int = 1 << 30) throws -> Data {
    let plain = "\(folder)/\(name)"
    if let bytes = size(of: plain) {
      guard bytes <= limit else {
        throw DatasetsError.unusable(
          path: plain, reason: "its \(bytes) bytes are more than the allowed \(limit)")
      }
      return try read(plain)
    }
    guard let bytes = size(of: plain + ".gz") else {
      throw DatasetsError.unusable(path: plain, reason: "there is no such file, and no \(name).gz")
    }
    // Gzip grows what it cannot pack by far less than this.
    guard bytes <= limit + limit / 100 + 65536 else {
      throw DatasetsError.unusable(
        path: plain + ".gz", reason: "its \(bytes) bytes are too many for \(limit) decoded")
    }
    return try Gzip.decode(try read(plain + ".gz"), limit: limit, file: plain + ".gz")
  }

  /// Returns the decoded content of a file that is exactly as declared.
  static func contents(of file: DataSet.File, in folder: String) throws -> Data {
    let path = "\(folder)/\(file.name)"
    if let bytes = size(of: path), bytes != file.bytes {
      throw DatasetsError.wrongContent(
        file: path, reason: "it has \(bytes) bytes, not \(file.bytes)")
    }
    let data = try contents(of: file.name, in: folder, limit: file.bytes)
    try require(data, toBe: file, path: path)
    return data
  }

  /// Checks content against the declaration of its file.
  static func require(_ data: Data, toBe file: DataSet.File, path: String) throws {
    guard data.count == file.bytes else {
      throw DatasetsError.wrongContent(
        file: path, reason: "it has \(data.count) bytes decoded, not \(file.bytes)")
    }
    let digest = SHA256Digest(of: data).hex
    guard digest == file.sha256.lowercased() else {
      throw DatasetsError.wrongContent(
        file: path, reason: "its SHA-256 is \(digest), not \(file.sha256)")
    }
  }

  /// Says of each file how it stands in a folder.
  static func inspect(_ files: [DataSet.File], in folder: String) -> [(DataSet.File, Finding)] {
    files.map { file in
      let path = "\(folder)/\(file.name)"
      guard size(of: path) != nil || size(of: path + ".gz") != nil else { return (file, .missing) }
      do {
        _ = try contents(of: file, in: folder)
        return (file, .sound)
      } catch { return (file, .wrong(reason(of: error))) }
    }
  }

  /// Returns the SHA-256 of what `sha256sum` prints for the decoded files, sorted by name.
  static func fingerprint(of files: [DataSet.File]) -> String {
    let lines = files.sorted { $0.name < $1.name }.map { "\($0.sha256.lowercased())  \($0.name)\n" }
    return SHA256Digest(of: Data(lines.joined().utf8)).hex
  }

  /// Writes a file and waits until the disk has it.
  static func write(_ data: Data, to path: String) throws {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
    let handle = try FileHandle(forWritingTo: url)
    defer { try? handle.close() }
    try handle.synchronize()
  }

  /// Returns the size of a file, or `nil` if there is none at the path.
  static func size(of path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// Returns the bytes of a file.
  static func read(_ path: String) throws -> Data {
    do { return try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw DatasetsError.unusable(path: path, reason: "it cannot be read (\(reason(of: error)))")
    }
  }
}

extension LocatedDataSet {
  /// Returns the decoded content of a file of the set, which was checked when the set was located.
  ///
  /// - Throws: ``DatasetsError`` if the file cannot be read.
  public func contents(of name: String) throws -> Data {
    try DataFolder.contents(of: name, in: folder)
  }
}
