import Casework
import Catalog
import Digests
import Foundation
import Records
import Synchronization

/// Tells whether what a verdict rests on is still the same: the program, the case's entry, and the
/// user's own folders of data.
///
/// The program stands for the code of the case and of all that it uses; data sets of the catalogue
/// are declared with their digests in entries, the case's own or another.
final class CaseBasis: Sendable {
  private let catalogFolder: String
  private let known = Mutex<[Slug: String]>([:])

  init(catalogFolder: String) { self.catalogFolder = catalogFolder }

  /// The content of what lies beside an entry under its name.
  private func script(of slug: Slug) -> Data {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: catalogFolder)) ?? []
    return names.filter { $0.hasPrefix("\(slug.rawValue).") && !$0.hasSuffix(".md") }.sorted()
      .compactMap { try? Data(contentsOf: url($0)) }
      .reduce(Data(), +)
  }

  /// The files of the data sets that an entry uses and another one declares.
  private func borrowedData(of slug: Slug) -> Data {
    guard let entry = Catalog.read(folder: catalogFolder, only: [slug]).entry(slug) else {
      return Data()
    }
    let names = Set(entry.dataNames).subtracting(entry.declaredData.map(\.name)).sorted()
    guard !names.isEmpty else { return Data() }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: catalogFolder)) ?? []
    // Only what mentions a name can declare it; to read all entries takes ten times as long.
    let slugs = files.filter { file in
      let text = file.hasSuffix(".md") ? try? Data(contentsOf: url(file)) : nil
      return text.map { text in names.contains { text.firstRange(of: Data($0.utf8)) != nil } }
        ?? false
    }.compactMap { Slug(rawValue: String($0.dropLast(3))) }
    let catalog = Catalog.read(folder: catalogFolder, only: Set(slugs))
    let lines = names.flatMap { catalog.dataSet(named: $0)?.files ?? [] }
      .map { "\($0.sha256) \($0.name)\n" }
    return Data(lines.joined().utf8)
  }

  private func url(_ file: String) -> URL { URL(filePath: "\(catalogFolder)/\(file)") }

  /// A digest of the program, the entry, its script and the declarations of its data; empty if there is
  /// no such entry.
  func code(of slug: Slug) -> String {
    known.withLock { known in
      if let code = known[slug] { return code }
      let entry = try? Data(contentsOf: url("\(slug.rawValue).md"))
      let code = entry.map {
        SHA256Digest(
          of: Data(ProgramIdentity.digest.utf8) + $0 + script(of: slug) + borrowedData(of: slug)
        ).hex
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
