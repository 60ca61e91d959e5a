public import Foundation

/// A token, with the user that it is for where the wiki asks for both, which no description, mirror
/// or error shows.
public struct Token: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The environment variable that may hold a token.
  public static let environmentName = "CASEBOOK_CONFLUENCE_TOKEN"

  /// The environment variable that may hold a user, as Cloud asks for: an e-mail address.
  public static let userEnvironmentName = "CASEBOOK_CONFLUENCE_USER"

  private let secret: String
  private let user: String?

  /// Checks that a text can be a token.
  ///
  /// - Parameters:
  ///   - secret: The token; blanks and line breaks around it do not count.
  ///   - source: Where it comes from, for the error; never the token itself.
  ///   - user: The user whose token it is; without one it is sent as a bearer's.
  /// - Throws: ``ConfluenceError/unusableToken(source:reason:)``.
  public init(_ secret: String, source: String, user: String? = nil) throws {
    let trimmed = secret.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !trimmed.isEmpty else {
      throw ConfluenceError.unusableToken(source: source, reason: "it is empty")
    }
    guard trimmed.utf8.allSatisfy({ (33...126).contains($0) }) else {
      throw ConfluenceError.unusableToken(
        source: source, reason: "it holds blanks, line breaks or letters outside ASCII")
    }
    self.secret = trimmed
    self.user = user?.trimmingCharacters(in: .whitespacesAndNewlines)
    guard self.user?.contains(where: { $0 == ":" || $0.isNewline }) != true, self.user != "" else {
      throw ConfluenceError.unusableToken(
        source: Self.userEnvironmentName, reason: "it is no user: it is empty or holds a colon")
    }
  }

  /// Reads the token from a file that only its owner can read.
  ///
  /// - Throws: ``ConfluenceError/unusableToken(source:reason:)``.
  public init(file: URL, user: String? = nil) throws {
    let path = file.resolvingSymlinksInPath().path(percentEncoded: false)
    func refused(_ reason: String) -> ConfluenceError {
      .unusableToken(source: file.path(percentEncoded: false), reason: reason)
    }
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
      throw refused("there is no such file")
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw refused("it is not a file")
    }
    guard let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue, mode & 0o077 == 0
    else { throw refused("others can read it; run 'chmod 600' on it") }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw refused("it cannot be read")
    }
    try self.init(
      String(decoding: data, as: UTF8.self), source: file.path(percentEncoded: false),
      user: user)
  }

  /// Takes the token from a file, if one is named, or else from the environment; the user is always
  /// the environment's.
  ///
  /// - Throws: ``ConfluenceError/noToken`` or ``ConfluenceError/unusableToken(source:reason:)``.
  public init(
    file: URL?, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    let user = environment[Self.userEnvironmentName].flatMap { $0.isEmpty ? nil : $0 }
    if let file {
      try self.init(file: file, user: user)
    } else if let secret = environment[Self.environmentName] {
      try self.init(secret, source: Self.environmentName, user: user)
    } else {
      throw ConfluenceError.noToken
    }
  }

  /// The value of the header `Authorization`: `Basic` with a user, or else `Bearer`.
  var authorization: String { user == nil ? "Bearer \(secret)" : "Basic \(pair)" }

  /// The user and the token as RFC 7617 joins them.
  private var pair: String { Data("\(user ?? ""):\(secret)".utf8).base64EncodedString() }

  /// Returns a text of the server's without the token, on one line, without control characters,
  /// and cut after 300 characters.
  func cleaned(_ text: String) -> String {
    let hidden = text.replacingOccurrences(of: pair, with: "(token)")
      .replacingOccurrences(of: secret, with: "(token)")
    let visible = hidden.unicodeScalars.map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: " "
      default: String(scalar)
      }
    }
    let line = visible.joined().split(separator: " ").joined(separator: " ")
    return line.count > 300 ? line.prefix(300) + "…" : line
  }

  public var description: String { "(token)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: [(label: String?, value: Any)]()) }
}
