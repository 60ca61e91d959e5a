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
      case .overlay(let overlay): try ImageGridDrawing(overlay, figure: figure.name).drawn()
      case .density(let density): DensityDrawing(density, name: name).drawn()
      case .parallel(let parallel): ParallelDrawing(parallel).drawn()
      case .network(let network): NetworkDrawing(network).drawn()
      }
    self.init(
      name: name, title: figure.title.label(300), description: figure.fullCaption.label(2000),
      width: size.width,
      height: size.height, content: content)
  }
}

/// A width and a height in CSS pixels.
struct Size: Hashable, Sendable {
  var width: Double
  var height: Double
}
