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
    let reader = Prose(shift: top - (levels.min() ?? top), wanted: wantedAnchors(root))
    return reader.blocks(root)
  }

  private let shift: Int
  /// The anchors that links within the text lead to.
  private let wanted: Set<String>

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

  private func blocks(_ element: ReadElement) -> [Block] { element.elements.flatMap(block) }

  private func block(_ element: ReadElement) -> [Block] {
    switch element.name {
    case "heading":
      let level = element.attributes["level"].flatMap(Int.init) ?? 1
      let content = inlines(element)
      let anchor = content.plainText.slugged(fallback: "section")
      return [
        .heading(
          level: min(6, max(2, level + shift)), content,
          anchor: wanted.contains(anchor) ? anchor : "")
      ]
    case "paragraph": return [.paragraph(inlines(element))]
    case "block_quote": return [.quote(blocks(element))]
    case "list": return [list(element)]
    case "code_block": return [.code(code(element), language: language(element))]
    case "html_block": return comment(element.text) ? [] : [.code(code(element), language: nil)]
    case "thematic_break": return [.rule]
    case "table": return [table(element)]
    default: return element.elements.isEmpty ? [] : blocks(element)
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

  private func list(_ element: ReadElement) -> Block {
    let items = element.elements.map(blocks)
    guard element.attributes["type"] == "ordered" else { return .list(.bullets, items) }
    return .list(.numbers(start: element.attributes["start"].flatMap(Int.init) ?? 1), items)
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

  private func inlines(_ element: ReadElement) -> [Inline] { element.elements.flatMap(inline) }

  private func inline(_ element: ReadElement) -> [Inline] {
    switch element.name {
    case "text": return [.text(element.text)]
    case "softbreak": return [.text(" ")]
    case "linebreak": return [.lineBreak]
    case "code": return [.code(element.text)]
    case "emph": return [.emphasis(inlines(element))]
    case "strong": return [.strong(inlines(element))]
    case "strikethrough": return [.struck(inlines(element))]
    case "link", "image": return link(element)
    case "html_inline":
      if comment(element.text) { return [] }
      return ["<br>", "<br/>", "<br />"].contains(element.text)
        ? [.lineBreak] : [.text(element.text)]
    default: return inlines(element)
    }
  }

  /// A picture from elsewhere becomes a link: the pages fetch nothing by themselves.
  private func link(_ element: ReadElement) -> [Inline] {
    let address = element.attributes["destination"] ?? ""
    let content = inlines(element)
    if address.hasPrefix("#") { return [.link(.anchor(String(address.dropFirst())), content)] }
    if address.hasSuffix(".md"), !address.contains("://"),
      let file = address.split(separator: "/").last
    {
      return [.link(.page(.useCase(String(file.dropLast(3))), anchor: nil), content)]
    }
    return [.link(.address(address), content.isEmpty ? [.text(address)] : content)]
  }
}
