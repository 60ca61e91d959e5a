import Testing

@testable import Catalog

@Suite struct MarkdownTests {
  @Test func tablesKeepTheirAlignment() throws {
    let xml = try Markdown.xml(of: "| a | b |\n|---|:-:|\n| 1 | ~~2~~ |\n")
    let lines = xml.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }
    #expect(lines.contains("<table_header>"))
    #expect(lines.contains("<table_cell align=\"center\">"))
    #expect(lines.contains("<strikethrough>"))
    #expect(lines.contains("<text xml:space=\"preserve\">2</text>"))
    #expect(lines.last == "</document>")
  }

  @Test func textIsEscaped() throws {
    let xml = try Markdown.xml(of: "1 < 2 & \"3\" ]]> `a<b`")
    #expect(xml.contains("1 &lt; 2 &amp; &quot;3&quot; ]]&gt; "))
    #expect(xml.contains("<code xml:space=\"preserve\">a&lt;b</code>"))
  }

  @Test func addressesBecomeLinks() throws {
    let xml = try Markdown.xml(of: "see https://example.org/a?b=1&c=2 there")
    #expect(xml.contains("<link destination=\"https://example.org/a?b=1&amp;c=2\" title=\"\">"))
  }

  @Test func hostileTextIsReadOrRefusedButNeverEndless() throws {
    let pieces = ["[", "![", "*a_ ", "`a``", "<a ", "| a ", "> ", "- ", "\\", "~", "www.", "&#0;"]
    for piece in pieces {
      let text = String(repeating: piece, count: 20_000)
      do throws(MarkdownError) {
        #expect(try Markdown.xml(of: text).hasSuffix("</document>\n"), "\(piece)")
      } catch {
        #expect(error == .nestedTooDeeply, "\(piece)")
      }
    }
  }

  @Test func deepNestingIsRefused() throws {
    func quote(_ depth: Int) -> String { String(repeating: "> ", count: depth) + "x" }
    #expect(try Markdown.xml(of: quote(50)).contains("<block_quote>"))
    #expect(throws: MarkdownError.nestedTooDeeply) { try Markdown.xml(of: quote(65)) }
    #expect(throws: MarkdownError.nestedTooDeeply) { try Markdown.xml(of: quote(100_000)) }
    #expect(
      Markdown.problems(in: quote(65)).map(\.message) == [
        "the prose cannot be shown: its blocks or spans stand in each other more than 64 deep. "
          + "Remove some levels."
      ])
  }

  @Test func whatXMLCannotHoldIsRefused() {
    #expect(throws: MarkdownError.illegalCharacter(0)) { try Markdown.xml(of: "a\0b") }
    #expect(throws: MarkdownError.illegalCharacter(0x1B)) { try Markdown.xml(of: "\u{1B}[31m") }
    #expect(throws: MarkdownError.illegalCharacter(0xFFFF)) { try Markdown.xml(of: "\u{FFFF}") }
    #expect(throws: MarkdownError.tooLong(bytes: (1 << 20) + 1)) {
      try Markdown.xml(of: String(repeating: "x", count: (1 << 20) + 1))
    }
  }

  @Test func characterReferencesAreNoWayAround() {
    for text in ["a &#x1; b", "[a](http://x.org/&#27;)", "`a` ![&#11;](https://x.org/)"] {
      let messages = Markdown.problems(in: "one\n\n" + text)
      #expect(messages.count == 1 && messages.first?.line == 3, "\(text): \(messages)")
      #expect(throws: MarkdownError.self) { try Markdown.xml(of: text) }
    }
  }

  @Test func whatUnfoldsIntoMuchMoreIsRefused() throws {
    let columns = String(repeating: "|a", count: 500) + "\n" + String(repeating: "|-", count: 500)
    let table = columns + String(repeating: "\n|x", count: 5000)
    #expect(throws: MarkdownError.tooManyCells) { try Markdown.xml(of: table) }
    #expect(throws: MarkdownError.tooManyCells) { try Markdown.xml(of: "> " + table) }
    let address = "[a]: http://x.org/" + String(repeating: "A", count: 100_000)
    let uses = String(repeating: "[a] ", count: 100_000)
    #expect(throws: MarkdownError.tooManyReferences) {
      try Markdown.xml(of: "\(address)\n\n\(uses)")
    }
    // What people write.
    let rows = String(repeating: "\n| x | y | z |", count: 1000)
    #expect(try Markdown.xml(of: "| a | b | c |\n|---|---|---|" + rows).contains("table_row"))
    let links = (0..<200).map { "[r\($0)]: https://example.org/\($0) 'A title'" }
    let cited = (0..<200).map { "[r\($0)], [x]" }
    let text = (links + [""] + cited).joined(separator: "\n")
    #expect(try Markdown.xml(of: text).contains("example.org/199"))
  }

  @Test func theSameTextGivesTheSameXMLFromManyTasks() async throws {
    let text = "| a | b |\n|---|---|\n| ~~c~~ | https://example.org |\n"
    let expected = try Markdown.xml(of: text)
    try await withThrowingTaskGroup { group in
      for _ in 0..<200 { group.addTask { try Markdown.xml(of: text) } }
      for try await xml in group { #expect(xml == expected) }
    }
  }
}
