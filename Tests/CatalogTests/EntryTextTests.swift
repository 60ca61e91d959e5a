import Foundation
import Testing

@testable import Catalog

@Suite struct EntryTextTests {
  private func faults(bytes: Data) throws -> [String] {
    let catalog = try read(["coin-toss.md": bytes])
    #expect(catalog.entries.isEmpty)
    return words(catalog.faults, folder: catalog.folder)
  }

  @Test func aFileOverOneMebibyteIsRefused() throws {
    let text = soundEntry + String(repeating: "x", count: 1 << 20)
    #expect(
      try faults(bytes: Data(text.utf8)) == [
        "1: the file has more than 1048576 bytes; shorten the entry."
      ])
  }

  @Test func whatIsNotUTF8IsRefusedWithItsLine() throws {
    var bytes = Data("---\ntitle: ".utf8)
    bytes.append(contentsOf: [0xE9, 0x0A])
    #expect(try faults(bytes: bytes) == ["2: the line is not UTF-8; save the file as UTF-8."])
  }

  @Test func carriageReturnsAreRefused() throws {
    let text = soundEntry.replacing("\n", with: "\r\n")
    #expect(
      try faults(bytes: Data(text.utf8)) == [
        "1: the line ends in a carriage return; save the file with Unix line ends."
      ])
  }

  @Test func aByteOrderMarkIsNoFrontMatter() throws {
    #expect(
      try faults(bytes: Data("\u{FEFF}\(soundEntry)".utf8)) == [
        "1: the file does not start with a line '---', which opens the front matter."
      ])
    #expect(
      try faults(bytes: Data()) == [
        "1: the file does not start with a line '---', which opens the front matter."
      ])
  }

  @Test func aMissingEndIsNamed() throws {
    #expect(
      try faults(bytes: Data("---\ntitle: x\n\nProse.".utf8)) == [
        "4: the front matter has no end: put a line '---' between it and the prose."
      ])
  }

  @Test func emptyFrontMatterNamesTheKeys() throws {
    let found = try faults(bytes: Data("---\n---\nProse.".utf8))
    #expect(found.count == 1)
    #expect(found[0].hasPrefix("1: the front matter is empty. Required: title, summary, goal"))
  }

  @Test func tabsAreRefused() throws {
    #expect(
      try faults(bytes: Data(edited("  quick:", "\tquick:").utf8)) == [
        "25: the front matter holds a tab; indent and separate with spaces."
      ])
  }

  @Test func charactersThatXMLCannotHoldAreRefused() throws {
    #expect(
      try faults(bytes: Data(edited("two sides", "two\u{7}sides").utf8)) == [
        "41: the line holds the character U+7, which no page can show; remove it."
      ])
    #expect(
      try faults(bytes: Data(edited("Coin toss", "Coin\0toss").utf8)) == [
        "2: the line holds the character U+0, which no page can show; remove it."
      ])
  }

  @Test(arguments: [
    "a: &a [x, x]", "b: [*a, *a]", "b: [\"c\", *a]", "'b': &a x", "b: it's *a", "b: \"c\\\\\" &a",
    "? &k x", "c: !!binary aGk=", "{\"a\":*b}", "\u{2028}&a x",
  ])
  func anchorsAliasesAndTagsAreRefusedBeforeTheyAreComposed(line: String) throws {
    let found = try faults(bytes: Data(edited("level: beginner", line).utf8))
    #expect(found.count >= 1)
    #expect(found.allSatisfy { $0.contains("is a YAML anchor, alias or tag") })
  }

  @Test func signsInQuotesAreText() throws {
    for (quoted, title) in [
      ("\"Physics &amp; more: a &b *c !d\"", "Physics &amp; more: a &b *c !d"),
      ("'it''s &b'", "it's &b"), ("\"say \\\" &b\"", "say \" &b"),
    ] {
      let catalog = try read(["coin-toss.md": edited("Coin toss", quoted)])
      #expect(catalog.entries.map(\.title) == [title], "\(catalog.faults)")
    }
  }

  @Test func aBombOfAliasesIsRefusedAtOnce() throws {
    var lines = ["---", "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in 1..<40 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      lines.append("a\(level): &a\(level) [\(aliases)]")
    }
    let found = try faults(bytes: Data((lines + ["---", "x"]).joined(separator: "\n").utf8))
    #expect(found.count == 40)
  }

  @Test func deepNestingIsAFaultAndNoCrash() throws {
    for opening in ["[", "{a: ", "- "] {
      let yaml = "---\ntitle: " + String(repeating: opening, count: 100_000) + "\n---\nx"
      let found = try faults(bytes: Data(yaml.utf8))
      #expect(found.count == 1, "\(opening)")
      #expect(found[0].contains("the front matter is not YAML"), "\(found)")
    }
  }

  @Test func nestingThatYAMLPermitsIsAFault() throws {
    let value = String(repeating: "[", count: 400) + String(repeating: "]", count: 400)
    #expect(
      try faults(bytes: Data(edited("title: Coin toss", "title: \(value)").utf8)) == [
        "2: title must be a text (in quotes if it looks like something else), not a list."
      ])
  }

  @Test(arguments: [
    ("title: Coin toss", "title: 'Coin toss", "the front matter is not YAML here: "),
    ("title: Coin toss", "title: a: b", "2: the front matter is not YAML here: "),
    ("title: Coin toss", "- x", "the front matter is not YAML here: "),
    ("level: beginner", "...\n--- x", "the front matter is not YAML here: "),
    ("title: Coin toss", "? [a, b]\n: x", "2: a key must be a name, not a list."),
  ])
  func brokenYAMLIsAFaultWithWords(old: String, new: String, expected: String) throws {
    let found = try faults(bytes: Data(edited(old, new).utf8))
    #expect(found.contains { $0.contains(expected) }, "\(found)")
  }

  @Test func aListInPlaceOfFrontMatterIsRefused() throws {
    #expect(
      try faults(bytes: Data("---\n- a\n---\nProse.".utf8)) == [
        "2: the front matter must be a mapping of names to values, not a list."
      ])
  }
}
