/// Why pages could not be read, planned or put in a space.
///
/// Every description is one line that says what happened, where, and what to do. None ever holds
/// the token.
public enum ConfluenceError: Error, Equatable, CustomStringConvertible {
  /// The address of the wiki cannot be used.
  case unusableAddress(String, reason: String)
  /// Neither a file nor the environment holds a token.
  case noToken
  /// The token, or the file that should hold it, cannot be used.
  case unusableToken(source: String, reason: String)
  /// A folder of pages is not as its list says.
  case unusablePages(file: String, reason: String)
  /// The page under which the others should go is not there.
  case noParent(title: String, space: String)
  /// The page to publish below is called as one of those that are published.
  case parentIsPublished(title: String)
  /// 401: the server does not know the token.
  case unauthorized(doing: String, message: String)
  /// 403: the token may not do this.
  case forbidden(doing: String, message: String)
  /// 404: it is not there, or the token may not see it.
  case notFound(doing: String, message: String)
  /// 409: somebody else kept writing at the same time.
  case changedMeanwhile(doing: String, message: String)
  /// 413: a page or attachment is larger than the server takes.
  case tooLarge(doing: String, message: String)
  /// 429, or in the five hundreds: the server asks for a longer pause than is waited for.
  case busy(status: Int, doing: String, seconds: Int?)
  /// Another answer in the four hundreds.
  case rejected(status: Int, doing: String, message: String)
  /// An answer in the five hundreds.
  case serverFailed(status: Int, doing: String, message: String)
  /// No answer came.
  case connectionFailed(doing: String, reason: String)
  /// The server sends the client elsewhere, which is not followed: it would carry the token there.
  case redirected(doing: String, to: String)
  /// An answer that Confluence would not give.
  case unexpectedReply(doing: String, reason: String)
  /// A page whose parent was not written.
  case parentMissing(title: String)
  /// A page whose parent was removed while pages were published.
  case parentGone(title: String)
  /// There is a page of this title that cannot be found.
  case titleHidden(doing: String, message: String)

  public var description: String {
    switch self {
    case .unusableAddress(let address, let reason):
      "The address '\(address)' cannot be used: \(reason)."
    case .noToken:
      "There is no token for Confluence: put a personal access token in "
        + "\(Token.environmentName), or in a file of mode 600 named by --token-file; for Cloud "
        + "also your e-mail address in \(Token.userEnvironmentName)."
    case .unusableToken(let source, let reason): "The token from \(source) is refused: \(reason)."
    case .unusablePages(let file, let reason): "\(file): \(reason)."
    case .noParent(let title, let space):
      "The space \(space) has no page titled '\(title)' that this token may read; make it first, "
        + "or name another parent."
    case .parentIsPublished(let title):
      "'\(title)' is itself a page that is published, or has the title of one, and cannot be above "
        + "all of them; name another parent."
    case .unauthorized(let doing, let message):
      "The server does not accept the token (401) \(doing)\(quoted(message)); make a new "
        + "one and give that; Confluence Cloud needs \(Token.userEnvironmentName) too."
    case .forbidden(let doing, let message):
      "The token may not do this (403) \(doing)\(quoted(message)); ask for the right to add pages "
        + "and attachments in this space."
    case .notFound(let doing, let message):
      "It is not there, or the token may not see it (404) \(doing)\(quoted(message)); check the "
        + "address with its context path, the key of the space, and the restrictions of the page."
    case .changedMeanwhile(let doing, let message):
      "It changed at the same moment, again and again (409) \(doing)\(quoted(message)); publish "
        + "again when nobody else is writing."
    case .tooLarge(let doing, let message):
      "It is larger than the server takes (413) \(doing)\(quoted(message)); make it smaller, or "
        + "ask the administrator to raise the limit."
    case .busy(let status, let doing, let seconds):
      "The server is busy (\(status)) \(doing) and asks to come back "
        + "\(seconds.map { "in \($0) s" } ?? "later"); publish again then: what is written is "
        + "not written twice."
    case .rejected(let status, let doing, let message):
      "The server rejects the request (\(status)) \(doing)\(quoted(message)); correct the page "
        + "that it names and publish again."
    case .serverFailed(let status, let doing, let message):
      "The server failed (\(status)) \(doing)\(quoted(message)); publish again later: what is "
        + "written is not written twice."
    case .connectionFailed(let doing, let reason):
      "The connection failed \(doing) (\(reason)); check the network and the address, and publish "
        + "again: what is written is not written twice."
    case .redirected(let doing, let target):
      "The server redirects to \(target) \(doing), which is not followed, since the token would go "
        + "there too; give the address that it redirects to, or a token that needs no login page."
    case .unexpectedReply(let doing, let reason):
      "The answer is not Confluence's \(doing) (\(reason)); check the address with its context path."
    case .titleHidden(let doing, let message):
      "The space has this title already\(quoted(message)), \(doing), and no page that this token may "
        + "read: look for one that is restricted, archived, a draft or in the trash, and rename it or "
        + "remove it there."
    case .parentMissing(let title):
      "The page above it, '\(title)', was not written; correct that one first."
    case .parentGone(let title):
      "The page above it, '\(title)', is gone; publish again, which makes it anew."
    }
  }

  /// Whether the error concerns one page alone, so that the others can still be published.
  var isOfOnePage: Bool {
    switch self {
    case .forbidden, .notFound, .changedMeanwhile, .tooLarge, .rejected, .parentMissing,
      .parentGone, .titleHidden, .serverFailed:
      true
    default: false
    }
  }

  /// Whether something may not be read, or is gone.
  var isOfReading: Bool {
    switch self {
    case .forbidden, .notFound: true
    default: false
    }
  }

  /// Whether the server takes what was sent for wrong.
  var isRejection: Bool {
    guard case .rejected = self else { return false }
    return true
  }

  /// Whether the error concerns one attachment alone.
  var isOfOneFile: Bool {
    switch self {
    case .forbidden, .tooLarge, .rejected: true
    default: false
    }
  }

  /// Whether the server refuses to make something because it is there already.
  var saysItExists: Bool {
    guard case .rejected(_, _, let message) = self else { return false }
    let text = message.lowercased()
    return text.contains("already exist") || text.contains("same file name")
      || text.contains("same title")
  }

  /// Whether the server says that it cannot write a CDATA section whose end stands in another one.
  var refusesEmbeddedEnds: Bool {
    switch self {
    case .rejected(_, _, let message), .serverFailed(_, _, let message):
      message.contains("CDATA block has embedded")
    default: false
    }
  }

  /// The error as it stands when what the server says to be there was looked for in vain.
  var ofHiddenTitle: Self {
    guard case .rejected(_, let doing, let message) = self, saysItExists else { return self }
    return .titleHidden(doing: doing, message: message)
  }

  /// A few words for while it is waited.
  var shortReason: String {
    switch self {
    case .serverFailed(let status, _, _): "the server failed (\(status))"
    case .connectionFailed(_, let reason): reason
    case .changedMeanwhile: "somebody else is writing (409)"
    case .notFound: "the wiki does not show yet what was written (404)"
    default: "the wiki does not take it yet"
    }
  }
}

private func quoted(_ message: String) -> String { message.isEmpty ? "" : ": \"\(message)\"" }
