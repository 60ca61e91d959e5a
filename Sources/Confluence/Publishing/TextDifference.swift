import Pages

/// How the text of a page changes, line by line.
public struct TextDifference: Sendable, Equatable {
  /// A line that goes or comes.
  public enum Line: Sendable, Equatable, CustomStringConvertible {
    case removed(String)
    case added(String)

    public var description: String {
      switch self {
      case .removed(let text): "- \(text)"
      case .added(let text): "+ \(text)"
      }
    }
  }

  /// The lines that are not in both, in the order in which they stand.
  public let lines: [Line]

  /// More lines than these, of both together, are not compared one by one.
  private static let limit = 6000
  /// How many lines are shown of one page.
  private static let shownLines = 30

  init(from old: [String], to new: [String]) {
    guard old.count + new.count <= Self.limit else {
      lines = old == new ? [] : old.map(Line.removed) + new.map(Line.added)
      return
    }
    let difference = new.difference(from: old)
    let removed = Set(difference.removals.map(Self.offset))
    let added = Set(difference.insertions.map(Self.offset))
    var (result, i, j) = ([Line](), 0, 0)
    while i < old.count || j < new.count {
      if removed.contains(i) {
        result.append(.removed(old[i]))
        i += 1
      } else if added.contains(j) {
        result.append(.added(new[j]))
        j += 1
      } else {
        (i, j) = (i + 1, j + 1)
      }
    }
    lines = result
  }

  private static func offset(_ change: CollectionDifference<String>.Change) -> Int {
    switch change {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }

  private init?(from old: StorageText?, to new: StorageText?) {
    guard let old, let new else { return nil }
    self.init(from: old.lines, to: new.lines)
  }

  /// Compares two bodies, or returns `nil` if one of them cannot be read.
  init?(fromBody old: String, toBody new: String) {
    self.init(from: StorageText(old), to: StorageText(new))
  }

  /// The first lines, each cut to what a terminal shows, and how many more there are.
  var shown: [String] {
    let first = lines.prefix(Self.shownLines).map { line in
      let text = "\(line)"
      return text.count > 74 ? text.prefix(73) + "…" : text
    }
    let rest = lines.count - first.count
    return first + (rest > 0 ? ["… and \(rest) more lines"] : [])
  }
}
