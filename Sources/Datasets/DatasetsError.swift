import Casework
import Foundation

/// Why data could not be read, found or fetched.
public enum DatasetsError: Error, Equatable, CustomStringConvertible {
  /// A file or folder could not be opened, read or written.
  case unusable(path: String, reason: String)
  /// A file holds what its format does not allow. The position says where, as `row 3, column 5` or
  /// `byte 16`.
  case malformed(file: String, position: String, reason: String)
  /// An archive was refused whole, before anything in it was used.
  case archiveRefused(file: String, reason: String)
  /// A file is sound but is not the one that was declared.
  case wrongContent(file: String, reason: String)
  /// A name in a declaration would leave the folder that it belongs in.
  case unsafeName(String, dataSet: String)
  /// A source of a data set did not give what was declared.
  case sourceFailed(source: String, reason: String)
  /// A data set is neither here nor to be had; every place that was tried has its reason.
  case unavailable(name: String, reasons: [String], folder: String, files: [String])
  /// A data set is not on this machine, and nothing may be fetched.
  case offline(name: String)
  /// A data set lies on this machine but is not what was declared.
  case damaged(name: String, reasons: [String])

  public var description: String {
    switch self {
    case .unusable(let path, let reason): "\(path): \(reason)."
    case .malformed(let file, let position, let reason): "\(file), \(position): \(reason)."
    case .archiveRefused(let file, let reason):
      "\(file) was refused and nothing of it was used: \(reason)."
    case .wrongContent(let file, let reason): "\(file) is not the declared file: \(reason)."
    case .unsafeName(let name, let dataSet):
      "The data set \(dataSet) declares the name '\(name)', which could lead out of its folder; "
        + "use letters, digits and . _ - + only, with / between folders."
    case .sourceFailed(let source, let reason): "\(source): \(reason)."
    case .unavailable(let name, let reasons, let folder, let files):
      "The data set \(name) is not here and could not be had:"
        + list(reasons)
        + "\nGet it with 'casebook data get \(name)' when there is a network, or put "
        + "\(files.joined(separator: ", ")) (plain or .gz) into \(folder)."
        + " The preset 'quick' needs no download."
    case .offline(let name):
      "The data set \(name) is not here, and nothing is fetched while working offline: get it with "
        + "'casebook data get \(name)', or use --preset quick, which needs none."
    case .damaged(let name, let reasons):
      "The data set \(name) is here, but not as declared:" + list(reasons)
        + "\nGet a good copy with 'casebook data get \(name)'."
    }
  }
}

private func list(_ reasons: [String]) -> String { reasons.map { "\n- \($0)" }.joined() }

/// Returns what an error says, without the full stop that a list puts or leaves out itself.
func reason(of error: any Error) -> String {
  var text =
    switch error {
    case let known as DatasetsError: known.description
    default: FileFault.words(for: error)
    }
  if text.hasSuffix(".") { text.removeLast() }
  return text
}
