extension Page {
  /// The page as it is written: with headings in order, each with an anchor of its own, and with
  /// texts of a length that a reader can take.
  var completed: Page {
    var page = self
    var pass = Completion()
    page.lead = lead.limited(to: Completion.cell)
    page.badges = badges.limited(to: Completion.cell)
    page.blocks = blocks.map { pass.block($0) }
    return page
  }
}

/// One way through the blocks of a page, in the order in which they are read.
private struct Completion {
  /// The longest that texts may be, in UTF-16 units: of a paragraph, a cell, a heading, a block of
  /// code.
  static let (text, cell, title, code) = (10_000, 500, 300, 20_000)

  private var lastLevel = 1
  private var anchors: Set<String> = []

  mutating func block(_ block: Block) -> Block {
    switch block {
    case .heading(let heading): .heading(self.heading(heading))
    case .paragraph(let content): .paragraph(content.limited(to: Self.text))
    case .list(let kind, let items): .list(kind, items.map { $0.map { self.block($0) } })
    case .quote(let content): .quote(content.map { self.block($0) })
    case .code(let text, let language):
      .code(text.limited(to: Self.code), language: language)
    case .table(let table): .table(self.table(table))
    case .figure(var figure):
      {
        figure.title = figure.title.limited(to: Self.title)
        figure.caption = figure.caption.limited(to: Self.cell)
        return .figure(figure)
      }()
    case .callout(let tone, let title, let content):
      .callout(tone, title: title?.limited(to: Self.title), content.map { self.block($0) })
    case .expandable(let title, let content):
      .expandable(title: title.limited(to: Self.title), content.map { self.block($0) })
    case .properties(let properties):
      .properties(
        properties.map {
          Block.Property(name: $0.name, value: $0.value.limited(to: Self.cell))
        })
    case .excerpt(let content): .excerpt(content.map { self.block($0) })
    case .gallery(let content): .gallery(content.map { self.block($0) })
    case .columns(let columns): .columns(columns.map { $0.map { self.block($0) } })
    case .rule, .contents, .report: block
    }
  }

  private mutating func heading(_ heading: Heading) -> Heading {
    var heading = heading
    heading.content = heading.content.limited(to: Self.title)
    heading.level = min(heading.level, lastLevel + 1)
    lastLevel = heading.level
    let name =
      heading.anchor.isEmpty
      ? heading.content.plainText.slugged(fallback: "section") : heading.anchor
    var (anchor, count) = (name, 1)
    while !anchors.insert(anchor).inserted {
      count += 1
      anchor = "\(name)-\(count)"
    }
    // Links lead to the first heading of a name.
    heading.isLinked = heading.isLinked && count == 1
    heading.anchor = anchor
    return heading
  }

  private func table(_ table: Table) -> Table {
    var table = table
    for index in table.columns.indices {
      table.columns[index].title = table.columns[index].title.limited(to: Self.title)
    }
    func limited(_ row: [Table.Cell]) -> [Table.Cell] {
      row.map { cell in
        Table.Cell(
          cell.content.limited(to: Self.cell), terms: cell.terms.map { $0.limited(to: Self.title) })
      }
    }
    table.rows = table.rows.map(limited)
    table.total = table.total.map(limited)
    return table
  }
}

extension String {
  /// The text in at most so many UTF-16 units, saying how much was cut off.
  fileprivate func limited(to limit: Int) -> String {
    let count = utf16.count
    guard count > limit else { return self }
    return "\(shortened(to: limit)) (\(Numbers.text(count - limit)) more characters)"
  }
}

extension [Inline] {
  /// The content up to so many UTF-16 units, saying how much was cut off.
  fileprivate func limited(to limit: Int) -> [Inline] {
    // Most are far shorter: no text is counted twice for them.
    let count = plainText.utf16.count
    guard count > limit else { return self }
    var left = limit
    return cut(&left) + [.text(" (\(Numbers.text(count - limit)) more characters)")]
  }

  private func cut(_ left: inout Int) -> [Inline] {
    var result: [Inline] = []
    for inline in self where left > 0 {
      switch inline {
      case .text(let text): result.append(.text(text.cut(&left)))
      case .code(let text): result.append(.code(text.cut(&left)))
      case .lozenge(let text, let tone): result.append(.lozenge(text.cut(&left), tone))
      case .emphasis(let inner): result.append(.emphasis(inner.cut(&left)))
      case .strong(let inner): result.append(.strong(inner.cut(&left)))
      case .struck(let inner): result.append(.struck(inner.cut(&left)))
      case .link(let target, let inner): result.append(.link(target, inner.cut(&left)))
      case .lineBreak: result.append(.lineBreak)
      }
    }
    return result
  }
}

extension String {
  fileprivate func cut(_ left: inout Int) -> String {
    let text = shortened(to: left)
    left -= utf16.count
    return text
  }
}
