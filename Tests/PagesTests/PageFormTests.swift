import Casework
import Catalog
import Foundation
import Testing

@testable import Pages

/// What the HTML pages are made for: to be light, searched, sorted and read on any screen.
@Suite struct PageFormTests {
  private func html(_ page: Page) throws -> String {
    let renderer = HTMLRenderer(directory: Directory(), siteName: "S")
    return String(decoding: try renderer.html(page), as: UTF8.self)
  }

  private func page(_ blocks: [Block]) -> Page {
    Page(id: .run("x"), title: "T", labels: [], lead: [], badges: [], blocks: blocks, files: [])
  }

  private func block(_ name: String, _ content: Figure.Content) throws -> FigureBlock {
    let figure = Figure(name: name, title: name, caption: "c", content: content)
    var files = FigureFiles(folder: "f", pictures: PictureStore())
    guard case .figure(let block) = try files.add(figure) else { throw Fixtures.Failure.noSlug("") }
    return block
  }

  private func curve(_ name: String) throws -> FigureBlock {
    let x = (0..<2000).map { Double($0) + 0.5 }
    return try block(
      name,
      .lines(
        .init(x: .init("x"), y: .init("y"), series: [.init("s", x: x, y: x.map { sin($0) })])))
  }

  @Test func aHeavyPageStaysBelow200KB() throws {
    let curves = try (0..<12).map { Block.figure(try curve("curve-\($0)")) }
    let cell = Table.Cell(String(repeating: "text ", count: 20))
    let table = Table(
      columns: [.init("a")], rows: Array(repeating: [cell], count: 100),
      facts: Array(repeating: String(repeating: "fact\tvalue\n", count: 30), count: 100))
    let text = try html(page(curves + [.table(table)]))
    let styles = try ["site.css", "site.js"].map { name in
      try Data(contentsOf: URL(fileURLWithPath: "\(Fixtures.assets)/\(name)")).count
    }
    let weight = text.utf8.count + styles.reduce(0, +) + DrawingStyle.sheet.utf8.count
    #expect(weight < 200_000 && text.utf8.count > 100_000)
    #expect(text.contains("<svg") && text.contains("<img"))
  }

  @Test func whatCanBeZoomedStandsInThePageFirst() throws {
    // Pixels that do not compress.
    let pixels = (0..<160 * 160).map { index -> Double in
      let value = UInt32(index) &* 2_654_435_761
      return Double(((value ^ value >> 13) &* 1_540_483_477) >> 24) / 255
    }
    let pictures = try (0..<8).map { index in
      Block.figure(
        try block(
          "picture-\(index)",
          .images(
            .init(width: 160, height: 160, columns: 1, tiles: [.init("t", pixels: pixels)]))))
    }
    let curves = try (0..<3).map { Block.figure(try curve("curve-\($0)")) }
    let text = try html(page(pictures + curves))
    #expect(text.components(separatedBy: "data-plot=").count == 4)
    #expect(text.contains("<img"))
  }

  @Test func aTotalStaysBelowTheRows() throws {
    let table = Table(
      columns: [.init("Layer"), .init("n", isNumeric: true)], rows: [[.init("a"), .init("1")]],
      total: [.init("All"), .init("1")])
    #expect(try html(page([.table(table)])).contains("</tbody><tfoot><tr><th scope=\"row\""))
    let markdown = MarkdownRenderer(directory: Directory()).render(page([.table(table)]))
    #expect(markdown.contains("| **a** | 1 |\n| **All** | 1 |"))
    let storage = StorageRenderer(directory: Directory(), flavour: .cloud)
      .render(page([.table(table)]))
    let text = String(decoding: try MarkupWriter.storage(storage), as: UTF8.self)
    #expect(text.contains("All") && text.components(separatedBy: "<tr>").count == 4)
  }

  @Test func longTextsAndWideDrawingsGetRoom() throws {
    let table = Table(
      columns: [.init("A"), .init("B"), .init(""), .init("D", isNumeric: true)],
      rows: [[.init("a"), .init(String(repeating: "b ", count: 30)), .init(""), .init("4")]])
    let text = try html(page([.table(table)]))
    #expect(text.contains("<th scope=\"col\">A</th><th scope=\"col\" class=\"prose\">B</th><td"))
    let wide = try block(
      "wide",
      .network(
        .init(
          nodes: (0..<8).map { .init("Dense \($0)", output: "12 × 12 × 12", column: $0) },
          links: [])))
    #expect(try html(page([.figure(wide)])).contains("<figure class=\"broad\">"))
    #expect(try html(page([.figure(curve("c"))])).contains("<figure class=\"plot\"><div"))
  }

  @Test func whatTheUserSaysOfARunIsOnItsPage() throws {
    let slug = try Fixtures.virgo().slug
    var run = Fixtures.run("1a2b3c4d", of: slug, metrics: [:])
    run.labels = RunLabels(
      name: "best-so-far", note: "three <stars> & more", tags: ["paper": "", "version": "2"])
    let plain = Fixtures.run("2b3c4d5e", of: slug, metrics: [:])
    let site = try Site(
      name: "S", entries: [Fixtures.virgo()], runnable: [:],
      runs: [run, plain].map { PageRun(run: $0) { PageRun.Content() } }, assets: Fixtures.assets)
    let content = try SiteContent(site)
    let page = try content.page(.run(run.id))
    #expect(page.words == ["best-so-far", "three <stars> & more", "paper, version=2"])
    let storage = StorageRenderer(directory: content.directory, flavour: .cloud).render(page)
    for text in [
      try html(page), String(decoding: try MarkupWriter.storage(storage), as: UTF8.self),
    ] {
      #expect(text.contains("best-so-far") && text.contains("paper, version=2"))
      #expect(text.contains("three &lt;stars&gt; &amp; more"))
    }
    #expect(
      MarkdownRenderer(directory: content.directory).render(page)
        .contains("| Note | three \\<stars\\> \\& more |\n| Tags | paper, version=2 |"))
    #expect(try !html(content.page(.run(plain.id))).contains("Tags"))
    #expect(try site.faults(for: .dataCenter).isEmpty)
  }

  @Test func casesAreFoundByTheirMetricsAndAlgorithms() throws {
    let words = try SiteContent(Fixtures.site()).page(.useCase("virgo-autoencoder")).words
    #expect(words.contains("ratio_to_pca") && words.contains("Autoencoder"))
  }

  @Test func aListOfSomeRunsSaysHowManyThereAre() throws {
    let slug = try Fixtures.virgo().slug
    let runs = (0..<SiteContent.listLength + 1).map { index in
      PageRun(run: Fixtures.run("a\(index)b", of: slug, metrics: ["ratio_to_pca": 1])) {
        PageRun.Content()
      }
    }
    let site = try Site(
      name: "S", entries: [Fixtures.virgo()], runnable: [:], runs: runs, assets: "")
    let content = try SiteContent(site)
    #expect(
      try content.page(.runs(2)).lead.plainText
        == "Newest first; words and filters choose among the runs on this page, 1 of 151.")
    #expect(try SiteContent(Fixtures.site()).page(.runs(1)).lead.isEmpty)
  }
}
