import Casework

/// Counts in the cells of a plane as colours, with the scale of the colours beside them.
struct DensityDrawing {
  private let density: Figure.Density
  private let frame: Frame
  private let bar: ColourBar

  init(_ density: Figure.Density, name: String) {
    self.density = density
    func scale(_ axis: Figure.Axis, _ edges: [Double], _ more: [Double]) -> AxisScale {
      var axis = axis
      if axis.range == nil, let first = edges.first, let last = edges.last {
        axis.range = [min(first, more.min() ?? first), max(last, more.max() ?? last)]
      }
      return AxisScale(axis, values: edges + more)
    }
    let counts = density.counts.filter { $0.isFinite && $0 > 0 }
    let range = (counts.max() ?? 0) > 0 ? 0...(counts.max() ?? 1) : nil
    bar = ColourBar(
      scale: AxisScale(.init("", range: range), values: counts), map: .sequential)
    let legend = density.outline.map { [Legend.Item(mark: .guide, index: 0, name: $0.name)] } ?? []
    frame = Frame(
      name: name, x: scale(density.x, density.xEdges, density.outline?.x ?? []),
      y: scale(density.y, density.yEdges, density.outline?.y ?? []), xLabel: density.x.label,
      yLabel: density.y.label, legend: Legend(items: legend), plotHeight: 320,
      // The scale of the colours, and its title beside it.
      margin: 14 + bar.width + (density.label.isEmpty ? 0 : 16))
  }

  func drawn() -> (Size, [Node]) {
    let columns = max(0, density.xEdges.count - 1)
    let cells = density.counts.indices.compactMap { index in
      cell(density.counts[index], row: index / columns, column: index % columns)
    }
    let outline = density.outline.map { series in
      let points = zip(series.x, series.y).compactMap { x, y -> Path.Point? in
        guard let x = frame.abscissa(x), let y = frame.ordinate(y) else { return nil }
        return (x, y)
      }
      return ["halo", "guide"].map { Node.make("path", ["class": $0, "d": Path.line(points)]) }
    }
    var (size, nodes) = frame.drawn(cells + (outline ?? []), isEmpty: cells.isEmpty)
    guard !cells.isEmpty else { return (size, nodes) }
    let height = frame.bottom - frame.top
    nodes += bar.drawn(x: frame.right + 14, y: frame.top, height: height)
    let place =
      "translate(\(Numbers.coordinate(size.width - 4)) "
      + "\(Numbers.coordinate(frame.top + height / 2))) rotate(-90)"
    nodes.append(
      .make(
        "text", ["class": "label", "text-anchor": "middle", "transform": place],
        text: density.label.label(44)))
    return (size, nodes)
  }

  private func cell(_ count: Double, row: Int, column: Int) -> Node? {
    guard count > 0, let share = bar.scale.place(count),
      let left = frame.abscissa(density.xEdges[column]),
      let right = frame.abscissa(density.xEdges[column + 1]),
      let bottom = frame.ordinate(density.yEdges[row]),
      let top = frame.ordinate(density.yEdges[row + 1])
    else { return nil }
    let (x, y) = (left.inQuarters, top.inQuarters)
    return .make(
      "rect",
      [
        "x": Numbers.coordinate(x), "y": Numbers.coordinate(y),
        "width": Numbers.coordinate(right.inQuarters - x),
        "height": Numbers.coordinate(bottom.inQuarters - y),
        "fill": bar.map.colour(share).hex, "shape-rendering": "crispEdges",
      ])
  }
}

extension Double {
  /// The nearest quarter, which sums of coordinates keep exactly: cells side by side leave no gap
  /// where edges are drawn crisp.
  var inQuarters: Double { (self * 4).rounded() / 4 }
}
