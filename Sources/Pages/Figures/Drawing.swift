import Casework

/// A figure as SVG: the same tree inside an HTML page, as a file of its own and for librsvg.
struct Drawing: Hashable, Sendable {
  /// What the parts' identifiers start with, unique in a page.
  var name: String
  var title: String
  /// The caption, which is the alternative text.
  var description: String
  /// The size in CSS pixels.
  var width: Double
  var height: Double
  var content: [Node]

  /// The drawing as part of an HTML page, whose style sheet colours it.
  var inline: Element { element(extra: [:]) }

  /// The drawing as a file, with its own style, light or dark as the reader prefers.
  var file: Element {
    var svg = element(extra: ["version": "1.1"])
    let style = Node.make("style", text: DrawingStyle.standalone)
    let paper = Node.make("rect", ["class": "paper", "width": "100%", "height": "100%"])
    svg.children.insert(contentsOf: [style, paper], at: 2)
    return svg
  }

  private func element(extra: KeyValuePairs<String, String?>) -> Element {
    let (titleID, descriptionID) = ("\(name)-title", "\(name)-description")
    var svg = Element("svg", extra)
    let attributes = [
      ("class", "drawing"), ("role", "img"),
      ("aria-labelledby", "\(titleID) \(descriptionID)"),
      ("viewBox", "0 0 \(Numbers.coordinate(width)) \(Numbers.coordinate(height))"),
      ("width", Numbers.coordinate(width)), ("height", Numbers.coordinate(height)),
    ]
    svg.attributes += attributes.map { Element.Attribute(name: $0.0, value: $0.1) }
    svg.children = [
      .make("title", ["id": titleID], text: title),
      .make("desc", ["id": descriptionID], text: description),
    ]
    svg.children += content
    return svg
  }
}

extension Drawing {
  /// Draws a figure.
  ///
  /// - Throws: ``PagesError/cannotDraw(figure:reason:)`` if its numbers do not fit together.
  init(_ figure: Figure) throws {
    let fault = figure.fault
    if let fault { throw PagesError.cannotDraw(figure: figure.name, reason: fault) }
    let name = figure.name.slugged(fallback: "figure")
    let (size, content): (Size, [Node]) =
      switch figure.content {
      case .lines(let plane): PlaneDrawing(plane, name: name, isScatter: false).drawn()
      case .scatter(let plane): PlaneDrawing(plane, name: name, isScatter: true).drawn()
      case .histogram(let histogram): HistogramDrawing(histogram, name: name).drawn()
      case .bars(let bars): BarsDrawing(bars, name: name).drawn()
      case .matrix(let matrix): MatrixDrawing(matrix).drawn()
      case .images(let grid): try ImageGridDrawing(grid, figure: figure.name).drawn()
      case .network(let network): NetworkDrawing(network).drawn()
      }
    self.init(
      name: name, title: figure.title, description: figure.caption, width: size.width,
      height: size.height, content: content)
  }
}

/// A width and a height in CSS pixels.
struct Size: Hashable, Sendable {
  var width: Double
  var height: Double
}

extension Figure {
  /// What keeps the figure from being drawn: lists whose lengths do not fit together.
  var fault: String? {
    switch content {
    case .lines(let plane), .scatter(let plane): plane.series.lazy.compactMap(\.fault).first
    case .histogram(let histogram):
      histogram.samples.lazy.compactMap { sample in
        sample.counts.count == max(0, histogram.edges.count - 1)
          ? nil
          : "'\(sample.name)' has \(sample.counts.count) counts for "
            + "\(histogram.edges.count) edges"
      }.first
    case .bars(let bars):
      bars.series.lazy.compactMap(\.fault).first
        ?? bars.series.lazy.compactMap { series in
          series.x.allSatisfy { bars.categories.indices.contains(Int(exactly: $0) ?? -1) }
            ? nil : "'\(series.name)' has a bar that belongs to no category"
        }.first
    case .matrix(let matrix):
      matrix.values.count == matrix.rows.count * matrix.columns.count
        ? nil
        : "\(matrix.values.count) values for \(matrix.rows.count) rows and "
          + "\(matrix.columns.count) columns"
    case .network(let network):
      network.links.contains { link in
        ![link.from, link.to].allSatisfy(network.nodes.indices.contains)
      }
        ? "it links layers that it does not have"
        : network.nodes.contains { $0.column < 0 || $0.row < 0 }
          ? "it has a layer in a cell before the first" : nil
    case .images(let grid):
      if grid.width < 1 || grid.height < 1 {
        "its pictures are \(grid.width) × \(grid.height) pixels"
      } else {
        grid.tiles.lazy.compactMap { tile in
          tile.pixels.count == grid.pixelCount
            ? nil
            : "'\(tile.label)' has \(tile.pixels.count) numbers where \(grid.pixelCount) are needed"
        }.first
      }
    }
  }
}

extension Figure.Series {
  fileprivate var fault: String? {
    let lengths = [x.count, y.count, low?.count ?? x.count, high?.count ?? x.count]
    return Set(lengths).count == 1
      ? nil
      : "'\(name)' has lists of different lengths: \(lengths.map(String.init).joined(separator: ", "))"
  }
}

extension Figure.ImageGrid {
  /// How many numbers a picture has.
  var pixelCount: Int { width * height * (palette == .colour ? 3 : 1) }
}
