import Casework

/// Items as lines across axes that stand beside each other, coloured by the last axis.
struct ParallelDrawing {
  private let parallel: Figure.Parallel
  private let scales: [AxisScale]
  private let width: Double

  private static let (top, height, side) = (52.0, 240.0, 58.0)

  init(_ parallel: Figure.Parallel) {
    self.parallel = parallel
    let count = Double(max(1, parallel.dimensions.count))
    width = min(max(Frame.width, count * 104 + 40), 1100)
    scales = parallel.dimensions.enumerated().map { index, dimension in
      guard let names = dimension.names else {
        return AxisScale(dimension.axis, values: parallel.items.map { $0.values[index] })
      }
      return AxisScale(
        .init("", range: -0.5...max(0.5, Double(names.count) - 0.5)), values: [])
    }
  }

  func drawn() -> (Size, [Node]) {
    let size = Size(width: width, height: Self.top + Self.height + 22)
    guard !parallel.dimensions.isEmpty, !parallel.items.isEmpty else {
      let note = Node.label("no line to draw", x: 12, y: 24, anchor: "start", style: "none")
      return (Size(width: 200, height: 40), [note])
    }
    // The best known lines are drawn last, above the others.
    let order = parallel.items.indices.sorted {
      (shade(parallel.items[$0]), $0) < (shade(parallel.items[$1]), $1)
    }
    var nodes = order.map { line(parallel.items[$0]) }
    for index in parallel.dimensions.indices { nodes += axis(index) }
    return (size, nodes)
  }

  private func x(_ index: Int) -> Double {
    let count = parallel.dimensions.count
    guard count > 1 else { return width / 2 }
    return Self.side + Double(index) * (width - 2 * Self.side) / Double(count - 1)
  }

  private func y(_ value: Double, _ index: Int) -> Double? {
    scales[index].place(value).map { Self.top + Self.height * (1 - $0) }
  }

  /// The colour's number by the last axis; the lowest where it says nothing.
  private func shade(_ item: Figure.Parallel.Item) -> Int {
    guard let value = item.values.last, let place = scales.last?.place(value) else { return 0 }
    return min(max(Int(place * Double(DrawingStyle.shades)), 0), DrawingStyle.shades - 1)
  }

  private func line(_ item: Figure.Parallel.Item) -> Node {
    var pieces: [[Path.Point]] = [[]]
    for (index, value) in item.values.enumerated() {
      if let place = y(value, index) {
        pieces[pieces.count - 1].append((x(index), place))
      } else {
        pieces.append([])
      }
    }
    let data = pieces.filter { $0.count > 1 }.map(Path.line).joined()
    return .make(
      "path", ["class": "shade q\(shade(item))", "d": data],
      [.make("title", text: item.name.label(200))])
  }

  private func axis(_ index: Int) -> [Node] {
    let dimension = parallel.dimensions[index]
    let (x, bottom) = (x(index), Self.top + Self.height)
    var nodes: [Node] = []
    if index == parallel.dimensions.count - 1 { nodes += shades(x) }
    nodes.append(.make("path", ["class": "rule", "d": Path.line([(x, Self.top), (x, bottom)])]))
    // Neighbours take turns in height, so that long names do not meet.
    let label = dimension.axis.label.label(24)
    let half = textWidth(label) / 2
    let place = min(max(x, half + 4), width - half - 4)
    nodes.append(
      .label(
        label, x: place, y: index.isMultiple(of: 2) ? Self.top - 12 : Self.top - 30,
        anchor: "middle", style: "label"))
    for tick in ticks(index) {
      guard let y = y(tick.value, index) else { continue }
      nodes.append(.make("path", ["class": "rule", "d": Path.line([(x - 4, y), (x, y)])]))
      // Lines pass behind the texts.
      let width = textWidth(tick.text, size: 11) * 0.92
      nodes.append(
        .make(
          "rect",
          [
            "class": "paper", "x": Numbers.coordinate(x - 8 - width),
            "y": Numbers.coordinate(y - 7), "width": Numbers.coordinate(width + 3),
            "height": "14", "rx": "3", "fill-opacity": "0.85",
          ]))
      nodes.append(.label(tick.text, x: x - 7, y: y + 4, anchor: "end", style: "tick"))
    }
    return nodes
  }

  private func ticks(_ index: Int) -> [AxisScale.Tick] {
    guard let names = parallel.dimensions[index].names else { return scales[index].ticks }
    let every = max(1, Int((Double(names.count) * 14 / Self.height).rounded(.up)))
    return names.enumerated().filter { $0.offset.isMultiple(of: every) }.map { place, name in
      AxisScale.Tick(value: Double(place), text: name.label(12))
    }
  }

  /// The colours along the last axis.
  private func shades(_ x: Double) -> [Node] {
    let step = Self.height / Double(DrawingStyle.shades)
    return (0..<DrawingStyle.shades).map { shade in
      .make(
        "rect",
        [
          "class": "shade-fill q\(shade)", "x": Numbers.coordinate(x + 3),
          "y": Numbers.coordinate(Self.top + Self.height - step * Double(shade + 1)),
          "width": "9", "height": Numbers.coordinate(step),
        ])
    }
  }
}
