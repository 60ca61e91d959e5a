import Casework
import Digests
import Foundation

/// The files that runs kept, each stored once under the SHA-256 of its content.
struct ArtifactFolder: Sendable {
  let home: String

  /// Returns where content of a digest stands: `artifacts/ab/cdef…`.
  func path(of sha256: String) -> String {
    "\(home)/artifacts/\(sha256.prefix(2))/\(sha256.dropFirst(2))"
  }

  /// Returns where the checkpoint of a run that has not ended stands.
  func checkpointPath(of id: String) -> String { "\(home)/checkpoints/\(id).safetensors" }

  /// Stores content, unless it is there already; a damaged copy is replaced.
  ///
  /// - Returns: The digest.
  func store(_ data: Data) throws -> String {
    let digest = SHA256Digest(of: data).hex
    let path = path(of: digest)
    if let present = try? Data(contentsOf: URL(fileURLWithPath: path)), present == data {
      return digest
    }
    try WholeFile.write(data, to: path, mode: 0o444)
    return digest
  }

  /// Reads content and checks it against its digest.
  func data(of artifact: Artifact) throws -> Data {
    let path = path(of: artifact.sha256)
    let data: Data
    do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw RecordsError.damagedArtifact(
        name: artifact.name, path: path, reason: "cannot be read: \(FileFault.words(for: error))")
    }
    guard SHA256Digest(of: data).hex == artifact.sha256 else {
      throw RecordsError.damagedArtifact(
        name: artifact.name, path: path,
        reason: "has \(data.count) bytes that are not the \(artifact.bytes) bytes that were kept")
    }
    return data
  }

  /// A file of the registry beside its database.
  struct File {
    let path: String
    let bytes: Int
    /// Seconds since it was written.
    let age: TimeInterval
    /// Of an artifact.
    var sha256: String?
    /// Of a checkpoint; what was to become one and was broken off is of no run.
    var runID: String?
  }

  /// Lists artifacts and checkpoints, in the order of their paths.
  func all() throws -> [File] {
    var found: [File] = []
    for folder in ["artifacts", "checkpoints"] {
      let root = "\(home)/\(folder)"
      let names = ((try? FileManager.default.subpathsOfDirectory(atPath: root)) ?? []).sorted()
      for name in names {
        let path = "\(root)/\(name)"
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
          attributes[.type] as? FileAttributeType == .typeRegular
        else { continue }
        let digest = name.filter { $0 != "/" }
        let ending = ".safetensors"
        let isCheckpoint = folder == "checkpoints" && name.hasSuffix(ending)
        let isArtifact = folder == "artifacts" && SHA256Digest(hex: digest) != nil
        let changed = attributes[.modificationDate] as? Date ?? Date()
        found.append(
          File(
            path: path, bytes: (attributes[.size] as? NSNumber)?.intValue ?? 0,
            age: Date().timeIntervalSince(changed), sha256: isArtifact ? digest : nil,
            runID: isCheckpoint ? String(name.dropLast(ending.count)) : nil))
      }
    }
    return found
  }
}
