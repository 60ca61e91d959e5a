import ArgumentParser
import Casework
import Catalog
import Datasets

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", _superCommandName: Casebook._commandName,
    abstract: "List, get and check data sets.",
    subcommands: [List.self, Get.self, Verify.self, Path.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List the data sets of the catalogue.")
    @OptionGroup var output: OutputOptions
    @OptionGroup var house: House

    func run() throws {
      let (catalog, store) = (try house.soundCatalog(), try house.dataStore())
      let sets = catalog.dataSets.map { set in (set, try? store.locate(set)) }
      var table = Table([
        Table.Column(title: "name", isUnbroken: true), Table.Column(title: "title"),
        Table.Column(title: "licence"), Table.Column(title: "size", isNumber: true),
        Table.Column(title: "here"),
      ])
      for (set, place) in sets {
        table.rows.append([
          set.name, set.title, set.licence, set.files.reduce(0) { $0 + $1.bytes }.asBytes,
          place == nil ? "no" : "yes",
        ])
      }
      try output.print(table, json: .array(sets.map(json)))
    }

    private func json(_ set: DataSet, _ place: LocatedDataSet?) -> JSONValue {
      .object([
        "name": .string(set.name), "title": .string(set.title), "creator": .string(set.creator),
        "licence": .string(set.licence), "homepage": .string(set.homepage),
        "bytes": .integer(set.files.reduce(0) { $0 + $1.bytes }),
        "folder": .text(place?.folder), "fingerprint": .text(place?.fingerprint),
      ])
    }
  }

  struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "get",
      abstract: "Get data sets from the first of their sources that has them.")
    @Argument(help: "Data sets, as 'casebook data list' names them.") var names: [String]
    @Flag(help: "Use no network.") var offline = false
    @Flag(help: "Show no progress.") var quiet = false
    @OptionGroup var house: House

    func run() async throws {
      let (catalog, store) = (try house.soundCatalog(), try house.dataStore())
      for set in try names.map(catalog.knownDataSet) {
        let place = try await store.fetch(set, isOffline: offline, isQuiet: quiet)
        Terminal.output.print("\(set.name): \(place.folder)")
      }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Check data sets that are here against their digests.")
    @Argument(help: "Data sets; all that are here if none is named.") var names: [String] = []
    @OptionGroup var house: House

    func run() throws {
      let (catalog, store) = (try house.soundCatalog(), try house.dataStore())
      let sets = try names.isEmpty ? catalog.dataSets : names.map(catalog.knownDataSet)
      var isSound = true
      for set in sets {
        do {
          if names.isEmpty, try store.locate(set) == nil {
            Terminal.output.print("\(set.name): not here")
            continue
          }
          let place = try store.verify(set)
          Terminal.output.print("\(set.name): sound, fingerprint \(place.fingerprint)")
        } catch {
          Terminal.output.print("\(set.name): \(Failure.words(for: error))")
          isSound = false
        }
      }
      guard isSound else { throw Failure.answerIsNo }
    }
  }

  struct Path: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "path", abstract: "Print the folder of a data set.")
    @Argument(help: "A data set.") var name: String
    @OptionGroup var house: House

    func run() throws {
      let set = try house.soundCatalog().knownDataSet(name)
      guard let place = try house.dataStore().locate(set) else {
        Terminal.error.print(
          "casebook: \(name) is not here. Get it with 'casebook data get \(name)'.")
        throw Failure.answerIsNo
      }
      Terminal.output.print(place.folder)
    }
  }
}

extension Catalog {
  /// Returns the data set of a name that a user typed.
  ///
  /// - Throws: ``Failure/usage(_:)`` with the nearest names.
  func knownDataSet(_ name: String) throws -> DataSet {
    guard let set = dataSet(named: name) else {
      throw Failure.usage(.unknown("data set", name, known: dataSets.map(\.name)))
    }
    return set
  }
}

extension DataStore {
  /// Returns a data set, getting it if it is missing, and says what is got, how large it is, and
  /// where it comes from.
  func fetch(_ set: DataSet, isOffline: Bool, isQuiet: Bool) async throws -> LocatedDataSet {
    if let place = try? locate(set) { return place }
    let display = ProgressDisplay(label: set.name, isQuiet: isQuiet)
    defer { display.close() }
    if !isOffline {
      display.note(
        "\(set.name) is not here: getting it, about \(set.downloadBytes.asBytes) "
          + "(\(set.title); \(set.licence)).")
    }
    return try await get(set, isOffline: isOffline) { event in
      switch event {
      case .refused(let reason): display.note("\(set.name): \(reason)")
      case .received(let source, let bytes, let total):
        display.show(
          RunProgress(
            done: min(bytes, total ?? bytes) / 1000, total: (total ?? bytes) / 1000, unit: "kB",
            note: "from \(source)"))
      case .waiting: display.note("\(set.name): another process is getting it; waiting")
      case .checking(let source): display.note("\(set.name): checking what came from \(source)")
      }
    }
  }
}

extension Int {
  /// A size for people: `11.6 MB`.
  var asBytes: String {
    let units = ["B", "kB", "MB", "GB"]
    var (value, unit) = (Double(self), 0)
    while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
    let digits = unit == 0 || value >= 100 ? 0 : 1
    let scale = digits == 1 ? 10.0 : 1
    let rounded = (value * scale).rounded() / scale
    return "\(digits == 0 ? String(Int(rounded)) : "\(rounded)") \(units[unit])"
  }
}
