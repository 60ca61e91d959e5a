/// The sections of a page in storage format: the introduction beside the list of headings, then
/// the rest in one column, and pictures two by two.
struct StorageLayout {
  let renderer: StorageRenderer
  /// What stands above the blocks.
  let intro: [Node]

  func sections(_ page: Page) -> [Node] {
    let isHeading: (Block) -> Bool = { if case .heading = $0 { true } else { false } }
    let blocks = page.blocks.filter { $0 != .contents }
    let end = blocks.firstIndex(where: isHeading) ?? blocks.count
    var start = intro + renderer.blocks(Array(blocks[..<end]))
    var rest = blocks[end...]
    var sections: [Node] = []
    if page.blocks.contains(.contents) {
      // The first chapter stands beside the list of headings.
      let next = rest.dropFirst().firstIndex(where: isHeading) ?? rest.endIndex
      if !rest[..<next].contains(where: \.wantsLayout) {
        start += renderer.blocks(Array(rest[..<next]))
        rest = rest[next...]
      }
      let contents = renderer.macro("toc", ["maxLevel": "3"])
      sections.append(section("two_right_sidebar", [start, [contents]]))
    } else if !start.isEmpty {
      sections.append(section("single", [start]))
    }
    return sections + self.sections(rest)
  }

  private func sections(_ blocks: ArraySlice<Block>) -> [Node] {
    var sections: [Node] = []
    var open: [Block] = []
    func close() {
      if !open.isEmpty { sections.append(section("single", [renderer.blocks(open)])) }
      open = []
    }
    for block in blocks {
      switch block {
      case .gallery(let items) where items.count > 1:
        close()
        let halves = [0, 1].map { half in
          items.enumerated().filter { $0.offset % 2 == half }.map(\.element)
        }
        sections.append(section("two_equal", halves.map(renderer.blocks)))
      case .columns(let columns) where (2...3).contains(columns.count):
        close()
        let type = columns.count == 2 ? "two_equal" : "three_equal"
        sections.append(section(type, columns.map(renderer.blocks)))
      default: open.append(block)
      }
    }
    close()
    return sections
  }

  private func section(_ type: String, _ cells: [[Node]]) -> Node {
    .make(
      "ac:layout-section",
      ["ac:type": type, "ac:breakout-mode": renderer.flavour == .cloud ? "wide" : nil],
      cells.map { .make("ac:layout-cell", [:], $0.isEmpty ? [.make("p")] : $0) })
  }
}

extension Block {
  /// Whether it needs room beside others.
  var wantsLayout: Bool {
    switch self {
    case .contents, .gallery, .columns: true
    default: false
    }
  }
}
