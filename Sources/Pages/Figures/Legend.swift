import Casework

/// What the marks of a plot stand for, above it so that it covers nothing.
struct Legend {
  /// A mark and its name.
  struct Item {
    enum Mark { case line, dot, bar, guide, region, none }
    var mark: Mark
    var index: Int
    var name: String
  }
  var items: [Item]

  /// What is said of series that are not drawn, of which there may be none.
  static func rest(of count: Int) -> [Item] {
    let more = count - Figure.mostSeries
    return more <= 0
      ? [] : [Item(mark: .none, index: 0, name: "and \(Numbers.text(more)) more in the data (CSV)")]
  }

  private static let line = 18.0

  func height(within width: Double) -> Double {
    items.isEmpty ? 0 : Double(rows(within: width).count) * Self.line + 4
  }

  func drawn(x: Double, y: Double, width: Double) -> [Node] {
    var nodes: [Node] = []
    for (row, items) in rows(within: width).enumerated() {
      var left = x
      let middle = y + Double(row) * Self.line + 6
      for item in items {
        nodes += mark(item, x: left, y: middle)
        nodes.append(
          .label(text(item), x: left + 28, y: middle + 4, anchor: "start", style: "legend"))
        left += itemWidth(item)
      }
    }
    return nodes
  }

  private func text(_ item: Item) -> String { item.name.label(62) }

  private func itemWidth(_ item: Item) -> Double { 28 + textWidth(text(item), size: 11) + 14 }

  private func rows(within width: Double) -> [[Item]] {
    var rows: [[Item]] = []
    var used = Double.infinity
    for item in items {
      let needed = itemWidth(item)
      if used + needed > width + 14 {
        rows.append([])
        used = 0
      }
      rows[rows.count - 1].append(item)
      used += needed
    }
    return rows
  }

  private func mark(_ item: Item, x: Double, y: Double) -> [Node] {
    let line = Path.line([(x, y), (x + 22, y)])
    return switch item.mark {
    case .line:
      [
        .make(
          "path",
          [
            "class": DrawingStyle.series(item.index, "line"), "d": line,
            "stroke-dasharray": Path.dash(item.index),
          ])
      ]
    case .guide: [.make("path", ["class": "guide", "d": line])]
    case .region: Path.region(line, index: item.index)
    case .dot: Path.dots([(x + 11, y)], index: item.index)
    case .bar: Path.bar(item.index, x: x + 4, y: y - 5, width: 14, height: 10)
    case .none: []
    }
  }
}
