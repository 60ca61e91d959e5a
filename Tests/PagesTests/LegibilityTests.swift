import Casework
import Foundation
import Testing

@testable import Pages

/// That drawings can be read: contrasts, axes, and texts that stay within them.
@Suite struct LegibilityTests {
  private func colour(_ hex: String) throws -> ColourMap.Colour {
    ColourMap.Colour(try #require(UInt32(hex.dropFirst(), radix: 16)))
  }

  private func contrast(_ a: ColourMap.Colour, _ b: ColourMap.Colour) -> Double {
    let (low, high) = (min(a.luminance, b.luminance), max(a.luminance, b.luminance))
    return (high + 0.05) / (low + 0.05)
  }

  /// WCAG 1.4.11 asks for 3 to 1.
  @Test(arguments: [DrawingStyle.light, DrawingStyle.dark])
  func marksStandOutFromThePaper(theme: DrawingStyle.Theme) throws {
    let paper = try colour(theme.paper)
    for mark in try (theme.series + [theme.ink, theme.quiet]).map(colour)
      + DrawingStyle.shades(on: theme)
    {
      #expect(contrast(mark, paper) >= 3, "\(mark.hex) on \(theme.paper)")
    }
  }

  /// On bars, densities and pictures marks have a ground of their own.
  ///
  /// In the legend a guide stands on paper.
  @Test(
    arguments: [
      ("scores", "whisker", "halo", 0), ("dalitz", "guide", "halo", 1),
      ("lungs", "region", "region-halo", 0),
    ])
  func marksOnColoursHaveAGround(name: String, mark: String, halo: String, bare: Int) throws {
    let figure = try #require(Fixtures.figures.first { $0.name == name })
    let paths = try Drawing(figure).content.flatMap(\.elements).filter { $0.name == "path" }
    let marks = paths.indices.filter { paths[$0]["class"] == mark }
    let grounded = marks.filter { index in
      index > 0 && paths[index - 1]["class"] == halo && paths[index - 1]["d"] == paths[index]["d"]
    }
    #expect(!grounded.isEmpty && grounded.count == marks.count - bare)
  }

  /// A mark that lets its ground through has less contrast than its colour.
  @Test func marksAreOpaque() throws {
    for figure in Fixtures.figures {
      let elements = try Drawing(figure).content.flatMap(\.elements)
      #expect(elements.allSatisfy { $0["stroke-opacity"] == nil }, "\(figure.name)")
    }
  }

  private func ticks(
    _ range: ClosedRange<Double>, _ scale: Figure.Axis.Scale = .linear, isWhole: Bool = false
  ) -> [String] {
    AxisScale(.init("", scale: scale, range: range), values: [], isWhole: isWhole).ticks.map(\.text)
  }

  @Test func marksOfAnAxisAreWrittenAlike() {
    // As many digits as the step itself needs.
    #expect(ticks(0...0.0012) == ["0", "0.00025", "0.00050", "0.00075", "0.00100"])
    #expect(ticks(0...1_200_000) == ["0", "250,000", "500,000", "750,000", "1,000,000"])
    #expect(
      ticks(0...1.2e9) == ["0", "0.25 × 10⁹", "0.50 × 10⁹", "0.75 × 10⁹", "1.00 × 10⁹"])
    #expect(
      ticks(-2.1e-21...0) == ["−2.0 × 10⁻²¹", "−1.5 × 10⁻²¹", "−1.0 × 10⁻²¹", "−0.5 × 10⁻²¹", "0"])
    #expect(ticks(1_126_259_462...1_126_259_466).first == "1,126,259,462")
    #expect(Set(ticks(1_126_259_462...1_126_259_462.4)).count == 5)
  }

  @Test func aShortLogarithmicAxisHasMarks() {
    #expect(ticks(2...2.049, .logarithmic) == ["2.00", "2.01", "2.02", "2.03", "2.04"])
    #expect(ticks(1...1000, .logarithmic) == ["1", "10", "100", "1,000"])
  }

  @Test func nothingStandsBetweenSteps() throws {
    #expect(ticks(1...3) == ["1.0", "1.5", "2.0", "2.5", "3.0"])
    #expect(ticks(1...3, isWhole: true) == ["1", "2", "3"])
    #expect(ticks(0...12, isWhole: true) == ["0", "5", "10"])
  }

  /// The texts of a drawing with the places where they start and end, by the width that they are
  /// taken to have.
  private func extents(_ drawing: Drawing) -> [(text: String, low: Double, high: Double)] {
    drawing.content.flatMap(\.elements).filter { $0.name == "text" }.compactMap {
      element -> (text: String, low: Double, high: Double)? in
      let words = (element["transform"] ?? "")
        .split { !"-.0123456789".contains($0) }.compactMap { Double($0) }
      let angle = words.count == 3 ? words[2] * .pi / 180 : 0
      guard let x = element["x"].flatMap(Double.init) ?? words.first else { return nil }
      let size = ["tick", "legend"].contains(element["class"] ?? "") ? 11.0 : 12
      let width = textWidth(element.text, size: size) * cos(angle)
      let share = ["middle": 0.5, "end": 1.0][element["text-anchor"] ?? "", default: 0]
      return (element.text, x - share * width, x + (1 - share) * width)
    }
  }

  @Test func textsStayWithinTheDrawing() throws {
    let long = "data=mnist epochs=10 images=60000"
    let contents: [Figure.Content] = [
      .density(
        .init(
          x: .init("x"), y: .init("y"), label: "events", xEdges: [0, 1], yEdges: [0, 1, 2],
          counts: [123_456_789, 750_000_000])),
      .matrix(
        .init(
          rowLabel: "", columnLabel: "", rows: ["a"], columns: [long, "b"], values: [-5e20, 5e20])),
      .bars(
        .init(
          categories: [long, "b", long], y: .init("y"),
          series: [.init("s", x: [0, 1, 2], y: [1, 2, 3])])),
      .bars(
        .init(
          categories: (0..<30).map { "\(long) \($0)" }, y: .init("y"),
          series: [.init("s", x: (0..<30).map(Double.init), y: (0..<30).map(Double.init))])),
    ]
    for content in contents {
      let drawing = try Drawing(Figure(name: "f", title: "t", caption: "c", content: content))
      for (text, low, high) in extents(drawing) {
        #expect(low >= -1 && high <= drawing.width + 1, "\(text): \(low) to \(high)")
      }
    }
  }

  @Test func theScaleOfColoursStandsClearOfItsTitle() throws {
    let drawing = try Drawing(
      Figure(
        name: "f", title: "t", caption: "c",
        content: .density(
          .init(
            x: .init("x"), y: .init("y"), label: "events", xEdges: [0, 1], yEdges: [0, 1],
            counts: [7_500_000]))))
    let ends = extents(drawing).filter { $0.text.contains(",") }.map(\.high)
    #expect(try #require(ends.max()) <= drawing.width - 16)
  }

  @Test func namesOfPicturesHaveTwoLines() throws {
    let grid = Figure.ImageGrid(
      width: 1, height: 1, columns: 8,
      tiles: (0..<8).map { .init("true \($0), read 3", pixels: [0]) })
    let drawing = try Drawing(Figure(name: "f", title: "t", caption: "c", content: .images(grid)))
    let texts = drawing.content.flatMap(\.elements).filter { $0.name == "text" }.map(\.text)
    #expect(Array(texts.prefix(2)) == ["true 0,", "read 3"])
  }

  @Test func dotsOfAllSeriesAreOfOneSize() throws {
    func series(_ count: Int) -> Figure.Series {
      let values = (0..<count).map(Double.init)
      return .init("\(count)", x: values, y: values)
    }
    let plane = Figure.Plane(x: .init("x"), y: .init("y"), series: [series(400), series(10)])
    let drawing = try Drawing(
      Figure(name: "f", title: "t", caption: "c", content: .scatter(plane)))
    let group = try #require(drawing.content.flatMap(\.elements).first { $0["class"] == "marks" })
    let widths = Node.element(group).elements.compactMap { $0["stroke-width"] }
    #expect(widths == ["3.5", "3.5"])
  }

  @Test func negativeBarsStandOnALine() throws {
    let bars = Figure.Bars(
      categories: ["a", "b"], y: .init("y"), series: [.init("s", x: [0, 1], y: [-1, 2])])
    let drawing = try Drawing(Figure(name: "f", title: "t", caption: "c", content: .bars(bars)))
    let group = try #require(drawing.content.flatMap(\.elements).first { $0["class"] == "marks" })
    #expect(Node.element(group).elements.contains { $0["class"] == "rule" })
  }
}

extension Node {
  /// The element and all in it.
  fileprivate var elements: [Element] {
    guard case .element(let element) = self else { return [] }
    return [element] + element.children.flatMap(\.elements)
  }
}

extension Element {
  fileprivate subscript(name: String) -> String? { attributes.first { $0.name == name }?.value }

  fileprivate var text: String {
    children.map { if case .text(let text) = $0 { text } else { "" } }.joined()
  }
}
