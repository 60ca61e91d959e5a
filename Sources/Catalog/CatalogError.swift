/// Why a catalogue could not be read at all.
public enum CatalogError: Error, Equatable, CustomStringConvertible {
  case unreadableFolder(String, reason: String)
  case noEntries(folder: String)

  public var description: String {
    switch self {
    case .unreadableFolder(let folder, let reason):
      "The catalogue's folder '\(folder)' cannot be read: \(reason). Name the folder that holds "
        + "the entries (<slug>.md), or start casebook in the folder above it."
    case .noEntries(let folder):
      "The folder '\(folder)' holds no entry (<slug>.md). Name the folder that holds the entries, "
        + "or start casebook in the folder above it."
    }
  }
}
