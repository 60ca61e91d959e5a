import Archives
import Casework
import Digests
import Foundation

/// What a bundle holds.
struct BundleManifest: Codable {
  static let name = "casebook-runs"
  var format = Self.name
  var version = 1
  /// The digest of each run's member, by id.
  let runs: [String: String]
  /// The size of each artifact, by digest.
  let artifacts: [String: Int]
}

/// A file of runs from elsewhere, which can be gone through more than once.
final class BundleFile {
  private let descriptor: Int32

  /// The longest manifest, and the longest run, that are read.
  private static let manifestLimit = 1 << 26
  private static let runLimit = 1 << 30

  /// Opens a file; what comes through a pipe is copied to one that has no name.
  init(path: String) throws {
    let given = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
    guard given >= 0 else {
      throw RecordsError.unusable(path: path, reason: FileFault.words(for: errno))
    }
    guard lseek(given, 0, SEEK_CUR) < 0 else {
      descriptor = given
      return
    }
    defer { close(given) }
    guard let file = tmpfile() else {
      throw RecordsError.unusable(path: path, reason: FileFault.words(for: errno))
    }
    defer { fclose(file) }
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { piece.deallocate() }
    while true {
      let count = Glibc.read(given, piece.baseAddress, piece.count)
      if count == 0 { break }
      if count < 0 && errno == EINTR { continue }
      guard count > 0, fwrite(piece.baseAddress, 1, count, file) == count else {
        throw RecordsError.unusable(path: path, reason: FileFault.words(for: errno))
      }
    }
    guard fflush(file) == 0 else {
      throw RecordsError.unusable(path: path, reason: FileFault.words(for: errno))
    }
    descriptor = dup(fileno(file))
  }

  deinit { close(descriptor) }

  /// Checks the whole file, and returns the runs in it.
  ///
  /// - Parameter body: Is handed the content of each artifact, once it is known to be what its name says.
  /// - Returns: The runs, in the order of their ids.
  /// - Throws: ``RecordsError/bundleRefused(reason:)``, or what the body throws.
  func read(_ body: (Data) throws -> Void) throws -> [StoredRun] {
    lseek(descriptor, 0, SEEK_SET)
    let reader = try ArchiveReader(.descriptor(descriptor), format: .tar, refuse: refuse)
    let manifest = try manifest(reader)
    var (left, runs) = (manifest.artifacts, [StoredRun]())
    var digests = manifest.runs
    while let member = try reader.next() {
      let parts = member.path.split(separator: "/", omittingEmptySubsequences: false)
      let name = parts.last.map(String.init) ?? ""
      let id = name.hasSuffix(".json") ? String(name.dropLast(5)) : ""
      if member.isFile, parts.count == 2, parts[0] == "artifacts", let bytes = left[name] {
        left[name] = nil
        try body(try content(of: reader, member, limit: bytes, digest: name))
      } else if member.isFile, parts.count == 2, parts[0] == "runs", let digest = digests[id] {
        digests[id] = nil
        runs.append(
          try run(id, try content(of: reader, member, limit: Self.runLimit, digest: digest)))
      } else {
        throw refuse("it holds '\(member.path.prefix(80))', which its manifest does not name")
      }
    }
    guard digests.isEmpty, left.isEmpty else {
      throw refuse("it ends before all that its manifest names")
    }
    return runs.sorted { $0.id < $1.id }
  }

  private func refuse(_ reason: String) -> any Error { RecordsError.bundleRefused(reason: reason) }

  private func manifest(_ reader: ArchiveReader) throws -> BundleManifest {
    guard let first = try reader.next(), first.isFile, first.path == "manifest.json" else {
      throw refuse("it does not begin with a manifest of runs")
    }
    let manifest: BundleManifest
    do {
      manifest = try StoredSetting.read(
        BundleManifest.self,
        from: try content(of: reader, first, limit: Self.manifestLimit, digest: nil))
    } catch is DecodingError {
      throw refuse("its manifest cannot be read")
    }
    guard manifest.format == BundleManifest.name, manifest.version == 1 else {
      throw refuse("it is of the form '\(manifest.format.prefix(40))', version \(manifest.version)")
    }
    return manifest
  }

  private func content(
    of reader: ArchiveReader, _ member: ArchiveReader.Member, limit: Int, digest: String?
  ) throws -> Data {
    let name = member.path.prefix(80)
    guard (member.bytes ?? 0) <= limit else {
      throw refuse("'\(name)' has \(member.bytes ?? 0) bytes, more than the \(limit) allowed")
    }
    var data = Data()
    try reader.readContent(limit: limit) { data.append(contentsOf: $0) }
    guard digest == nil || SHA256Digest(of: data).hex == digest else {
      throw refuse("'\(name)' is not what the manifest says")
    }
    return data
  }

  private func run(_ id: String, _ text: Data) throws -> StoredRun {
    let run: StoredRun
    do { run = try StoredSetting.read(StoredRun.self, from: text) } catch {
      throw refuse("the run \(id.prefix(8)) cannot be read")
    }
    guard run.id == id, run.hasEnded else {
      throw refuse("the run \(id.prefix(8)) is another one, or has not ended")
    }
    return run
  }
}
