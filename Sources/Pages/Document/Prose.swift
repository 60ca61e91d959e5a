import Catalog
import Foundation

/// The prose of an entry as blocks, by way of cmark's XML.
struct Prose {
  /// Turns CommonMark with tables into blocks.
  ///
  /// - Parameters:
  ///   - text: The Markdown.
  ///   - top: The level that the highest heading gets.
  ///   - subject: What the text belongs to, for errors.
  /// - Returns: The blocks, in order.
  /// - Throws: ``PagesError/notWellFormed(_:reason:)`` if it is nested too deeply to be read.
  static func blocks(_ text: String, top: Int, subject: String) throws -> [Block] {
    let xml = try Markdown.xml(of: text.cleaned)
    let root = try MarkupReader.read(Data(xml.utf8), as: "the prose of \(subject)")
    let levels = root.elements.compactMap { $0.attributes["level"].flatMap(Int.init) }
    let reader = Prose(
      shift: top - (levels.min() ?? top), wanted: wantedAnchors(root), there: anchors(root))
    return root.elements.flatMap { reader.block($0, depth: 0) }
  }

  private let shift: Int
  /// The anchors that links within the text lead to.
  private let wanted: Set<String>
  /// The anchors that the text's headings have.
  private let there: Set<String>
  /// Deeper than this, lists and marks are shown as the plain text in them.
  private static let deepest = 8

  private static func anchors(_ root: ReadElement) -> Set<String> {
    Set(root.elements.filter { $0.name == "heading" }.map { anchor(of: $0.text) })
  }

  private static func anchor(of text: String) -> String { text.slugged(fallback: "section") }

  private static func wantedAnchors(_ element: ReadElement) -> Set<String> {
    element.elements.reduce(into: []) { anchors, child in
      if child.name == "link", let address = child.attributes["destination"],
        address.hasPrefix("#")
      {
        anchors.insert(String(address.dropFirst()))
      }
      anchors.formUnion(wantedAnchors(child))
    }
  }

  private func blocks(_ element: ReadElement, depth: Int) -> [Block] {
    element.elements.flatMap { block($0, depth: depth) }
  }

  /// How many lists and quotes are around, `depth` says: there Confluence takes paragraphs, lists
  /// and code, and the rest is written as paragraphs.
  private func block(_ element: ReadElement, depth: Int) -> [Block] {
    let isNested = depth > 0
    switch element.name {
    case "heading":
      let content = inlines(element)
      guard !content.plainText.titleText.isEmpty else { return [] }
      if isNested { return [.paragraph([.strong(content)])] }
      let level = element.attributes["level"].flatMap(Int.init) ?? 1
      let anchor = Self.anchor(of: element.text)
      return [
        .heading(
          Heading(
            level: min(6, max(2, level + shift)), content: content, anchor: anchor,
            isLinked: wanted.contains(anchor)))
      ]
    case "paragraph": return [.paragraph(inlines(element))]
    case "block_quote":
      let inner = blocks(element, depth: depth + 1)
      return isNested || inner.isEmpty ? inner : [.quote(inner)]
    case "list":
      let inner = element.elements.map { blocks($0, depth: depth + 1) }.filter { !$0.isEmpty }
      return depth >= Self.deepest || inner.isEmpty ? inner.flatMap(\.self) : [list(element, inner)]
    case "code_block": return [.code(code(element), language: language(element))]
    case "html_block": return comment(element.text) ? [] : [.code(code(element), language: nil)]
    case "thematic_break": return isNested ? [] : [.rule]
    case "table": return isNested ? rows(element) : [table(element)]
    default: return element.elements.isEmpty ? [] : blocks(element, depth: depth)
    }
  }

  private func code(_ element: ReadElement) -> String {
    element.text.hasSuffix("\n") ? String(element.text.dropLast()) : element.text
  }

  private func language(_ element: ReadElement) -> String? {
    let word = element.attributes["info"]?.split(separator: " ").first.map(String.init)
    return word.flatMap { name in
      let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
      return isPlain ? name.lowercased() : nil
    }
  }

  private func comment(_ text: String) -> Bool {
    let text = text.singleLine
    return text.hasPrefix("<!--") && text.hasSuffix("-->")
  }

  private func list(_ element: ReadElement, _ items: [[Block]]) -> Block {
    guard element.attributes["type"] == "ordered" else { return .list(.bullets, items) }
    return .list(.numbers(start: element.attributes["start"].flatMap(Int.init) ?? 1), items)
  }

  /// The rows of a table as paragraphs.
  private func rows(_ element: ReadElement) -> [Block] {
    element.elements.map { row in
      .paragraph(Array(row.elements.map { inlines($0) }.joined(separator: [.text(" | ")])))
    }
  }

  private func table(_ element: ReadElement) -> Block {
    let rows = element.elements.map { $0.elements }
    let columns = (rows.first ?? []).map { cell in
      Table.Column(
        inlines(cell).plainText, isNumeric: cell.attributes["align"] == "right")
    }
    let body = rows.dropFirst().map { $0.map { Table.Cell(inlines($0)) } }
    return .table(Table(columns: columns, rows: body, hasRowHeadings: false))
  }

  private func inlines(_ element: ReadElement, depth: Int = 0) -> [Inline] {
    guard depth < Self.deepest else { return [.text(element.text)] }
    return element.elements.flatMap { inline($0, depth: depth + 1) }
  }

  private func inline(_ element: ReadElement, depth: Int) -> [Inline] {
    switch element.name {
    case "text": return [.text(element.text)]
    case "softbreak": return [.text(" ")]
    case "linebreak": return [.lineBreak]
    case "code": return [.code(element.text)]
    case "emph": return [.emphasis(inlines(element, depth: depth))]
    case "strong": return [.strong(inlines(element, depth: depth))]
    case "strikethrough": return [.struck(inlines(element, depth: depth))]
    case "link", "image": return link(element, depth: depth)
    case "html_inline":
      if comment(element.text) { return [] }
      return ["<br>", "<br/>", "<br />"].contains(element.text)
        ? [.lineBreak] : [.text(element.text)]
    default: return inlines(element, depth: depth)
    }
  }

  /// A picture from elsewhere becomes a link: the pages fetch nothing by themselves.
  private func link(_ element: ReadElement, depth: Int) -> [Inline] {
    let address = element.attributes["destination"] ?? ""
    var content = inlines(element, depth: depth)
    if content.plainText.titleText.isEmpty { content = [.text(address)] }
    if address.hasPrefix("#") {
      let anchor = String(address.dropFirst())
      return there.contains(anchor) ? [.link(.anchor(anchor), content)] : content
    }
    if address.hasSuffix(".md"), !address.contains("://"),
      let file = address.split(separator: "/").last
    {
      return [.link(.page(.useCase(String(file.dropLast(3))), anchor: nil), content)]
    }
    return [.link(.address(address), content)]
  }
}
