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
  }

  /// What is done with an attachment.
  public struct Attachment: Sendable {
    /// What can be done.
    public enum Action: Sendable, Equatable {
      case create, update, unchanged
      /// The attachment is left as it is.
      case conflict(Conflict)
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
    public let action: Action
    /// What is done with its attachments.
    public internal(set) var attachments: [Attachment] = []

    let placement: Placement
    let fingerprint: String
    var existing: RemotePage?
    var labelsToAdd: [String] = []
    var labelsToRemove: [String] = []

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
  let overwrite: Bool

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

  /// One line for each page and each attachment that is not as it should be, and a count.
  public var description: String {
    var (creations, updates, kept) = (0, 0, 0)
    var lines: [String] = []
    for item in items {
      switch item.action {
      case .create:
        creations += 1
        lines.append("create  \(item.page.title)")
      case .update(let changes):
        updates += 1
        let parts = changes.map(\.rawValue).joined(separator: ", ")
        lines.append("update  \(item.page.title) (\(parts))")
      case .unchanged:
        kept += 1
        lines.append("keep    \(item.page.title)")
      case .conflict(let conflict): lines.append("conflict  \(conflict)")
      }
      lines += item.attachments.compactMap { attachment in
        switch attachment.action {
        case .create: "  create  \(attachment.file.name)"
        case .update: "  update  \(attachment.file.name)"
        case .unchanged: nil
        case .conflict(let conflict): "  conflict  \(conflict)"
        }
      }
    }
    lines.append(
      "\(creations) to create, \(updates) to update, \(kept) to keep, \(conflicts.count) in conflict"
    )
    return lines.joined(separator: "\n")
  }
}

/// A page or an attachment that somebody else wrote, and that is therefore left as it is.
public struct Conflict: Sendable, Equatable, CustomStringConvertible {
  /// Why it is not overwritten.
  public enum Reason: Sendable, Equatable {
    /// Casebook wrote an earlier version; a later one is somebody else's.
    case editedByHand(version: Int)
    /// Casebook never wrote it.
    case notOurs
    /// Casebook's page should get a title that another page has.
    case titleTaken(by: String)
  }

  /// The title of the page.
  public let page: String
  /// The name of the attachment, if it is one.
  public let attachment: String?
  /// Why it is left.
  public let reason: Reason
  /// Who wrote the version that is there.
  public let author: String
  /// When, as the server says it.
  public let date: String

  init(
    page: String, attachment: String? = nil, reason: Reason, version: RemoteVersion, token: Token
  ) {
    (self.page, self.attachment, self.reason) = (page, attachment, reason)
    let author = token.cleaned(version.by?.displayName ?? version.by?.username ?? "")
    self.author = author.isEmpty ? "somebody unknown" : author
    let date = token.cleaned(version.when ?? "")
    self.date = date.isEmpty ? "an unknown time" : date
  }

  public var description: String {
    let what = attachment.map { "\($0) of '\(page)'" } ?? page
    return switch reason {
    case .editedByHand(let version):
      "\(what): \(author) wrote version \(version) at \(date), after Casebook; it is left as it is"
    case .notOurs:
      "\(what): it is \(author)'s, of \(date), and not Casebook's; it is left as it is"
    case .titleTaken(let other):
      "\(what): another page is titled '\(other)' (\(author), \(date)); it cannot get that title"
    }
  }
}
