import Foundation

/// Turns a page into an HTML document that needs nothing but the files beside it.
struct HTMLRenderer {
  let directory: Directory
  /// What the site is called.
  let siteName: String

  func render(_ page: Page) -> Element {
    let place = directory[page.id]
    let context = Context(
      directory: directory, root: place.map { $0.file.contains("/") ? "../" : "" } ?? "",
      folder: place?.folder ?? "")
    return Element(
      "html", ["lang": "en"],
      [head(page, context), body(page, context)])
  }

  private func head(_ page: Page, _ context: Context) -> Node {
    let title = page.id == .index ? siteName : "\(page.title) · \(siteName)"
    return .make(
      "head", [:],
      [
        .make("meta", ["charset": "utf-8"]),
        .make("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        .make("meta", ["name": "color-scheme", "content": "light dark"]),
        .make("title", text: title.singleLine),
        .make("link", ["rel": "icon", "href": "data:,"]),
        .make("link", ["rel": "stylesheet", "href": "\(context.root)assets/site.css"]),
        .make("link", ["rel": "stylesheet", "href": "\(context.root)assets/figures.css"]),
        .make("script", ["src": "\(context.root)assets/site.js", "defer": "defer"]),
      ])
  }

  private func body(_ page: Page, _ context: Context) -> Node {
    var article: [Node] = [.make("h1", ["dir": "auto"], text: page.title)]
    if !page.badges.isEmpty {
      article.append(.make("p", ["class": "badges"], context.inlines(page.badges)))
    }
    if !page.lead.isEmpty {
      article.append(.make("p", ["class": "lead", "dir": "auto"], context.inlines(page.lead)))
    }
    article += context.blocks(page.blocks.filter { $0 != .contents })
    var main: [Node] = []
    if page.blocks.contains(.contents) { main.append(contents(page.blocks)) }
    main.append(.make("article", [:], article))
    return .make(
      "body", ["class": page.id.kind.rawValue],
      [
        .make("a", ["class": "skip", "href": "#main"], text: "Skip to the content"),
        .make("header", [:], [trail(page, context)]),
        .make("main", ["id": "main"], main),
        .make(
          "footer", [:],
          [
            .make(
              "p", [:],
              text: "\(siteName). Every number links to the run that it comes from.")
          ]),
      ])
  }

  /// The way from the first page to this one.
  private func trail(_ page: Page, _ context: Context) -> Node {
    var steps: [Node] = []
    var next = page.parent
    while let id = next, let place = directory[id] {
      let parent: PageID? = id == .index ? nil : .index
      let title = id == .index ? siteName : place.title
      steps.insert(
        .make("li", [:], [.make("a", ["href": context.root + place.file], text: title)]), at: 0)
      next = parent
    }
    let current = page.id == .index ? siteName : page.title
    steps.append(.make("li", ["aria-current": "page"], text: current))
    return .make("nav", ["aria-label": "Breadcrumb"], [.make("ol", [:], steps)])
  }

  private func contents(_ blocks: [Block]) -> Node {
    let items = blocks.compactMap { block -> Node? in
      guard case .heading(2, let content, _) = block else { return nil }
      return .make(
        "li", [:],
        [
          .make(
            "a", ["href": "#\(Context.identifier(block) ?? "")"],
            text: content.plainText)
        ])
    }
    return .make(
      "nav", ["class": "contents", "aria-label": "On this page"], [.make("ul", [:], items)])
  }
}

extension HTMLRenderer {
  /// What the blocks of one page need to know.
  struct Context {
    let directory: Directory
    /// The way up to the site's first folder.
    let root: String
    /// The folder of the page's files below `files`.
    let folder: String

    func blocks(_ blocks: [Block]) -> [Node] { blocks.flatMap(nodes) }

    func inlines(_ content: [Inline]) -> [Node] { content.flatMap(node) }

    /// The identifier of a heading.
    static func identifier(_ block: Block) -> String? {
      guard case .heading(_, let content, let anchor) = block else { return nil }
      return anchor.isEmpty ? content.plainText.slugged(fallback: "section") : anchor
    }

    /// The address of a file of the page.
    func file(_ name: String) -> String {
      let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
      let escaped = name.addingPercentEncoding(withAllowedCharacters: allowed) ?? name
      return "\(root)files/\(folder)/\(escaped)"
    }

    private func nodes(_ block: Block) -> [Node] {
      switch block {
      case .heading(let level, let content, _):
        [
          .make(
            "h\(level)", ["id": Self.identifier(block), "dir": "auto"], inlines(content))
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
      case .gallery(let content): [.make("div", ["class": "gallery"], blocks(content))]
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
        "figure", [:],
        [
          .make("div", ["class": "canvas", "tabindex": "0"], [.element(figure.drawing.inline)]),
          .make("figcaption", ["dir": "auto"], caption),
        ])
    }

    private func table(_ table: Table) -> Node {
      let heading = table.columns.map { column -> Node in
        .make(
          "th",
          [
            "scope": "col", "class": column.isNumeric ? "number" : nil,
            "data-filter": column.isFilter ? column.title : nil,
          ], text: column.title)
      }
      let rows = table.rows.map { row -> Node in
        .make(
          "tr", [:],
          zip(row, table.columns).enumerated().map { index, pair in
            cell(pair.0, pair.1, isHeading: index == 0 && table.hasRowHeadings)
          })
      }
      let element = Node.make(
        "table", ["data-choose": table.filterNoun],
        [.make("thead", [:], [.make("tr", [:], heading)]), .make("tbody", [:], rows)])
      return .make("div", ["class": "wide", "tabindex": "0"], [element])
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
}
