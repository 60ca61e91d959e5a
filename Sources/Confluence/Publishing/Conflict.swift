/// A page or an attachment that somebody else wrote, and that is therefore left as it is.
public struct Conflict: Sendable, Equatable, CustomStringConvertible {
  /// Why it is not overwritten.
  public enum Reason: Sendable, Equatable {
    /// Casebook wrote an earlier version; a later one is somebody else's.
    case editedByHand(version: Int)
    /// Casebook never wrote it.
    case notOurs
    /// The wiki lists it, and does not let the token read it.
    case unreadable(String)
    /// Casebook's page should get a title that another page has.
    case titleTaken(by: String)
  }

  /// The title of the page.
  public let page: String
  /// The title that somebody gave it.
  public let presentTitle: String?
  /// The name of the attachment, if it is one.
  public let attachment: String?
  /// Why it is left.
  public let reason: Reason
  /// Who wrote the version that is there.
  public let author: String
  /// When, as the server says it.
  public let date: String

  init(
    page: String, presentTitle: String? = nil, attachment: String? = nil, reason: Reason,
    author: String?, date: String?, token: Token
  ) {
    self.presentTitle = presentTitle.flatMap { $0 == page ? nil : token.cleaned($0) }
    (self.page, self.attachment, self.reason) = (page, attachment, reason)
    let author = token.cleaned(author ?? "")
    self.author = author.isEmpty ? "somebody unknown" : author
    let date = token.cleaned(date ?? "")
    self.date = date.isEmpty ? "an unknown time" : date
  }

  public var description: String {
    let what =
      attachment.map { "\($0) of '\(page)'" } ?? page + (presentTitle.map { ", now '\($0)'" } ?? "")
    return switch reason {
    case .editedByHand(let version):
      "\(what): \(author) wrote version \(version) at \(date), after Casebook; it is left as it is"
    case .notOurs:
      "\(what): it is \(author)'s, of \(date), and not Casebook's; it is left as it is"
    case .unreadable(let reason): "\(what): it cannot be read, and is left as it is. \(reason)"
    case .titleTaken(let other):
      "\(what): another page is titled '\(other)' (\(author), \(date)); it cannot get that title"
    }
  }
}

/// A page that Casebook wrote once and that is no longer among those to publish.
public struct Orphan: Sendable, Equatable, CustomStringConvertible {
  /// Why it is not removed even when that is asked for.
  public enum Obstacle: Sendable, Equatable {
    /// Somebody edited it since.
    case editedByHand(Conflict)
    /// There are pages below it that stay.
    case hasPagesBelow
  }

  /// What the wiki calls it.
  public let id: String
  public let title: String
  /// What keeps it from being removed, if anything does.
  public let obstacle: Obstacle?

  public var description: String {
    switch obstacle {
    case nil: title
    case .editedByHand(let conflict): "\(conflict)"
    case .hasPagesBelow: "\(title): pages below it are not Casebook's; it is left as it is"
    }
  }
}
