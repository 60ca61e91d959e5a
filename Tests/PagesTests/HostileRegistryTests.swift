import Casework
import Catalog
import Foundation
import Testing

@testable import Pages

/// Registries in which whatever a user or a file may name is named to break a page.
@Suite struct HostileRegistryTests {
  /// Texts of each kind that an attacker, or bad luck, brings along.
  static let texts: [String] = [
    Fixtures.hostile, "", " ", "\u{200B}\u{FEFF}", "]]>", "]]]]>>", "<ac:structured-macro>",
    "&lt;&#0;&nbsp;", "a\u{202E}b", "\u{2067}\u{2066}", String(repeating: "x", count: 100_000),
    String(repeating: "]]>&<\u{202E}\n", count: 3000), "../../etc/passwd", "con.png", ".hidden",
    "İIıi ß ẞ", "e\u{301} é", String(decoding: [0xED, 0xA0, 0x80, 0xFF], as: UTF8.self),
    String(repeating: "> ", count: 30) + "deep", String(repeating: "- ", count: 25) + "deep",
    String(repeating: "*a _b ", count: 25) + String(repeating: "_ *", count: 25),
    "#\n\n###### six\n\n# one\n\n> # in a quote\n\n- # in a list\n\n  | a |\n  |---|\n  | b |\n",
    "[empty]() [](#none) [x](#six) <br> <!-- c --> <script>alert(1)</script>",
    "http://x.org/\(String(repeating: "y", count: 5000))", "|a|b|\n|--|--|\n|c|\n|d|e|f|",
  ]

  private func run(_ text: String, _ index: Int, of slug: Slug) -> PageRun {
    var run = Fixtures.run(
      "\(index)b3c4d5e", of: slug, seed: index,
      metrics: [text: .nan, text + "2": 1e300, "loss": -0.0],
      status: index == 1 ? .finished : .failed, failure: text)
    run.artifacts = [
      Artifact(name: text, role: .output, mediaType: text, bytes: 3, sha256: text),
      Artifact(name: text.lowercased(), role: .output, mediaType: "", bytes: 3, sha256: ""),
    ]
    run.labels = RunLabels(name: text, note: text, tags: [text: text])
    let picture = Figure(
      name: text, title: text, caption: text,
      content: .bars(
        .init(
          categories: [text, text], y: .init(text),
          series: [.init(text, x: [0, 1], y: [1, .nan], low: [0, 0], high: [2, 2])])))
    let network = Figure(
      name: text, title: text, caption: text,
      content: .network(
        .init(nodes: [.init(text, output: text, parameters: .max)], links: [])))
    let settings = Figure(
      name: text, title: text, caption: text,
      content: .parallel(
        .init(
          dimensions: [.init(.init(text), names: [text])], items: [.init(text, values: [0])])))
    return PageRun(run: run) {
      PageRun.Content(
        series: [Fixtures.series(text, from: 1, to: 0)], figures: [picture, network, settings],
        files: [text: Data("x".utf8)].merging([text.lowercased(): Data()]) { first, _ in first })
    }
  }

  private func site(of text: String) throws -> Site {
    let entry = try Fixtures.entry(of: text)
    let lost = try Fixtures.slug("no-longer-there")
    return try Site(
      name: text, entries: [entry], runnable: [entry.slug: [text: .string(text)]],
      runs: [run(text, 1, of: entry.slug), run(text, 2, of: entry.slug), run(text, 3, of: lost)],
      comparisons: [
        ComparisonTable(
          slug: entry.slug, title: text, summary: text, useCase: entry.slug, metrics: [text],
          groups: (0..<20).map { index in
            .init(
              name: text + "\(index)", runs: (0..<30).map { "\($0)" },
              statistics: [text: .init(n: 1, mean: Double(index), sd: nil, ci95: nil)])
          },
          tests: [
            .init(
              metric: text, first: text + "0", second: text + "1", difference: .nan,
              adjustedP: nil, method: text)
          ], best: [text: 0])
      ], assets: Fixtures.assets)
  }

  private func check(_ text: String) throws {
    let site = try site(of: text)
    for flavour in StorageFlavour.allCases {
      let faults = try site.faults(for: flavour)
      #expect(faults.isEmpty, "\(faults.prefix(3).map(\.fault))")
    }
    let content = try SiteContent(site)
    for id in content.ids {
      let renderer = HTMLRenderer(directory: content.directory, siteName: site.name)
      let html = try renderer.html(content.page(id))
      let root = try MarkupReader.read(html, as: "\(id)")
      var names: Set<String> = []
      #expect(repeatedIdentifiers(root, &names) == [])
      // The prose is the one text that is as long as its author wants it.
      if id.kind != .useCase { #expect(html.count < 400_000) }
    }
  }

  private func repeatedIdentifiers(_ element: ReadElement, _ names: inout Set<String>) -> [String] {
    var found: [String] = []
    if let name = element.attributes["id"], !names.insert(name).inserted { found.append(name) }
    for child in element.elements { found += repeatedIdentifiers(child, &names) }
    return found
  }

  @Test(arguments: texts.indices) func everyPageOfBothFlavoursIsSound(_ index: Int) throws {
    try check(Self.texts[index])
  }

  @Test(arguments: UInt64(0)..<12) func everyPageOfRandomTextIsSound(seed: UInt64) throws {
    try check(HostileTextTests.text(seed, count: seed == 0 ? 5000 : 250))
  }

  @Test func aBombOfEntitiesAndAFileOfTheSystemAreRefused() {
    let checker = StorageChecker()
    let bomb =
      "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><p>&b;</p>"
    let file = "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><p>&f;</p>"
    let deep =
      String(repeating: "<div>", count: 300) + String(repeating: "</div>", count: 300)
    for body in [bomb, file, deep, "<p>&xxe;</p>"] {
      let faults = checker.faults(in: Data(body.utf8), attachments: [])
      #expect(faults.map(\.rule) == ["well-formed"], "\(faults)")
    }
    // As a document of its own its entities stay what they are: names.
    #expect((try? MarkupReader.read(Data(bomb.utf8), as: "a bomb").text) == "")
    let large = Data(count: StorageChecker.largestBody + 1)
    #expect(checker.faults(in: large, attachments: []).map(\.rule) == ["size"])
  }

  @Test(arguments: ["> ", "- ", "1. ", "**", "[", "![", "`", "<b>"])
  func deepProseIsShownOrRefused(piece: String) throws {
    let text = String(repeating: piece, count: 20_000) + "x"
    do {
      let blocks = try Prose.blocks(text, top: 3, subject: "a test")
      #expect(!blocks.isEmpty)
    } catch let error as MarkdownError {
      #expect("\(error)".contains("nest") || "\(error)".contains("deep"))
    }
  }
}
