public import Foundation

/// A space of a Confluence Data Center wiki, and the right to write there.
///
/// ```swift
/// let site = try ConfluenceSite(base: url, space: "ML", token: Token(file: nil))
/// let plan = try await site.plan(pages: PageSet(folder: folder), under: "Use cases")
/// print(plan)                                  // what would be done; nothing is written so far
/// let summary = try await site.carryOut(plan) { print($0) }
/// ```
/// Publishing the same pages twice writes nothing the second time, and what broke off is finished
/// by publishing again. Pages and attachments that somebody edited since are left as they are.
public struct ConfluenceSite: Sendable {
  /// The address of the wiki, with its context path if it has one and without `rest/api`.
  public let base: URL
  /// The key of the space.
  public let space: String

  private let client: ContentClient

  /// Names a space.
  ///
  /// - Parameters:
  ///   - base: The address of the wiki, as `https://wiki.example.org/confluence`.
  ///   - space: The key of the space, as `ML`.
  ///   - token: A personal access token.
  ///   - allowInsecure: Whether `http` is spoken to this machine itself.
  ///   - transport: What carries the requests.
  ///   - pace: How requests are repeated.
  /// - Throws: ``ConfluenceError/unusableAddress(_:reason:)``.
  public init(
    base: URL, space: String, token: Token, allowInsecure: Bool = false,
    transport: any Transport = URLSessionTransport(), pace: Pace = .real
  ) throws {
    let address = try Self.checked(base, allowInsecure: allowInsecure)
    guard !space.isEmpty, space != ".", space != ".." else {
      throw ConfluenceError.unusableAddress(address, reason: "the key of the space is missing")
    }
    (self.base, self.space) = (base, space)
    client = ContentClient(
      exchange: Exchange(base: address, token: token, transport: transport, pace: pace),
      space: space)
  }

  /// Compares pages with the space, without writing anything.
  ///
  /// - Parameters:
  ///   - pages: The pages as they should be.
  ///   - parentTitle: The page below which they go; `nil` is the home page of the space.
  ///   - overwrite: Whether pages and attachments that were edited by hand, or that Casebook did
  ///     not write, are overwritten rather than left.
  /// - Returns: What ``carryOut(_:progress:)`` would do.
  /// - Throws: ``ConfluenceError`` or `CancellationError`.
  public func plan(
    pages: PageSet, under parentTitle: String? = nil, overwrite: Bool = false
  ) async throws -> Plan {
    try await Planner(client: client, overwrite: overwrite).plan(pages, under: parentTitle)
  }

  /// Does what a plan says, one request at a time.
  ///
  /// What concerns one page alone (it is rejected, too large, restricted, or was edited since the
  /// plan) stands in the summary, and the other pages are published.
  /// - Parameters:
  ///   - plan: A plan of this space.
  ///   - progress: Called before each page and upload.
  /// - Returns: What was done.
  /// - Throws: ``ConfluenceError`` where no page can be published, or `CancellationError`.
  public func carryOut(
    _ plan: Plan, progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws -> Summary {
    var publisher = Publisher(client: client, plan: plan, progress: progress)
    return try await publisher.publish()
  }

  private static func checked(_ base: URL, allowInsecure: Bool) throws -> String {
    var shown = URLComponents(url: base, resolvingAgainstBaseURL: true)
    let hasUser = shown?.user != nil || shown?.password != nil
    shown?.user = nil
    shown?.password = nil
    shown?.query = nil
    func refused(_ reason: String) -> ConfluenceError {
      .unusableAddress(shown?.string ?? "(unreadable)", reason: reason)
    }
    guard let host = base.host(percentEncoded: false)?.lowercased(), !host.isEmpty else {
      throw refused("it has no host; write it as https://wiki.example.org/confluence")
    }
    let isLoopback = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
    switch base.scheme?.lowercased() {
    case "https": break
    case "http" where allowInsecure && isLoopback: break
    case "http":
      throw refused("the token would travel in the clear; only https is spoken")
    default: throw refused("only https is spoken")
    }
    guard !hasUser else { throw refused("it holds a name or a password; give a token") }
    guard base.query(percentEncoded: false) == nil, base.fragment(percentEncoded: false) == nil
    else { throw refused("it has a query or a fragment") }
    guard !host.hasSuffix(".atlassian.net") else {
      throw refused("Confluence Cloud has another interface, which is not spoken so far")
    }
    var text = base.absoluteString
    while text.hasSuffix("/") { text.removeLast() }
    guard !text.hasSuffix("/rest/api") else { throw refused("leave out /rest/api") }
    return text
  }
}
