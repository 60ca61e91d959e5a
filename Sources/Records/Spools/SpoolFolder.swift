import Casework
import Foundation

/// What could not be taken from spools, or was not as it should be.
public struct SpoolFault: Hashable, Sendable, CustomStringConvertible {
  /// Where, and what happened to it.
  public let description: String
  /// The run whose file ends in the middle of a record, if that is all.
  let tornRun: String?

  init(description: String, tornRun: String? = nil) {
    (self.description, self.tornRun) = (description.onOneLine, tornRun)
  }
}

extension SpoolFault {
  init(in place: String, _ error: any Error) {
    guard case RecordsError.bundleRefused(let reason) = error else {
      self.init(description: "\(place): \(error)")
      return
    }
    self.init(description: "\(place): refused, as \(reason)")
  }
}

/// The records of all spools of a folder, whatever files they stand in and in whatever order.
struct SpoolFolder {
  /// By run, in the order of their numbers.
  private(set) var records: [String: [SpoolRecord]] = [:]
  private(set) var faults: [SpoolFault] = []

  /// Reads what is whole in the folder.
  init(path: String) throws {
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
      throw RecordsError.unusable(path: path, reason: FileFault.words(for: error))
    }
    var found: [String: [Int: SpoolRecord]] = [:]
    for name in names.sorted() where name.hasSuffix("." + SpoolWriter.fileExtension) {
      let file = "\(path)/\(name)"
      let data: Data
      do { data = try Data(contentsOf: URL(fileURLWithPath: file)) } catch {
        faults.append(.init(description: "\(file): \(FileFault.words(for: error))"))
        continue
      }
      read(data, name: name, &found)
    }
    for (run, records) in found.sorted(by: { $0.key < $1.key }) {
      let sorted = records.values.sorted { $0.number < $1.number }
      self.records[run] = sorted
      var next = 1
      for record in sorted {
        if record.number > next { addGap(next..<record.number, run) }
        next = record.number + 1
      }
    }
  }

  private mutating func addGap(_ numbers: Range<Int>, _ run: String) {
    let (first, last) = (numbers.lowerBound, numbers.upperBound - 1)
    let which = first == last ? "record \(first) is" : "records \(first) to \(last) are"
    faults.append(.init(description: "run \(run.prefix(8)): \(which) missing"))
  }

  private mutating func read(
    _ data: Data, name: String, _ found: inout [String: [Int: SpoolRecord]]
  ) {
    for line in data.split(separator: UInt8(ascii: "\n")) {
      guard let record = SpoolRecord(line: line) else {
        let place = "\(name), bytes \(line.startIndex) to \(line.endIndex - 1)"
        let isTorn = line.endIndex == data.endIndex
        faults.append(
          .init(
            description: isTorn
              ? "\(place): the end is torn off and was cut"
              : "\(place): damaged and left out",
            tornRun: isTorn ? String(name.prefix { !"-.".contains($0) }) : nil))
        continue
      }
      if let other = found[record.run]?[record.number], other != record {
        faults.append(
          .init(
            description: "\(name): record \(record.number) of run \(record.run.prefix(8)) stands "
              + "twice, with different contents; the first was taken"))
        continue
      }
      found[record.run, default: [:]][record.number] = record
    }
  }
}
