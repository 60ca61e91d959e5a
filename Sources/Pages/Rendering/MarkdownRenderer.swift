/// Turns a page into Markdown for the wiki of a forge, as GitHub and GitLab read it.
struct MarkdownRenderer {
  let directory: Directory

  /// The file of a page, without its ending: how other pages link to it.
  static func name(_ id: PageID, in directory: Directory) -> String? {
    id == .index ? "Home" : directory[id]?.folder
  }

  func render(_ page: Page) -> String {
    let context = Context(directory: directory, folder: directory[page.id]?.folder ?? "")
    var parts = ["# \(context.text(page.title))"]
    if !page.badges.isEmpty { parts.append(context.line(page.badges)) }
    if !page.lead.isEmpty { parts.append(context.paragraph(page.lead)) }
    if let parent = page.parent, let name = Self.name(parent, in: directory) {
      let title = parent == .index ? "All use cases" : directory[parent]?.title ?? name
      parts.append("Up: [\(context.text(title))](\(name))")
    }
    return (parts + context.blocks(page.blocks)).joined(separator: "\n\n") + "\n"
  }

  /// The list of pages that stands beside each page: the first page, cases and comparisons.
  func sidebar(_ pages: [Page]) -> String {
    let context = Context(directory: directory, folder: "")
    let lines = pages.filter { $0.id.kind != .run }.compactMap { page in
      Self.name(page.id, in: directory).map { "- [\(context.text(page.title))](\($0))" }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension MarkdownRenderer {
  /// What the blocks of one page need to know.
  fileprivate struct Context {
    let directory: Directory
    /// The folder of the page's files below `files`.
    let folder: String

    func blocks(_ blocks: [Block]) -> [String] { blocks.flatMap(block) }

    private func block(_ block: Block) -> [String] {
      switch block {
      case .heading(let heading):
        (heading.isLinked ? ["<a id=\"\(heading.anchor)\"></a>"] : [])
          + ["\(String(repeating: "#", count: heading.level)) \(line(heading.content))"]
      case .paragraph(let content): [paragraph(content)]
      case .list(let kind, let items): [list(kind, items)]
      case .quote(let content): [quoted(blocks(content))]
      case .code(let text, let language): [code(text, language)]
      case .rule: ["---"]
      case .table(let table): [self.table(table)]
      case .figure(let figure): [self.figure(figure)]
      case .callout(_, let title, let content):
        [quoted((title.map { ["**\(text($0))**"] } ?? []) + blocks(content))]
      case .expandable(let title, let content):
        ["<details><summary>\(html(title))</summary>"] + blocks(content) + ["</details>"]
      case .properties(let properties):
        [
          rows(
            ["Property", "Value"],
            properties.map { [text($0.name), line($0.value)] }, isNumeric: [false, false])
        ]
      case .gallery(let content), .excerpt(let content): blocks(content)
      case .columns(let columns): columns.flatMap { blocks($0) }
      // Forges list the headings themselves, and gather no properties.
      case .contents, .report: []
      }
    }

    private func quoted(_ blocks: [String]) -> String {
      blocks.joined(separator: "\n\n").split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.isEmpty ? ">" : "> \($0)" }.joined(separator: "\n")
    }

    private func list(_ kind: Block.ListKind, _ items: [[Block]]) -> String {
      items.enumerated().map { index, item in
        let mark = if case .numbers(let start) = kind { "\(start + index). " } else { "- " }
        let indent = String(repeating: " ", count: mark.count)
        let lines = blocks(item).joined(separator: "\n\n")
          .split(separator: "\n", omittingEmptySubsequences: false)
        return lines.enumerated().map { number, line in
          number == 0 ? mark + line : line.isEmpty ? "" : indent + line
        }.joined(separator: "\n")
      }.joined(separator: "\n")
    }

    private func code(_ text: String, _ language: String?) -> String {
      let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: text) + 1))
      return "\(fence)\(language ?? "")\n\(text.cleaned)\n\(fence)"
    }

    private func figure(_ figure: FigureBlock) -> String {
      "![\(text(figure.alternative))](\(file(figure.imageName)))\n\n"
        + "**\(text(figure.title))** \(text(figure.caption)) "
        + "[Data (CSV)](\(file(figure.tableName)))"
    }

    private func table(_ table: Table) -> String {
      rows(
        table.columns.map { text($0.title) },
        table.allRows.map { row in
          row.enumerated().map { index, cell in
            let content = line(cell.content)
            return index == 0 && table.hasRowHeadings && !content.isEmpty
              ? line([.strong(cell.content)]) : content
          }
        }, isNumeric: table.columns.map(\.isNumeric))
    }

    private func rows(_ heading: [String], _ rows: [[String]], isNumeric: [Bool]) -> String {
      let rule = isNumeric.map { $0 ? "---:" : "---" }
      return ([heading, rule] + rows).map { "| \($0.joined(separator: " | ")) |" }
        .joined(separator: "\n")
    }

    /// A paragraph, whose first characters must not begin anything else.
    func paragraph(_ content: [Inline]) -> String {
      let text = line(content)
      let digits = text.prefix { $0.isASCII && $0.isNumber }
      guard let next = text.dropFirst(digits.count).first else { return text }
      if !digits.isEmpty, next == "." || next == ")" {
        return digits + "\\" + text.dropFirst(digits.count)
      }
      return digits.isEmpty && "-+=:".contains(next) ? "\\" + text : text
    }

    /// Text in one line, as headings and cells of tables need it.
    func line(_ content: [Inline]) -> String { content.map(inline).joined() }

    private func inline(_ inline: Inline) -> String {
      switch inline {
      case .text(let text): self.text(text)
      case .emphasis(let inner): marked("*", inner)
      case .strong(let inner): marked("**", inner)
      case .struck(let inner): marked("~~", inner)
      case .code(let text): code(text)
      case .lineBreak: "<br>"
      case .lozenge(let text, _): marked("**", [.text(text)])
      case .link(let target, let inner): link(target, inner)
      }
    }

    /// Marks hold only where they touch what they mark.
    private func marked(_ mark: String, _ content: [Inline]) -> String {
      let text = line(content)
      let inner = text.drop { $0 == " " }
      guard let last = inner.lastIndex(where: { $0 != " " }) else { return text }
      let lead = text.prefix(text.count - inner.count)
      return "\(lead)\(mark)\(inner[...last])\(mark)\(inner[inner.index(after: last)...])"
    }

    private func link(_ target: Target, _ inner: [Inline]) -> String {
      let address: String? =
        switch target {
        case .page(let id, let anchor):
          MarkdownRenderer.name(id, in: directory).map { $0 + (anchor.map { "#\($0)" } ?? "") }
        case .anchor(let anchor): "#\(anchor)"
        case .attachment(let name): file(name)
        case .address(let text): safeAddress(text).map(destination)
        }
      let text = line(inner.withoutLozenges)
      return address.map { "[\(text)](\($0))" } ?? text
    }

    /// An address that no bracket ends.
    private func destination(_ address: String) -> String {
      var result = ""
      for scalar in address.unicodeScalars {
        switch scalar {
        case "(", ")", "<", ">", "\\", "|", "\"", "`":
          result += "%" + String(scalar.value, radix: 16, uppercase: true)
        default: result.unicodeScalars.append(scalar)
        }
      }
      return result
    }

    private func file(_ name: String) -> String { "files/\(folder)/\(name.pathEncoded)" }

    private func code(_ text: String) -> String {
      let text = text.singleLine
      guard !text.isEmpty else { return "" }
      let fence = String(repeating: "`", count: longestRun(of: "`", in: text) + 1)
      let pad = text.hasPrefix("`") || text.hasSuffix("`") ? " " : ""
      // In a table's cell a bar ends the cell even within code.
      return "\(fence)\(pad)\(text.replacing("|", with: "\\|"))\(pad)\(fence)"
    }

    private func longestRun(of character: Character, in text: String) -> Int {
      var (longest, current) = (0, 0)
      for next in text {
        current = next == character ? current + 1 : 0
        longest = max(longest, current)
      }
      return longest
    }

    /// Text without any meaning of its own.
    func text(_ text: String) -> String {
      var result = ""
      for character in text.cleaned.replacing("\n", with: " ") {
        if "\\`*_[]<>&|~$#@".contains(character) { result.append("\\") }
        result.append(character)
      }
      return result
    }

    private func html(_ text: String) -> String {
      text.singleLine.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        .replacing(">", with: "&gt;")
    }
  }
}

extension String {
  /// The text as one step of a path in an address.
  var pathEncoded: String {
    utf8.map { byte in
      let scalar = UnicodeScalar(byte)
      let isPlain = byte < 128 && (scalar.properties.isAlphabetic || (48...57).contains(byte))
      guard !isPlain, !"-._~".unicodeScalars.contains(scalar) else { return String(scalar) }
      return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}
