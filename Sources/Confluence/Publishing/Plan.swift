/// What publishing would do to a space, page by page.
public struct Plan: Sendable, CustomStringConvertible {
  /// A part of a page that is not as it should be.
  public enum Change: String, Sendable, CaseIterable {
    case body, title, parent, labels, attachments
    /// Nothing that a reader sees: the note of what was published is to be finished.
    case record
  }

  /// What is done with a page.
  public enum Action: Sendable, Equatable {
    case create
    case update([Change])
    case unchanged
    /// The page is left as it is.
    case conflict(Conflict)

    /// `create`, `update`, `move` (an update of the parent alone), `unchanged` or `conflict`.
    public var name: String {
      switch self {
      case .create: "create"
      case .update([.parent]): "move"
      case .update: "update"
      case .unchanged: "unchanged"
      case .conflict: "conflict"
      }
    }
  }

  /// Where somebody put a page.
  public enum Place: Sendable, Equatable, CustomStringConvertible {
    case below(title: String)
    case top

    public var description: String {
      switch self {
      case .below(let title): "below '\(title)'"
      case .top: "at the top of the space"
      }
    }
  }

  /// What is done with an attachment.
  public struct Attachment: Sendable {
    /// What can be done.
    public enum Action: Sendable, Equatable {
      case create, update, unchanged
      /// The attachment is left as it is.
      case conflict(Conflict)

      /// `create`, `update`, `unchanged` or `conflict`.
      public var name: String {
        switch self {
        case .create: "create"
        case .update: "update"
        case .unchanged: "unchanged"
        case .conflict: "conflict"
        }
      }
    }

    /// The file as it should be.
    public let file: PageSet.Attachment
    /// What is done.
    public let action: Action
    let existing: RemoteAttachment?

    var isWritten: Bool { action == .create || action == .update }
  }

  /// What is done with a page and its attachments.
  public struct Item: Sendable {
    /// The page as it should be.
    public let page: PageSet.Page
    /// What is done with it.
    public internal(set) var action: Action
    /// What is done with its attachments.
    public internal(set) var attachments: [Attachment] = []
    /// How the text changes, if that was asked for.
    public internal(set) var difference: TextDifference?

    let placement: Placement
    let fingerprint: String
    /// Whether the page above it is created too, so that this one has to go below it.
    var isParentNew = false
    var existing: RemotePage?
    /// Whether Casebook did not come to note what it uploaded when it last wrote the page.
    var isUnfinished = false
    var labelsToAdd: [String] = []
    var labelsToRemove: [String] = []
    /// Attachments that Casebook wrote once and that the page no longer has.
    var strays: [RemoteAttachment] = []

    /// Where somebody put this page, if it is left there.
    public internal(set) var otherPlace: Place?

    /// What is done about a page that somebody put elsewhere: it is left there, or put back.
    mutating func takeNote(ofMoveTo place: Place, isUndone: Bool) {
      guard isUndone else {
        otherPlace = place
        return
      }
      let changes: [Plan.Change]? =
        switch action {
        case .unchanged: []
        case .update(let changes): changes
        case .create, .conflict: nil
        }
      guard let changes, !changes.contains(.parent) else { return }
      let all = Set(changes).subtracting([.record]).union([.parent])
      action = .update(Plan.Change.allCases.filter(all.contains))
    }

    /// What is left as it is because somebody else wrote it.
    var conflicts: [Conflict] {
      var found: [Conflict] = []
      if case .conflict(let conflict) = action { found.append(conflict) }
      for attachment in attachments {
        if case .conflict(let conflict) = attachment.action { found.append(conflict) }
      }
      return found
    }
  }

  /// The pages, each after its parent.
  public let items: [Item]
  /// Pages of an earlier publication that are no longer published.
  public let orphans: [Orphan]
  let space: RemoteSpace

  /// Whether nothing is to be written.
  public var isEmpty: Bool {
    items.allSatisfy { item in
      switch item.action {
      case .create, .update: false
      case .unchanged, .conflict: true
      }
    }
  }

  /// What is left as it is because somebody else wrote it.
  public var conflicts: [Conflict] { items.flatMap(\.conflicts) }

  /// One line for each page and each attachment that is not as it should be, the changes of the
  /// text where they are known, and a count.
  public var description: String {
    var lines: [String] = []
    var counts: [String: Int] = [:]
    for item in items {
      counts[item.action.name, default: 0] += 1
      lines += Self.lines(of: item)
    }
    for orphan in orphans { lines.append(Self.line("orphan", "\(orphan)")) }
    let named = ["create", "update", "move"].map { "\(counts[$0] ?? 0) to \($0)" }
    let strays = items.map(\.strays.count).reduce(0, +)
    let last = [
      "\(counts["unchanged"] ?? 0) unchanged", "\(conflicts.count) in conflict",
      "\(orphans.count) orphaned" + (strays == 0 ? "" : " and \(strays) orphaned attachments"),
    ]
    return (lines + [(named + last).joined(separator: ", ")]).joined(separator: "\n")
  }

  private static func lines(of item: Item) -> [String] {
    var text = item.page.title
    if case .conflict(let conflict) = item.action { text = "\(conflict)" }
    if case .update(let changes) = item.action, changes != [.parent] {
      text += " (\(changes.map(\.rawValue).joined(separator: ", ")))"
    }
    if let place = item.otherPlace {
      text += ", \(place), where somebody put it (--overwrite puts it back)"
    }
    return [line(item.action.name, text)]
      + item.attachments.compactMap { attachment in
        switch attachment.action {
        case .unchanged: nil
        case .conflict(let conflict): "  " + line("conflict", "\(conflict)")
        case .create, .update: "  " + line(attachment.action.name, attachment.file.name)
        }
      } + item.strays.map { "  " + line("orphan", $0.title) }
      + (item.difference?.shown.map { "    \($0)" } ?? [])
  }

  private static func line(_ word: String, _ text: String) -> String {
    word + String(repeating: " ", count: max(1, 11 - word.count)) + text
  }
}
