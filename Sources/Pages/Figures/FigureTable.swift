import Casework
import Foundation

/// The numbers of a figure as CSV.
enum FigureTable {
  static func csv(_ figure: Figure) -> Data {
    var csv = CSVText()
    switch figure.content {
    case .lines(let plane), .scatter(let plane):
      csv.row(["series", "x", "y", "low", "high"])
      for series in plane.series { points(series, &csv) { $0.add(series.x[$1]) } }
    case .bars(let bars):
      csv.row(["series", "category", "y", "low", "high"])
      for series in bars.series {
        points(series, &csv) { $0.add(bars.categories[Int(series.x[$1])]) }
      }
    case .histogram(let histogram): rows(histogram, &csv)
    case .matrix(let matrix):
      csv.row([""] + matrix.columns)
      for (row, name) in matrix.rows.enumerated() {
        let start = row * matrix.columns.count
        csv.row([name], matrix.values[start..<start + matrix.columns.count])
      }
    case .images(let grid): rows(grid, &csv)
    case .overlay(let overlay): rows(overlay, &csv)
    case .density(let density): rows(density, &csv)
    case .parallel(let parallel): rows(parallel, &csv)
    case .network(let network):
      csv.row(["layer", "output", "parameters", "feeds"])
      for (index, node) in network.nodes.enumerated() {
        let fed = network.links.filter { $0.from == index }.map { network.nodes[$0.to].name }
        csv.row([node.name, node.output, "\(node.parameters)", fed.joined(separator: "; ")])
      }
    }
    return csv.data
  }

  private static func points(
    _ series: Figure.Series, _ csv: inout CSVText, _ x: (inout CSVText, Int) -> Void
  ) {
    for index in series.x.indices {
      csv.add(series.name)
      x(&csv, index)
      csv.add(series.y[index])
      for bound in [series.low, series.high] {
        if let bound { csv.add(bound[index]) } else { csv.add("") }
      }
      csv.endRow()
    }
  }

  private static func rows(_ histogram: Figure.Histogram, _ csv: inout CSVText) {
    csv.row(["from", "to"] + histogram.samples.map(\.name))
    for (bin, edges) in zip(histogram.edges, histogram.edges.dropFirst()).enumerated() {
      csv.row([], [edges.0, edges.1] + histogram.samples.map { $0.counts[bin] })
    }
  }

  private static func rows(_ density: Figure.Density, _ csv: inout CSVText) {
    csv.row(["x from", "x to", "y from", "y to", density.label])
    for (index, count) in density.counts.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: density.xEdges.count - 1)
      csv.row(
        [],
        [
          density.xEdges[column], density.xEdges[column + 1], density.yEdges[row],
          density.yEdges[row + 1], count,
        ])
    }
  }

  private static func rows(_ parallel: Figure.Parallel, _ csv: inout CSVText) {
    csv.row(["name"] + parallel.dimensions.map(\.axis.label))
    for item in parallel.items {
      csv.add(item.name)
      for (value, dimension) in zip(item.values, parallel.dimensions) {
        if let names = dimension.names, let index = Int(exactly: value),
          names.indices.contains(index)
        {
          csv.add(names[index])
        } else {
          csv.add(value)
        }
      }
      csv.endRow()
    }
  }

  /// A row for each row of pixels, in the numbers of the scale of colours where there is one.
  private static func rows(_ grid: Figure.ImageGrid, _ csv: inout CSVText) {
    let unit = grid.palette == .diverging ? grid.reach ?? 1 : 1
    let channels = grid.palette == .colour ? ["r", "g", "b"] : [""]
    let width = grid.width * channels.count
    let names = (0..<grid.width).flatMap { column in channels.map { "\(column)\($0)" } }
    csv.row(["picture", "label", "row"] + names)
    for (index, tile) in grid.tiles.enumerated() {
      for row in 0..<grid.height {
        let pixels = tile.pixels[row * width..<(row + 1) * width]
        csv.row(["\(index)", tile.label, "\(row)"], pixels.map { $0 * unit })
      }
    }
  }

  /// A row for each row of pixels of each picture and each of its regions.
  private static func rows(_ overlay: Figure.Overlay, _ csv: inout CSVText) {
    csv.row(["picture", "label", "part", "row"] + (0..<overlay.width).map(String.init))
    for (index, tile) in overlay.tiles.enumerated() {
      for (name, pixels) in [("picture", tile.pixels)] + Array(zip(overlay.names, tile.regions)) {
        for row in 0..<overlay.height {
          csv.row(
            ["\(index)", tile.label, name, "\(row)"],
            pixels[row * overlay.width..<(row + 1) * overlay.width])
        }
      }
    }
  }
}
