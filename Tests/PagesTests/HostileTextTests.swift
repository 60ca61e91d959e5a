import Casework
import Catalog
import Foundation
import Testing

@testable import Pages

@Suite struct HostileTextTests {
  /// A small generator (Knuth's MMIX), so that the texts are the same in every run.
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 33
    }
  }

  static func text(_ seed: UInt64, count: Int = 200) -> String {
    var generator = Generator(state: seed)
    let special = [
      "]]>", "<", "&", "\"", "'", "\u{0}", "\r\n", "\u{FFFF}", "👩‍👩‍👧", "ש", "\u{202E}", "&#0;",
      "<![CDATA[", "\u{200B}", "\u{2067}", "\u{202C}", "\u{85}", "\u{9F}", "\u{AD}", "# ", "\n\n",
      "| a | b |\n|---|---|\n| c |", "> ", "* ", "[x](#y)", "![](http://x.org/)", "**", "`",
    ]
    var text = ""
    for _ in 0..<count {
      if Bool.random(using: &generator), let piece = special.randomElement(using: &generator) {
        text += piece
      } else if let scalar = Unicode.Scalar(UInt32.random(in: 0...0x2FFFF, using: &generator)) {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  @Test(arguments: UInt64(0)..<40) func everyTextComesBack(seed: UInt64) throws {
    let text = Self.text(seed, count: seed == 0 ? 10_000 : 200)
    let nodes: [Node] = [
      .make("p", ["title": text], text: text),
      .make(
        "ac:structured-macro", ["ac:name": "code"],
        [.make("ac:plain-text-body", [:], [.verbatim(text)])]),
    ]
    let read = try MarkupReader.readStorage(MarkupWriter.storage(nodes), as: "a text")
    #expect(Array(read.elements[0].text.unicodeScalars) == Array(text.cleaned.unicodeScalars))
    #expect(
      read.elements[0].attributes["title"].map { Array($0.unicodeScalars) }
        == Array(text.cleaned.unicodeScalars))
    #expect(Array(read.elements[1].text.unicodeScalars) == Array(text.cleaned.unicodeScalars))
  }

  @Test func onlyVoidElementsOfHTMLHaveNoEndTag() throws {
    let page = Element("html", [:], [.make("script"), .make("br"), .make("td", text: "")])
    let text = String(decoding: try MarkupWriter.html(page), as: UTF8.self)
    #expect(text == "<!DOCTYPE html>\n<html><script></script><br/><td></td></html>\n")
  }

  @Test func addressesThatRunSomethingAreNoLinks() {
    #expect(safeAddress("javascript:alert(1)") == nil)
    #expect(safeAddress("http://a.org/\u{202E}b") == "http://a.org/%E2%80%AEb")
    #expect(safeAddress("data:text/html,x") == nil)
    #expect(safeAddress("file:///etc/passwd") == nil)
    #expect(safeAddress("https://a.org/b c") == "https://a.org/b%20c")
  }
}
