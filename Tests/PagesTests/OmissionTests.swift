import Casework
import Foundation
import Testing

@testable import Pages

/// What a drawing does not show is told, and what can be told apart is as many as it says.
@Suite struct OmissionTests {
  private func figure(_ content: Figure.Content) -> Figure {
    Figure(name: "f", title: "t", caption: "Caption.", content: content)
  }

  private func lines(
    _ series: [Figure.Series], _ scale: Figure.Axis.Scale = .linear,
    range: ClosedRange<Double>? = nil
  ) -> Figure {
    figure(
      .lines(.init(x: .init("x"), y: .init("y", scale: scale, range: range), series: series)))
  }

  private static let odd = [1, .nan, .infinity, 1e305, -2, 0, 3]

  private static func series(low: [Double]? = nil) -> Figure.Series {
    .init("s", x: (0..<7).map(Double.init), y: odd, low: low, high: low.map { $0.map { $0 + 9 } })
  }

  @Test func numbersWithoutAPlaceAreCounted() {
    #expect(
      lines([Self.series()]).fullCaption
        == "Caption. Not shown: 1 point without a number (NaN); 1 point at infinity; "
        + "1 point beyond 10³⁰⁰.")
    #expect(
      lines([Self.series()], .logarithmic).omissions == [
        "Not shown: 1 point without a number (NaN); 1 point at infinity; 1 point beyond 10³⁰⁰; "
          + "2 points at or below 0, where a logarithmic axis has no place."
      ])
    #expect(
      lines([.init("s", x: [0, 1], y: [0.5, 2])], range: 0...1).omissions == [
        "Not shown: 1 point outside the axes."
      ])
    #expect(lines([.init("s", x: [0, 1], y: [0.5, 1 + 1e-12])], range: 0...1).omissions == [])
  }

  @Test func endsOfIntervalsWithoutAPlaceAreCounted() {
    let low = Self.odd.map { $0 - 2 }
    #expect(
      lines([Self.series(low: low)], .logarithmic).omissions.dropFirst()
        == ["1 lower end at or below 0 is drawn at the bottom of the logarithmic axis."])
    let bounds = Figure.Series(
      "s", x: [0, 1, 2], y: [1, 1, 1], low: [.nan, 0, .nan], high: [.nan, .infinity, 2])
    #expect(
      lines([bounds]).omissions == [
        "Not shown: 2 intervals that have an end without a place on the axis."
      ])
  }

  @Test(
    arguments: [
      (
        .bars(
          .init(
            categories: ["a", "b", "c"], y: .init("y", scale: .logarithmic),
            series: [.init("s", x: [0, 1, 2], y: [.nan, 0, 1])])),
        "Not shown: 1 bar without a number (NaN); "
          + "1 bar at or below 0, where a logarithmic axis has no place."
      ),
      (
        .histogram(
          .init(
            x: .init("x"), y: .init("y", scale: .logarithmic), edges: [0, 1, 2, 3],
            samples: [.init("s", counts: [0, .nan, 5])])),
        "Not shown: 1 bin without a number (NaN)."
      ),
      (
        .matrix(
          .init(
            rowLabel: "", columnLabel: "", rows: ["a"], columns: ["b", "c"], values: [1, .nan])),
        "Grey: 1 cell without a number (NaN)."
      ),
      (
        .images(
          .init(
            width: 3, height: 1, columns: 1, palette: .diverging,
            tiles: [.init("", pixels: [.nan, 2, 0])])),
        "Dark grey: 1 pixel without a number (NaN). "
          + "1 pixel has the colour of the nearer end of the scale."
      ),
      (
        .images(
          .init(
            width: 1, height: 1, columns: 1, palette: .colour,
            tiles: [.init("", pixels: [1, 1, .nan])])
        ), "Drawn as 0: 1 channel without a number (NaN)."
      ),
      (
        .density(
          .init(
            x: .init("x", scale: .logarithmic), y: .init("y"), label: "", xEdges: [0, 1, 2],
            yEdges: [0, 1], counts: [4, .infinity])),
        "Not shown: 1 cell at infinity; "
          + "1 cell at or below 0, where a logarithmic axis has no place."
      ),
      (
        .parallel(
          .init(
            dimensions: [.init(.init("a")), .init(.init("b"))],
            items: [.init("", values: [1, .nan])])), "Not shown: 1 value without a number (NaN)."
      ),
    ] as [(Figure.Content, String)])
  func everyKindTells(content: Figure.Content, words: String) throws {
    #expect(figure(content).omissions.joined(separator: " ") == words)
    #expect(try Drawing(figure(content)).description == "Caption. \(words)")
  }

  @Test func figuresThatShowAllSayNothing() {
    let silent = Fixtures.figures.filter { $0.omissions.isEmpty }.map(\.name)
    #expect(Set(silent).isSuperset(of: ["roc", "dalitz", "errors", "weights", "confusion"]))
  }

  @Test func asManySeriesAsAreDrawnLookDifferent() {
    func looks(_ nodes: (Int) -> [Node]) -> Int {
      Set((0..<Figure.mostSeries).map { nodes($0) }).count
    }
    #expect(Figure.mostSeries >= 24)
    #expect(looks { Path.dots([(0, 0)], index: $0) } == Figure.mostSeries)
    #expect(looks { Path.bar($0, x: 0, y: 0, width: 14, height: 10) } == Figure.mostSeries)
    let lines = (0..<Figure.mostSeries).map {
      "\(DrawingStyle.series($0, "line")) \(Path.dash($0) ?? "")"
    }
    #expect(Set(lines).count == Figure.mostSeries)
  }

  @Test func seriesBeyondAreCountedAndInTheData() throws {
    let series = (0..<30).map { Figure.Series("curve \($0)", x: [0, 1], y: [0, Double($0)]) }
    let crowd = lines(series)
    let svg = String(decoding: try crowd.svg(), as: UTF8.self)
    #expect(svg.contains(">and 6 more in the data (CSV)<"))
    #expect(svg.contains(">curve 23<") && !svg.contains(">curve 24<"))
    #expect(
      crowd.omissions == ["Only the first 24 of 30 series are drawn; the data hold all."])
    #expect(String(decoding: FigureTable.csv(crowd), as: UTF8.self).contains("curve 29,1.0,29.0"))
  }

  @Test func aCurveOfOnePointIsAPointInTheLegendToo() throws {
    let plane = Figure.Plane(
      x: .init("n", scale: .logarithmic), y: .init("y"),
      series: [
        .init("one", x: [10], y: [0.5], low: [0.4], high: [0.6]),
        .init("other", x: [10], y: [0.7]),
      ])
    let svg = String(decoding: try figure(.lines(plane)).svg(), as: UTF8.self)
    // Each in the plot and in the legend, and the interval of the first.
    #expect(svg.components(separatedBy: "class=\"dot s").count == 5)
    #expect(svg.components(separatedBy: "class=\"line s").count == 2)
    #expect(!svg.contains("class=\"band"))
  }

  @Test func aBandReachesDownWhereALogarithmicAxisHasNoEndForIt() throws {
    let band = Figure.Series("s", x: [0, 1], y: [1, 2], low: [0, -1], high: [3, 4])
    let svg = String(decoding: try lines([band], .logarithmic).svg(), as: UTF8.self)
    #expect(svg.components(separatedBy: "class=\"band s").count == 2)
  }

  @Test(arguments: [Figure.Axis.Scale.linear, .logarithmic])
  func anAxisOfOneNumberMarksIt(scale: Figure.Axis.Scale) {
    let marks = AxisScale(.init("", scale: scale), values: [10, .nan, 10], isWhole: true).ticks
    #expect(marks.map(\.text) == ["10"])
    let two = AxisScale(.init("", scale: .logarithmic), values: [10, 12], isWhole: true).ticks
    #expect(two.map(\.text) == ["10", "11", "12", "13"])
  }

  @Test func divergingPicturesHaveAScale() throws {
    let grid = Figure.ImageGrid(
      width: 1, height: 1, columns: 1, palette: .diverging, tiles: [.init("a", pixels: [0.5])],
      reach: 0.25)
    let svg = String(decoding: try figure(.images(grid)).svg(), as: UTF8.self)
    for mark in ["−0.25", "0", "0.25"] { #expect(svg.contains(">\(mark)<")) }
    // The data are in the numbers of the scale.
    #expect(
      String(decoding: FigureTable.csv(figure(.images(grid))), as: UTF8.self).hasSuffix(
        "0,a,0,0.125\n"))
  }

  @Test func intervalsAreRoundedByTheirWidth() {
    #expect(Numbers.interval(0.87406...1.0519) == "0.87 to 1.05")
    #expect(Numbers.interval(0.928211...0.928214) == "0.9282110 to 0.9282140")
    #expect(Numbers.interval(-0.01...0.0207) == "−0.010 to 0.021")
    #expect(Numbers.interval(12_345.6...15_678.9) == "12,346 to 15,679")
    #expect(Numbers.interval(-1.5e-7...2.5e-7) == "−1.5 × 10⁻⁷ to 2.5 × 10⁻⁷")
    #expect(Numbers.interval(0.5...0.5) == "0.5 to 0.5")
    #expect(Numbers.interval(-1e308...1e308) == "−1 × 10³⁰⁸ to 1 × 10³⁰⁸")
    #expect(Numbers.interval(0 ... .leastNonzeroMagnitude).hasPrefix("0 to 4.94"))
  }

  @Test(
    arguments: [
      ("end.", "end"), ("end. .", "end"), ("..a.", "a"), ("...", "file"), ("a.b", "a.b"),
      ("a\u{202E}.\u{200B}", "a"),
    ])
  func namesOfAttachmentsHaveNoDotAtTheirEnds(name: String, result: String) {
    #expect(name.fileName == result)
    #expect(name.fileName.isFileName)
  }

  @Test(
    arguments: [
      ("Straße", "STRASSE"), ("ẞ", "ss"), ("ς", "Σ"), ("ﬁ.csv", "FI.CSV"), ("É", "e\u{301}"),
      ("İ", "i\u{307}"),
    ])
  func attachmentsAreToldApartWhateverTheirCase(one: String, other: String) {
    #expect(one.caseKey == other.caseKey)
    #expect(
      StorageChecker().faults(in: Data(), attachments: [one, other])
        .contains(.repeatedAttachment(other)))
    var files = FigureFiles(folder: "", pictures: PictureStore())
    let names = [one, other].map { files.add($0, mediaType: "", content: Data()) }
    #expect(names[0].caseKey != names[1].caseKey)
  }

  @Test func theAlternativeTextHasNothingThatNobodySees() throws {
    var files = FigureFiles(folder: "", pictures: PictureStore())
    func alternative(_ caption: String, _ title: String) throws -> String? {
      let figure = Figure(
        name: "f", title: title, caption: caption,
        content: .scatter(
          .init(x: .init(""), y: .init(""), series: [.init("", x: [1], y: [1])])))
      guard case .figure(let block) = try files.add(figure) else { return nil }
      return block.alternative
    }
    #expect(try alternative("a\u{200B}b \u{202E}c\u{FEFF}", "") == "Figure ab c")
    #expect(try alternative("\u{200B}\u{2067}", "t\u{AD}itle") == "Figure title")
    #expect(try alternative("\u{200B}", " ") == "Figure")
  }
}
