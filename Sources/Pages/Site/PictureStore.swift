import Digests
import Foundation
import Synchronization

/// Pictures that need not be drawn again: those of this publication, and those that stand where the
/// last one wrote them.
final class PictureStore: Sendable {
  private let drawn = Mutex<[String: Data]>([:])
  /// The folder of the last publication, if there is one.
  private let folder: String?

  init(publishedIn folder: String? = nil) { self.folder = folder }

  /// Returns a picture of an SVG file.
  ///
  /// - Parameters:
  ///   - svg: The file.
  ///   - place: Where the page's files stand, and the file's name without its ending.
  ///   - draw: Draws it.
  /// - Returns: The picture.
  /// - Throws: What `draw` throws.
  func png(
    of svg: Data, at place: (folder: String, name: String), draw: () throws -> Data
  ) throws -> Data {
    let key = SHA256Digest(of: svg).hex
    if let known = drawn.withLock({ $0[key] }) { return known }
    let png = try published(svg, at: place) ?? draw()
    drawn.withLock { pictures in
      // Runs of the same case share some; few of those that were drawn long ago come again.
      if pictures.count > 200 { pictures.removeAll() }
      pictures[key] = png
    }
    return png
  }

  /// The picture that the last publication made of the same file.
  private func published(_ svg: Data, at place: (folder: String, name: String)) -> Data? {
    guard let folder else { return nil }
    let file = "\(folder)/html/files/\(place.folder)/\(place.name).svg"
    guard let old = FileManager.default.contents(atPath: file), old == svg else { return nil }
    let picture = "\(folder)/confluence/\(place.folder)/attachments/\(place.name).png"
    return FileManager.default.contents(atPath: picture)
  }
}
