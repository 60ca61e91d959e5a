/// What became of one page.
public struct Outcome: Sendable {
  /// What was done.
  public enum Result: String, Sendable { case created, updated, moved, unchanged, conflict, failed }

  /// The page's key in its set.
  public let key: String
  public let title: String
  /// What the wiki calls it, once it is there.
  public internal(set) var id: String?
  public internal(set) var result = Result.unchanged
  /// The names of the attachments that were uploaded.
  public internal(set) var uploads: [String] = []
  /// What was left as it is because somebody else wrote it.
  public internal(set) var conflicts: [Conflict]
  /// Where somebody put it, if it is left there.
  public let otherPlace: Plan.Place?
  /// Why it could not be published.
  public internal(set) var error: ConfluenceError?

  init(_ item: Plan.Item) {
    (key, title) = (item.page.key, item.page.title)
    (id, conflicts, otherPlace) = (item.existing?.id, item.conflicts, item.otherPlace)
  }
}

/// What publishing did.
public struct Summary: Sendable, CustomStringConvertible {
  /// How it ended.
  public enum End: Sendable, Equatable {
    case done
    /// An error kept all further pages from being published.
    case stopped(ConfluenceError)
    case cancelled
  }

  /// The pages that were come to, in order.
  public internal(set) var outcomes: [Outcome] = []
  /// What is no longer published and still there.
  public internal(set) var orphans: [Orphan] = []
  /// The titles of the pages that were removed, because they are no longer published.
  public internal(set) var removed: [String] = []
  /// How many attachments were removed for the same reason.
  public internal(set) var removedAttachments = 0
  public internal(set) var end = End.done

  /// The titles of the pages that ended so.
  public func titles(_ results: Outcome.Result...) -> [String] {
    outcomes.filter { results.contains($0.result) }.map(\.title)
  }

  /// How many attachments were uploaded.
  public var uploads: Int { outcomes.map(\.uploads.count).reduce(0, +) }
  /// What was left as it is because somebody else wrote it.
  public var conflicts: [Conflict] { outcomes.flatMap(\.conflicts) }
  /// The pages that could not be published.
  public var failures: [Outcome] { outcomes.filter { $0.result == .failed } }

  /// Whether every page stands as it should.
  public var isComplete: Bool { conflicts.isEmpty && failures.isEmpty && end == .done }

  /// A line of counts, and a line for each conflict, each failure, each orphan and each page that was moved.
  public var description: String {
    func count(_ result: Outcome.Result) -> Int { outcomes.count { $0.result == result } }
    var counts =
      "\(count(.created)) created, \(count(.updated)) updated, \(count(.moved)) moved, "
      + "\(count(.unchanged)) unchanged, \(uploads) attachments uploaded, "
      + "\(conflicts.count) in conflict, \(failures.count) failed"
    if !removed.isEmpty || removedAttachments > 0 {
      counts += ", \(removed.count) pages and \(removedAttachments) attachments removed"
    }
    let lines =
      conflicts.map { "conflict  \($0)" }
      + failures.map { "failed    \($0.title): \($0.error?.description ?? "")" }
      + orphans.map { "orphan    \($0)" }
      + outcomes.compactMap { outcome in
        outcome.otherPlace.map {
          "left      \(outcome.title): \($0), where somebody put it; --overwrite puts it back"
        }
      }
    return (lines + [counts]).joined(separator: "\n")
  }
}

/// What publishing is about to do.
public enum Progress: Sendable, CustomStringConvertible {
  /// A page is next; `index` counts from 1.
  case page(title: String, index: Int, count: Int)
  /// An attachment is next.
  case upload(name: String, size: Int, page: String)
  /// A page, or an attachment of it, is removed next.
  case removal(title: String, attachment: String?)
  /// Something was left as it is.
  case conflict(Conflict)
  /// The server takes no `]]>` in code, which was written with a blank.
  case changedCode(title: String)
  /// A page could not be published.
  case failure(title: String, ConfluenceError)

  public var description: String {
    switch self {
    case .page(let title, let index, let count): "[\(index)/\(count)] \(title)"
    case .upload(let name, let size, _): "  \(name), \(size) bytes"
    case .removal(let title, let attachment):
      "removing " + (attachment.map { "\($0) of '\(title)'" } ?? title)
    case .conflict(let conflict): "conflict  \(conflict)"
    case .changedCode(let title):
      "  this server takes no ]]> in code (as Confluence 8.0 to 8.2): '\(title)' says ]] > instead"
    case .failure(let title, let error): "failed  \(title): \(error)"
    }
  }
}
