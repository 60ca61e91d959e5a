public import Foundation

/// A personal access token, which no description, mirror or error shows.
public struct Token: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The environment variable that may hold a token.
  public static let environmentName = "CASEBOOK_CONFLUENCE_TOKEN"

  private let secret: String

  /// Checks that a text can be a token.
  ///
  /// - Parameters:
  ///   - secret: The token; blanks and line breaks around it do not count.
  ///   - source: Where it comes from, for the error; never the token itself.
  /// - Throws: ``ConfluenceError/unusableToken(source:reason:)``.
  public init(_ secret: String, source: String) throws {
    let trimmed = secret.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !trimmed.isEmpty else {
      throw ConfluenceError.unusableToken(source: source, reason: "it is empty")
    }
    guard trimmed.utf8.allSatisfy({ (33...126).contains($0) }) else {
      throw ConfluenceError.unusableToken(
        source: source, reason: "it holds blanks, line breaks or letters outside ASCII")
    }
    self.secret = trimmed
  }

  /// Reads the token from a file that only its owner can read.
  ///
  /// - Throws: ``ConfluenceError/unusableToken(source:reason:)``.
  public init(file: URL) throws {
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
      String(decoding: data, as: UTF8.self), source: file.path(percentEncoded: false))
  }

  /// Takes the token from a file, if one is named, or else from the environment.
  ///
  /// - Throws: ``ConfluenceError/noToken`` or ``ConfluenceError/unusableToken(source:reason:)``.
  public init(
    file: URL?, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    if let file {
      try self.init(file: file)
    } else if let secret = environment[Self.environmentName] {
      try self.init(secret, source: Self.environmentName)
    } else {
      throw ConfluenceError.noToken
    }
  }

  /// The value of the header `Authorization`.
  var authorization: String { "Bearer \(secret)" }

  /// Returns a text of the server's without the token, on one line, without control characters,
  /// and cut after 300 characters.
  func cleaned(_ text: String) -> String {
    let hidden = text.replacingOccurrences(of: secret, with: "(token)")
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
