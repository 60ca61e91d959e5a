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
  ///
  /// Series of the same colour have different ones.
  static func dash(_ index: Int) -> String? {
    let round = index / DrawingStyle.count
    let dash = DrawingStyle.dashes[(index + round * 3) % DrawingStyle.dashes.count]
    return dash.isEmpty ? nil : dash
  }

  /// Points of a series: round for every other series, else square; where colours come back, as
  /// rings and frames, then with the shapes exchanged.
  static func dots(_ points: [Point], index: Int, width: Double = 6) -> [Node] {
    let round = index / DrawingStyle.count
    let isRound = (index + round / 2).isMultiple(of: 2)
    let whole = dots(
      points, style: DrawingStyle.series(index, "dot"), width: width, isRound: isRound)
    guard !round.isMultiple(of: 2) else { return [whole] }
    return [whole, dots(points, style: "hole", width: width * 0.5, isRound: isRound)]
  }

  private static func dots(
    _ points: [Point], style: String, width: Double, isRound: Bool
  ) -> Node {
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
        "class": style, "fill": "none", "d": data, "stroke-width": Numbers.coordinate(width),
        "stroke-linecap": isRound ? "round" : "square",
      ])
  }

  /// A bar of a series: full; where colours come back, hollow, then striped.
  static func bar(
    _ index: Int, x: Double, y: Double, width: Double, height: Double
  ) -> [Node] {
    func rectangle(_ style: String, inset: Double) -> Node {
      .make(
        "rect",
        [
          "class": style, "x": Numbers.coordinate(x + inset), "y": Numbers.coordinate(y + inset),
          "width": Numbers.coordinate(width - 2 * inset),
          "height": Numbers.coordinate(height - 2 * inset),
        ])
    }
    let full = rectangle(DrawingStyle.series(index, "bar"), inset: 0)
    let round = index / DrawingStyle.count
    let inset = min(2, width * 0.25)
    guard round > 0, height > 2 * inset else { return [full] }
    guard round.isMultiple(of: 2) else { return [full, rectangle("paper", inset: inset)] }
    let middle = x + width / 2
    return [
      full,
      .make(
        "path",
        [
          "class": "hole", "d": line([(middle, y + height), (middle, y)]),
          "stroke-width": Numbers.coordinate(width), "stroke-dasharray": "2 2",
          "stroke-dashoffset": "2",
        ]),
    ]
  }

  /// The outline of a region, set off from what is below it.
  static func region(_ data: String, index: Int) -> [Node] {
    [
      .make("path", ["class": "region-halo", "d": data]),
      .make(
        "path",
        [
          "class": "region", "stroke": DrawingStyle.regions[index % DrawingStyle.regions.count],
          "d": data, "stroke-dasharray": dash(index / DrawingStyle.regions.count),
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
