import Casework

/// Layers as boxes in a grid, with arrows for what flows between them.
struct NetworkDrawing {
  private let network: Figure.Network
  /// The left edge and the width of each column.
  private let columns: [(x: Double, width: Double)]

  private static let box = 38.0
  private static let gap = (row: 20.0, column: 40.0)
  private static let margin = 12.0

  init(_ network: Figure.Network) {
    self.network = network
    var (columns, x): ([(x: Double, width: Double)], Double) = ([], Self.margin)
    for column in 0...(network.nodes.map(\.column).max() ?? 0) {
      let texts = network.nodes.filter { $0.column == column }.flatMap { node in
        [textWidth(Self.name(node)), textWidth(Self.detail(node), size: 11)]
      }
      // A column of nothing is a gap.
      let width = (texts.max() ?? 0) + (texts.isEmpty ? 0 : 20)
      columns.append((x, width))
      x += width + Self.gap.column
    }
    self.columns = columns
  }

  func drawn() -> (Size, [Node]) {
    guard !network.nodes.isEmpty else {
      let text = Node.label("no layer to draw", x: 12, y: 24, anchor: "start", style: "none")
      return (Size(width: 200, height: 40), [text])
    }
    let rows = (network.nodes.map(\.row).max() ?? 0) + 1
    let last = columns[columns.count - 1]
    let hasDetour = network.links.contains { route($0).isDetour }
    return (
      Size(
        width: last.x + last.width + Self.margin + (hasDetour ? Self.gap.column : 0),
        height: 2 * Self.margin + Double(rows) * Self.box + Double(rows - 1) * Self.gap.row),
      network.links.flatMap { arrow(along: route($0).points) } + network.nodes.flatMap(box)
    )
  }

  private static func name(_ node: Figure.Network.Node) -> String {
    node.name.label(32)
  }

  private static func detail(_ node: Figure.Network.Node) -> String {
    let output = node.output.label(32)
    return node.parameters == 0
      ? output : "\(output) · \(Numbers.text(Double(node.parameters))) parameters"
  }

  private func left(_ node: Figure.Network.Node) -> Double { columns[node.column].x }
  private func width(_ node: Figure.Network.Node) -> Double { columns[node.column].width }
  private func centre(_ node: Figure.Network.Node) -> Double { left(node) + width(node) / 2 }
  private func top(_ node: Figure.Network.Node) -> Double {
    Self.margin + Double(node.row) * (Self.box + Self.gap.row)
  }

  private func box(_ node: Figure.Network.Node) -> [Node] {
    let (x, y) = (left(node), top(node))
    return [
      .make(
        "rect",
        [
          "class": node.parameters == 0 ? "rule" : "\(DrawingStyle.series(0, "fill")) rule",
          "x": Numbers.coordinate(x), "y": Numbers.coordinate(y),
          "width": Numbers.coordinate(width(node)), "height": Numbers.coordinate(Self.box),
          "rx": "4", "fill": node.parameters == 0 ? "none" : nil,
        ]),
      .label(Self.name(node), x: centre(node), y: y + 16, anchor: "middle", style: "label"),
      .label(Self.detail(node), x: centre(node), y: y + 31, anchor: "middle", style: "tick"),
    ]
  }

  /// The corners of the way from one layer to another; a detour passes the layers between them.
  private func route(_ link: Figure.Network.Link) -> (points: [Path.Point], isDetour: Bool) {
    let (a, b) = (network.nodes[link.from], network.nodes[link.to])
    let isDown = b.row > a.row
    if a.row == b.row {
      let isRight = b.column > a.column
      let y = top(a) + Self.box / 2
      return (
        [
          (isRight ? left(a) + width(a) : left(a), y),
          (isRight ? left(b) : left(b) + width(b), y),
        ], false
      )
    }
    let (start, end) = (
      isDown ? top(a) + Self.box : top(a), isDown ? top(b) : top(b) + Self.box
    )
    if a.column == b.column, abs(a.row - b.row) > 1,
      network.nodes.contains(where: {
        $0.column == a.column && (min(a.row, b.row) + 1..<max(a.row, b.row)).contains($0.row)
      })
    {
      let (side, x) = (left(a) + width(a), left(a) + width(a) + Self.gap.column / 2)
      let (y, z) = (top(a) + Self.box / 2, top(b) + Self.box / 2)
      return ([(side, y), (x, y), (x, z), (side, z)], true)
    }
    if a.column == b.column { return ([(centre(a), start), (centre(b), end)], false) }
    // Along the gap before the row of the second.
    let middle = isDown ? end - Self.gap.row / 2 : end + Self.gap.row / 2
    return (
      [(centre(a), start), (centre(a), middle), (centre(b), middle), (centre(b), end)], false
    )
  }

  private func arrow(along points: [Path.Point]) -> [Node] {
    let (end, before) = (points[points.count - 1], points[points.count - 2])
    let (dx, dy) = (end.x - before.x, end.y - before.y)
    let (u, v) = abs(dx) > abs(dy) ? (dx > 0 ? 1.0 : -1, 0.0) : (0, dy > 0 ? 1 : -1)
    let base = (x: end.x - 7 * u, y: end.y - 7 * v)
    let head = [end, (base.x - 4 * v, base.y - 4 * u), (base.x + 4 * v, base.y + 4 * u)]
    return [
      .make("path", ["class": "rule", "fill": "none", "d": Path.line(points.dropLast() + [base])]),
      .make("path", ["class": "none", "d": Path.line(head) + "Z"]),
    ]
  }
}
