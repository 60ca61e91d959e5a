import Casework

/// The rectangle of a plot with its axes, legend and labels.
struct Frame {
  let name: String
  let x: AxisScale
  let y: AxisScale
  let xLabel: String
  let yLabel: String
  let legend: Legend
  /// What is written below the axis instead of its marks: one text for each category.
  let categories: [String]
  /// The edges of the plot, found once: every point of every curve is placed by them.
  let left, top: Double

  /// The height of the plot, and the room to the right of it.
  private let plotHeight, margin: Double
  /// The room of the marks of the vertical axis.
  private let widestTick: Double

  static let width = 480.0

  init(
    name: String, x: AxisScale, y: AxisScale, xLabel: String, yLabel: String, legend: Legend,
    categories: [String] = [], plotHeight: Double = 250, margin: Double = 14
  ) {
    (self.name, self.x, self.y) = (name, x, y)
    (self.xLabel, self.yLabel) = (xLabel, yLabel)
    (self.legend, self.categories) = (legend, categories)
    (self.plotHeight, self.margin) = (plotHeight, margin)
    widestTick = min(y.ticks.map { textWidth($0.text, size: 11) }.max() ?? 0, 110)
    let edge = (yLabel.isEmpty ? 14 : 30) + widestTick
    left = Self.left(from: edge, to: Self.width - margin, for: categories)
    top = 10 + legend.height(within: Self.width - margin - left)
  }

  /// The left edge, moved to the right where a slanted name would reach out of the drawing.
  private static func left(
    from edge: Double, to right: Double, for categories: [String]
  ) -> Double {
    let widths = names(categories).map { textWidth($0, size: 11) }
    let slot = (right - edge) / Double(max(1, widths.count))
    guard widths.contains(where: { $0 > slot - 4 }) else { return edge }
    return widths.enumerated().map { index, width in
      // The middle of a category is this part of the way from the left edge to the right one.
      let share = (Double(index) + 0.5) / Double(widths.count)
      return (width * 0.77 - share * right) / (1 - share)
    }.reduce(edge, max)
  }

  /// Many long names would leave no room for the plot.
  private static func names(_ categories: [String]) -> [String] {
    categories.map { $0.label(categories.count > 8 ? 26 : 36) }
  }

  var right: Double { Self.width - margin }
  var bottom: Double { top + plotHeight }

  /// The size of the whole drawing.
  var size: Size {
    Size(width: Self.width, height: bottom + categoryHeight + (xLabel.isEmpty ? 6 : 24))
  }

  /// The abscissa in the drawing, if the number has one.
  func abscissa(_ value: Double) -> Double? { x.place(value).map { left + $0 * (right - left) } }

  /// The ordinate in the drawing, if the number has one.
  func ordinate(_ value: Double) -> Double? { y.place(value).map { bottom - $0 * (bottom - top) } }

  /// The ordinate of the lower end of an interval: the bottom for one that a logarithmic axis does
  /// not have.
  func lowerOrdinate(_ value: Double) -> Double? {
    let isBelow = AxisObstacle(to: value, isLogarithmic: y.isLogarithmic) == .notPositive
    return isBelow ? bottom : ordinate(value)
  }

  /// The middle of a category along the axis.
  func middle(ofCategory index: Int) -> Double { left + (Double(index) + 0.5) * slot }

  /// The width of a category.
  var slot: Double { (right - left) / Double(max(1, categories.count)) }

  /// Puts marks into the frame.
  func drawn(_ marks: [Node], isEmpty: Bool) -> (Size, [Node]) {
    let clip = "\(name)-clip"
    var nodes: [Node] = [
      .make("defs", [:], [.make("clipPath", ["id": clip], [plotRectangle])])
    ]
    nodes += legend.drawn(x: left, y: 10, width: right - left)
    nodes.append(.make("g", ["class": "y-axis"], yAxis))
    nodes.append(.make("g", ["class": "x-axis"], categories.isEmpty ? xAxis : categoryAxis))
    nodes += titles
    nodes.append(
      .make("g", ["clip-path": "url(#\(clip))"], [.make("g", zoomFacts, marks)]))
    nodes.append(
      .make(
        "path", ["class": "rule", "d": Path.line([(left, top), (left, bottom), (right, bottom)])]))
    if isEmpty { nodes.append(emptyNote) }
    return (size, nodes)
  }

  /// What a reader's zoom needs to know: where the plot stands, and what its axes say.
  private var zoomFacts: KeyValuePairs<String, String?> {
    guard categories.isEmpty else { return ["class": "marks"] }
    func facts(_ scale: AxisScale) -> String {
      "\(Numbers.exact(scale.low)) \(Numbers.exact(scale.high)) "
        + (scale.isLogarithmic ? "logarithmic" : "linear")
    }
    let place = [left, top, right, bottom].map(Numbers.coordinate).joined(separator: " ")
    return ["class": "marks", "data-plot": place, "data-x": facts(x), "data-y": facts(y)]
  }

  private var plotRectangle: Node {
    .make(
      "rect",
      [
        "x": Numbers.coordinate(left), "y": Numbers.coordinate(top - 3),
        "width": Numbers.coordinate(right - left + 3),
        "height": Numbers.coordinate(bottom - top + 3),
      ])
  }

  private var emptyNote: Node {
    .label(
      "no number to draw", x: (left + right) / 2, y: (top + bottom) / 2, anchor: "middle",
      style: "none")
  }

  private var yAxis: [Node] {
    var nodes: [Node] = []
    for tick in y.ticks {
      guard let height = ordinate(tick.value) else { continue }
      nodes.append(
        .make("path", ["class": "grid", "d": Path.line([(left, height), (right, height)])]))
      nodes.append(
        .label(tick.text, x: left - 6, y: height + 4, anchor: "end", style: "tick"))
    }
    return nodes
  }

  private var titles: [Node] {
    guard !yLabel.isEmpty else { return [xTitle].compactMap(\.self) }
    let middle = (top + bottom) / 2
    // Beside the marks, also where slanted names have moved the plot away from the edge.
    let place =
      "translate(\(Numbers.coordinate(left - widestTick - 17)) "
      + "\(Numbers.coordinate(middle))) rotate(-90)"
    let title = Node.make(
      "text", ["class": "label y-title", "text-anchor": "middle", "transform": place],
      text: yLabel.label(44))
    return [title] + [xTitle].compactMap(\.self)
  }

  private var xAxis: [Node] {
    var nodes: [Node] = []
    var free = -Double.infinity
    for tick in x.ticks {
      guard let place = abscissa(tick.value) else { continue }
      nodes.append(
        .make("path", ["class": "rule", "d": Path.line([(place, bottom), (place, bottom + 4)])]))
      let half = textWidth(tick.text, size: 11) / 2
      // A long one at an end is moved inwards.
      let reach = half * 0.92 + 2
      let middle = min(max(place, reach), size.width - reach)
      guard middle - half > free else { continue }
      free = middle + half + 4
      nodes.append(
        .label(tick.text, x: middle, y: bottom + 16, anchor: "middle", style: "tick"))
    }
    return nodes
  }

  private var xTitle: Node? {
    guard !xLabel.isEmpty else { return nil }
    return .label(
      xLabel.label(70), x: (left + right) / 2, y: size.height - 8,
      anchor: "middle", style: "label")
  }

  private var shortCategories: [String] { Self.names(categories) }

  private var isSlanted: Bool { shortCategories.contains { textWidth($0, size: 11) > slot - 4 } }

  private var categoryHeight: Double {
    guard !categories.isEmpty, isSlanted else { return 20 }
    let widest = shortCategories.map { textWidth($0, size: 11) }.max() ?? 0
    return 14 + widest * 0.65
  }

  private var categoryAxis: [Node] {
    let every = max(1, Int(((isSlanted ? 18 : 12) / slot).rounded(.up)))
    let labels = shortCategories.enumerated().filter { $0.offset.isMultiple(of: every) }
    let nodes = labels.map { index, text -> Node in
      let place = middle(ofCategory: index)
      guard isSlanted else {
        return .label(text, x: place, y: bottom + 16, anchor: "middle", style: "tick")
      }
      let position = "\(Numbers.coordinate(place + 4)) \(Numbers.coordinate(bottom + 12))"
      return .make(
        "text",
        [
          "class": "tick", "text-anchor": "end",
          "transform": "translate(\(position)) rotate(-40)",
        ], text: text)
    }
    return nodes
  }
}
