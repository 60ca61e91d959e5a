/// The data of SVG paths.
enum Path {
  typealias Point = (x: Double, y: Double)

  /// A polygon's open outline.
  static func line(_ points: [Point]) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(points.count * 14)
    for point in points {
      bytes.append(UInt8(ascii: bytes.isEmpty ? "M" : "L"))
      append(point, to: &bytes)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func append(_ point: Point, to bytes: inout [UInt8]) {
    Numbers.append(coordinate: point.x, to: &bytes)
    bytes.append(UInt8(ascii: " "))
    Numbers.append(coordinate: point.y, to: &bytes)
  }

  /// The dash pattern of a series, or `nil` for a full line.
  static func dash(_ index: Int) -> String? {
    let dash = DrawingStyle.dashes[index % DrawingStyle.dashes.count]
    return dash.isEmpty ? nil : dash
  }

  /// Points of a series as one path: round for every other series, else square.
  static func dots(_ points: [Point], index: Int, width: Double = 6) -> Node {
    var bytes: [UInt8] = []
    for point in points {
      bytes.append(UInt8(ascii: "M"))
      append(point, to: &bytes)
      bytes += "h0.01".utf8
    }
    let data = String(decoding: bytes, as: UTF8.self)
    return .make(
      "path",
      [
        "class": DrawingStyle.series(index, "dot"), "fill": "none", "d": data,
        "stroke-width": Numbers.coordinate(width),
        "stroke-linecap": index.isMultiple(of: 2) ? "round" : "square",
      ])
  }

  /// The outline of a region, set off from what is below it.
  static func region(_ data: String, index: Int) -> [Node] {
    [
      .make("path", ["class": "region-halo", "d": data]),
      .make(
        "path",
        [
          "class": "region", "stroke": DrawingStyle.regions[index % DrawingStyle.regions.count],
          "d": data,
        ]),
    ]
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
