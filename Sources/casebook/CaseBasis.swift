import Casework
import Catalog
import Digests
import Foundation
import Records
import Synchronization

/// Tells whether what a verdict rests on is still the same: the program, the case's entry, and the
/// files that the run read.
///
/// The program stands for the code of the case and of all that it uses. What a verdict rests on is
/// written as lines: a digest of program and entry, one of the state of the files, and their folders.
final class CaseBasis: Sendable {
  private let catalogFolder: String
  private let known = Mutex<[Slug: String]>([:])
  private let states = Mutex<[[String]: String]>([:])

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

  /// What a verdict on a run of a case that read the files of some folders rests on.
  func basis(of slug: Slug, folders: [String]) -> String {
    ([code(of: slug), state(of: folders)] + folders).joined(separator: "\n")
  }

  /// Whether something else is there now than when a verdict was given.
  func hasChanged(_ slug: Slug, since basis: String) -> Bool {
    let lines = basis.components(separatedBy: "\n")
    let now = code(of: slug)
    return now.isEmpty || lines.count < 2 || now != lines[0]
      || state(of: Array(lines[2...])) != lines[1]
  }

  /// A digest of what the system says of each file: a copy that keeps size and time is another file, and
  /// one that is written anew has another time of change, whatever else is set.
  private func state(of folders: [String]) -> String {
    states.withLock { states in
      if let state = states[folders] { return state }
      var text = ""
      for folder in folders {
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        for name in [""] + names.sorted() {
          var facts = stat()
          guard stat("\(folder)/\(name)", &facts) == 0 else {
            text += "\(name) is missing\n"
            continue
          }
          // A folder changes with what is put beside the data.
          guard facts.st_mode & S_IFMT != S_IFDIR else { continue }
          text += "\(name) \(facts.st_ino) \(facts.st_size) "
          text += "\(facts.st_mtim.tv_sec).\(facts.st_mtim.tv_nsec) "
          text += "\(facts.st_ctim.tv_sec).\(facts.st_ctim.tv_nsec)\n"
        }
      }
      states[folders] = SHA256Digest(of: Data(text.utf8)).hex
      return states[folders] ?? ""
    }
  }
}
