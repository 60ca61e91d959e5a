import Casework
import Catalog
import Datasets
import Digests
import Foundation
import Records

/// What stands behind the session of a run that the program has started: the registry, the data
/// sets and the terminal.
struct ProgramHost: SessionHost {
  let entry: Entry
  let catalog: Catalog
  let recorder: RunRecorder
  let store: DataStore
  let display: ProgressDisplay
  let isOffline: Bool
  let isQuiet: Bool
  var resumption: Data?
  var threads: Int?

  func log(_ metric: String, _ value: Double, step: Int?) throws {
    try recorder.log(metric, value, step: step)
  }
  func log(_ metric: String, _ values: [Double], steps: [Int]) throws {
    try recorder.log(metric, values, steps: steps)
  }
  func keep(_ figure: Figure) throws { try recorder.keep(figure) }
  func keep(_ name: String, _ data: Data, mediaType: String, role: Artifact.Role) throws {
    try recorder.keep(name, data, mediaType: mediaType, role: role)
  }
  func tag(_ name: String, _ value: String) throws { try recorder.tag(name, value) }
  func checkpoint(_ data: Data) throws { try recorder.checkpoint(data) }
  func progress(_ progress: RunProgress) {
    display.show(progress)
    // A registry that cannot be written to is reported by the next metric.
    try? recorder.progress(progress)
  }
  func note(_ text: String) { display.note(text) }

  func dataSet(_ name: String) async throws -> LocatedDataSet {
    guard entry.dataNames.contains(name), let set = catalog.dataSet(named: name) else {
      throw CaseworkError.unknownDataSet(name, case: entry.slug, known: entry.dataNames)
    }
    let place = try await store.fetch(set, isOffline: isOffline, isQuiet: isQuiet)
    try recorder.record(data: name, fingerprint: place.fingerprint)
    return place
  }

  func dataFolder(_ path: String) throws -> URL {
    let folder = URL(filePath: path, directoryHint: .isDirectory)
    let names = try? FileManager.default.subpathsOfDirectory(
      atPath: folder.path(percentEncoded: false))
    guard let names, !names.isEmpty else {
      throw DataFolderError(path: path, isThere: names != nil)
    }
    var listing = ""
    for name in names.sorted() {
      let file = folder.appending(path: name)
      guard (try? file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true else {
        continue
      }
      listing += "\(try SHA256Digest(ofFile: file))  \(name)\n"
    }
    try recorder.record(data: path, fingerprint: SHA256Digest(of: Data(listing.utf8)).hex)
    return folder
  }
}

/// A folder of the user's own that cannot be used.
struct DataFolderError: Error, CustomStringConvertible {
  let path: String
  let isThere: Bool

  var description: String {
    isThere
      ? "the data folder '\(path)' is empty."
      : "there is no data folder '\(path)'. --set data=… takes a data set that the case names, or "
        + "a folder in the format that its page describes."
  }
}
