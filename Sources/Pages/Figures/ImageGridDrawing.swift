import Casework
import Foundation

/// Small pictures in rows, each pixel as one square, with their names below.
struct ImageGridDrawing {
  private let grid: Figure.ImageGrid
  private let figure: String
  private let columns: Int
  private let tile: Size

  init(_ grid: Figure.ImageGrid, figure: String) {
    (self.grid, self.figure) = (grid, figure)
    columns = max(1, min(grid.columns, max(1, grid.tiles.count)))
    let room = (Frame.width - 16) / Double(columns) - 8
    let width = min(max(room, 24), max(128, Double(grid.width)))
    let zoom = width / Double(grid.width)
    tile = Size(width: width, height: Double(grid.height) * zoom)
  }

  private var labelHeight: Double {
    grid.tiles.contains { !$0.label.isEmpty } ? 18 : 6
  }

  func drawn() throws -> (Size, [Node]) {
    let rows = (grid.tiles.count + columns - 1) / columns
    var nodes: [Node] = []
    for (index, picture) in grid.tiles.enumerated() {
      let x = 8 + Double(index % columns) * (tile.width + 8)
      let y = 8 + Double(index / columns) * (tile.height + labelHeight)
      nodes += try nodesOf(picture, x: x, y: y)
    }
    if grid.tiles.isEmpty {
      nodes.append(.label("no picture to draw", x: 8, y: 24, anchor: "start", style: "none"))
    }
    let width = grid.tiles.isEmpty ? 200 : 8 + Double(columns) * (tile.width + 8)
    let height = grid.tiles.isEmpty ? 40 : 8 + Double(rows) * (tile.height + labelHeight)
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
    let room = Int(tile.width / 6.4)
    let label = picture.label.singleLine.shortened(to: max(1, room))
    if !label.isEmpty {
      nodes.append(
        .label(
          label, x: x + tile.width / 2, y: y + tile.height + 12, anchor: "middle", style: "tick"))
    }
    return nodes
  }

  /// Red, green and blue of each pixel; what is not a number is the colour that no palette has.
  private func rgb(_ pixels: [Double]) -> [UInt8] {
    switch grid.palette {
    case .grey: pixels.flatMap { [UInt8](repeating: level($0), count: 3) }
    case .colour: pixels.map(level)
    case .diverging: pixels.flatMap { ColourMap.diverging.colour(($0 + 1) / 2).bytes }
    }
  }

  private func level(_ value: Double) -> UInt8 {
    value.isNaN ? 0 : UInt8((min(max(value, 0), 1) * 255).rounded())
  }
}
