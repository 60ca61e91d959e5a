import Casework

/// Numbers as colours in rows and columns, with the scale of the colours beside them.
struct MatrixDrawing {
  private let matrix: Figure.Matrix
  private let scale: AxisScale
  private let isDiverging: Bool
  private let cell: Size
  private let isAnnotated: Bool

  init(_ matrix: Figure.Matrix) {
    self.matrix = matrix
    let finite = matrix.values.filter(\.isFinite)
    let (least, greatest) = (finite.min() ?? 0, finite.max() ?? 1)
    isDiverging = least < 0 && greatest > 0
    let reach = max(-least, greatest)
    let range = isDiverging ? -reach...reach : least...max(greatest, least)
    scale = AxisScale(
      .init("", range: range.lowerBound < range.upperBound ? range : nil), values: finite)
    let widest = matrix.values.map { textWidth(Numbers.short($0), size: 11) }.max() ?? 0
    isAnnotated = matrix.isAnnotated && matrix.columns.count <= 20
    let room = max(3, min(44, 330 / Double(max(1, max(matrix.columns.count, matrix.rows.count)))))
    cell = Size(
      width: (isAnnotated ? max(room, widest + 8) : room).inQuarters,
      height: (isAnnotated ? max(room, 20) : room).inQuarters)
  }

  private var rowNames: [String] { matrix.rows.map { $0.label(24) } }
  private var columnNames: [String] { matrix.columns.map { $0.label(24) } }
  private var left: Double {
    let names =
      (matrix.rowLabel.isEmpty ? 8 : 28) + (rowNames.map { textWidth($0, size: 11) }.max() ?? 0) + 6
    guard isSlanted else { return names.inQuarters }
    // Slanted names reach to the left of their columns.
    return columnNames.enumerated().map { column, name in
      textWidth(name, size: 11) * 0.71 - cell.width * (Double(column) + 0.5)
    }.reduce(names, max).inQuarters
  }
  private let top = 10.0
  private var width: Double { cell.width * Double(matrix.columns.count) }
  private var height: Double { max(cell.height * Double(matrix.rows.count), 20) }
  private var isSlanted: Bool {
    columnNames.contains { textWidth($0, size: 11) > max(cell.width, 12) - 3 }
  }
  private var columnHeight: Double {
    isSlanted ? 12 + (columnNames.map { textWidth($0, size: 11) }.max() ?? 0) * 0.72 : 18
  }

  func drawn() -> (Size, [Node]) {
    var nodes: [Node] = []
    for (row, name) in rowNames.enumerated() {
      nodes += rowLabel(name, row)
      for column in matrix.columns.indices { nodes += cellNodes(row, column) }
    }
    for (column, name) in columnNames.enumerated() { nodes += columnLabel(name, column) }
    var barWidth = 0.0
    if matrix.values.isEmpty {
      nodes.append(
        .label("no number to draw", x: left, y: top + 14, anchor: "start", style: "none"))
    } else {
      nodes += titles
      let bar = ColourBar(scale: scale, map: map)
      nodes += bar.drawn(x: left + width + 14, y: top, height: height)
      barWidth = bar.width
    }
    let bottom = max(
      top + height + columnHeight + (matrix.columnLabel.isEmpty ? 6 : 24),
      matrix.rowLabel.isEmpty ? 0 : textWidth(matrix.rowLabel.label(44)) + 4)
    let least = matrix.values.isEmpty ? 200.0 : 160.0
    let broad = max(
      left + width + barWidth + 14, columnTitle + textWidth(columnText) / 2 + 4, least)
    return (Size(width: broad, height: bottom), nodes)
  }

  private var map: ColourMap { isDiverging ? .diverging : .sequential }

  private func colour(_ value: Double) -> ColourMap.Colour? {
    scale.place(value).map(map.colour)
  }

  private func cellNodes(_ row: Int, _ column: Int) -> [Node] {
    let value = matrix.values[row * matrix.columns.count + column]
    let colour = colour(value)
    let (x, y) = (left + cell.width * Double(column), top + cell.height * Double(row))
    var nodes: [Node] = [
      .make(
        "rect",
        [
          "class": colour == nil ? "missing" : nil, "x": Numbers.coordinate(x),
          "y": Numbers.coordinate(y), "width": Numbers.coordinate(cell.width),
          "height": Numbers.coordinate(cell.height), "fill": colour?.hex,
          "shape-rendering": "crispEdges",
        ])
    ]
    if isAnnotated {
      let style = colour.map { $0.isLight ? "cell on-light" : "cell on-dark" } ?? "cell"
      nodes.append(
        .label(
          Numbers.short(value), x: x + cell.width / 2, y: y + cell.height / 2 + 4,
          anchor: "middle", style: style))
    }
    return nodes
  }

  private func rowLabel(_ name: String, _ row: Int) -> [Node] {
    guard row.isMultiple(of: max(1, Int((13 / cell.height).rounded(.up)))) else { return [] }
    let y = top + cell.height * (Double(row) + 0.5) + 4
    return [.label(name, x: left - 6, y: y, anchor: "end", style: "tick")]
  }

  private func columnLabel(_ name: String, _ column: Int) -> [Node] {
    let room = isSlanted ? 18.0 : 13.0
    guard column.isMultiple(of: max(1, Int((room / cell.width).rounded(.up)))) else { return [] }
    let (x, y) = (left + cell.width * (Double(column) + 0.5), top + height)
    guard isSlanted else {
      return [.label(name, x: x, y: y + 15, anchor: "middle", style: "tick")]
    }
    let place = "translate(\(Numbers.coordinate(x + 4)) \(Numbers.coordinate(y + 12))) rotate(-45)"
    return [
      .make("text", ["class": "tick", "text-anchor": "end", "transform": place], text: name)
    ]
  }

  private var columnText: String { matrix.columnLabel.label(60) }

  /// The middle of the title below, which may be wider than all columns.
  private var columnTitle: Double { max(left + width / 2, textWidth(columnText) / 2 + 4) }

  private var titles: [Node] {
    var nodes: [Node] = []
    if !matrix.columnLabel.isEmpty {
      nodes.append(
        .label(
          columnText, x: columnTitle,
          y: top + height + columnHeight + 14, anchor: "middle", style: "label"))
    }
    if !matrix.rowLabel.isEmpty {
      // It may be longer than the rows are high.
      let middle = max(top + height / 2, textWidth(matrix.rowLabel.label(44)) / 2 + 2)
      let place = "translate(14 \(Numbers.coordinate(middle))) rotate(-90)"
      nodes.append(
        .make(
          "text", ["class": "label", "text-anchor": "middle", "transform": place],
          text: matrix.rowLabel.label(44)))
    }
    return nodes
  }
}
