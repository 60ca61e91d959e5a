import ArgumentParser
import Casework
import Catalog
import Datasets
import Foundation
import Pages
import Records

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", _superCommandName: Casebook._commandName,
    abstract: "Look for faults in the registry.",
    discussion: "Exit code 1 if a fault remains.")

  @Flag(help: "Read every file and every series and compare their digests.") var thorough = false
  @Flag(help: "Remove files that belong to no run.") var repair = false
  @OptionGroup var house: House

  func run() throws {
    let store = try repair ? house.writeRuns() : house.readRuns()
    let counts = try Run.Status.allCases.map { status in
      (status, try store.count(where: "status = '\(status.rawValue)'"))
    }
    let faults = try store.examine(isThorough: thorough, repair: repair)
    let folder = house.homeFolder
    Terminal.output.print("registry   \(folder)")
    Terminal.output.print(
      "runs       "
        + (counts.contains { $0.1 > 0 }
          ? counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0.rawValue)" }.joined(separator: ", ")
          : "none"))
    if let free = store.freeBytes {
      let words = ByteCountFormatter.string(fromByteCount: Int64(free), countStyle: .file)
      Terminal.output.print("disk       \(words) free" + (free < 1 << 30 ? ": that is little" : ""))
    }
    if let kind = SharedFolder.kind(of: folder) {
      Terminal.output.print("shared     \(kind): runs are spooled here, see 'casebook collect'")
    }
    var libraries = try ProvenanceReader.read(threads: nil).provenance.libraries
    (libraries["librsvg"], libraries["hdf5"]) = (RasterLibrary.version, HDF5Library.version)
    for (name, version) in libraries.sorted(by: { $0.key < $1.key }) {
      Terminal.output.print(name.padding(toLength: 11, withPad: " ", startingAt: 0) + version)
    }
    Terminal.output.print("font       " + (Self.fontFault ?? RasterLibrary.font))
    for fault in faults {
      let words =
        fault.isRepaired ? "mended: " : fault.isRepairable ? "fault (--repair): " : "fault: "
      Terminal.output.print(words + fault.text)
    }
    let left = faults.count { !$0.isRepaired }
    Terminal.output.print(
      left == 0 ? "All is well." : "\(left) \(left == 1 ? "fault" : "faults").")
    if left > 0 { throw Failure.answerIsNo }
  }

  /// What is wrong with the font that pictures are drawn with here, if anything is.
  static var fontFault: String? {
    let (wanted, font) = (RasterLibrary.wantedFont, RasterLibrary.font)
    guard font != wanted else { return nil }
    let place = font.isEmpty ? "no text" : "\(font) in its place"
    return "\(wanted) is missing: pictures for Confluence have \(place), and differ from other "
      + "machines'; install fonts-dejavu-core"
  }
}
