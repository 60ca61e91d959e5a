import CLibXML2
import Foundation

/// What a body in storage format says, for comparing one that a server has rewritten.
public struct StorageText: Sendable, Equatable {
  /// The text that a reader sees, a line for each block, without those that are empty.
  public let lines: [String]
  /// All elements, attributes and texts, without what servers add by themselves.
  private let form: String

  /// Reads a body, or returns `nil` if it is not well-formed.
  public init?(_ body: String) {
    let text = Self.withoutNamedEntities(body)
    guard let root = try? MarkupReader.readStorage(Data(text.utf8), as: "a body") else {
      return nil
    }
    var reading = Reading()
    for child in root.children { reading.note(child) }
    form = reading.form
    lines = reading.lines.map(\.singleLine).filter { !$0.isEmpty }
  }

  public static func == (one: Self, other: Self) -> Bool { one.form == other.form }

  /// Servers write letters beyond ASCII as the entities of HTML 4, which XML does not know.
  private static func withoutNamedEntities(_ body: String) -> String {
    var (result, rest) = ("", body[...])
    while let start = rest.range(of: "<![CDATA[") {
      result += replaced(rest[..<start.lowerBound])
      let end = rest.range(of: "]]>", range: start.upperBound..<rest.endIndex)?.upperBound
      result += rest[start.lowerBound..<(end ?? rest.endIndex)]
      rest = rest[(end ?? rest.endIndex)...]
    }
    return result + replaced(rest)
  }

  private static func replaced(_ text: Substring) -> String {
    String(text).replacing(#/&([A-Za-z][A-Za-z0-9]*);/#) { match -> String in
      let name = String(match.1)
      guard !["amp", "lt", "gt", "quot", "apos"].contains(name),
        let entity = htmlEntityLookup(name),
        let scalar = Unicode.Scalar(entity.pointee.value)
      else { return String(match.0) }
      return String(Character(scalar))
    }
  }
}

/// What was read so far.
private struct Reading {
  var form = ""
  var lines = [""]
  /// Whether a row of a table is being read, which is one line.
  private var isInRow = false

  /// Attributes that servers write to elements that were sent without.
  private static let added: Set<String> = [
    "ac:macro-id", "ac:schema-version", "ac:local-id", "local-id", "data-layout",
    "data-table-width", "data-table-display-mode",
  ]

  /// Elements within a line.
  private static let inline: Set<String> = [
    "a", "span", "strong", "b", "em", "i", "u", "s", "del", "ins", "sub", "sup", "code", "tt",
    "small", "big", "cite", "q", "abbr", "kbd", "samp", "var", "time", "ac:link", "ac:link-body",
    "ac:plain-text-link-body", "ri:page", "ri:attachment", "ac:structured-macro", "ac:parameter",
    "ac:image", "ac:inline-comment-marker", "ac:emoticon",
  ]

  mutating func note(_ child: ReadElement.Child) {
    switch child {
    case .text(let text):
      let words = text.singleLine
      if !words.isEmpty { form += words.precomposedStringWithCanonicalMapping + "\n" }
      add(text.replacing("\n", with: " "))
    case .verbatim(let text):
      form += text.precomposedStringWithCanonicalMapping + "\n"
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        add(String(line))
        lines.append("")
      }
    case .element(let element): note(element)
    case .other: break
    }
  }

  private mutating func note(_ element: ReadElement) {
    let attributes = element.attributes.filter { !Self.added.contains($0.key) }
      .sorted { $0.key < $1.key }.map { " \($0.key)=\"\($0.value)\"" }
    form += "<\(element.name)\(attributes.joined())>\n"
    let lineBefore = lines
    let isBlock = !Self.inline.contains(element.name)
    let wasInRow = isInRow
    if isBlock { isInRow ? add(" ") : lines.append("") }
    if wasInRow, ["td", "th"].contains(element.name), !(lines.last ?? "").isBlank { add("| ") }
    isInRow = isInRow || element.name == "tr"
    if let file = element.attributes["ri:filename"] { add("[\(file)]") }
    for inner in element.children { note(inner) }
    isInRow = wasInRow
    if isBlock, !isInRow { lines.append("") }
    // Of a macro's parameters, readers see the title.
    if element.name == "ac:parameter", element.attributes["ac:name"] != "title" {
      lines = lineBefore
    }
    form += "</>\n"
  }

  private mutating func add(_ text: String) { lines[lines.count - 1] += text }
}

extension String {
  fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
