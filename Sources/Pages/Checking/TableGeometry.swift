/// Whether the cells of a table fill a rectangle.
struct TableGeometry {
  private let table: ReadElement

  init(_ table: ReadElement) { self.table = table }

  /// What is wrong with it.
  var faults: [StorageFault] {
    var faults: [StorageFault] = []
    func add(_ reason: String, _ line: Int) {
      faults.append(.badTable(reason: reason, line: line))
    }
    let parts = table.elements
    let order = ["colgroup": 0, "thead": 1, "tbody": 2, "tfoot": 3]
    let ranks = parts.compactMap { order[$0.name] }
    if ranks != ranks.sorted() { add("has its parts in another order", table.line) }
    for name in ["colgroup", "thead", "tfoot"] where parts.count(where: { $0.name == name }) > 1 {
      add("has two <\(name)>", table.line)
    }
    if !parts.contains(where: { $0.name == "tbody" }) { add("has no <tbody>", table.line) }
    var width: Int?
    if let columns = parts.first(where: { $0.name == "colgroup" }) {
      width = columns.elements.count
    }
    for part in parts where part.name != "colgroup" {
      if part.elements.isEmpty { add("has an empty <\(part.name)>", part.line) }
      for (row, count) in widths(of: part, add) {
        if let width, width != count {
          add("has \(count) columns in a row where others have \(width)", row.line)
        }
        width = width ?? count
      }
    }
    return faults
  }

  /// The columns that each row fills, with the cells that reach into it from above.
  private func widths(
    of part: ReadElement, _ add: (String, Int) -> Void
  ) -> [(ReadElement, Int)] {
    /// For each column, how many rows the cell above still fills.
    var open: [Int] = []
    let rows = part.elements.filter { $0.name == "tr" }
    let widths = rows.map { row -> (ReadElement, Int) in
      var column = 0
      if row.elements.isEmpty { add("has a row without cells", row.line) }
      for cell in row.elements {
        while column < open.count, open[column] > 0 { column += 1 }
        let columns = Self.span(cell, "colspan")
        let height = Self.span(cell, "rowspan")
        for place in column..<column + columns {
          while open.count <= place { open.append(0) }
          if open[place] > 0 { add("has cells that lie on each other", cell.line) }
          open[place] = height
        }
        column += columns
      }
      let width = open.lastIndex { $0 > 0 }.map { $0 + 1 } ?? 0
      if open.prefix(width).contains(0) { add("has a row with a hole", row.line) }
      open = open.map { max(0, $0 - 1) }
      return (row, width)
    }
    if open.contains(where: { $0 > 0 }) {
      add("has a cell that reaches below its last row", part.line)
    }
    return widths
  }

  private static func span(_ cell: ReadElement, _ name: String) -> Int {
    min(max(cell.attributes[name].flatMap(Int.init) ?? 1, 1), 1000)
  }
}
