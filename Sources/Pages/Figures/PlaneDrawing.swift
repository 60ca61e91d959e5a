import Casework

/// Curves with bands, or points, between two axes.
struct PlaneDrawing {
  private let plane: Figure.Plane
  private let isScatter: Bool
  private let frame: Frame

  init(_ plane: Figure.Plane, name: String, isScatter: Bool) {
    let rest = Legend.rest(of: plane.series.count)
    var plane = plane
    plane.series = Array(plane.series.prefix(Figure.mostSeries))
    (self.plane, self.isScatter) = (plane, isScatter)
    let guides = plane.guides.map(\.place)
    let places = plane.series.flatMap(\.x)
    let x = AxisScale(
      plane.x,
      values: places
        + guides.compactMap { if case .vertical(let value) = $0 { value } else { nil } },
      // Nothing stands between steps.
      isWhole: !isScatter && places.allSatisfy { $0 == $0.rounded() })
    let y = AxisScale(
      plane.y,
      values: plane.series.flatMap { $0.y + ($0.low ?? []) + ($0.high ?? []) }
        + guides.compactMap { if case .horizontal(let value) = $0 { value } else { nil } })
    let names = plane.series.enumerated().map { index, series in
      let isDotted = isScatter || !Self.hasLine(series, x, y)
      return Legend.Item(mark: isDotted ? .dot : .line, index: index, name: series.name)
    }
    let lines = plane.guides.map { Legend.Item(mark: .guide, index: 0, name: $0.name) }
    let isPlain = lines.isEmpty && names.count == 1 && names[0].name == plane.y.label
    frame = Frame(
      name: name, x: x, y: y, xLabel: plane.x.label, yLabel: plane.y.label,
      legend: Legend(items: isPlain ? [] : names + rest + lines))
  }

  /// Whether two neighbours of a series can be shown, or nothing of it.
  private static func hasLine(_ series: Figure.Series, _ x: AxisScale, _ y: AxisScale) -> Bool {
    let shown = zip(series.x, series.y).map { x.place($0) != nil && y.place($1) != nil }
    return zip(shown, shown.dropFirst()).contains { $0 && $1 } || !shown.contains(true)
  }

  func drawn() -> (Size, [Node]) {
    let marks =
      plane.guides.compactMap { frame.guide($0.place) }
      + plane.series.enumerated().flatMap { index, series in
        isScatter ? points(series, index) : curve(series, index)
      }
    let isEmpty = !plane.series.contains { series in
      zip(series.x, series.y).contains { position($0, $1) != nil }
    }
    return frame.drawn(marks, isEmpty: isEmpty)
  }

  private func position(_ x: Double, _ y: Double) -> Path.Point? {
    guard let x = frame.abscissa(x), let y = frame.ordinate(y) else { return nil }
    return (x, y)
  }

  private func curve(_ series: Figure.Series, _ index: Int) -> [Node] {
    var nodes: [Node] = []
    if let low = series.low, let high = series.high {
      for piece in pieces(series.x, low, high) {
        guard piece.count > 1 else {
          let ends = piece.flatMap { [($0.x, $0.low), ($0.x, $0.high)] }
          nodes.append(
            .make("path", ["class": DrawingStyle.series(index, "line"), "d": Path.line(ends)]))
          continue
        }
        let outline = piece.map { ($0.x, $0.high) } + piece.reversed().map { ($0.x, $0.low) }
        nodes.append(
          .make(
            "path", ["class": DrawingStyle.series(index, "band"), "d": Path.line(outline) + "Z"]))
      }
    }
    let runs = pieces(series.x, series.y, series.y).map { $0.map { Path.Point($0.x, $0.low) } }
    let data = runs.filter { $0.count > 1 }.map { Path.line(thinned($0)) }.joined()
    if !data.isEmpty {
      nodes.append(
        .make(
          "path",
          [
            "class": DrawingStyle.series(index, "line"), "d": data,
            "stroke-dasharray": Path.dash(index),
          ]))
    }
    let single = runs.filter { $0.count == 1 }.compactMap(\.first)
    if !single.isEmpty { nodes += Path.dots(single, index: index) }
    return nodes
  }

  /// The parts of a curve between the points that cannot be shown.
  private func pieces(_ x: [Double], _ low: [Double], _ high: [Double])
    -> [[(x: Double, low: Double, high: Double)]]
  {
    var pieces: [[(x: Double, low: Double, high: Double)]] = []
    var isOpen = false
    for index in x.indices {
      guard let place = frame.abscissa(x[index]), let bottom = frame.lowerOrdinate(low[index]),
        let top = frame.ordinate(high[index])
      else {
        isOpen = false
        continue
      }
      if !isOpen { pieces.append([]) }
      isOpen = true
      pieces[pieces.count - 1].append((place, bottom, top))
    }
    return pieces
  }

  /// A curve of many points by the least and the greatest in each stretch: at the drawing's size
  /// it looks the same.
  private func thinned(_ points: [Path.Point]) -> [Path.Point] {
    let stretches = 1000
    guard points.count > 2 * stretches else { return points }
    return (0..<stretches).flatMap { index -> [Path.Point] in
      let range = (index * points.count / stretches)..<((index + 1) * points.count / stretches)
      let order = range.sorted { (points[$0].y, $0) < (points[$1].y, $1) }
      guard let least = order.first, let greatest = order.last else { return [] }
      return [min(least, greatest), max(least, greatest)].map { points[$0] }
    }
  }

  /// The same for all series: a larger dot says nothing.
  private var dotWidth: Double {
    plane.series.map(\.x.count).reduce(0, +) > 300 ? 3.5 : 6
  }

  private func points(_ series: Figure.Series, _ index: Int) -> [Node] {
    var nodes: [Node] = []
    if let low = series.low, let high = series.high {
      let bars = series.x.indices.compactMap { point -> String? in
        guard let place = frame.abscissa(series.x[point]),
          let bottom = frame.lowerOrdinate(low[point]), let top = frame.ordinate(high[point])
        else { return nil }
        return Path.line([(place, bottom), (place, top)])
      }
      nodes.append(
        .make("path", ["class": DrawingStyle.series(index, "line"), "d": bars.joined()]))
    }
    let places = zip(series.x, series.y).compactMap { position($0, $1) }
    guard !places.isEmpty else { return nodes }
    return nodes + Path.dots(places, index: index, width: dotWidth)
  }
}

extension Frame {
  /// A line across the plot.
  func guide(_ place: Figure.Guide.Place) -> Node? {
    let ends: [Path.Point]
    switch place {
    case .horizontal(let value):
      guard let height = ordinate(value) else { return nil }
      ends = [(left, height), (right, height)]
    case .vertical(let value):
      guard let place = abscissa(value) else { return nil }
      ends = [(place, top), (place, bottom)]
    case .diagonal:
      // Where both axes show the same number; straight on axes of the same kind.
      let (low, high) = (max(x.low, y.low), min(x.high, y.high))
      guard low < high, x.isLogarithmic == y.isLogarithmic, let startX = abscissa(low),
        let startY = ordinate(low), let endX = abscissa(high), let endY = ordinate(high)
      else { return nil }
      ends = [(startX, startY), (endX, endY)]
    }
    return .make("path", ["class": "guide", "d": Path.line(ends)])
  }
}
