import Casework

/// Bars beside each other, with whiskers for their intervals.
struct BarsDrawing {
  private let bars: Figure.Bars
  private let frame: Frame

  init(_ bars: Figure.Bars, name: String) {
    let rest = Legend.rest(of: bars.series.count)
    var bars = bars
    bars.series = Array(bars.series.prefix(Figure.mostSeries))
    self.bars = bars
    let values = bars.series.flatMap { $0.y + ($0.low ?? []) + ($0.high ?? []) }
    let names = bars.series.enumerated().map { index, series in
      Legend.Item(mark: .bar, index: index, name: series.name)
    }
    frame = Frame(
      name: name, x: AxisScale(.init("", range: 0...1), values: []),
      y: AxisScale(bars.y, values: values, startsAtZero: true), xLabel: "", yLabel: bars.y.label,
      legend: Legend(items: names.count == 1 ? [] : names + rest), categories: bars.categories)
  }

  func drawn() -> (Size, [Node]) {
    let nodes = bars.series.enumerated().flatMap { index, series in
      series.x.indices.flatMap { bar(series, index, at: $0) }
    }
    return frame.drawn(nodes + zeroLine, isEmpty: nodes.isEmpty)
  }

  /// Where bars start that reach below it.
  private var zeroLine: [Node] {
    guard !frame.y.isLogarithmic, let zero = frame.ordinate(0), zero < frame.bottom,
      zero > frame.top
    else { return [] }
    return [
      .make("path", ["class": "rule", "d": Path.line([(frame.left, zero), (frame.right, zero)])])
    ]
  }

  private func bar(_ series: Figure.Series, _ index: Int, at position: Int) -> [Node] {
    guard let height = frame.ordinate(series.y[position]) else { return [] }
    let width = min(frame.slot * 0.76 / Double(bars.series.count), 56)
    let group = width * Double(bars.series.count)
    let left =
      frame.middle(ofCategory: Int(series.x[position])) - group / 2 + width * Double(index)
    let floor = frame.y.isLogarithmic ? frame.bottom : frame.ordinate(0) ?? frame.bottom
    let base = min(max(floor, frame.top), frame.bottom)
    var nodes = Path.bar(
      index, x: left + width * 0.05, y: min(height, base), width: width * 0.9,
      height: abs(height - base))
    if let low = series.low.flatMap({ frame.lowerOrdinate($0[position]) }),
      let high = series.high.flatMap({ frame.ordinate($0[position]) })
    {
      let (middle, half) = (left + width / 2, min(width * 0.2, 5))
      let data =
        Path.line([(middle, low), (middle, high)])
        + Path.line([(middle - half, low), (middle + half, low)])
        + Path.line([(middle - half, high), (middle + half, high)])
      // A narrow bar would hide under the halo.
      let styles = width < 8 ? ["whisker"] : ["halo", "whisker"]
      nodes += styles.map { .make("path", ["class": $0, "d": data]) }
    }
    return nodes
  }
}
