import Casework
import Yams

/// Reads the data sets of an entry: names, and declarations in full.
struct DataReader {
  let faults: FaultList

  /// Reads the list.
  ///
  /// - Returns: All names with their lines, and those declared here; a declaration that is not
  ///   sound is still known by its name.
  func read(
    _ nodes: [Node]
  ) -> (names: [(name: String, line: Int)], declared: [(dataSet: DataSet, line: Int)]) {
    var names: [(name: String, line: Int)] = []
    var declared: [(dataSet: DataSet, line: Int)] = []
    for (index, node) in nodes.enumerated() {
      let place = "data[\(index + 1)]"
      if case .string(let name)? = node.value {
        names.append((name, node.fileLine))
      } else if let section = Section(node, name: place, faults: faults),
        let dataSet = dataSet(section)
      {
        names.append((dataSet.name, section.line(of: "name")))
        declared.append((dataSet, section.line(of: "name")))
      }
    }
    for (index, name) in names.enumerated()
    where names[..<index].contains(where: { $0.name == name.name }) {
      faults.add(name.line, "the data set '\(name.name)' stands twice in data; keep one.")
    }
    return (names, declared)
  }

  private func dataSet(_ section: Section) -> DataSet? {
    section.expect([
      "name", "title", "creator", "licence", "homepage", "download_bytes", "files", "sources",
    ])
    let name = section.text("name", mustBe: "small letters and digits, joined by '-' or '_'") {
      Pattern.isName($0, joinedBy: ["-", "_"])
    }
    let homepage = section.text("homepage", mustBe: "an address that starts with https://") {
      Pattern.isSecureAddress($0)
    }
    let files = section.list("files").enumerated().compactMap { index, node in
      file(node, place: "\(section.path("files"))[\(index + 1)]")
    }
    let sources = section.list("sources").enumerated().compactMap { index, node in
      source(node, place: "\(section.path("sources"))[\(index + 1)]", files: files.map(\.name))
    }
    for key in ["files", "sources"] {
      if case .sequence(let nodes)? = section[key], nodes.isEmpty {
        faults.add(section.line(of: key), "\(section.path(key)) must not be empty.")
      }
    }
    let (title, creator) = (section.text("title"), section.text("creator"))
    let (licence, bytes) = (section.text("licence"), section.count("download_bytes"))
    guard let name else { return nil }
    return DataSet(
      name: name, title: title ?? "", creator: creator ?? "", licence: licence ?? "",
      homepage: homepage ?? "", downloadBytes: bytes ?? 0, files: files, sources: sources)
  }

  private func file(_ node: Node, place: String) -> DataSet.File? {
    guard let section = Section(node, name: place, faults: faults) else { return nil }
    section.expect(["name", "bytes", "sha256"])
    let sum = section.text("sha256", mustBe: "sixty-four hexadecimal digits in small letters") {
      $0.utf8.count == 64 && $0.allSatisfy { $0.isHexDigit && !$0.isUppercase }
    }
    let name = section.text("name", mustBe: "a file's name, with / between folders", Self.isPath)
    guard let name, let bytes = section.count("bytes"), let sum else { return nil }
    return DataSet.File(name: name, bytes: bytes, sha256: sum)
  }

  private func source(_ node: Node, place: String, files: [String]) -> DataSet.Source? {
    guard let section = Section(node, name: place, faults: faults) else { return nil }
    let kinds = ["folder", "wheel", "url"].filter { section[$0] != nil }
    guard kinds.count == 1 else {
      faults.add(section.line, "\(place) must have exactly one of folder, wheel, url.")
      return nil
    }
    switch kinds[0] {
    case "folder":
      section.expect(["folder"])
      return section.text("folder", mustBe: "a folder's name", Self.isFileName)
        .map(DataSet.Source.folder)
    case "url":
      section.expect(["url"])
      return section.text("url", mustBe: "an address that starts with https:// and ends with /") {
        Pattern.isSecureAddress($0) && $0.hasSuffix("/")
      }.map(DataSet.Source.url)
    default:
      return wheel(section, files: files)
    }
  }

  private func wheel(_ section: Section, files: [String]) -> DataSet.Source? {
    section.expect(["wheel", "version", "tables"])
    let package = section.text("wheel", mustBe: "a package's name") {
      Pattern.isPackage($0)
    }
    let version = section.text("version", mustBe: "a version, such as 0.1.3") {
      Pattern.isVersion($0)
    }
    let tables = section.list("tables").enumerated().compactMap { index, node in
      table(node, place: "\(section.path("tables"))[\(index + 1)]", files: files)
    }
    guard let package, let version else { return nil }
    return .wheel(package: package, version: version, tables: tables)
  }

  private func table(_ node: Node, place: String, files: [String]) -> DataSet.Table? {
    guard let section = Section(node, name: place, faults: faults) else { return nil }
    section.expect(["member", "images", "labels"])
    let member = section.text("member", mustBe: "a path inside the wheel") { Self.isPath($0) }
    let images = section.term("images", of: files)
    let labels = section.term("labels", of: files)
    guard let member, let images, let labels else { return nil }
    return DataSet.Table(member: member, images: images, labels: labels)
  }

  /// Whether a text names a file below a folder, and nothing outside it.
  private static func isPath(_ text: String) -> Bool {
    text.split(separator: "/", omittingEmptySubsequences: false)
      .allSatisfy { isFileName(String($0)) }
  }

  /// Whether a text names a file or folder in a folder, and nothing outside it.
  private static func isFileName(_ text: String) -> Bool {
    !["", ".", ".."].contains(text) && !text.contains(where: { "/\\".contains($0) })
      && !text.hasPrefix("~")
  }
}
