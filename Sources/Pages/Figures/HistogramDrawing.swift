import Casework

/// Counts as steps over their bins.
struct HistogramDrawing {
  private let histogram: Figure.Histogram
  private let frame: Frame

  init(_ histogram: Figure.Histogram, name: String) {
    let rest = Legend.rest(of: histogram.samples.count)
    var histogram = histogram
    histogram.samples = Array(histogram.samples.prefix(Figure.mostSeries))
    self.histogram = histogram
    let guides = histogram.guides.map(\.place)
    var xAxis = histogram.x
    if let first = histogram.edges.first, let last = histogram.edges.last, xAxis.range == nil {
      xAxis.range = [first, last]
    }
    let x = AxisScale(
      xAxis,
      values: histogram.edges
        + guides.compactMap { if case .vertical(let value) = $0 { value } else { nil } })
    let counts = histogram.samples.flatMap(\.counts)
    let y = AxisScale(histogram.y, values: counts, startsAtZero: true)
    let names = histogram.samples.enumerated().map { index, sample in
      Legend.Item(mark: .line, index: index, name: sample.name)
    }
    let lines = histogram.guides.map { Legend.Item(mark: .guide, index: 0, name: $0.name) }
    frame = Frame(
      name: name, x: x, y: y, xLabel: histogram.x.label, yLabel: histogram.y.label,
      legend: Legend(items: names + rest + lines))
  }

  func drawn() -> (Size, [Node]) {
    let samples = histogram.samples.enumerated().flatMap { steps($1, $0) }
    let guides = histogram.guides.compactMap { frame.guide($0.place) }
    return frame.drawn(samples + guides, isEmpty: samples.isEmpty)
  }

  private func steps(_ sample: Figure.Histogram.Sample, _ index: Int) -> [Node] {
    var points: [Path.Point] = []
    for (bin, count) in sample.counts.enumerated() {
      guard let left = frame.abscissa(histogram.edges[bin]),
        let right = frame.abscissa(histogram.edges[bin + 1])
      else { continue }
      // An empty bin of a logarithmic axis stands on the floor, as one without a number does.
      let height = frame.ordinate(count) ?? frame.bottom
      points += [(left, height), (right, height)]
    }
    guard let first = points.first, let last = points.last else { return [] }
    let outline = [(first.x, frame.bottom)] + points + [(last.x, frame.bottom)]
    // The areas of many samples hide each other.
    let area: [Node] =
      histogram.samples.count > 6
      ? []
      : [
        .make("path", ["class": DrawingStyle.series(index, "fill"), "d": Path.line(outline) + "Z"])
      ]
    return area + [
      .make(
        "path",
        [
          "class": DrawingStyle.series(index, "line"), "d": Path.line(outline),
          "stroke-dasharray": Path.dash(index),
        ])
    ]
  }
}
