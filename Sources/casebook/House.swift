import ArgumentParser
import Casework
import Catalog
import Datasets
import Foundation
import Records

/// Where the program finds the catalogue, the registry and the data.
struct House: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder of the registry of runs (default: $CASEBOOK_HOME, else .casebook here)."))
  var home: String?

  @Option(
    help: ArgumentHelp(
      "The folder of the catalogue (default: $CASEBOOK_CATALOG, else beside the program)."))
  var catalog: String?

  /// The folder of the registry.
  var homeFolder: String {
    home ?? Self.environment("CASEBOOK_HOME") ?? ".casebook"
  }

  /// The folder that holds `Catalog` and `site`: the checkout or the installation that the program
  /// belongs to.
  static let root: String? = {
    guard let program = realpath("/proc/self/exe", nil) else { return nil }
    defer { free(program) }
    var folder = Substring(String(cString: program)).upToLastSlash
    let installed = "\(folder.upToLastSlash)/share/casebook"
    if isFolder(installed + "/Catalog") { return installed }
    while !folder.isEmpty {
      if isFolder("\(folder)/Catalog"), access("\(folder)/Package.swift", F_OK) == 0 {
        return String(folder)
      }
      folder = folder.upToLastSlash
    }
    return nil
  }()

  /// Reads the catalogue.
  ///
  /// - Throws: ``Failure/usage(_:)`` if there is none where it should be.
  func readCatalog() throws -> Catalog {
    try Catalog.read(folder: catalogFolder())
  }

  /// The folder of the entries.
  func catalogFolder() throws -> String {
    if let folder = catalog ?? Self.environment("CASEBOOK_CATALOG") { return folder }
    guard let root = Self.root else {
      throw Failure.usage(
        .wrong(
          "the catalogue is not beside the program. Say where it is with --catalog FOLDER or "
            + "CASEBOOK_CATALOG."))
    }
    return root + "/Catalog"
  }

  /// Reads the catalogue for a command that goes on without its faulty entries, saying so.
  func soundCatalog() throws -> Catalog {
    let catalog = try readCatalog()
    if !catalog.faults.isEmpty {
      let files = Set(catalog.faults.map(\.file)).count
      Terminal.error.print(
        "casebook: \(files) \(files == 1 ? "entry is" : "entries are") faulty and left out; "
          + "'casebook check' says why.")
    }
    return catalog
  }

  /// The registry, to read; one that is not there yet is empty and is not made.
  ///
  /// - Parameter tellsFaults: Whether to say what is damaged in the spools of a shared folder.
  /// - Returns: The registry; of a shared folder, what has been spooled there until now.
  /// - Throws: ``RecordsError``.
  func readRuns(tellsFaults: Bool = true) throws -> RunStore {
    guard SharedFolder.kind(of: homeFolder) != nil, Self.isFolder(homeFolder) else {
      return try judging(RunStore(readingHome: homeFolder))
    }
    return try spooledRuns(in: homeFolder, tellsFaults: tellsFaults)
  }

  /// Where a run is taken up: in the registry, or among spools where it has been written as one.
  func runsToResume(spool: String?) throws -> RunStore {
    let shared = SharedFolder.kind(of: homeFolder) == nil ? nil : homeFolder
    guard let folder = spool ?? shared else { return try writeRuns() }
    return try spooledRuns(in: folder, tellsFaults: true)
  }

  private func spooledRuns(in folder: String, tellsFaults: Bool) throws -> RunStore {
    let (store, faults) = try RunStore.spooled(in: folder)
    if tellsFaults { for fault in faults { Terminal.error.print("casebook: \(fault)") } }
    return try judging(store)
  }

  /// The registry, to write.
  func writeRuns() throws -> RunStore {
    if let kind = SharedFolder.kind(of: homeFolder) {
      throw RecordsError.sharedFolder(path: homeFolder, kind: kind)
    }
    return try judging(RunStore(home: homeFolder))
  }

  /// Where new runs are recorded: in the registry, or as spools where that is asked for or is all that the
  /// file system is good for.
  func recordRuns(spool: String? = nil) throws -> RunStore {
    let kind = SharedFolder.kind(of: homeFolder)
    guard let folder = spool ?? (kind == nil ? nil : homeFolder) else { return try writeRuns() }
    if spool == nil, let kind {
      Terminal.error.print(
        "casebook: \(homeFolder) is shared by machines (\(kind)): the run is spooled there; 'casebook "
          + "collect' takes it into a registry.")
    }
    return try judging(RunStore(spooling: folder))
  }

  /// What the verdict on a run that was just repeated rests on: the program, the case's entry, and the
  /// files of the data that it read.
  func basis(of run: Run, _ catalog: Catalog) throws -> String {
    let store = try dataStore()
    let folders = try run.provenance.data.keys.sorted().map { name in
      let folder = try catalog.dataSet(named: name).flatMap { try store.locate($0)?.folder }
      return URL(filePath: folder ?? name).standardized.path(percentEncoded: false)
    }
    return try CaseBasis(catalogFolder: catalogFolder()).basis(of: run.slug, folders: folders)
  }

  private func judging(_ store: RunStore) throws -> RunStore {
    var store = store
    let basis = CaseBasis(catalogFolder: try catalogFolder())
    store.isStale = { basis.hasChanged($0, since: $1) }
    let house = self
    store.direction = { name in
      let metrics = (try? house.readCatalog())?.entries.flatMap(\.metrics) ?? []
      let ways = Set(metrics.filter { $0.name == name }.map(\.better))
      return ways.count == 1 ? ways.first : nil
    }
    return store
  }

  /// The data sets of this machine.
  func dataStore() throws -> DataStore {
    // Another catalogue may bring data of its own; what the program ships is there all the same.
    let folders = [try catalogFolder(), Self.root.map { $0 + "/Catalog" }].compactMap { $0 }
    return DataStore.standard(shipped: folders.map { $0 + "/data" })
  }

  private static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func isFolder(_ path: String) -> Bool {
    var facts = stat()
    return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
  }
}

extension Substring {
  /// The folder that a path's last part is in; empty for that of the whole system.
  fileprivate var upToLastSlash: Substring { self[..<(lastIndex(of: "/") ?? startIndex)] }
}

extension Catalog {
  /// Returns the entry of a name that a user typed.
  ///
  /// - Throws: ``Failure/usage(_:)`` with the nearest names.
  func entry(named name: String) throws -> Entry {
    if let entry = entries.first(where: { $0.slug.rawValue == name }) { return entry }
    if let fault = faults.first(where: {
      $0.file.hasSuffix("/\(name).md") || $0.file == "\(name).md"
    }) {
      throw Failure.usage(.wrong("the entry of \(name) is faulty. \(fault)"))
    }
    throw Failure.usage(.unknown("case", name, known: entries.map(\.slug.rawValue)))
  }
}

extension Entry {
  /// Settings with the whole path of a folder of the user's own, so that their record holds in any folder.
  func fromAnywhere(_ settings: [String: JSONValue]) -> [String: JSONValue] {
    guard case .string(let path)? = settings["data"], !dataNames.contains(path),
      FileManager.default.fileExists(atPath: path)
    else { return settings }
    let whole = URL(filePath: path).standardized.path(percentEncoded: false)
    return settings.merging(["data": .string(whole)]) { $1 }
  }

  /// The entry as JSON: a contract, described in the README.
  var json: JSONValue {
    .object([
      "slug": .string(slug.rawValue), "title": .string(title), "goal": .string(goal.text),
      "algorithms": .texts(algorithms.terms), "field": .texts(field.terms),
      "tools": .texts(tools.terms), "comments": .string(comments),
      "level": .string(level.rawValue), "status": .string(status), "summary": .string(summary),
      "is_simulated": .bool(isSimulated), "is_addition": .bool(isAddition),
    ])
  }
}
