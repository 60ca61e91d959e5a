/// A part of a page: paragraphs, tables, figures and what else stands below each other.
indirect enum Block: Hashable, Sendable {
  case heading(Heading)
  case paragraph([Inline])
  case list(ListKind, [[Block]])
  case quote([Block])
  case code(String, language: String?)
  case rule
  case table(Table)
  case figure(FigureBlock)
  case callout(Tone, title: String?, [Block])
  case expandable(title: String, [Block])
  /// The list of the page's headings.
  case contents
  /// Facts that a report of Confluence can gather from many pages.
  case properties([Property])
  /// Confluence gathers the properties of all pages with a label here; elsewhere nothing stands.
  case report(label: String, headings: [String])
  /// What other pages may show of this one.
  case excerpt([Block])
  /// Blocks that stand beside each other where there is room, each as wide as the others.
  case gallery([Block])
  /// Two or three columns of blocks.
  case columns([[Block]])

  enum ListKind: Hashable, Sendable {
    case bullets
    case numbers(start: Int)
  }

  struct Property: Hashable, Sendable {
    var name: String
    var value: [Inline]
  }
}

/// A heading of a page.
struct Heading: Hashable, Sendable {
  /// Level 1 is the title's, which the page itself holds.
  var level: Int
  var content: [Inline]
  /// The name by which links find it, unique in the page once that is complete.
  var anchor = ""
  /// Whether the page has links to it.
  var isLinked = false
}

/// A table with a heading row.
struct Table: Hashable, Sendable {
  struct Column: Hashable, Sendable {
    var title: String
    var isNumeric = false
    /// Whether readers of the HTML page can choose rows by this column's terms.
    var isFilter = false

    init(_ title: String, isNumeric: Bool = false, isFilter: Bool = false) {
      (self.title, self.isNumeric, self.isFilter) = (title, isNumeric, isFilter)
    }
  }

  struct Cell: Hashable, Sendable {
    var content: [Inline]
    /// What the cell stands for in a filter.
    var terms: [String]

    init(_ content: [Inline], terms: [String] = []) {
      (self.content, self.terms) = (content, terms)
    }

    init(_ text: String) { self.init([.text(text)]) }
  }

  var columns: [Column]
  var rows: [[Cell]]
  /// A last row that sums up the others, and stays below them when they are sorted.
  var total: [Cell]?
  /// Whether the first cell of a row is its heading.
  var hasRowHeadings = true
  /// What is counted when rows are chosen, such as `use cases`; `nil` if they cannot be.
  var filterNoun: String?
  /// What readers of the HTML page can see of chosen rows beside each other: a text for each row,
  /// in each line a name, a tab and a value.
  var facts: [String] = []

  /// The rows with the total.
  var allRows: [[Cell]] { rows + (total.map { [$0] } ?? []) }
}

/// A figure, its caption and the files that belong to it.
struct FigureBlock: Hashable, Sendable {
  var title: String
  var caption: String
  /// The drawing as a tree, for HTML.
  var drawing: Drawing
  /// Whether it has axes that readers of the HTML page can zoom into.
  var isZoomable: Bool
  /// The bytes of the drawing in a page.
  var weight: Int
  /// The attachments' names.
  var imageName: String
  var vectorName: String
  var tableName: String

  /// What stands for the picture where it cannot be seen: the caption without what nobody sees
  /// either; where that is less than a word or two, the title with it.
  var alternative: String {
    let texts = [caption, title].map(\.titleText).filter { !$0.isEmpty }
    if let first = texts.first, first.count >= 8 { return first }
    return (["Figure"] + texts.reversed()).joined(separator: " ")
  }
}
