import Casework
import Digests
import Foundation
import Records
import Synchronization

/// Tells whether what a verdict rests on is still the same: the program, the case's entry, and the
/// user's own folders of data.
///
/// The program stands for the code of the case and of all that it uses; data sets of the catalogue
/// are declared with their digests in entries.
final class CaseBasis: Sendable {
  private let catalogFolder: String
  private let known = Mutex<[Slug: String]>([:])

  init(catalogFolder: String) { self.catalogFolder = catalogFolder }

  /// The content of what lies beside an entry under its name.
  private func script(of slug: Slug) -> Data {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: catalogFolder)) ?? []
    return names.filter { $0.hasPrefix("\(slug.rawValue).") && !$0.hasSuffix(".md") }.sorted()
      .compactMap { try? Data(contentsOf: URL(filePath: "\(catalogFolder)/\($0)")) }
      .reduce(Data(), +)
  }

  /// A digest of the program, the entry and its script; empty if there is no such entry.
  func code(of slug: Slug) -> String {
    known.withLock { known in
      if let code = known[slug] { return code }
      let entry = try? Data(contentsOf: URL(filePath: "\(catalogFolder)/\(slug.rawValue).md"))
      let code = entry.map {
        SHA256Digest(of: Data(ProgramIdentity.digest.utf8) + $0 + script(of: slug)).hex
      }
      known[slug] = code ?? ""
      return code ?? ""
    }
  }

  func hasChanged(since basis: VerdictBasis) -> Bool {
    let now = code(of: basis.slug)
    return now.isEmpty || now != basis.code
      || basis.data.contains { Self.wasChanged($0, since: basis.at) }
  }

  /// Whether something in a folder is newer; a name that is no folder here is a data set's.
  private static func wasChanged(_ path: String, since time: Date) -> Bool {
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    guard manager.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      return path.contains("/")
    }
    let names = [""] + ((try? manager.subpathsOfDirectory(atPath: path)) ?? [])
    return names.contains { name in
      let attributes = try? manager.attributesOfItem(atPath: "\(path)/\(name)")
      return (attributes?[.modificationDate] as? Date).map { $0 > time } ?? true
    }
  }
}
