import Foundation

/// Puts whole folders in the place of older ones, so that a reader never sees half of one.
struct SiteWriter {
  /// The file by which a folder is known as ours.
  static let marker = ".casebook-pages"

  let folder: String

  /// Writes folders of files beside their places and then moves them there.
  ///
  /// - Parameter trees: For each folder's name, the contents by path.
  /// - Throws: ``PagesError/notOurs(folder:)`` before anything is written, or
  ///   ``PagesError/cannotWrite(path:reason:)``.
  func replace(_ trees: [String: [String: Data]]) throws {
    let manager = FileManager.default
    for name in trees.keys.sorted() { try requireOurs("\(folder)/\(name)") }
    let parent = URL(fileURLWithPath: folder)
    let scratch = parent.appendingPathComponent(".casebook-new-\(UUID().uuidString)")
    var current = folder
    do {
      try manager.createDirectory(at: scratch, withIntermediateDirectories: true)
      defer { try? manager.removeItem(at: scratch) }
      for (name, files) in trees.sorted(by: { $0.key < $1.key }) {
        for (path, content) in files.sorted(by: { $0.key < $1.key }) {
          current = "\(folder)/\(name)/\(path)"
          try write(content, to: scratch.appendingPathComponent("\(name)/\(path)"))
        }
        try write(
          Data("Written by 'casebook publish', which replaces this folder.\n".utf8),
          to: scratch.appendingPathComponent("\(name)/\(Self.marker)"))
      }
      try swap(trees.keys.sorted(), from: scratch, current: &current)
    } catch let error as PagesError {
      throw error
    } catch {
      throw PagesError.cannotWrite(path: current, reason: error.localizedDescription)
    }
  }

  private func write(_ content: Data, to file: URL) throws {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try content.write(to: file)
  }

  /// Moves the new folders to their places; if one cannot be, those before it come back.
  private func swap(_ names: [String], from scratch: URL, current: inout String) throws {
    let manager = FileManager.default
    var undo: [() throws -> Void] = []
    do {
      for name in names {
        let place = URL(fileURLWithPath: folder).appendingPathComponent(name)
        let old = scratch.appendingPathComponent("old-\(name)")
        current = place.path
        if manager.fileExists(atPath: place.path) {
          try manager.moveItem(at: place, to: old)
          undo.append { try FileManager.default.moveItem(at: old, to: place) }
        }
        try manager.moveItem(at: scratch.appendingPathComponent(name), to: place)
        undo.append { try FileManager.default.removeItem(at: place) }
      }
    } catch {
      for step in undo.reversed() { try step() }
      throw error
    }
  }

  private func requireOurs(_ path: String) throws {
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    guard manager.fileExists(atPath: path, isDirectory: &isFolder) else { return }
    let content = isFolder.boolValue ? try? manager.contentsOfDirectory(atPath: path) : nil
    guard let content, content.isEmpty || content.contains(Self.marker) else {
      throw PagesError.notOurs(folder: path)
    }
  }
}
