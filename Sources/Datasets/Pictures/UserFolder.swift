public import Casework
public import Foundation
import Pictures

/// The PNG files of a folder.
public struct UserFolder: Sendable {
  /// What is read: the file's name without its ending, and its luminance from 0 to 255.
  public typealias Picture = (name: String, image: GreyImage)

  public let path: String

  /// Names a folder of the user's own.
  public init(_ folder: URL) {
    let path = folder.path(percentEncoded: false)
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// Names the folder of a data set.
  public init(_ set: LocatedDataSet) { path = set.folder }

  /// Whether there is a folder of this name in it.
  public func has(_ name: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// The files with an ending, by name.
  ///
  /// - Parameters:
  ///   - ending: Such as `png`, in whatever case.
  ///   - folder: A folder in this one; without it, this one.
  /// - Returns: Their paths.
  /// - Throws: ``DatasetsError/unusable(path:reason:)`` if the folder cannot be read.
  public func files(_ ending: String, in folder: String? = nil) throws -> [String] {
    let place = folder.map { "\(path)/\($0)" } ?? path
    do {
      return try FileManager.default.contentsOfDirectory(atPath: place)
        .filter { !$0.hasPrefix(".") && $0.lowercased().hasSuffix(".\(ending)") }.sorted()
        .map { "\(place)/\($0)" }
    } catch {
      throw DatasetsError.unusable(path: place, reason: "the folder cannot be read")
    }
  }

  /// Reads all pictures of a folder in the order of their names.
  ///
  /// - Parameters:
  ///   - folder: A folder in this one; without it, this one.
  ///   - least: The fewest pixels that a side may have.
  /// - Returns: The names and pictures.
  /// - Throws: ``DatasetsError`` if there is no PNG file, or one is not sound or too small.
  public func pictures(in folder: String? = nil, least: Int = 1) throws -> [Picture] {
    let files = try files("png", in: folder)
    guard !files.isEmpty else {
      throw DatasetsError.unusable(
        path: folder.map { "\(path)/\($0)" } ?? path, reason: "there is no PNG file in it")
    }
    return try files.map { try Self.picture($0, least: least) }
  }

  /// Reads one file.
  static func picture(_ file: String, least: Int = 1) throws -> Picture {
    let image = GreyImage(luminanceOf: try PNGImage(DataFolder.read(file), file: file))
    guard min(image.width, image.height) >= least else {
      throw DatasetsError.malformed(
        file: file, position: "header",
        reason: "\(image.width)x\(image.height) pixels are too few: \(least) a side are needed")
    }
    return (URL(filePath: file).deletingPathExtension().lastPathComponent, image)
  }
}
