/// The check of all pages that are to stand in one space, one after the other.
struct PageSetCheck {
  private let checker: StorageChecker
  private(set) var faults: [PageFault] = []
  private var pages: [(title: String, parent: String?)] = []
  private var links: [(page: String, link: StorageWalk.Link)] = []
  /// The anchors of each page that links may lead to.
  private var anchors: [String: Set<String>] = [:]

  init(flavour: StorageFlavour) { checker = StorageChecker(flavour: flavour) }

  /// Checks a page by itself.
  mutating func add(_ page: StoragePage) {
    add(
      title: page.title, parent: page.parent, labels: page.labels,
      walk: checker.walk(through: page.body), attachments: page.attachments.map(\.name))
  }

  /// Checks a page by itself, whose body was walked through.
  mutating func add(
    title: String, parent: String?, labels: [String], walk: StorageWalk, attachments: [String]
  ) {
    var found = walk.faults
    // A body that could not be read shows nothing.
    if !walk.isUnread {
      found += checker.attachmentFaults(attachments, shown: walk.attachments)
    }
    found += labels.filter { !$0.isLabel }.map { .badLabel($0) }
    note(found, on: title)
    pages.append((title, parent))
    links += walk.links.map { (title, $0) }
    anchors[title, default: []].formUnion(walk.anchors)
  }

  /// Notes what is wrong with a page beside its body.
  mutating func note(_ found: [StorageFault], on title: String) {
    faults += found.map { PageFault(page: title, fault: $0) }
  }

  /// Checks the pages against each other and returns all faults.
  mutating func finish() -> [PageFault] {
    let titles = pages.map(\.title)
    for fault in checker.faults(inTitles: titles) {
      switch fault {
      case .badTitle(let title, _), .repeatedTitle(let title): note([fault], on: title)
      default: note([fault], on: "")
      }
    }
    for (page, link) in links {
      let target = link.title ?? page
      guard let own = anchors[target] else {
        note([.missingPage(target, line: link.line)], on: page)
        continue
      }
      if let anchor = link.anchor, !own.contains(anchor) {
        note([.missingAnchor(anchor, page: link.title, line: link.line)], on: page)
      }
    }
    let known = Set(titles)
    for (title, parent) in pages {
      if let parent, !known.contains(parent) {
        note([.otherThanListed("its parent '\(parent)'", reason: "is not there")], on: title)
      }
    }
    return faults
  }
}

extension String {
  /// Whether Confluence takes it as a label.
  fileprivate var isLabel: Bool {
    !isEmpty && utf16.count <= 255 && self == lowercased()
      && !unicodeScalars.contains { scalar in
        scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
          || ":;,.?&[]()#^*@!".unicodeScalars.contains(scalar)
      }
  }
}
