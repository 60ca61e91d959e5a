/// The pages of a space, found by key and by title.
struct Inventory {
  private let byTitle: [String: RemotePage]
  private let byKey: [String: [RemotePage]]
  private let childrenByParent: [String: [String]]
  /// The title of each page.
  private let titles: [String: String]
  /// The pages that Casebook wrote, each after the one above it.
  private let ours: [RemotePage]
  /// The titles of the pages to publish, by key.
  private let wanted: [String: String]

  /// Lists the pages of a space and reads what is noted of those that may be Casebook's: those with
  /// a title of the set, from a page downwards those below pages that are, and where the listing does
  /// not tell, those that somebody may have put anywhere.
  ///
  /// - Parameters:
  ///   - wiki: The wiki.
  ///   - space: The space.
  ///   - set: The pages to publish.
  ///   - belowTitle: The title of the page below which they go; `nil` is the home page.
  /// - Returns: The inventory, and the page of that title if there is one.
  /// - Throws: ``ConfluenceError`` or `CancellationError`.
  static func read(
    _ wiki: any WikiInterface, in space: RemoteSpace, for set: PageSet, belowTitle: String?
  ) async throws -> (Inventory, top: RemotePage?) {
    let pages = try await wiki.pages(in: space, titled: nil)
    let top = belowTitle.map { title in
      pages.first { $0.title.lowercased() == title.lowercased() }
    }
    var reader = Reader(wiki: wiki, pages: pages)
    let titles = Set(set.pages.map { $0.title.lowercased() })
    for page in pages where titles.contains(page.title.lowercased()) {
      try await reader.visit(page.id)
    }
    for page in pages where page.property?.record != nil { try await reader.visit(page.id) }
    // Where the server does not tell what is above a page, it may be anywhere.
    let start = [top.map { $0?.id } ?? space.home, nil]
    try await reader.descend(from: start)
    if !wiki.listsProperties { try await reader.visitRest() }
    return (Inventory(reader, for: set), top ?? nil)
  }

  private init(_ reader: Reader, for set: PageSet) {
    wanted = Dictionary(
      set.pages.map { ($0.key, $0.title) }, uniquingKeysWith: { first, _ in first })
    let pages = reader.order.compactMap { reader.known[$0] }
    byTitle = Dictionary(
      pages.map { ($0.title.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
    ours = pages.filter { $0.record != nil }
    byKey = Dictionary(grouping: ours, by: { $0.record?.key ?? "" })
    childrenByParent = reader.children
    titles = Dictionary(pages.map { ($0.id, $0.title) }, uniquingKeysWith: { first, _ in first })
  }

  func page(titled title: String) -> RemotePage? { byTitle[title.lowercased()] }

  /// The title of a page, if the token may read that.
  func title(of id: String) -> String? { titles[id] }

  /// Returns the page that was published under a key, or else the one that has the title.
  ///
  /// Confluence copies the properties of a page with it: of several with one key, the one with the
  /// title is meant, or else the oldest. A page that the set has under another key is not meant.
  func page(for page: PageSet.Page) -> RemotePage? {
    let known = byKey[page.key] ?? []
    return known.first { $0.title.lowercased() == page.title.lowercased() }
      ?? known.min { (Int($0.id) ?? .max, $0.id) < (Int($1.id) ?? .max, $1.id) }
      ?? self.page(titled: page.title).flatMap { other in
        guard let key = other.record?.key else { return other }
        return key == page.key || wanted[key] == nil ? other : nil
      }
  }

  /// Whether a page has a title that it is to give up, since it is published under another one.
  func givesUpTitle(_ page: RemotePage) -> Bool {
    guard let key = page.record?.key, let title = wanted[key] else { return false }
    return byKey[key]?.count == 1 && title.lowercased() != page.title.lowercased()
  }

  /// Returns where somebody has put a page that Casebook left below another.
  ///
  /// - Parameters:
  ///   - item: The page as it should be, and as it is.
  ///   - parent: The page that it was put below, if the server tells.
  /// - Returns: The place where it stands, or `nil` if that is where it was put.
  func otherPlace(of item: Plan.Item, below parent: String?) -> Plan.Place? {
    guard let page = item.existing, let parent, page.parent != parent, !item.isParentNew,
      page.record?.parent == item.placement.description
    else { return nil }
    guard let place = page.parent else { return page.isAtTop ? .top : nil }
    return .below(title: titles[place] ?? "a page that the token may not read")
  }

  /// Finds the pages that Casebook wrote and that are not published any more.
  ///
  /// - Parameter used: The ids of the pages that are published.
  /// - Returns: The pages, those below others first, and whether pages that stay are below them.
  func orphans(except used: Set<String>) -> [(page: RemotePage, hasPagesBelow: Bool)] {
    let orphans = ours.filter { !used.contains($0.id) && wanted[$0.record?.key ?? ""] == nil }
    let ids = Set(orphans.map(\.id))
    func depth(_ page: RemotePage) -> Int {
      var (count, next, seen) = (0, page.parent, Set<String>())
      while let id = next, ids.contains(id), seen.insert(id).inserted {
        (count, next) = (count + 1, orphans.first { $0.id == id }?.parent)
      }
      return count
    }
    func keepsPages(_ id: String, _ seen: Set<String> = []) -> Bool {
      (childrenByParent[id] ?? []).contains { child in
        !ids.contains(child) || (!seen.contains(child) && keepsPages(child, seen.union([id])))
      }
    }
    let sorted = orphans.map { (page: $0, depth: depth($0)) }
      .sorted { ($1.depth, $0.page.title) < ($0.depth, $1.page.title) }
    return sorted.map { ($0.page, keepsPages($0.page.id)) }
  }
}

/// Reads what is noted of pages, of each at most once.
private struct Reader {
  let wiki: any WikiInterface
  private(set) var known: [String: RemotePage]
  private(set) var order: [String]
  private(set) var children: [String: [String]] = [:]
  private var visited: Set<String> = []

  init(wiki: any WikiInterface, pages: [RemotePage]) {
    self.wiki = wiki
    order = pages.map(\.id)
    known = Dictionary(pages.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for page in pages { children[page.parent ?? "", default: []].append(page.id) }
  }

  mutating func visit(_ id: String) async throws {
    guard visited.insert(id).inserted, let page = known[id], page.property == nil else { return }
    do {
      let property = try await wiki.property(id, title: page.title)
      known[id]?.property = property
    } catch ConfluenceError.forbidden {
      return  // Whether that matters is seen when the page is compared.
    }
  }

  /// More pages than these are read only if an account made them that made others of Casebook's.
  private static let limit = 250

  /// Reads what is noted of the pages that are left.
  mutating func visitRest() async throws {
    let rest = order.filter { !visited.contains($0) }
    let creators = Set(known.values.filter { $0.record != nil }.compactMap(\.creator))
    for id in rest where rest.count <= Self.limit || isMade(id, by: creators) {
      try await visit(id)
    }
  }

  private func isMade(_ id: String, by creators: Set<String>) -> Bool {
    known[id]?.creator.map(creators.contains) ?? false
  }

  mutating func descend(from start: [String?]) async throws {
    var queue = start.map { $0 ?? "" }
    queue += order.filter { known[$0]?.record != nil }
    var passed: Set<String> = []
    while let parent = queue.popLast() {
      guard passed.insert(parent).inserted else { continue }
      for child in children[parent] ?? [] {
        try await visit(child)
        if known[child]?.record != nil { queue.append(child) }
      }
    }
  }
}

extension RemotePage {
  /// What Casebook noted of this very page: a copy of a page has the note of the other.
  var record: PageRecord? {
    property?.record.flatMap { $0.id == nil || $0.id == id ? $0 : nil }
  }
}
