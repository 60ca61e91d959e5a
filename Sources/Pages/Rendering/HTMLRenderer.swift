import Foundation

/// Turns a page into an HTML document that needs nothing but the files beside it.
struct HTMLRenderer {
  let directory: Directory
  /// What the site is called.
  let siteName: String

  /// The bytes that a page has at most, as far as its drawings decide: with the style sheets and the
  /// script, which are 40 kB, it stays below 200 kB.
  static let mostBytes = 150_000

  /// Writes a page, with as many of its drawings in it as its weight allows.
  ///
  /// - Throws: ``PagesError``.
  func html(_ page: Page) throws -> Data {
    let inlined = Self.inlined(page.blocks, within: Self.mostBytes)
    let data = try MarkupWriter.html(render(page, inlined: inlined))
    guard data.count > Self.mostBytes, !inlined.isEmpty else { return data }
    // What the page weighs without drawings is known now.
    let drawings = page.blocks.flatMap(\.figures).filter { inlined.contains($0.vectorName) }
    let left = Self.mostBytes - data.count + drawings.map(\.weight).reduce(0, +)
    return try MarkupWriter.html(
      render(page, inlined: Self.inlined(page.blocks, within: left)))
  }

  private func render(_ page: Page, inlined: Set<String>) -> Element {
    let place = directory[page.id]
    let context = HTMLContext(
      directory: directory, root: place.map { $0.file.contains("/") ? "../" : "" } ?? "",
      folder: place?.folder ?? "", inlined: inlined)
    return Element(
      "html", ["lang": "en", "data-root": context.root],
      [head(page, context), body(page, context)])
  }

  private func head(_ page: Page, _ context: HTMLContext) -> Node {
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

  private func body(_ page: Page, _ context: HTMLContext) -> Node {
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
  private func trail(_ page: Page, _ context: HTMLContext) -> Node {
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
      guard case .heading(let heading) = block, heading.level == 2 else { return nil }
      return .make(
        "li", [:],
        [.make("a", ["href": "#\(heading.anchor)"], text: heading.content.plainText)])
    }
    return .make(
      "nav", ["class": "contents", "aria-label": "On this page"], [.make("ul", [:], items)])
  }

  /// The drawings that stand in the page itself, those first that can be zoomed there; the others are
  /// files beside it, so that no page is heavy.
  private static func inlined(_ blocks: [Block], within most: Int) -> Set<String> {
    var (names, left): (Set<String>, Int) = ([], most)
    let figures = blocks.flatMap(\.figures)
    for figure in figures.filter(\.isZoomable) + figures.filter({ !$0.isZoomable })
    where figure.weight <= min(left, figure.isZoomable ? left : 45_000) {
      left -= figure.weight
      names.insert(figure.vectorName)
    }
    return names
  }
}

extension Block {
  /// The figures in it.
  fileprivate var figures: [FigureBlock] {
    switch self {
    case .figure(let figure): [figure]
    case .gallery(let inner), .expandable(_, let inner), .callout(_, _, let inner),
      .quote(let inner), .excerpt(let inner):
      inner.flatMap(\.figures)
    case .columns(let columns): columns.flatMap { $0.flatMap(\.figures) }
    case .list(_, let items): items.flatMap { $0.flatMap(\.figures) }
    case .heading, .paragraph, .code, .rule, .table, .contents, .properties, .report: []
    }
  }
}
