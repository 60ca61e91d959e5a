import Testing
@testable import Catalog

@Suite struct MarkdownTests {
  @Test func x() throws {
    print(try Markdown.xml(of: "| a | b |\n|---|:-:|\n| 1 < 2 | ~~2~~ |\n\n[x](javascript:a) `c` https://a.b  \"& <b>x</b>"))
  }
}
