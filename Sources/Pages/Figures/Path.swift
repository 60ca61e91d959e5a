/// The data of SVG paths.
enum Path {
  typealias Point = (x: Double, y: Double)

  /// A polygon's open outline.
  static func line(_ points: [Point]) -> String {
    points.enumerated().map { index, point in
      (index == 0 ? "M" : "L") + Numbers.coordinate(point.x) + " " + Numbers.coordinate(point.y)
    }.joined()
  }

  /// The dash pattern of a series, or `nil` for a full line.
  static func dash(_ index: Int) -> String? {
    let dash = DrawingStyle.dashes[index % DrawingStyle.dashes.count]
    return dash.isEmpty ? nil : dash
  }

  /// Points of a series as one path: round for every other series, else square.
  static func dots(_ points: [Point], index: Int, width: Double = 6) -> Node {
    let data = points.map { point in
      "M\(Numbers.coordinate(point.x)) \(Numbers.coordinate(point.y))h0.01"
    }
    return .make(
      "path",
      [
        "class": DrawingStyle.series(index, "dot"), "fill": "none", "d": data.joined(),
        "stroke-width": Numbers.coordinate(width),
        "stroke-linecap": index.isMultiple(of: 2) ? "round" : "square",
        "stroke-opacity": points.count > 300 ? "0.55" : nil,
      ])
  }
}

extension Node {
  /// A text of a drawing.
  static func label(
    _ text: String, x: Double, y: Double, anchor: String, style: String
  ) -> Node {
    .make(
      "text",
      [
        "class": style, "x": Numbers.coordinate(x), "y": Numbers.coordinate(y),
        "text-anchor": anchor == "start" ? nil : anchor,
      ], text: text)
  }
}
