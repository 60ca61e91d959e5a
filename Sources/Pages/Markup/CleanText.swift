extension String {
  /// The text as XML can hold it and as a reader can trust it: line ends are line feeds, as a
  /// parser would make them; what XML 1.0 forbids or discourages (section 2.2) becomes U+FFFD; and
  /// what turns the direction of writing is closed where its line ends, so that it turns nothing
  /// else (Unicode, UAX 9).
  var cleaned: String {
    if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A || $0 == 0x09 }) { return self }
    var result = String.UnicodeScalarView()
    var isAfterReturn = false
    var turns = DirectionTurns()
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x0D, 0x0A, 0x85:
        if scalar.value != 0x0A || !isAfterReturn {
          result.append(contentsOf: turns.closed())
          result.append("\n")
        }
      case _ where turns.passes(scalar): result.append(scalar)
      case _ where scalar.isUnwritable || turns.isClosing(scalar): result.append("\u{FFFD}")
      default: result.append(scalar)
      }
      isAfterReturn = scalar.value == 0x0D
    }
    result.append(contentsOf: turns.closed())
    return String(result)
  }

  /// The text in one line: cleaned, with every run of white space as one blank.
  ///
  /// Letters are taken apart for it: a mark that follows a blank belongs to no other letter then.
  var singleLine: String {
    if isPlainLine { return self }
    var result = String.UnicodeScalarView()
    for word in cleaned.unicodeScalars.split(whereSeparator: \.properties.isWhitespace) {
      if !result.isEmpty { result.append(" ") }
      result.append(contentsOf: word)
    }
    return String(result)
  }

  /// Whether it is words of ASCII with one blank between them.
  private var isPlainLine: Bool {
    var last: UInt8 = 0x20
    for byte in utf8 {
      guard byte > 0x20 && byte < 0x7F || byte == 0x20 && last != 0x20 else { return false }
      last = byte
    }
    return last != 0x20
  }

  /// The text as a title or a file's name: in one line, without what nobody sees but what joins
  /// letters.
  var titleText: String {
    var result = String.UnicodeScalarView()
    for scalar in singleLine.unicodeScalars where !scalar.isUnseen { result.append(scalar) }
    let text = String(result).singleLine
    return text.unicodeScalars.allSatisfy { $0 == "\u{200C}" || $0 == "\u{200D}" } ? "" : text
  }

  /// An address with what nobody sees written out: what closes a turn of direction would change it.
  var unseenEncoded: String {
    guard unicodeScalars.contains(where: \.isUnseen) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      if scalar.isUnseen {
        for byte in String(scalar).utf8 { text += "%" + String(byte, radix: 16, uppercase: true) }
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }

  /// What two titles may not share: letters whatever their case, however they are composed.
  var titleKey: String {
    var result = String.UnicodeScalarView()
    for scalar in caseKey.unicodeScalars
    where !scalar.isUnseen && scalar != "\u{200C}" && scalar != "\u{200D}" {
      result.append(scalar)
    }
    return String(result)
  }

  /// What of the text nobody sees although it changes what is seen, if there is anything.
  var unseenFault: String? {
    var turns = DirectionTurns()
    for scalar in unicodeScalars {
      if scalar == "\n" {
        guard turns.isEven else { return "a turn of direction that is not closed in its line" }
      } else if !turns.passes(scalar) {
        if turns.isClosing(scalar) { return "the end of a turn of direction that has no start" }
        if scalar.isUnwritable { return "a control character" }
      }
    }
    return turns.isEven ? nil : "a turn of direction that is not closed in its line"
  }

  /// The text in at most so many UTF-16 units, which is how Confluence counts, with an ellipsis
  /// where something was cut off.
  func shortened(to limit: Int) -> String {
    guard utf16.count > limit else { return self }
    var result = ""
    var count = 1
    for character in self {
      count += character.utf16.count
      if count > limit { break }
      result.append(character)
    }
    return result + "…"
  }

  /// The start of the text in one line of at most so many UTF-16 units; what is far behind is not
  /// even looked at.
  func label(_ limit: Int) -> String {
    String(prefix(limit * 2 + 20)).singleLine.shortened(to: limit)
  }

  /// A name for a folder, an anchor or a label: lower-case letters and digits of ASCII joined by
  /// dashes; `fallback` if none is left.
  func slugged(fallback: String = "item") -> String {
    let words = prefix(1000).lowercased()
      .split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let slug = words.joined(separator: "-")
    return slug.isEmpty ? fallback : String(slug.prefix(80))
  }
}

/// The turns of direction that are open in a line.
private struct DirectionTurns {
  private var open: [Unicode.Scalar] = []

  var isEven: Bool { open.isEmpty }

  func isClosing(_ scalar: Unicode.Scalar) -> Bool { scalar == "\u{202C}" || scalar == "\u{2069}" }

  /// Notes a scalar that opens a turn or closes the last one; says whether it did.
  mutating func passes(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x202A, 0x202B, 0x202D, 0x202E: open.append("\u{202C}")
    case 0x2066...0x2068: open.append("\u{2069}")
    default:
      guard isClosing(scalar), open.last == scalar else { return false }
      open.removeLast()
    }
    return true
  }

  /// What closes all that is open, which then is not.
  mutating func closed() -> [Unicode.Scalar] {
    defer { open = [] }
    return open.reversed()
  }
}

extension Unicode.Scalar {
  /// Whether XML forbids or discourages it: controls, and what is no character.
  fileprivate var isUnwritable: Bool {
    switch value {
    case 0x09, 0x0A, 0x20...0x7E, 0xA0...0xFDCF, 0xFDF0...0xFFFD: false
    case 0x10000...: value & 0xFFFE == 0xFFFE
    default: true
    }
  }

  /// Whether a title is better without it: turns of direction, blanks of no width, soft hyphens.
  fileprivate var isUnseen: Bool {
    switch value {
    case 0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF,
      0xFFF9...0xFFFB, 0xE0000...0xE007F:
      true
    default: false
    }
  }
}
