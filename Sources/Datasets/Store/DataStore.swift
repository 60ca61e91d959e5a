public import Casework
public import Foundation

/// The data sets on this machine: folders to look in, and a home for what is fetched.
///
/// A set lies in a folder of its own below one of them, each file plain or as `.gz`, which is
/// decoded as it is read. What is found is checked against its declaration every time: a second
/// for a gigabyte is a small price for never computing on other data than was said.
public struct DataStore: Sendable {
  /// The folders that are looked in, first to last; they are never written to.
  public let searchPath: [String]
  /// The folder that is looked in first and that downloads go to.
  public let home: String
  /// The environment of the programs that are started.
  let environment: [String: String]
  /// How long a download may stand still.
  let stallLimit: Duration

  /// Creates a store.
  ///
  /// - Parameters:
  ///   - searchPath: More folders to look in, such as the one with the data that Casebook ships.
  ///   - home: The folder for downloads; it is made when it is needed.
  ///   - environment: What `python3` is looked up in and started with.
  ///   - stallLimit: How long a download may bring no byte before it is given up.
  public init(
    searchPath: [String], home: String,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    stallLimit: Duration = .seconds(120)
  ) {
    (self.searchPath, self.home) = (searchPath, home)
    (self.environment, self.stallLimit) = (environment, stallLimit)
  }

  /// Creates the store that an environment asks for.
  ///
  /// Downloads go to `$XDG_DATA_HOME/casebook` (`~/.local/share/casebook` if that is not set).
  /// `CASEBOOK_DATA` names folders to look in, separated by colons, and the first of them that can
  /// be written to, or made, takes the downloads instead. A folder without any permission to write
  /// is left alone, even by the superuser, whom the system would let.
  ///
  /// `shipped` names folders that come with the program, looked in last.
  public static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment, shipped: [String] = []
  ) -> DataStore {
    let folders = (environment["CASEBOOK_DATA"] ?? "").split(separator: ":").map(String.init)
    let user = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
    // The XDG specification tells to ignore a relative path here.
    let base = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let personal = "\(base ?? "\(user)/.local/share")/casebook"
    let home = folders.first(where: canKeepDownloads) ?? personal
    return DataStore(
      searchPath: (folders + [personal]).filter { $0 != home } + shipped, home: home,
      environment: environment)
  }

  private static func canKeepDownloads(_ folder: String) -> Bool {
    var status = stat()
    guard stat(folder, &status) == 0 else {
      let parent = URL(filePath: folder).deletingLastPathComponent().path(percentEncoded: false)
      return errno == ENOENT && parent != folder && canKeepDownloads(parent)
    }
    return status.st_mode & S_IFMT == S_IFDIR && status.st_mode & 0o222 != 0
      && access(folder, W_OK | X_OK) == 0
  }

  /// What a search for a set has come to.
  public struct SearchResult: Equatable, Sendable {
    /// The first copy that is as declared.
    public let located: LocatedDataSet?
    /// What is wrong with the copies that were found before it, one reason for each file.
    public let refusals: [String]
  }

  /// Looks for a set in the home and along the search path.
  ///
  /// - Throws: ``DatasetsError/unsafeName(_:dataSet:)`` if its declaration names files outside.
  public func search(_ set: DataSet) throws -> SearchResult {
    let folders = try folderNames(of: set)
    var refusals: [String] = []
    for root in [home] + searchPath {
      for name in folders {
        let folder = "\(root)/\(name)"
        let findings = DataFolder.inspect(set.files, in: folder)
        if findings.allSatisfy({ $0.1 == .sound }) {
          let located = LocatedDataSet(
            name: set.name, folder: folder, fingerprint: DataFolder.fingerprint(of: set.files))
          return SearchResult(located: located, refusals: refusals)
        }
        guard !findings.allSatisfy({ $0.1 == .missing }) else { continue }
        for (file, finding) in findings {
          switch finding {
          case .sound: break
          case .missing: refusals.append("\(folder) lacks \(file.name)")
          case .wrong(let reason): refusals.append(reason)
          }
        }
      }
    }
    return SearchResult(located: nil, refusals: refusals)
  }

  /// Returns where a set lies, or `nil` if nothing of it is on this machine.
  ///
  /// - Throws: ``DatasetsError/damaged(name:reasons:)`` if there are only copies that are not as
  ///   declared.
  public func locate(_ set: DataSet) throws -> LocatedDataSet? {
    let result = try search(set)
    guard result.located == nil, !result.refusals.isEmpty else { return result.located }
    throw DatasetsError.damaged(name: set.name, reasons: result.refusals)
  }

  /// Checks a set that is on this machine.
  ///
  /// - Throws: ``DatasetsError/damaged(name:reasons:)`` if only damaged copies are here,
  ///   ``DatasetsError/unavailable(name:reasons:folder:files:)`` if there is none.
  @discardableResult public func verify(_ set: DataSet) throws -> LocatedDataSet {
    guard let located = try locate(set) else {
      throw try unavailable(set, [try absence(of: set)])
    }
    return located
  }

  /// Returns the folder of a set that is on this machine and sound.
  ///
  /// - Throws: What ``verify(_:)`` throws.
  public func path(_ set: DataSet) throws -> String { try verify(set).folder }

  /// Returns the folder that ``get(_:isOffline:progress:)`` puts a set into.
  ///
  /// - Throws: ``DatasetsError/unsafeName(_:dataSet:)``.
  public func destination(of set: DataSet) throws -> String {
    "\(home)/\(try folderNames(of: set)[0])"
  }

  /// Returns the decoded content of a file of a located set, checked again as it is read.
  ///
  /// - Throws: ``DatasetsError`` if it is gone or no longer as declared.
  public func contents(of file: DataSet.File, in set: LocatedDataSet) throws -> Data {
    try DataFolder.contents(of: file, in: set.folder)
  }

  /// Returns the error that tells every reason and what to do.
  func unavailable(_ set: DataSet, _ reasons: [String]) throws -> DatasetsError {
    .unavailable(
      name: set.name, reasons: reasons, folder: try destination(of: set),
      files: set.files.map(\.name))
  }

  /// Says that no folder has the set, and which were looked in.
  func absence(of set: DataSet) throws -> String {
    let names = try folderNames(of: set)
    let places = ([home] + searchPath).flatMap { root in names.map { "\(root)/\($0)" } }
    return "not in \(places.joined(separator: ", "))"
  }

  /// The folders that a set may lie in, below each root; never none.
  private func folderNames(of set: DataSet) throws -> [String] {
    let declared = set.sources.compactMap { source -> String? in
      if case .folder(let name) = source { name } else { nil }
    }
    let names = declared.isEmpty ? [set.name] : declared
    for name in names + set.files.map(\.name) + [set.name] where !Self.isSafe(name) {
      throw DatasetsError.unsafeName(name, dataSet: set.name)
    }
    return names
  }

  /// Whether a relative path can only lead downwards, and to nothing hidden.
  private static func isSafe(_ path: String) -> Bool {
    let marks = Set("._-+")
    return path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && !part.hasPrefix(".")
        && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || marks.contains($0)) }
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
