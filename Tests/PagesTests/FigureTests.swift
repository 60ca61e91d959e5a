import Casework
import Foundation
import Testing

@testable import Pages

@Suite struct FigureTests {
  private func plane(_ x: [Double], _ y: [Double], _ scale: Figure.Axis.Scale) -> Figure.Content {
    .lines(
      .init(
        x: .init("x", scale: scale), y: .init("y", scale: scale), series: [.init("s", x: x, y: y)]))
  }

  @Test(arguments: [Figure.Axis.Scale.linear, .logarithmic])
  func oddSeriesAreDrawn(scale: Figure.Axis.Scale) throws {
    let series: [([Double], [Double])] = [
      ([], []), ([1], [2]), ([.nan], [.nan]), ([1, 2], [.infinity, 3]), ([0, 0], [0, 0]),
      ([-1, -2], [-3, -4]), ([1, 2], [1e308, -1e308]), ([1, 2], [.leastNonzeroMagnitude, 1e-300]),
    ]
    for (x, y) in series {
      let figure = Figure(name: "f", title: "t", caption: "c", content: plane(x, y, scale))
      let drawing = try Drawing(figure)
      let svg = try MarkupWriter.svg(drawing.file)
      // The caption tells of points at infinity.
      let text = String(decoding: svg, as: UTF8.self).replacing("infinity", with: "")
      #expect(!text.contains("nan") && !text.contains("inf"), "\(x) \(y)")
      let size = Size(width: drawing.width, height: drawing.height)
      #expect(
        try Raster.png(svg: svg, size: size, figure: "f").prefix(4)
          == Data([0x89, 0x50, 0x4E, 0x47]))
    }
  }

  @Test func emptyFiguresAreDrawn() throws {
    let contents: [Figure.Content] = [
      .histogram(.init(x: .init("x"), y: .init("y"), edges: [], samples: [])),
      .bars(.init(categories: [], y: .init("y"), series: [])),
      .matrix(.init(rowLabel: "", columnLabel: "", rows: [], columns: [], values: [])),
      .images(.init(width: 1, height: 1, columns: 0, tiles: [])),
      .scatter(.init(x: .init("x"), y: .init("y"), series: [])),
      .network(.init(nodes: [], links: [])),
      .density(.init(x: .init("x"), y: .init("y"), label: "", xEdges: [], yEdges: [], counts: [])),
      .parallel(.init(dimensions: [], items: [])),
      .parallel(.init(dimensions: [.init(.init("a"))], items: [.init("", values: [.nan])])),
      .overlay(.init(width: 1, height: 1, columns: 0, names: [], tiles: [])),
    ]
    for content in contents {
      let figure = Figure(name: "f", title: "t", caption: "c", content: content)
      #expect(try !MarkupWriter.svg(Drawing(figure).file).isEmpty)
    }
  }

  @Test func numbersThatDoNotFitAreRefused() throws {
    let grid = Figure.ImageGrid(width: 2, height: 2, columns: 1, tiles: [.init("a", pixels: [1])])
    let figure = Figure(name: "f", title: "t", caption: "c", content: .images(grid))
    #expect(
      throws: PagesError.cannotDraw(figure: "f", reason: "'a' has 1 numbers where 4 are needed")
    ) { try Drawing(figure) }
  }

  @Test(
    arguments: [
      (
        .density(
          .init(x: .init(""), y: .init(""), label: "", xEdges: [0, 1], yEdges: [0, 1], counts: [])),
        "0 counts for 2 and 2 edges"
      ),
      (
        .parallel(.init(dimensions: [.init(.init("a"))], items: [.init("b", values: [])])),
        "'b' has 0 values for 1 axes"
      ),
      (
        .overlay(
          .init(
            width: 1, height: 1, columns: 1, names: ["r"],
            tiles: [.init("c", pixels: [1], regions: [[]])])),
        "'c' has numbers for another size of picture"
      ),
    ] as [(Figure.Content, String)])
  func newerKindsThatDoNotFitAreRefused(content: Figure.Content, reason: String) {
    let figure = Figure(name: "f", title: "t", caption: "c", content: content)
    #expect(throws: PagesError.cannotDraw(figure: "f", reason: reason)) { try Drawing(figure) }
  }

  @Test func aPointIsCountedInItsCell() {
    let density = Figure.Density(
      x: .init("x"), y: .init("y"), label: "n", xEdges: [0, 1, 2], yEdges: [0, 1, 2],
      points: [(0.5, 1.5), (1, 0), (2, 2), (3, 0), (-1, 0)])
    #expect(density.counts == [0, 1, 1, 1])
  }

  @Test func networksThatDoNotFitAreRefused() throws {
    let network = Figure.Network(
      nodes: [.init("Dense", output: "1")], links: [.init(from: 0, to: 1)])
    let figure = Figure(name: "f", title: "t", caption: "c", content: .network(network))
    #expect(
      throws: PagesError.cannotDraw(figure: "f", reason: "it links layers that it does not have")
    ) { try Drawing(figure) }
  }

  @Test func numbersAreWrittenSensibly() {
    #expect(Numbers.text(0.748712345) == "0.74871")
    #expect(Numbers.text(12_345.678) == "12,346")
    #expect(Numbers.text(1_797) == "1,797")
    #expect(Expectation.Bound.atMost(1e-5).words == "≤ 1 × 10⁻⁵")
    #expect(Expectation.Bound.equals(14_060, within: 0).words == "= 14,060")
    #expect(Expectation.Bound.above(0.123_456_7).words == "> 0.1234567")
    #expect(Numbers.text(-1e-7) == "−1 × 10⁻⁷")
    #expect(Numbers.text(.nan) == "not a number")
    #expect(Numbers.text(61.25, unit: "s") == "61.25 s")
    #expect(Numbers.bytes(1_972_224) == "1.97 MB")
    #expect(Numbers.duration(83.4) == "1 min 23 s")
  }
}
