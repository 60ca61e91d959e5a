import CLibXML2
import Foundation

/// What a body in storage format says, for comparing one that a server has rewritten.
public struct StorageText: Sendable, Equatable {
  /// The text that a reader sees, a line for each block, without those that are empty.
  public let lines: [String]
  /// All elements, attributes and texts, without what servers add by themselves.
  private let form: String

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

  /// Reads a body, or returns `nil` if it is not well-formed.
  public init?(_ body: String) {
    let text = Self.withoutNamedEntities(body)
    guard let root = try? MarkupReader.readStorage(Data(text.utf8), as: "a body") else {
      return nil
    }
    var (form, lines) = ("", [""])
    for child in root.children { Self.note(child, &form, &lines) }
    self.form = form
    self.lines = lines.map(\.singleLine).filter { !$0.isEmpty }
  }

  public static func == (one: Self, other: Self) -> Bool { one.form == other.form }

  private static func note(
    _ child: ReadElement.Child, _ form: inout String, _ lines: inout [String]
  ) {
    switch child {
    case .text(let text):
      let words = text.singleLine
      if !words.isEmpty { form += words.precomposedStringWithCanonicalMapping + "\n" }
      lines[lines.count - 1] += text.replacing("\n", with: " ")
    case .verbatim(let text):
      form += text.precomposedStringWithCanonicalMapping + "\n"
      lines += text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) + [""]
    case .element(let element):
      let attributes = element.attributes.filter { !added.contains($0.key) }
        .sorted { $0.key < $1.key }.map { " \($0.key)=\"\($0.value)\"" }
      form += "<\(element.name)\(attributes.joined())>\n"
      if !inline.contains(element.name) { lines.append("") }
      if let file = element.attributes["ri:filename"] { lines[lines.count - 1] += "[\(file)]" }
      for inner in element.children { note(inner, &form, &lines) }
      if !inline.contains(element.name) { lines.append("") }
      form += "</>\n"
    case .other: break
    }
  }

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
