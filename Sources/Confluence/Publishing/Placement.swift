/// Where a page goes.
enum Placement: Equatable, Sendable, CustomStringConvertible {
  /// Below a page of the set.
  case below(key: String)
  /// Below a page that was there already: the one asked for, or the space's home page.
  case page(id: String)
  /// At the top of a space that has no home page.
  case top

  var description: String {
    switch self {
    case .below(let key): "key:\(key)"
    case .page(let id): "page:\(id)"
    case .top: "space"
    }
  }

  /// The page above, by the ids of the pages of the set that are there.
  func id(among ids: [String: String]) -> String? {
    switch self {
    case .below(let key): ids[key]
    case .page(let id): id
    case .top: nil
    }
  }
}
