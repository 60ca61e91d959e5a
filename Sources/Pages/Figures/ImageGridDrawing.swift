import Casework
import Foundation

/// Small pictures in rows, each pixel as one square, with their names below.
struct ImageGridDrawing {
  private let grid: Figure.ImageGrid
  private let figure: String
  private let columns: Int
  private let tile: Size
  /// For each picture its regions.
  private let regions: [[[Double]]]
  private let legend: Legend
  /// What the colours of diverging pictures stand for.
  private let bar: ColourBar?

  /// The least height of the scale of colours at which its marks stand apart.
  private static let barHeight = 48.0

  init(_ overlay: Figure.Overlay, figure: String) {
    self.init(
      Figure.ImageGrid(
        width: overlay.width, height: overlay.height, columns: overlay.columns,
        tiles: overlay.tiles.map { .init($0.label, pixels: $0.pixels) }), figure: figure,
      regions: overlay.tiles.map(\.regions), names: overlay.names)
  }

  init(
    _ grid: Figure.ImageGrid, figure: String, regions: [[[Double]]] = [], names: [String] = []
  ) {
    (self.grid, self.figure, self.regions) = (grid, figure, regions)
    legend = Legend(
      items: names.enumerated().map { Legend.Item(mark: .region, index: $0, name: $1) })
    columns = max(1, min(grid.columns, max(1, grid.tiles.count)))
    bar = grid.palette == .diverging && !grid.tiles.isEmpty ? Self.bar(grid.reach) : nil
    let room = (Frame.width - 16 - (bar.map { $0.width + 6 } ?? 0)) / Double(columns) - 8
    let width = min(max(room, 24), max(regions.isEmpty ? 128 : 220, Double(grid.width)))
    let zoom = width / Double(grid.width)
    tile = Size(width: width, height: Double(grid.height) * zoom)
  }

  private static func bar(_ reach: Double?) -> ColourBar {
    let reach = reach.flatMap { $0 > 0 && $0 < 1e300 ? $0 : nil } ?? 1
    return ColourBar(
      scale: AxisScale(from: -reach, to: reach, marking: [-reach, 0, reach]), map: .diverging)
  }

  private var labelHeight: Double {
    6 + 12 * Double(grid.tiles.map { lines($0.label).count }.max() ?? 0)
  }

  /// A name in lines that fit below a picture: at most two, or four where they are narrow.
  private func lines(_ label: String) -> [String] {
    var lines: [String] = []
    for word in label.label(200).split(separator: " ") {
      if let last = lines.last, lines.count == (tile.width < 60 ? 4 : 2) || fits("\(last) \(word)")
      {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines.map { line in
      let length = (1...max(1, min(line.count, 60))).last { fits(line.label($0)) }
      return line.label(length ?? 1)
    }
  }

  private func fits(_ text: String) -> Bool { textWidth(text, size: 11) <= tile.width + 4 }

  func drawn() throws -> (Size, [Node]) {
    let (rows, labelHeight) = ((grid.tiles.count + columns - 1) / columns, labelHeight)
    let above = legend.height(within: Frame.width - 16)
    var nodes = legend.drawn(x: 8, y: 8, width: Frame.width - 16)
    for (index, picture) in grid.tiles.enumerated() {
      let x = 8 + Double(index % columns) * (tile.width + 8)
      let y = 8 + above + Double(index / columns) * (tile.height + labelHeight)
      nodes += try nodesOf(picture, x: x, y: y)
      guard regions.indices.contains(index) else { continue }
      nodes += regions[index].enumerated().flatMap { outline($1, $0, x: x, y: y) }
    }
    if grid.tiles.isEmpty {
      nodes.append(.label("no picture to draw", x: 8, y: 24, anchor: "start", style: "none"))
    }
    var width = max(
      grid.tiles.isEmpty ? 200 : 8 + Double(columns) * (tile.width + 8),
      legend.items.isEmpty ? 0 : Frame.width)
    var height =
      above + (grid.tiles.isEmpty ? 40 : 8 + Double(rows) * (tile.height + labelHeight))
    if let bar {
      let room = Double(rows) * (tile.height + labelHeight) - labelHeight
      let length = min(max(room, Self.barHeight), 160)
      nodes += bar.drawn(x: width + 6, y: 8 + above, height: length)
      width += 6 + bar.width + 4
      height = max(height, 8 + above + length + 8)
    }
    return (Size(width: width, height: height), nodes)
  }

  private func nodesOf(_ picture: Figure.ImageGrid.Tile, x: Double, y: Double) throws -> [Node] {
    let png = try Raster.png(
      pixels: rgb(picture.pixels), width: grid.width, height: grid.height, figure: figure)
    var nodes: [Node] = [
      .make(
        "image",
        [
          "class": "pixels", "image-rendering": "pixelated", "preserveAspectRatio": "none",
          "x": Numbers.coordinate(x), "y": Numbers.coordinate(y),
          "width": Numbers.coordinate(tile.width), "height": Numbers.coordinate(tile.height),
          "href": "data:image/png;base64,\(png.base64EncodedString())",
        ])
    ]
    nodes += lines(picture.label).enumerated().map { index, line in
      .label(
        line, x: x + tile.width / 2, y: y + tile.height + 12 * Double(index + 1),
        anchor: "middle", style: "tick")
    }
    return nodes
  }

  /// The edge between the pixels of a region and the others.
  private func outline(_ region: [Double], _ index: Int, x: Double, y: Double) -> [Node] {
    let (zoomX, zoomY) = (tile.width / Double(grid.width), tile.height / Double(grid.height))
    func isInside(_ column: Int, _ row: Int) -> Bool {
      column >= 0 && row >= 0 && column < grid.width && row < grid.height
        && region[row * grid.width + column] > 0.5
    }
    func place(_ column: Int, _ row: Int) -> String {
      Numbers.coordinate(x + Double(column) * zoomX) + " "
        + Numbers.coordinate(y + Double(row) * zoomY)
    }
    var data = ""
    for row in 0...grid.height {
      data += Self.stretches(grid.width) { isInside($0, row - 1) != isInside($0, row) }
        .map { "M\(place($0.lowerBound, row))L\(place($0.upperBound, row))" }.joined()
    }
    for column in 0...grid.width {
      data += Self.stretches(grid.height) { isInside(column - 1, $0) != isInside(column, $0) }
        .map { "M\(place(column, $0.lowerBound))L\(place(column, $0.upperBound))" }.joined()
    }
    return data.isEmpty ? [] : Path.region(data, index: index)
  }

  /// The longest ranges of numbers below `count` for which something holds.
  private static func stretches(_ count: Int, where holds: (Int) -> Bool) -> [Range<Int>] {
    var stretches: [Range<Int>] = []
    for index in 0..<count where holds(index) {
      if let last = stretches.last, last.upperBound == index {
        stretches[stretches.count - 1] = last.lowerBound..<index + 1
      } else {
        stretches.append(index..<index + 1)
      }
    }
    return stretches
  }

  /// Red, green and blue of each pixel; what is not a number is black, in diverging pictures
  /// dark grey.
  private func rgb(_ pixels: [Double]) -> [UInt8] {
    switch grid.palette {
    case .grey: pixels.flatMap { [UInt8](repeating: level($0), count: 3) }
    case .colour: pixels.map(level)
    case .diverging:
      pixels.flatMap { value in
        value.isNaN ? [0x40, 0x40, 0x40] : ColourMap.diverging.colour((value + 1) / 2).bytes
      }
    }
  }

  private func level(_ value: Double) -> UInt8 {
    value.isNaN ? 0 : UInt8((min(max(value, 0), 1) * 255).rounded())
  }
}
