import Casework
import Foundation

/// Rows under headings: the one way in which the program prints a table.
struct Table {
  /// A column.
  struct Column {
    let title: String
    /// Numbers stand at the right edge.
    var isNumber = false
    /// Names that a user copies are never broken.
    var isUnbroken = false
    /// Whether cells may take several lines.
    fileprivate var isText: Bool { !isUnbroken && !isNumber }
  }

  /// The columns of a terminal that a cell of text is given at the least.
  private static let shortCell = 12

  let columns: [Column]
  var rows: [[String]] = []

  init(_ columns: [Column]) { self.columns = columns }

  /// Returns the table for a terminal of the width: the widest columns are wrapped at spaces until
  /// all fit, and where words are too long for that, within words.
  ///
  /// Cells come from anywhere, such as the notes of imported runs: what would steer the terminal is left
  /// out.
  func text(width: Int, heading: (String) -> String = { $0 }) -> String {
    var legible = Table(
      columns.map {
        Column(title: $0.title.legibleLines, isNumber: $0.isNumber, isUnbroken: $0.isUnbroken)
      })
    legible.rows = rows.map { $0.map(\.legibleLines) }
    return legible.lines(width: width, heading: heading)
  }

  private func lines(width: Int, heading: (String) -> String) -> String {
    let widths = fitted(to: width)
    let titles = columns.map(\.title)
    var lines = line(titles, widths).map(heading)
    lines.append(heading(widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")))
    for row in rows { lines += line(row, widths) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func fitted(to width: Int) -> [Int] {
    let all = [columns.map(\.title)] + rows
    var widths = columns.indices.map { column in all.map { $0[column].columns }.max() ?? 0 }
    func excess() -> Int { widths.reduce(0, +) + 2 * (widths.count - 1) - width }
    guard excess() > 0 else { return widths }
    let least = columns.indices.map { column in
      columns[column].isText ? all.map { longestWord($0[column]) }.max() ?? 0 : widths[column]
    }
    // A path of sixty letters is cut; a column of short words is not.
    let cut = zip(columns, least).map { $0.isText ? min($1, Self.shortCell) : $1 }
    for least in [least, cut] {
      while excess() > 0 {
        let shrinkable = widths.indices.filter { widths[$0] > least[$0] }
        guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
        widths[widest] -= 1
      }
    }
    return widths
  }

  private func longestWord(_ text: String) -> Int {
    text.pieces.map { $0.text.columns }.max() ?? 0
  }

  private func line(_ cells: [String], _ widths: [Int]) -> [String] {
    let wrapped = zip(cells, widths).map { cell, width in
      let size = cell.columns
      guard size > width || cell.utf8.contains(UInt8(ascii: "\n")) else { return [(cell, size)] }
      return cell.wrapped(at: width).flatMap { $0.cut(to: width) }.map { ($0, $0.columns) }
    }
    return (0..<(wrapped.map(\.count).max() ?? 1)).map { index in
      // As bytes: a list of runs is mostly this.
      var line: [UInt8] = []
      for (column, pieces) in wrapped.enumerated() {
        let (text, size) = index < pieces.count ? pieces[index] : ("", 0)
        let space = repeatElement(UInt8(ascii: " "), count: max(widths[column] - size, 0))
        if column > 0 { line += "  ".utf8 }
        if columns[column].isNumber { line += space }
        line += text.utf8
        if !columns[column].isNumber { line += space }
      }
      while line.last == UInt8(ascii: " ") { line.removeLast() }
      return String(decoding: line, as: UTF8.self)
    }
  }

  /// Returns the table as comma-separated values (RFC 4180, with line feeds).
  var csv: String {
    ([columns.map(\.title)] + rows).map { row in
      row.map(\.asCSVField).joined(separator: ",") + "\n"
    }.joined()
  }

  /// Returns the table in GitHub's Markdown.
  var markdown: String {
    let rule = columns.map { $0.isNumber ? "---:" : "---" }
    func cells(_ row: [String]) -> [String] { row.map(\.asMarkdownCell) }
    return ([cells(columns.map(\.title)), rule] + rows.map(cells))
      .map { "| \($0.joined(separator: " | ")) |\n" }.joined()
  }
}

extension Table {
  /// Returns the table for LaTeX, with the rules of booktabs.
  var latex: String {
    func line(_ cells: [String]) -> String {
      "  " + cells.map(\.asLaTeX).joined(separator: " & ") + " \\\\\n"
    }
    let kinds = columns.map { $0.isNumber ? "r" : "l" }.joined()
    return "% \\usepackage{amssymb,booktabs}\n\\begin{tabular}{\(kinds)}\n  \\toprule\n"
      + line(columns.map(\.title)) + "  \\midrule\n" + rows.map(line).joined()
      + "  \\bottomrule\n\\end{tabular}\n"
  }
}

extension String {
  /// The text with what LaTeX would take for commands written out.
  fileprivate var asLaTeX: String {
    let written: [Character: String] = [
      "\\": "\\textbackslash{}", "&": "\\&", "%": "\\%", "$": "\\$", "#": "\\#", "_": "\\_",
      "{": "\\{", "}": "\\}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
      "±": "$\\pm$", "▲": "$\\blacktriangle$", "●": "$\\bullet$", "≥": "$\\geq$", "≤": "$\\leq$",
      "−": "$-$", "\n": " ",
    ]
    return map { written[$0] ?? String($0) }.joined()
  }

  /// The text in lines of at most `width` columns, broken at spaces and after hyphens; a longer
  /// piece stays whole.
  func wrapped(at width: Int) -> [String] {
    if columns <= width, !utf8.contains(UInt8(ascii: "\n")) { return [self] }
    return split(separator: "\n", omittingEmptySubsequences: false).flatMap {
      paragraph -> [String] in
      var lines: [String] = []
      var line = ""
      for piece in String(paragraph).pieces {
        let space = piece.followsSpace && !line.isEmpty ? " " : ""
        if !line.isEmpty, line.columns + space.count + piece.text.columns > width {
          lines.append(line)
          line = piece.text
        } else {
          line += space + piece.text
        }
      }
      return lines + [line]
    }
  }

  /// The text in pieces of at most `width` columns.
  fileprivate func cut(to width: Int) -> [String] {
    guard columns > max(width, 1) else { return [self] }
    var (pieces, filled) = ([""], 0)
    for character in self {
      let own = String(character).columns
      if filled > 0, filled + own > width {
        pieces.append("")
        filled = 0
      }
      pieces[pieces.count - 1].append(character)
      filled += own
    }
    return pieces
  }

  /// What a line may be broken between: words, and the parts of a word with hyphens in it.
  fileprivate var pieces: [(text: String, followsSpace: Bool)] {
    split(separator: " ").flatMap { word -> [(text: String, followsSpace: Bool)] in
      // Options, numbers, dates and addresses are one piece.
      let isBreakable = word.allSatisfy { $0.isLetter || "-,.;:()".contains($0) }
      guard isBreakable, word.first?.isLetter == true else { return [(String(word), true)] }
      let parts = word.split(separator: "-", omittingEmptySubsequences: false)
      return parts.enumerated().map { index, part in
        (part + (index < parts.count - 1 ? "-" : ""), index == 0)
      }
    }
  }

  fileprivate var asCSVField: String {
    contains { $0 == "," || $0 == "\"" || $0.isNewline }
      ? "\"\(replacingOccurrences(of: "\"", with: "\"\""))\"" : self
  }

  fileprivate var asMarkdownCell: String {
    map { "\\|*`[~".contains($0) ? "\\\($0)" : $0 == "<" ? "&lt;" : String($0) }.joined()
      .split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
