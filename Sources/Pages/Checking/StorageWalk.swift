/// A walk through a body: what is wrong with it, and what it leads to.
struct StorageWalk {
  /// A link to a page, or to a place of the same page.
  struct Link {
    var title: String?
    var anchor: String?
    var line: Int
  }

  let flavour: StorageFlavour
  var faults: [StorageFault] = []
  /// The attachments that are shown, and the line where each is first.
  private(set) var attachments: [String: Int] = [:]
  private(set) var links: [Link] = []
  /// What links within the page may lead to.
  private(set) var anchors: Set<String> = []

  private var lastHeading = 1
  private var depth = 0
  private var isInLink = false
  /// The macros around, the innermost last.
  private var macros: [String] = []
  /// Deeper than this, readers see nothing but margins, and parsers give up.
  private static let deepest = 100

  init(flavour: StorageFlavour) { self.flavour = flavour }

  /// Whether nothing could be read, so that what is missing says nothing.
  var isUnread: Bool {
    faults.contains {
      if case .notWellFormed = $0 { true } else if case .tooLarge = $0 { true } else { false }
    }
  }

  mutating func root(_ root: ReadElement) {
    let elements = root.elements
    if let layout = elements.first(where: { $0.name == "ac:layout" }) {
      let isAlone =
        elements.count == 1 && root.children.allSatisfy { !$0.isVisible || $0.isElement }
      if !isAlone {
        faults.append(.badLayout(reason: "does not hold the whole page", line: layout.line))
      }
    }
    children(of: root, holding: .flow)
  }

  private mutating func children(
    of element: ReadElement, holding content: StorageVocabulary.Content
  ) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      if depth == Self.deepest + 1 { faults.append(.tooDeep(line: element.line)) }
      return
    }
    for child in element.children {
      switch child {
      case .element(let child): check(child, in: element, holding: content)
      case .other(let what):
        faults.append(.foreign(what, parent: element.name, line: element.line))
      case .text(let text):
        if StorageVocabulary.holdsCData.contains(element.name) {
          faults.append(.verbatim(element.name, line: element.line))
        } else if !text.allSatisfy(\.isWhitespace), !mayHoldText(element, content) {
          faults.append(.textIn(element.name, line: element.line))
        }
        checkCharacters(text, line: element.line)
      case .verbatim(let text):
        if !StorageVocabulary.holdsCData.contains(element.name) {
          faults.append(.verbatim(element.name, line: element.line))
        }
        checkCharacters(text, line: element.line)
      }
    }
  }

  private func mayHoldText(
    _ element: ReadElement, _ content: StorageVocabulary.Content
  ) -> Bool {
    switch content {
    case .text, .inline, .flow: true
    case .nothing: false
    case .only: StorageVocabulary.holdsText.contains(element.name)
    }
  }

  private mutating func check(
    _ element: ReadElement, in parent: ReadElement, holding content: StorageVocabulary.Content
  ) {
    let isForOthers =
      flavour == .dataCenter && StorageVocabulary.cloudElements.contains(element.name)
    guard let own = StorageVocabulary.content[element.name], !isForOthers else {
      faults.append(.unknownElement(element.name, line: element.line))
      return
    }
    if !isAllowed(element, content) {
      faults.append(.misplaced(element.name, parent: parent.name, line: element.line))
    }
    checkAttributes(of: element)
    switch element.name {
    case "ac:structured-macro":
      checkMacro(element, parent: parent)
      macros.append(element.attributes["ac:name"] ?? "")
      children(of: element, holding: own)
      macros.removeLast()
      return
    case "ac:layout":
      if parent.name != "storage" {
        faults.append(.misplaced(element.name, parent: parent.name, line: element.line))
      }
    case "ac:layout-section": checkSection(element)
    case "table": faults += TableGeometry(element).faults
    case "ac:image": checkImage(element)
    case "ac:link", "a":
      checkLink(element)
      let wasInLink = isInLink
      isInLink = true
      children(of: element, holding: own)
      isInLink = wasInLink
      return
    case "ri:attachment":
      // One that names its page belongs to that page.
      if let name = element.attributes["ri:filename"], element.elements.isEmpty {
        attachments[name] = attachments[name] ?? element.line
      }
    case "h1", "h2", "h3", "h4", "h5", "h6": checkHeading(element)
    default: break
    }
    children(of: element, holding: own)
  }

  private func isAllowed(_ element: ReadElement, _ content: StorageVocabulary.Content) -> Bool {
    let name = element.name
    let isMacro = name == "ac:structured-macro"
    switch content {
    case .nothing, .text: return false
    case .only(let names): return names.contains(name)
    case .flow:
      return isMacro || StorageVocabulary.blocks.contains(name)
        || StorageVocabulary.inlines.contains(name)
    case .inline:
      guard isMacro else { return StorageVocabulary.inlines.contains(name) }
      return StorageMacro.all[element.attributes["ac:name"] ?? ""]?.isInline ?? true
    }
  }

  private mutating func checkMacro(_ element: ReadElement, parent: ReadElement) {
    faults += StorageMacro.faults(of: element, for: flavour)
    let name = element.attributes["ac:name"]
    if name == "column", macros.last != "section" {
      faults.append(.misplaced("column", parent: parent.name, line: element.line))
    }
    if name == "anchor" { anchors.insert(element.text) }
  }

  private mutating func checkSection(_ element: ReadElement) {
    guard let type = element.attributes["ac:type"] else { return }
    guard let cells = StorageVocabulary.cells(ofSection: type, for: flavour) else {
      faults.append(.badValue(type, of: "ac:type", line: element.line))
      return
    }
    let count = element.elements.count
    if count != cells {
      faults.append(
        .badLayout(reason: "has \(count) cells in a section '\(type)'", line: element.line))
    }
  }

  private mutating func checkImage(_ element: ReadElement) {
    let alternative = element.attributes["ac:alt"] ?? ""
    if alternative.allSatisfy(\.isWhitespace) {
      faults.append(.missingAlternative(line: element.line))
    }
    if element.elements.count(where: { $0.name.hasPrefix("ri:") }) != 1 {
      faults.append(
        .badLink(reason: "of a picture leads to no or to many files", line: element.line))
    }
  }

  private mutating func checkLink(_ element: ReadElement) {
    if isInLink { faults.append(.badLink(reason: "stands in a link", line: element.line)) }
    guard element.name == "ac:link" else { return }
    let targets = element.elements.filter { $0.name.hasPrefix("ri:") }
    let bodies = element.elements.filter { !$0.name.hasPrefix("ri:") }
    let anchor = element.attributes["ac:anchor"]
    if targets.count > 1 || bodies.count > 1 {
      faults.append(.badLink(reason: "has two targets or two texts", line: element.line))
    }
    if targets.isEmpty, anchor == nil {
      faults.append(.badLink(reason: "leads nowhere", line: element.line))
    }
    if let body = bodies.first, let target = targets.first, body.line < target.line {
      faults.append(.badLink(reason: "has its text before its target", line: element.line))
    }
    let page = targets.first { $0.name == "ri:page" }
    guard page?.attributes["ri:space-key"] == nil else { return }
    if let title = page?.attributes["ri:content-title"] {
      links.append(Link(title: title, anchor: anchor, line: element.line))
    } else if targets.isEmpty, let anchor {
      links.append(Link(title: nil, anchor: anchor, line: element.line))
    }
  }

  private mutating func checkHeading(_ element: ReadElement) {
    guard let level = element.name.last?.wholeNumberValue else { return }
    // What stands in an anchor macro is not seen.
    let text = element.children.map { child -> String in
      switch child {
      case .element(let inner): inner.name == "ac:structured-macro" ? "" : inner.text
      case .text(let text), .verbatim(let text): text
      case .other: ""
      }
    }.joined().singleLine
    if text.isEmpty { faults.append(.badHeading(reason: "is empty", line: element.line)) }
    if level > lastHeading + 1 {
      faults.append(
        .badHeading(
          reason: "'\(text.shortened(to: 60))' is of level \(level) after one of level "
            + "\(lastHeading)", line: element.line))
    }
    lastHeading = level
    // The servers make anchors of headings by themselves, each in its own way.
    anchors.formUnion([
      text, text.replacing(" ", with: ""), text.replacing(" ", with: "-"),
    ])
  }
}

extension ReadElement.Child {
  fileprivate var isElement: Bool { if case .element = self { true } else { false } }

  fileprivate var isVisible: Bool {
    switch self {
    case .text(let text), .verbatim(let text): !text.allSatisfy(\.isWhitespace)
    case .element, .other: true
    }
  }
}
