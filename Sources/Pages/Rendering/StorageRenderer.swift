/// Turns the blocks of a page into Confluence's storage format.
struct StorageRenderer {
  let directory: Directory
  var flavour = StorageFlavour.dataCenter

  func render(_ page: Page) -> [Node] {
    var intro: [Node] = []
    if !page.badges.isEmpty { intro.append(.make("p", [:], inlines(page.badges))) }
    if !page.lead.isEmpty { intro.append(.make("p", [:], inlines(page.lead))) }
    guard page.blocks.contains(where: \.wantsLayout) else { return intro + blocks(page.blocks) }
    return [.make("ac:layout", [:], StorageLayout(renderer: self, intro: intro).sections(page))]
  }

  func blocks(_ blocks: [Block]) -> [Node] { blocks.flatMap(nodes) }

  private func nodes(_ block: Block) -> [Node] {
    switch block {
    case .heading(let heading):
      [
        .make(
          "h\(heading.level)", [:],
          (heading.isLinked ? [macro("anchor", ["": heading.anchor])] : [])
            + inlines(heading.content))
      ]
    case .paragraph(let content): [.make("p", [:], inlines(content))]
    case .list(let kind, let items): [list(kind, items)]
    case .quote(let content): [.make("blockquote", [:], blocks(content))]
    case .code(let text, let language):
      [
        macro(
          "code", ["language": language.flatMap { flavour.codeLanguage($0) }],
          body: .make("ac:plain-text-body", [:], [.verbatim(text)]))
      ]
    case .rule: [.make("hr")]
    case .table(let table): [self.table(table)]
    case .figure(let figure): self.figure(figure)
    case .callout(let tone, let title, let content):
      [
        macro(
          tone.panel, ["title": title],
          body: .make("ac:rich-text-body", [:], blocks(content)))
      ]
    case .expandable(let title, let content):
      [
        macro(
          "expand", ["title": title], body: .make("ac:rich-text-body", [:], blocks(content)))
      ]
    case .contents: [macro("toc", ["maxLevel": "3"])]
    case .properties(let properties): [self.properties(properties)]
    case .report(let label, let headings):
      [
        .make("h2", text: "Report of the pages' properties"),
        macro(
          "detailssummary",
          [
            "cql": "label = \"\(label)\" and space = currentSpace()",
            "headings": headings.joined(separator: ","),
          ]),
      ]
    case .excerpt(let content):
      [
        macro(
          "excerpt", ["atlassian-macro-output-type": flavour == .cloud ? nil : "BLOCK"],
          body: .make("ac:rich-text-body", [:], blocks(content)))
      ]
    case .gallery(let content): blocks(content)
    case .columns(let columns): columns.flatMap { blocks($0) }
    }
  }

  private func list(_ kind: Block.ListKind, _ items: [[Block]]) -> Node {
    let name = if case .numbers = kind { "ol" } else { "ul" }
    return .make(
      name, [:],
      items.map { item in
        // An item of one paragraph is written without it, as editors do.
        if item.count == 1, case .paragraph(let content) = item[0] {
          return .make("li", [:], inlines(content))
        }
        return .make("li", [:], blocks(item))
      })
  }

  private func table(_ table: Table) -> Node {
    let heading = Node.make(
      "tr", [:],
      table.columns.map { cell("th", [.text($0.title)], isNumeric: $0.isNumeric) })
    let rows = table.allRows.map { row -> Node in
      .make(
        "tr", [:],
        zip(row, table.columns).enumerated().map { index, pair in
          cell(
            index == 0 && table.hasRowHeadings ? "th" : "td", pair.0.content,
            isNumeric: pair.1.isNumeric)
        })
    }
    return self.table([heading] + rows)
  }

  private func table(_ rows: [Node]) -> Node {
    let attributes: KeyValuePairs<String, String?> =
      switch flavour {
      case .cloud: ["data-layout": "default"]
      case .dataCenter: ["class": "wrapped"]
      }
    return .make("table", attributes, [.make("tbody", [:], rows)])
  }

  private func cell(_ name: String, _ content: [Inline], isNumeric: Bool) -> Node {
    .make(
      name, [:],
      [.make("p", ["style": isNumeric ? "text-align: right;" : nil], inlines(content))])
  }

  private func properties(_ properties: [Block.Property]) -> Node {
    let rows = properties.map { property -> Node in
      .make(
        "tr", [:],
        [
          cell("th", [.text(property.name)], isNumeric: false),
          cell("td", property.value, isNumeric: false),
        ])
    }
    return macro("details", [:], body: .make("ac:rich-text-body", [:], [table(rows)]))
  }

  private func figure(_ figure: FigureBlock) -> [Node] {
    let (width, height) = (figure.drawing.width.rounded(), figure.drawing.height.rounded())
    let isCloud = flavour == .cloud
    let image = Node.make(
      "ac:image",
      [
        "ac:alt": figure.alternative, "ac:width": Numbers.coordinate(width),
        "ac:layout": isCloud ? "align-start" : nil, "ac:custom-width": isCloud ? "true" : nil,
        // The picture itself is drawn at twice the size.
        "ac:original-width": isCloud ? Numbers.coordinate(2 * width) : nil,
        "ac:original-height": isCloud ? Numbers.coordinate(2 * height) : nil,
      ],
      [.make("ri:attachment", ["ri:filename": figure.imageName])])
    let caption: [Inline] = [
      .strong([.text(figure.title)]), .text(" \(figure.caption) "),
      .link(.attachment(figure.tableName), [.text("Data (CSV)")]),
    ]
    return [isCloud ? image : .make("p", [:], [image]), .make("p", [:], inlines(caption))]
  }

  private func inlines(_ content: [Inline]) -> [Node] { content.flatMap(node) }

  private func node(_ inline: Inline) -> [Node] {
    switch inline {
    case .text(let text): [.text(text)]
    case .emphasis(let inner): [.make("em", [:], inlines(inner))]
    case .strong(let inner): [.make("strong", [:], inlines(inner))]
    case .struck(let inner):
      [.make("span", ["style": "text-decoration: line-through;"], inlines(inner))]
    case .code(let text): [.make("code", [:], text: text)]
    case .lineBreak: [.make("br")]
    case .lozenge(let text, let tone):
      [macro("status", ["title": text.titleText.isEmpty ? "–" : text, "colour": tone.colour])]
    case .link(let target, let inner): link(target, inner)
    }
  }

  private func link(_ target: Target, _ inner: [Inline]) -> [Node] {
    // Within a link only plain marks may stand.
    let body = Node.make("ac:link-body", [:], inlines(inner.withoutLozenges))
    switch target {
    case .page(let id, let anchor):
      guard let place = directory[id] else { return inlines(inner) }
      let page = Node.make("ri:page", ["ri:content-title": place.title])
      return [.make("ac:link", ["ac:anchor": anchor], [page, body])]
    case .anchor(let anchor): return [.make("ac:link", ["ac:anchor": anchor], [body])]
    case .attachment(let name):
      return [.make("ac:link", [:], [.make("ri:attachment", ["ri:filename": name]), body])]
    case .address(let address):
      guard let address = safeAddress(address) else { return inlines(inner) }
      return [.make("a", ["href": address], inlines(inner.withoutLozenges))]
    }
  }

  /// A macro; what a parameter would say with nothing but blanks is left out.
  func macro(
    _ name: String, _ parameters: KeyValuePairs<String, String?>, body: Node? = nil
  ) -> Node {
    let given = parameters.compactMap { name, value -> Node? in
      guard let text = value?.singleLine, !text.isEmpty else { return nil }
      return .make("ac:parameter", ["ac:name": name], text: text)
    }
    return .make("ac:structured-macro", ["ac:name": name], given + (body.map { [$0] } ?? []))
  }
}

extension Tone {
  fileprivate var panel: String {
    switch self {
    case .neutral, .note: "info"
    case .good: "tip"
    case .caution: "note"
    case .bad: "warning"
    }
  }

  fileprivate var colour: String {
    switch self {
    case .neutral: "Grey"
    case .good: "Green"
    case .bad: "Red"
    case .caution: "Yellow"
    case .note: "Blue"
    }
  }
}

extension [Inline] {
  /// The same text with lozenges as words and links as their text, for the inside of a link.
  var withoutLozenges: [Inline] {
    flatMap { inline -> [Inline] in
      switch inline {
      case .lozenge(let text, _): [.text(text)]
      case .link(_, let inner): inner.withoutLozenges
      case .emphasis(let inner): [.emphasis(inner.withoutLozenges)]
      case .strong(let inner): [.strong(inner.withoutLozenges)]
      case .struck(let inner): inner.withoutLozenges
      case .text, .code, .lineBreak: [inline]
      }
    }
  }
}

/// An address that a page may link to, or `nil`: the web and mail, never a script or a local file.
func safeAddress(_ address: String) -> String? {
  let address = address.unseenEncoded.singleLine.replacing(" ", with: "%20")
  // Longer ones are refused by browsers and servers.
  guard address.utf8.count <= 2000 else { return nil }
  let lower = address.lowercased()
  return ["https://", "http://", "mailto:"].contains { lower.hasPrefix($0) } ? address : nil
}
