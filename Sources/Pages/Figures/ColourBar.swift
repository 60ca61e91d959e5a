/// The scale of the colours, beside what they colour.
struct ColourBar {
  let scale: AxisScale
  let map: ColourMap

  private static let steps = 40

  /// The room that it needs beside it, up to the end of its texts.
  var width: Double { 20 + (scale.ticks.map { textWidth($0.text, size: 11) }.max() ?? 0) }

  func drawn(x: Double, y top: Double, height: Double) -> [Node] {
    let step = height / Double(Self.steps)
    var nodes = (0..<Self.steps).map { index -> Node in
      .make(
        "rect",
        [
          "x": Numbers.coordinate(x),
          "y": Numbers.coordinate(top + height - step * Double(index + 1)), "width": "12",
          "height": Numbers.coordinate(step + 0.5),
          "fill": map.colour((Double(index) + 0.5) / Double(Self.steps)).hex,
        ])
    }
    var free = Double.infinity
    for tick in scale.ticks {
      guard let share = scale.place(tick.value), (0...1).contains(share) else { continue }
      let y = top + height * (1 - share)
      guard y < free else { continue }
      free = y - 14
      nodes.append(.label(tick.text, x: x + 17, y: y + 4, anchor: "start", style: "tick"))
    }
    return nodes
  }
}
