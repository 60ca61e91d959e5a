import Digests
import Foundation

/// A folder that `publish --out` wrote, to be checked as it lies there.
public struct PublishedFolder {
  private let folder: String
  private let items: [PageList.Item]

  /// Finds the pages of a folder: those that its `pages.json`, or that of `confluence` in it, lists.
  ///
  /// - Throws: ``PagesError/notPublished(folder:reason:)``.
  public init(_ path: String) throws {
    let places = ["\(path)/confluence", path]
    guard
      let folder = places.first(where: {
        FileManager.default.fileExists(atPath: "\($0)/pages.json")
      })
    else { throw PagesError.notPublished(folder: path, reason: "it has no file pages.json") }
    self.folder = folder
    do {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/pages.json"))
      items = try decoder.decode([PageList.Item].self, from: data)
    } catch {
      let words = (error as? DecodingError)?.words ?? "it cannot be opened"
      throw PagesError.notPublished(
        folder: path, reason: "its pages.json cannot be read: \(words)")
    }
  }

  /// How many pages it lists.
  public var count: Int { items.count }

  /// Checks every page and every file against the list and against each other.
  ///
  /// - Parameter flavour: Which Confluence they are for; `nil` to take what the list says, and Data
  ///   Center where it says nothing.
  /// - Returns: All faults, in the order of the list.
  public func faults(for flavour: StorageFlavour? = nil) -> [PageFault] {
    let said = items.first?.flavour.flatMap(StorageFlavour.init)
    let flavour = flavour ?? said ?? .dataCenter
    let checker = StorageChecker(flavour: flavour)
    var check = PageSetCheck(flavour: flavour)
    for item in items {
      let body = contents(of: item.file, sha256: item.sha256, item.title, &check)
      check.add(
        title: item.title, parent: item.parent, labels: item.labels,
        walk: checker.walk(through: body ?? Data()), attachments: item.attachments.map(\.name))
      for file in item.attachments {
        let data = contents(of: file.file, sha256: file.sha256, item.title, &check)
        if let data, data.count != file.bytes {
          check.note(
            [.otherThanListed(file.file, reason: "has \(data.count) bytes, not \(file.bytes)")],
            on: item.title)
        }
      }
    }
    noteUnlisted(&check)
    return check.finish()
  }

  private func contents(
    of path: String, sha256: String, _ title: String, _ check: inout PageSetCheck
  ) -> Data? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains(where: { ["", ".", ".."].contains($0) }) else {
      check.note([.otherThanListed(path, reason: "leads out of the folder")], on: title)
      return nil
    }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)")) else {
      check.note([.otherThanListed(path, reason: "cannot be read")], on: title)
      return nil
    }
    if SHA256Digest(of: data).hex != sha256 {
      check.note([.otherThanListed(path, reason: "has another SHA-256")], on: title)
    }
    return data
  }

  private func noteUnlisted(_ check: inout PageSetCheck) {
    let listed = Set(items.flatMap { [$0.file] + $0.attachments.map(\.file) })
    let there = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    for path in there.sorted() where !listed.contains(path) && path != "pages.json" {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder)
      if !isFolder.boolValue, path != SiteWriter.marker {
        check.note([.otherThanListed(path, reason: "is in no list")], on: "pages.json")
      }
    }
  }
}
