import Casework

extension Figure {
  /// More series than this cannot be told apart in a plot; all are in the data.
  static let mostSeries = 24

  /// The caption, and what of the numbers the drawing does not show.
  var fullCaption: String {
    let omissions = omissions
    guard !omissions.isEmpty else { return caption }
    return ([caption] + omissions).filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// What the drawing leaves out and why, in sentences.
  var omissions: [String] {
    switch content {
    case .lines(let plane), .scatter(let plane):
      Self.surplus(plane.series.count) + Self.omissions(plane)
    case .histogram(let histogram):
      Self.surplus(histogram.samples.count) + Self.omissions(histogram)
    case .bars(let bars): Self.surplus(bars.series.count) + Self.omissions(bars)
    case .matrix(let matrix):
      Self.sentence(
        "Grey", "cell", matrix.values.map { AxisObstacle(to: $0, isLogarithmic: false) })
    case .images(let grid): Self.omissions(grid)
    case .overlay(let overlay):
      Self.sentence("Black", "pixel", Self.unnumbered(overlay.tiles.flatMap(\.pixels)))
    case .density(let density): Self.omissions(density)
    case .parallel(let parallel): Self.omissions(parallel)
    case .network: []
    }
  }

  private static func sentence(
    _ verb: String, _ noun: String, _ obstacles: some Sequence<AxisObstacle?>
  ) -> [String] {
    let counts = obstacles.reduce(into: [AxisObstacle: Int]()) { counts, obstacle in
      if let obstacle { counts[obstacle, default: 0] += 1 }
    }
    guard !counts.isEmpty else { return [] }
    let parts = counts.sorted { $0.key < $1.key }.map { $0.key.words($0.value, noun) }
    return ["\(verb): \(parts.joined(separator: "; "))."]
  }

  private static func surplus(_ count: Int) -> [String] {
    guard count > mostSeries else { return [] }
    return [
      "Only the first \(mostSeries) of \(Numbers.text(count)) series are drawn; the data hold all."
    ]
  }

  private static func omissions(_ plane: Plane) -> [String] {
    let series = plane.series.prefix(mostSeries)
    let points = series.flatMap { series in
      zip(series.x, series.y).map { x, y in
        [plane.x.obstacle(to: x), plane.y.obstacle(to: y)].compactMap(\.self).min()
      }
    }
    return sentence("Not shown", "point", points) + bounds(Array(series), on: plane.y)
  }

  /// What is said of the ends of intervals that an axis does not have.
  private static func bounds(_ series: [Series], on axis: Axis) -> [String] {
    var (floored, missing) = (0, 0)
    for series in series {
      guard let low = series.low, let high = series.high else { continue }
      for index in series.y.indices where axis.obstacle(to: series.y[index]) == nil {
        // No interval at all is no end of one that is not shown.
        if low[index].isNaN, high[index].isNaN { continue }
        let isLogarithmic = axis.scale == .logarithmic
        let ends = [low, high].map {
          AxisObstacle(to: $0[index], isLogarithmic: isLogarithmic)
        }
        if ends == [.notPositive, nil] {
          floored += 1
        } else if ends != [nil, nil] {
          missing += 1
        }
      }
    }
    let floor =
      floored == 1
      ? "1 lower end at or below 0 is" : "\(Numbers.text(floored)) lower ends at or below 0 are"
    let gap = missing == 1 ? "1 interval that has" : "\(Numbers.text(missing)) intervals that have"
    return (floored == 0 ? [] : ["\(floor) drawn at the bottom of the logarithmic axis."])
      + (missing == 0 ? [] : ["Not shown: \(gap) an end without a place on the axis."])
  }

  private static func omissions(_ histogram: Histogram) -> [String] {
    let edges = zip(histogram.edges, histogram.edges.dropFirst()).map { low, high in
      [low, high].compactMap(histogram.x.obstacle).filter { $0 != .outside }.min()
    }
    let bins = histogram.samples.prefix(mostSeries).flatMap { sample in
      zip(edges, sample.counts).map { edge, count -> AxisObstacle? in
        // An empty bin stands on the floor, and looks like what it is.
        let obstacle = count == 0 ? nil : histogram.y.obstacle(to: count)
        return [edge, obstacle].compactMap(\.self).filter { $0 != .outside }.min()
      }
    }
    return sentence("Not shown", "bin", bins)
  }

  private static func omissions(_ bars: Bars) -> [String] {
    let series = Array(bars.series.prefix(mostSeries))
    return sentence("Not shown", "bar", series.flatMap(\.y).map(bars.y.obstacle))
      + bounds(series, on: bars.y)
  }

  private static func omissions(_ density: Density) -> [String] {
    let columns = max(1, density.xEdges.count - 1)
    let cells = density.counts.enumerated().map { index, count -> AxisObstacle? in
      guard count != 0 else { return nil }
      let (row, column) = index.quotientAndRemainder(dividingBy: columns)
      let edges =
        density.xEdges[column...column + 1].map(density.x.obstacle)
        + density.yEdges[row...row + 1].map(density.y.obstacle)
      return ([AxisObstacle(to: count, isLogarithmic: false)] + edges)
        .compactMap(\.self).filter { $0 != .outside }.min()
    }
    return sentence("Not shown", "cell", cells)
  }

  private static func omissions(_ parallel: Parallel) -> [String] {
    let values = parallel.items.flatMap { item in
      zip(item.values, parallel.dimensions).map { $1.axis.obstacle(to: $0) }
    }
    return sentence("Not shown", "value", values)
  }

  private static func unnumbered(_ pixels: [Double]) -> [AxisObstacle?] {
    pixels.filter(\.isNaN).map { _ in .notANumber }
  }

  private static func omissions(_ grid: ImageGrid) -> [String] {
    let pixels = grid.tiles.lazy.flatMap(\.pixels)
    let isDiverging = grid.palette == .diverging
    let clipped = isDiverging ? pixels.count { abs($0) > 1 + 1e-6 } : 0
    let words = clipped == 1 ? "1 pixel has" : "\(Numbers.text(clipped)) pixels have"
    let missing = unnumbered(Array(pixels))
    // A pixel of colour has three numbers.
    let gaps =
      grid.palette == .colour
      ? sentence("Drawn as 0", "channel", missing)
      : sentence(isDiverging ? "Dark grey" : "Black", "pixel", missing)
    return gaps
      + (clipped == 0 ? [] : ["\(words) the colour of the nearer end of the scale."])
  }
}
