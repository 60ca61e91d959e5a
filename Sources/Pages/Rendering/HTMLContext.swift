import Foundation

/// The blocks of one page as HTML.
struct HTMLContext {
  let directory: Directory
  /// The way up to the site's first folder.
  let root: String
  /// The folder of the page's files below `files`.
  let folder: String
  /// The names of the drawings that stand in the page.
  let inlined: Set<String>

  func blocks(_ blocks: [Block]) -> [Node] { blocks.flatMap(nodes) }

  func inlines(_ content: [Inline]) -> [Node] { content.flatMap(node) }

  /// The address of a file of the page.
  func file(_ name: String) -> String {
    let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
    let escaped = name.addingPercentEncoding(withAllowedCharacters: allowed) ?? name
    return "\(root)files/\(folder)/\(escaped)"
  }

  private func nodes(_ block: Block) -> [Node] {
    switch block {
    case .heading(let heading):
      [
        .make(
          "h\(heading.level)", ["id": heading.anchor, "dir": "auto"], inlines(heading.content))
      ]
    case .paragraph(let content): [.make("p", ["dir": "auto"], inlines(content))]
    case .list(let kind, let items): [list(kind, items)]
    case .quote(let content): [.make("blockquote", [:], blocks(content))]
    case .code(let text, let language):
      [
        .make(
          "pre", ["tabindex": "0"],
          [.make("code", ["class": language.map { "language-\($0)" }], text: text)])
      ]
    case .rule: [.make("hr")]
    case .table(let table): [self.table(table)]
    case .figure(let figure): [self.figure(figure)]
    case .callout(let tone, let title, let content):
      [
        .make(
          "div", ["class": "callout \(tone.rawValue)", "role": "note"],
          (title.map { [.make("p", ["class": "callout-title"], text: $0)] } ?? [])
            + blocks(content))
      ]
    case .expandable(let title, let content):
      [.make("details", [:], [.make("summary", text: title)] + blocks(content))]
    case .properties(let properties): [self.properties(properties)]
    case .excerpt(let content): blocks(content)
    case .gallery(let content): [.make("div", ["class": "gallery"], blocks(content))]
    case .columns(let columns):
      [
        .make(
          "div", ["class": "columns"], columns.map { .make("div", [:], blocks($0)) })
      ]
    case .contents, .report: []
    }
  }

  private func list(_ kind: Block.ListKind, _ items: [[Block]]) -> Node {
    let entries = items.map { item -> Node in
      if item.count == 1, case .paragraph(let content) = item[0] {
        return .make("li", ["dir": "auto"], inlines(content))
      }
      return .make("li", [:], blocks(item))
    }
    switch kind {
    case .bullets: return .make("ul", [:], entries)
    case .numbers(let start):
      return .make("ol", ["start": start == 1 ? nil : "\(start)"], entries)
    }
  }

  private func properties(_ properties: [Block.Property]) -> Node {
    .make(
      "dl", ["class": "properties"],
      properties.map { property in
        .make(
          "div", [:],
          [
            .make("dt", text: property.name),
            .make("dd", ["dir": "auto"], inlines(property.value)),
          ])
      })
  }

  private func figure(_ figure: FigureBlock) -> Node {
    let caption: [Node] = [
      .make("strong", text: figure.title), .text(" \(figure.caption) "),
      .make(
        "a", ["href": file(figure.tableName), "download": figure.tableName], text: "Data (CSV)"),
      .text(" · "),
      .make("a", ["href": file(figure.vectorName)], text: "Picture (SVG)"),
    ]
    return .make(
      "figure", ["class": Self.room(for: figure.drawing)],
      [
        .make(
          "div", ["class": "canvas", "tabindex": "0", "role": "group", "aria-label": figure.title],
          [drawing(figure)]),
        .make("figcaption", ["dir": "auto"], caption),
      ])
  }

  /// How much room a drawing needs: those that are wider than a plot get a row to themselves, and
  /// plots are not made smaller than can be read.
  private static func room(for drawing: Drawing) -> String? {
    drawing.width > 520 ? "broad" : drawing.width > 440 ? "plot" : nil
  }

  private func drawing(_ figure: FigureBlock) -> Node {
    guard !inlined.contains(figure.vectorName) else { return .element(figure.drawing.inline) }
    return .make(
      "img",
      [
        "class": "drawing", "src": file(figure.vectorName), "alt": figure.alternative,
        "width": Numbers.coordinate(figure.drawing.width.rounded()),
        "height": Numbers.coordinate(figure.drawing.height.rounded()), "loading": "lazy",
      ])
  }

  private func table(_ table: Table) -> Node {
    let heading = table.columns.enumerated().map { index, column -> Node in
      // A cell without a text is no heading.
      .make(
        column.title.isEmpty ? "td" : "th",
        [
          "scope": column.title.isEmpty ? nil : "col",
          "class": column.isNumeric ? "number" : isProse(table, index) ? "prose" : nil,
          "data-filter": column.isFilter ? column.title : nil,
        ], text: column.title)
    }
    func row(_ cells: [Table.Cell], facts: String? = nil) -> Node {
      .make(
        "tr", ["data-facts": facts],
        zip(cells, table.columns).enumerated().map { index, pair in
          cell(pair.0, pair.1, isHeading: index == 0 && table.hasRowHeadings)
        })
    }
    let rows = table.rows.enumerated().map { number, cells in
      row(cells, facts: table.facts.isEmpty ? nil : table.facts[number])
    }
    let total = table.total.map { [Node.make("tfoot", [:], [row($0)])] } ?? []
    let element = Node.make(
      "table",
      [
        "data-choose": table.filterNoun, "data-compare": table.facts.count > 1 ? "" : nil,
      ],
      [.make("thead", [:], [.make("tr", [:], heading)]), .make("tbody", [:], rows)] + total)
    let names = table.columns.map(\.title.singleLine).joined(separator: ", ")
    return .make(
      "div",
      [
        // Not a region: those must differ in their names, and tables may have the same columns.
        "class": "wide", "tabindex": "0", "role": "group",
        "aria-label": "Table: \(names.shortened(to: 120))",
      ], [element])
  }

  /// Whether a column has texts that need room.
  private func isProse(_ table: Table, _ index: Int) -> Bool {
    table.rows.contains { $0.indices.contains(index) && $0[index].content.plainText.count > 40 }
  }

  private func cell(_ cell: Table.Cell, _ column: Table.Column, isHeading: Bool) -> Node {
    .make(
      isHeading ? "th" : "td",
      [
        "scope": isHeading ? "row" : nil, "class": column.isNumeric ? "number" : nil,
        "dir": column.isNumeric ? nil : "auto",
        "data-terms": column.isFilter
          ? cell.terms.map(\.singleLine).joined(separator: "\n") : nil,
      ], inlines(cell.content))
  }

  private func node(_ inline: Inline) -> [Node] {
    switch inline {
    case .text(let text): [.text(text)]
    case .emphasis(let inner): [.make("em", [:], inlines(inner))]
    case .strong(let inner): [.make("strong", [:], inlines(inner))]
    case .struck(let inner): [.make("s", [:], inlines(inner))]
    case .code(let text): [.make("code", [:], text: text)]
    case .lineBreak: [.make("br")]
    case .lozenge(let text, let tone):
      [.make("span", ["class": "lozenge \(tone.rawValue)"], text: text)]
    case .link(let target, let inner): link(target, inner)
    }
  }

  private func link(_ target: Target, _ inner: [Inline]) -> [Node] {
    let address: String?
    switch target {
    case .page(let id, let anchor):
      address = directory[id].map { root + $0.file + (anchor.map { "#\($0)" } ?? "") }
    case .anchor(let anchor): address = "#\(anchor)"
    case .attachment(let name): address = file(name)
    case .address(let text): address = safeAddress(text)
    }
    guard let address else { return inlines(inner) }
    return [.make("a", ["href": address], inlines(inner.withoutLozenges))]
  }
}
