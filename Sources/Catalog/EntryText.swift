import Foundation

/// A file of the catalogue, cut into its front matter and its prose.
struct EntryText {
  /// The most that a file may hold, in bytes.
  static let largestFile = 1 << 20

  /// The YAML between the two `---`; its first line is line 2 of the file.
  let frontMatter: String
  let body: String
  /// The line of the file on which the body starts, from 1.
  let bodyLine: Int

  /// Cuts a file, or notes why that cannot be done.
  init?(_ data: Data, faults: FaultList) {
    guard data.count <= Self.largestFile else {
      faults.add(1, "the file has more than \(Self.largestFile) bytes; shorten the entry.")
      return nil
    }
    var lines: [String] = []
    // An array is several times as quick to look through as `Data` is.
    let rawLines = Array(data).split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, raw) in rawLines.enumerated() {
      guard let line = Self.decode(raw, line: index + 1, faults: faults) else { return nil }
      lines.append(line)
    }
    guard lines.first == "---" else {
      faults.add(1, "the file does not start with a line '---', which opens the front matter.")
      return nil
    }
    guard let end = lines.dropFirst().firstIndex(of: "---") else {
      faults.add(
        lines.count, "the front matter has no end: put a line '---' between it and the prose.")
      return nil
    }
    frontMatter = lines[1..<end].map { $0 + "\n" }.joined()
    guard Self.isPlain(lines[1..<end], faults: faults) else { return nil }
    let prose = lines[(end + 1)...]
    let start = prose.firstIndex { !$0.isEmpty } ?? prose.startIndex
    body = lines[start...].joined(separator: "\n")
    bodyLine = start + 1
  }

  /// Reads a line as text that XML can hold.
  private static func decode(_ raw: ArraySlice<UInt8>, line: Int, faults: FaultList) -> String? {
    // Printable ASCII, as nearly every line is, needs no closer look.
    if raw.allSatisfy({ (32..<127).contains($0) }) { return String(decoding: raw, as: UTF8.self) }
    guard let text = String(validating: raw, as: UTF8.self) else {
      faults.add(line, "the line is not UTF-8; save the file as UTF-8.")
      return nil
    }
    if text.unicodeScalars.contains("\r") {
      faults.add(line, "the line ends in a carriage return; save the file with Unix line ends.")
      return nil
    }
    if let scalar = text.unicodeScalars.first(where: { !Markdown.isLegal($0) }) {
      let code = String(scalar.value, radix: 16, uppercase: true)
      faults.add(line, "the line holds the character U+\(code), which no page can show; remove it.")
      return nil
    }
    return text
  }

  /// Refuses what YAML permits and an entry does not need: tabs, anchors, aliases and tags.
  ///
  /// Aliases could make a short file enormous; that is why this looks at the text, before any YAML
  /// is composed.
  private static func isPlain(_ lines: ArraySlice<String>, faults: FaultList) -> Bool {
    var isPlain = true
    for (index, line) in zip(lines.indices, lines) {
      if line.utf8.contains(UInt8(ascii: "\t")) {
        faults.add(index + 1, "the front matter holds a tab; indent and separate with spaces.")
        isPlain = false
      }
      if let sign = specialSign(in: line) {
        faults.add(
          index + 1,
          "'\(sign)' before a word is a YAML anchor, alias or tag, and front matter has none; "
            + "put a space after the '\(sign)' or write it otherwise.")
        isPlain = false
      }
    }
    return isPlain
  }

  private static func specialSign(in line: String) -> Unicode.Scalar? {
    guard line.utf8.contains(where: { $0 == 38 || $0 == 42 || $0 == 33 }) else { return nil }
    let scalars = Array(line.unicodeScalars)
    var (index, quote) = (0, Unicode.Scalar?.none)
    while index < scalars.count {
      let scalar = scalars[index]
      let startsToken =
        index == 0 || scalars[index - 1].properties.isWhitespace
        || "[{,:\u{FEFF}".unicodeScalars.contains(scalars[index - 1])
      let next = index + 1 < scalars.count ? scalars[index + 1] : " "
      if let open = quote {
        // In "…" a backslash takes the next sign's meaning, in '…' a quote that of the next quote.
        let isEscape = open == "\"" ? scalar == "\\" : scalar == "'" && next == "'"
        if isEscape { index += 1 } else if scalar == open { quote = nil }
      } else if startsToken, scalar == "\"" || scalar == "'" {
        quote = scalar
      } else if startsToken, "&*!".unicodeScalars.contains(scalar), !next.properties.isWhitespace {
        return scalar
      }
      index += 1
    }
    return nil
  }
}
