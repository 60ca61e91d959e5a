import Foundation

/// A run as MLflow has it, wherever it stands.
struct MLflowRun {
  struct Point: Equatable {
    let timestamp, step: Int
    let value: Double

    /// MLflow's order: the last is the value of the metric.
    func isBefore(_ other: Point) -> Bool { (step, timestamp) < (other.step, other.timestamp) }
  }

  /// The numbers that the file store writes.
  enum Status: Int {
    case running = 1
    case scheduled, finished, failed, killed

    init?(name: String) {
      let names = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"]
      guard let index = names.firstIndex(of: name) else { return nil }
      self.init(rawValue: index + 1)
    }
  }

  /// The file or the row that it was read from, for messages.
  var place: String
  let id: String
  var name: String
  let experiment: String
  let status: Status
  /// Milliseconds since 1970.
  let start: Int
  let end: Int?
  let isDeleted: Bool
  let user: String
  var parameters: [String: String] = [:]
  var tags: [String: String] = [:]
  var metrics: [String: [Point]] = [:]
  /// Its files by their paths below the run's folder.
  var artifacts: [String: URL] = [:]
}

/// What stands in an MLflow store, read and checked as far as possible without the database.
enum MLflowStore {
  /// Times and steps beyond this are no such thing.
  static let range = -(1 << 53)...(1 << 53)
  static let largestFile = 1 << 30

  static func refusal(_ place: String, _ reason: String) -> RecordsError {
    .bundleRefused(reason: "\(place): \(reason)")
  }

  /// Reads all runs of a folder `mlruns` or of an SQLite file.
  ///
  /// - Parameters:
  ///   - path: The folder or the file.
  ///   - artifactFolders: Where artifacts may lie besides the store's own folder.
  /// - Returns: The runs, in the order in which they stand there.
  /// - Throws: ``RecordsError/bundleRefused(reason:)`` with the file and what is wrong.
  static func runs(at path: String, artifactFolders: [String]) throws -> [MLflowRun] {
    let url = URL(filePath: path)
    let values = try? url.resourceValues(forKeys: [.isDirectoryKey, .isRegularFileKey])
    if values?.isDirectory == true {
      let files = MLflowFiles(
        root: url, artifacts: MLflowArtifacts(roots: [path] + artifactFolders))
      return try files.runs()
    }
    guard values?.isRegularFile == true else {
      throw refusal(path, "there is no such folder (mlruns) or file (mlflow.db)")
    }
    let folder = url.deletingLastPathComponent().path(percentEncoded: false)
    return try MLflowDatabase(
      path: path, artifacts: MLflowArtifacts(roots: [folder] + artifactFolders)
    ).runs()
  }
}

/// Finds the files of a run, which must lie below certain folders.
struct MLflowArtifacts {
  let roots: [String]

  /// Lists the files of an artifact URI.
  ///
  /// - Parameters:
  ///   - uri: A path, or an address that starts with `file:`.
  ///   - base: What a relative path is relative to.
  ///   - place: For messages.
  /// - Returns: None if the folder is not there: MLflow makes it for the first file.
  /// - Throws: ``RecordsError/bundleRefused(reason:)``.
  func files(of uri: String, relativeTo base: URL, place: String) throws -> [String: URL] {
    guard let folder = Self.folder(uri, base) else {
      throw MLflowStore.refusal(
        place, "its artifacts are at '\(uri.prefix(120))', not in a folder of this machine")
    }
    let resolved = folder.standardizedFileURL.resolvingSymlinksInPath()
    let isWithin = roots.contains { root in
      let root = URL(filePath: root, directoryHint: .isDirectory).standardizedFileURL
        .resolvingSymlinksInPath().path(percentEncoded: false)
      return resolved.path(percentEncoded: false).hasPrefix(root.hasSuffix("/") ? root : root + "/")
    }
    guard isWithin else {
      throw MLflowStore.refusal(
        place,
        "its artifacts are at '\(uri.prefix(120))', outside the store's folder; allow that with "
          + "--artifacts FOLDER")
    }
    return try files(in: resolved, place: place)
  }

  /// Lists the files of a folder; links and what is no file are refused.
  func files(in folder: URL, place: String) throws -> [String: URL] {
    let root = folder.path(percentEncoded: false)
    guard let names = try? FileManager.default.subpathsOfDirectory(atPath: root) else { return [:] }
    var files: [String: URL] = [:]
    for name in names {
      let file = folder.appending(path: name)
      let attributes = try? FileManager.default.attributesOfItem(
        atPath: file.path(percentEncoded: false))
      switch attributes?[.type] as? FileAttributeType {
      case .typeDirectory?: continue
      case .typeRegular?
      where (attributes?[.size] as? NSNumber)?.intValue ?? .max <= MLflowStore.largestFile:
        files[name] = file
      default:
        throw MLflowStore.refusal(
          place, "'\(name.prefix(120))' is no file of at most \(MLflowStore.largestFile) bytes")
      }
    }
    return files
  }

  private static func folder(_ uri: String, _ base: URL) -> URL? {
    guard let colon = uri.firstIndex(of: ":"), uri[..<colon].allSatisfy(\.isLetter) else {
      return uri.isEmpty
        ? nil : URL(filePath: uri, directoryHint: .isDirectory, relativeTo: base)
    }
    guard uri.hasPrefix("file:"), let url = URL(string: uri), (url.host() ?? "").isEmpty else {
      return nil
    }
    return URL(filePath: url.path(percentEncoded: false), directoryHint: .isDirectory)
  }
}
