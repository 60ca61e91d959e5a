public import Foundation
public import Pages

/// A space of a Confluence wiki, and the right to write there.
///
/// ```swift
/// let site = try ConfluenceSite(base: url, space: "ML", token: Token(file: nil))
/// let plan = try await site.plan(pages: PageSet(folder: folder), under: "Use cases")
/// print(plan)                                  // what would be done; nothing is written so far
/// let summary = await site.carryOut(plan) { print($0) }
/// ```
/// Publishing the same pages twice writes nothing the second time, and what broke off is finished
/// by publishing again. Pages and attachments that somebody edited since are left as they are.
public struct ConfluenceSite: Sendable {
  /// The address of the wiki, with its context path if it has one and without `rest/api`.
  public let base: URL
  /// The key of the space.
  public let space: String

  /// Which product the wiki is.
  public let flavour: StorageFlavour
  /// The address as it is spoken to.
  public let address: String

  private let wiki: any WikiInterface

  /// Names a space.
  ///
  /// - Parameters:
  ///   - base: The address of the wiki, as `https://wiki.example.org/confluence`.
  ///   - space: The key of the space, as `ML`.
  ///   - token: A personal access token.
  ///   - flavour: Which product it is; `nil` tells by the address.
  ///   - allowInsecure: Whether `http` is spoken to this machine itself.
  ///   - transport: What carries the requests.
  ///   - pace: How requests are repeated.
  /// - Throws: ``ConfluenceError/unusableAddress(_:reason:)``.
  public init(
    base: URL, space: String, token: Token, flavour: StorageFlavour? = nil,
    allowInsecure: Bool = false,
    transport: any Transport = CurlTransport(), pace: Pace = .real()
  ) throws {
    self.flavour = flavour ?? StorageFlavour(of: base)
    address = try Self.checked(base, self.flavour, allowInsecure: allowInsecure)
    guard !space.isEmpty, space != ".", space != ".." else {
      throw ConfluenceError.unusableAddress(address, reason: "the key of the space is missing")
    }
    (self.base, self.space) = (base, space)
    let exchange = Exchange(base: address, token: token, transport: transport, pace: pace)
    wiki =
      switch self.flavour {
      case .dataCenter: DataCenterWiki(exchange: exchange, space: space)
      case .cloud: CloudWiki(exchange: exchange, space: space)
      }
  }

  /// Compares pages with the space, without writing anything.
  ///
  /// - Parameters:
  ///   - pages: The pages as they should be.
  ///   - parentTitle: The page below which they go; `nil` is the home page of the space.
  ///   - overwrite: Whether pages and attachments that were edited by hand, or that Casebook did
  ///     not write, are overwritten rather than left.
  ///   - comparesText: Whether the text of each page that changes is compared with the one there.
  /// - Returns: What ``carryOut(_:overwrite:prune:progress:)`` would do.
  /// - Throws: ``ConfluenceError`` or `CancellationError`.
  public func plan(
    pages: PageSet, under parentTitle: String? = nil, overwrite: Bool = false,
    comparesText: Bool = false
  ) async throws -> Plan {
    try await Planner(wiki: wiki, isOverwriting: overwrite, comparesText: comparesText)
      .plan(pages, under: parentTitle)
  }

  /// Does what a plan says, one request at a time.
  ///
  /// What concerns one page alone (it is rejected, too large, restricted, or was edited since the
  /// plan) stands in the summary, and the other pages are published.
  /// - Parameters:
  ///   - plan: A plan of this space.
  ///   - overwrite: Whether what is edited by hand meanwhile is overwritten too.
  ///   - prune: Whether pages and attachments that are no longer published are removed.
  ///   - progress: Called before each page and upload.
  /// - Returns: What was done, and how it ended.
  public func carryOut(
    _ plan: Plan, overwrite: Bool = false, prune: Bool = false,
    progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async -> Summary {
    var publisher = Publisher(
      planner: Planner(wiki: wiki, isOverwriting: overwrite), plan: plan, isPruning: prune,
      progress: progress)
    return await publisher.publish()
  }

  /// Whether an address is one of the machine that asks.
  static func isThisMachine(_ url: URL) -> Bool {
    ["localhost", "127.0.0.1", "::1", "[::1]"]
      .contains(url.host(percentEncoded: false)?.lowercased())
  }

  private static func checked(
    _ base: URL, _ flavour: StorageFlavour, allowInsecure: Bool
  ) throws -> String {
    var shown = URLComponents(url: base, resolvingAgainstBaseURL: true)
    let hasUser = shown?.user != nil || shown?.password != nil
    shown?.user = nil
    shown?.password = nil
    shown?.query = nil
    func refused(_ reason: String) -> ConfluenceError {
      .unusableAddress(shown?.string ?? "(unreadable)", reason: reason)
    }
    guard base.host(percentEncoded: false)?.isEmpty == false else {
      throw refused("it has no host; write it as https://wiki.example.org/confluence")
    }
    let isLoopback = isThisMachine(base)
    switch base.scheme?.lowercased() {
    case "https": break
    case "http" where allowInsecure && isLoopback: break
    case "http" where isLoopback:
      throw refused(
        "the token would travel in the clear; to this machine itself that is allowed "
          + "with --insecure-http")
    case "http":
      throw refused("the token would travel in the clear; only https is spoken")
    default: throw refused("only https is spoken")
    }
    guard !hasUser else { throw refused("it holds a name or a password; give a token") }
    guard base.query(percentEncoded: false) == nil, base.fragment(percentEncoded: false) == nil
    else { throw refused("it has a query or a fragment") }
    var text = base.absoluteString
    while text.hasSuffix("/") { text.removeLast() }
    for part in Call.interfaces where text.hasSuffix("/\(part)") {
      throw refused("leave out /\(part)")
    }
    // All of Cloud is below /wiki, and people copy the address of the site.
    return flavour == .cloud && !text.hasSuffix("/wiki") ? text + "/wiki" : text
  }
}
