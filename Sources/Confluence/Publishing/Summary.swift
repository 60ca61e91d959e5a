/// What publishing did.
public struct Summary: Sendable, CustomStringConvertible {
  /// A page that could not be published, and why.
  public struct Failure: Sendable, Equatable {
    /// The title of the page.
    public let title: String
    /// Why.
    public let error: ConfluenceError
  }

  /// The titles of the pages that were created.
  public internal(set) var created: [String] = []
  /// The titles of the pages of which something was written.
  public internal(set) var updated: [String] = []
  /// How many pages needed nothing.
  public internal(set) var unchanged = 0
  /// How many attachments were uploaded.
  public internal(set) var uploads = 0
  /// What was left as it is because somebody else wrote it.
  public internal(set) var conflicts: [Conflict] = []
  /// The pages that could not be published.
  public internal(set) var failures: [Failure] = []

  /// Whether every page stands as it should.
  public var isComplete: Bool { conflicts.isEmpty && failures.isEmpty }

  /// A line of counts, and a line for each conflict and each failure.
  public var description: String {
    let counts =
      "\(created.count) created, \(updated.count) updated, \(unchanged) unchanged, "
      + "\(uploads) attachments uploaded, \(conflicts.count) in conflict, \(failures.count) failed"
    let lines =
      conflicts.map { "conflict  \($0)" } + failures.map { "failed  \($0.title): \($0.error)" }
    return ([counts] + lines).joined(separator: "\n")
  }
}

/// What publishing is about to do.
public enum Progress: Sendable, CustomStringConvertible {
  /// A page is next; `index` counts from 1.
  case page(title: String, index: Int, count: Int)
  /// An attachment is next.
  case upload(name: String, size: Int, page: String)
  /// Something was left as it is.
  case conflict(Conflict)
  /// A page could not be published.
  case failure(Summary.Failure)

  public var description: String {
    switch self {
    case .page(let title, let index, let count): "[\(index)/\(count)] \(title)"
    case .upload(let name, let size, _): "  \(name), \(size) bytes"
    case .conflict(let conflict): "conflict  \(conflict)"
    case .failure(let failure): "failed  \(failure.title): \(failure.error)"
    }
  }
}
