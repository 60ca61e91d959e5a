public import Foundation
public import Pages

/// The two products have different interfaces: `/rest/api` of Data Center, and of Cloud
/// `/wiki/api/v2`, with `/wiki/rest/api` for some things.
extension StorageFlavour {
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
