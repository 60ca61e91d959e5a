import Casework

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
    case .density(let density):
      density.counts.count == max(0, density.xEdges.count - 1) * max(0, density.yEdges.count - 1)
        ? density.outline?.fault
        : "\(density.counts.count) counts for \(density.xEdges.count) and "
          + "\(density.yEdges.count) edges"
    case .parallel(let parallel):
      parallel.items.lazy.compactMap { item in
        item.values.count == parallel.dimensions.count
          ? nil
          : "'\(item.name)' has \(item.values.count) values for "
            + "\(parallel.dimensions.count) axes"
      }.first
    case .overlay(let overlay):
      overlay.width < 1 || overlay.height < 1
        ? "its pictures are \(overlay.width) × \(overlay.height) pixels"
        : overlay.tiles.lazy.compactMap { tile in
          ([tile.pixels] + tile.regions).allSatisfy { $0.count == overlay.width * overlay.height }
            ? nil : "'\(tile.label)' has numbers for another size of picture"
        }.first
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
