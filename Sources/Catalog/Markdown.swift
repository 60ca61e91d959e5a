import CCmark
import Synchronization

/// CommonMark with tables, strikethrough and automatic links.
public enum Markdown {
  /// The most that is read, in bytes of UTF-8.
  public static let largestText = 1 << 20
  /// How deeply blocks and spans may stand in each other.
  public static let deepestNesting = 64

  /// The most cells that tables may have, those counted that short rows are filled up with.
  public static let mostCells = 50_000
  /// The most that links by reference may come to, in bytes.
  public static let largestExpansion = 8 << 20

  // While cmark-gfm parses spans it keeps the extensions' characters in a global table, so that
  // only one text may be parsed at a time.
  private static let turn = Mutex<Void>(())

  /// Returns a text as the XML of CommonMark's document type, with GitHub's tables.
  ///
  /// ```xml
  /// <document xmlns="http://commonmark.org/xml/1.0"><paragraph><text>…
  /// ```
  ///
  /// - Throws: ``MarkdownError`` if the text is too long, nested too deeply, or holds a character
  ///   that XML has no place for.
  public static func xml(of text: String) throws(MarkdownError) -> String {
    try check(text)
    let rendered = try turn.withLock { _ throws(MarkdownError) -> String? in
      try withTree(of: text) { root throws(MarkdownError) -> String? in
        guard depth(of: root) <= deepestNesting else { throw .nestedTooDeeply }
        guard let xml = cmark_render_xml(root, CMARK_OPT_DEFAULT) else { return nil }
        defer { cmark_get_default_mem_allocator().pointee.free(xml) }
        let text = String(cString: xml)
        // Character references may stand for what no character of the text is.
        if let illegal = illegal(in: text) { throw .illegalCharacter(illegal.value) }
        return text
      }
    }
    guard let rendered else { throw .unusable }
    return rendered
  }

  /// What an entry's prose may not hold: HTML, links to other than web pages, too much nesting.
  static func problems(in text: String) -> [(line: Int, message: String)] {
    do throws(MarkdownError) {
      try check(text)
    } catch {
      return [(1, "the prose cannot be shown: \(error)")]
    }
    return turn.withLock { _ in
      withTree(of: text) { root in
        guard depth(of: root) <= deepestNesting else {
          return [(1, "the prose cannot be shown: \(MarkdownError.nestedTooDeeply)")]
        }
        return walk(root).compactMap(problem)
      } ?? [(1, "the prose cannot be shown: \(MarkdownError.unusable)")]
    }
  }

  /// Whether a character may stand in XML 1.0 (section 2.2, Char).
  static func isLegal(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  private static func check(_ text: String) throws(MarkdownError) {
    guard text.utf8.count <= largestText else { throw .tooLong(bytes: text.utf8.count) }
    if let illegal = illegal(in: text) { throw .illegalCharacter(illegal.value) }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard cells(lines) <= mostCells else { throw .tooManyCells }
    guard expansion(of: text, lines) <= largestExpansion else { throw .tooManyReferences }
  }

  private static func illegal(in text: String) -> Unicode.Scalar? {
    text.unicodeScalars.first { !isLegal($0) }
  }

  /// How many cells tables have at the most: a line of dashes and bars gives each line below it as many.
  private static func cells(_ lines: [Substring]) -> Int {
    var (total, below) = (0, 0)
    for line in lines.reversed() {
      let isBlank = line.utf8.allSatisfy { $0 == 32 || $0 == 9 || $0 == 13 }
      below = isBlank ? 0 : below + 1
      let bars = line.utf8.count { $0 == UInt8(ascii: "|") }
      let isRule =
        bars > 0 && line.utf8.contains(UInt8(ascii: "-"))
        && line.utf8.allSatisfy { "|:->*+ \t\r".utf8.contains($0) }
      if isRule { total += (bars + 1) * (below + 1) }
    }
    return total
  }

  /// How much the addresses and titles of references come to at the most where they are used.
  private static func expansion(of text: String, _ lines: [Substring]) -> Int {
    var (longest, length) = (0, 0)
    for line in lines.reversed() {
      length = line.isEmpty ? 0 : length + line.utf8.count
      if line.contains("]:") { longest = max(longest, length) }
    }
    return longest == 0 ? 0 : longest * text.utf8.count { $0 == UInt8(ascii: "]") }
  }

  private static func withTree<Result, Failure: Error>(
    of text: String, _ body: (OpaquePointer) throws(Failure) -> Result?
  ) throws(Failure) -> Result? {
    cmark_gfm_core_extensions_ensure_registered()
    guard let parser = cmark_parser_new(CMARK_OPT_DEFAULT) else { return nil }
    defer { cmark_parser_free(parser) }
    for name in ["table", "strikethrough", "autolink"] {
      guard let syntax = cmark_find_syntax_extension(name) else { return nil }
      cmark_parser_attach_syntax_extension(parser, syntax)
    }
    cmark_parser_feed(parser, text, text.utf8.count)
    guard let root = cmark_parser_finish(parser) else { return nil }
    defer { cmark_node_free(root) }
    return try body(root)
  }

  private static func depth(of root: OpaquePointer) -> Int {
    var (depth, deepest) = (0, 0)
    let walk = cmark_iter_new(root)
    defer { cmark_iter_free(walk) }
    while true {
      switch cmark_iter_next(walk) {
      case CMARK_EVENT_DONE: return deepest
      case CMARK_EVENT_EXIT: depth -= 1
      default:
        // Leaves are entered and never left.
        let isLeaf = cmark_node_first_child(cmark_iter_get_node(walk)) == nil
        deepest = max(deepest, depth + 1)
        if !isLeaf || isContainer(cmark_iter_get_node(walk)) { depth += 1 }
      }
    }
  }

  /// Whether the iterator leaves the node after entering it, even if it holds nothing.
  private static func isContainer(_ node: OpaquePointer?) -> Bool {
    let leaves = [
      CMARK_NODE_HTML_BLOCK, CMARK_NODE_THEMATIC_BREAK, CMARK_NODE_CODE_BLOCK, CMARK_NODE_TEXT,
      CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK, CMARK_NODE_CODE, CMARK_NODE_HTML_INLINE,
    ]
    return !leaves.contains(cmark_node_get_type(node))
  }

  private static func walk(_ root: OpaquePointer) -> [OpaquePointer] {
    var nodes: [OpaquePointer] = []
    let walk = cmark_iter_new(root)
    defer { cmark_iter_free(walk) }
    while true {
      let event = cmark_iter_next(walk)
      if event == CMARK_EVENT_DONE { return nodes }
      if event == CMARK_EVENT_ENTER, let node = cmark_iter_get_node(walk) { nodes.append(node) }
    }
  }

  private static func problem(_ node: OpaquePointer) -> (line: Int, message: String)? {
    let parts = [cmark_node_get_literal, cmark_node_get_url, cmark_node_get_title]
    for case let part? in parts.map({ $0(node) }) {
      guard let illegal = illegal(in: String(cString: part)) else { continue }
      return (line(of: node), "the prose: \(MarkdownError.illegalCharacter(illegal.value))")
    }
    switch cmark_node_get_type(node) {
    case CMARK_NODE_HTML_BLOCK, CMARK_NODE_HTML_INLINE:
      let html = cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
      let first = html.split(separator: "\n").first.map { String($0.prefix(40)) } ?? ""
      return (
        line(of: node),
        "the prose holds HTML, '\(first)'; write it as Markdown, or between backquotes to show it."
      )
    case CMARK_NODE_LINK, CMARK_NODE_IMAGE:
      let address = cmark_node_get_url(node).map { String(cString: $0) } ?? ""
      let isPermitted = ["https://", "http://", "mailto:", "#"].contains { address.hasPrefix($0) }
      guard !isPermitted else { return nil }
      return (
        line(of: node),
        "the prose links to '\(address.prefix(60))'; a link starts with https://, http://, "
          + "mailto: or #."
      )
    default:
      return nil
    }
  }

  /// The line of a node, or of the nearest block around it that knows its own.
  private static func line(of node: OpaquePointer) -> Int {
    var place: OpaquePointer? = node
    while let current = place {
      let line = Int(cmark_node_get_start_line(current))
      if line > 0 { return line }
      place = cmark_node_parent(current)
    }
    return 1
  }
}

/// Why a Markdown text could not be read.
public enum MarkdownError: Error, Equatable, CustomStringConvertible {
  case tooLong(bytes: Int)
  case nestedTooDeeply
  case illegalCharacter(UInt32)
  case tooManyCells
  case tooManyReferences
  case unusable

  public var description: String {
    switch self {
    case .tooLong(let bytes):
      "the text has \(bytes) bytes; at most \(Markdown.largestText) are read. Shorten it."
    case .nestedTooDeeply:
      "its blocks or spans stand in each other more than \(Markdown.deepestNesting) deep. "
        + "Remove some levels."
    case .illegalCharacter(let value):
      "it holds the character U+\(String(value, radix: 16, uppercase: true)), which XML has no "
        + "place for. Remove it."
    case .tooManyCells:
      "its tables have more than \(Markdown.mostCells) cells. Shorten them."
    case .tooManyReferences:
      "its links by reference come to more than \(Markdown.largestExpansion >> 20) MB. Shorten their "
        + "addresses, or use them less often."
    case .unusable:
      "cmark-gfm could not parse it. Check that libcmark-gfm and its extensions are installed."
    }
  }
}
