public import Foundation

/// Which of the two products a wiki is: their interfaces differ.
public enum Flavour: String, Sendable, CaseIterable {
  /// Confluence Data Center, on a machine of one's own: `/rest/api`.
  case dataCenter = "dc"
  /// Confluence Cloud, at Atlassian's: `/wiki/api/v2`, and `/wiki/rest/api` for some things.
  case cloud

  /// Tells by the host: only Cloud is at `atlassian.net` and `api.atlassian.com`.
  public init(of address: URL) {
    let host = address.host(percentEncoded: false)?.lowercased() ?? ""
    self = host.hasSuffix(".atlassian.net") || host == "api.atlassian.com" ? .cloud : .dataCenter
  }

  /// The product's name.
  public var name: String {
    switch self {
    case .dataCenter: "Confluence Data Center"
    case .cloud: "Confluence Cloud"
    }
  }
}
