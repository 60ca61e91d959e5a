import Casework
import Foundation
import Testing

@testable import Pages

/// Files that a reviewer reads.
///
/// `RECORD_GOLDEN=1` writes them anew, and such a run fails.
@Suite struct GoldenTests {
  private func check(_ data: Data, _ name: String) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name)")
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      try data.write(to: file)
      Issue.record("recorded \(name)")
      return
    }
    let isSame = try Data(contentsOf: file) == data
    #expect(isSame, "\(name) is not as recorded; RECORD_GOLDEN=1 shows the change")
  }

  @Test(arguments: Fixtures.figures.indices) func figure(_ index: Int) throws {
    let figure = Fixtures.figures[index]
    try check(MarkupWriter.svg(Drawing(figure).file), "\(figure.name).svg")
    try check(FigureTable.csv(figure), "\(figure.name).csv")
  }

  @Test func pagesOfEachKind() throws {
    let site = try Fixtures.site()
    let content = try SiteContent(site)
    let wanted: [PageID: String] = try [
      .useCase("virgo-autoencoder"): "case", .run(Fixtures.padded("2b3c4d5e")): "run",
      .comparison(Fixtures.slug("virgo-units").rawValue): "comparison", .index: "index",
      .registry: "registry",
    ]
    for id in content.ids {
      guard let name = wanted[id] else { continue }
      let page = try content.page(id)
      for flavour in StorageFlavour.allCases {
        let renderer = StorageRenderer(directory: content.directory, flavour: flavour)
        try check(MarkupWriter.storage(renderer.render(page)), "\(name).\(flavour.rawValue).xhtml")
      }
      let renderer = HTMLRenderer(directory: content.directory, siteName: site.name)
      try check(renderer.html(page), "\(name).html")
    }
  }
}
