import Casework
import Foundation

/// The numbers of a figure as CSV (RFC 4180, with line feeds), exact to the bit.
enum FigureTable {
  static func csv(_ figure: Figure) -> Data {
    csv(rows(figure.content))
  }

  static func csv(_ rows: [[String]]) -> Data {
    Data(rows.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined().utf8)
  }

  private static func rows(_ content: Figure.Content) -> [[String]] {
    switch content {
    case .lines(let plane), .scatter(let plane):
      [["series", "x", "y", "low", "high"]]
        + plane.series.flatMap { points($0) { Numbers.exact($0) } }
    case .bars(let bars):
      [["series", "category", "y", "low", "high"]]
        + bars.series.flatMap { points($0) { bars.categories[Int($0)] } }
    case .histogram(let histogram):
      [["from", "to"] + histogram.samples.map(\.name)]
        + zip(histogram.edges, histogram.edges.dropFirst()).enumerated().map { bin, edges in
          [Numbers.exact(edges.0), Numbers.exact(edges.1)]
            + histogram.samples.map { Numbers.exact($0.counts[bin]) }
        }
    case .matrix(let matrix):
      [[""] + matrix.columns]
        + matrix.rows.enumerated().map { row, name in
          let start = row * matrix.columns.count
          return [name]
            + matrix.values[start..<start + matrix.columns.count].map(Numbers.exact)
        }
    case .images(let grid): images(grid)
    case .network(let network):
      [["layer", "output", "parameters", "feeds"]]
        + network.nodes.enumerated().map { index, node in
          let fed = network.links.filter { $0.from == index }.map { network.nodes[$0.to].name }
          return [node.name, node.output, "\(node.parameters)", fed.joined(separator: "; ")]
        }
    }
  }

  private static func points(_ series: Figure.Series, _ x: (Double) -> String) -> [[String]] {
    series.x.indices.map { index in
      [
        series.name, x(series.x[index]), Numbers.exact(series.y[index]),
        series.low.map { Numbers.exact($0[index]) } ?? "",
        series.high.map { Numbers.exact($0[index]) } ?? "",
      ]
    }
  }

  /// A row for each row of pixels.
  private static func images(_ grid: Figure.ImageGrid) -> [[String]] {
    let channels = grid.palette == .colour ? ["r", "g", "b"] : [""]
    let width = grid.width * channels.count
    let names = (0..<grid.width).flatMap { column in channels.map { "\(column)\($0)" } }
    var rows: [[String]] = [["picture", "label", "row"] + names]
    for (index, tile) in grid.tiles.enumerated() {
      for row in 0..<grid.height {
        let pixels = tile.pixels[row * width..<(row + 1) * width]
        rows.append(["\(index)", tile.label, "\(row)"] + pixels.map(Numbers.exact))
      }
    }
    return rows
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) || $0 == "\r\n" }) else { return text }
    return "\"\(text.replacingOccurrences(of: "\"", with: "\"\""))\""
  }
}
