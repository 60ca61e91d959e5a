extension String {
  /// The text as XML can hold it: line ends are line feeds, as a parser would make them, and a
  /// character that XML 1.0 forbids (section 2.2) becomes U+FFFD.
  var cleaned: String {
    var result = String.UnicodeScalarView()
    var isAfterReturn = false
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x0D: result.append("\n")
      case 0x0A: if !isAfterReturn { result.append("\n") }
      case 0x09, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: result.append(scalar)
      default: result.append("\u{FFFD}")
      }
      isAfterReturn = scalar.value == 0x0D
    }
    return String(result)
  }

  /// The text in one line: cleaned, with every run of white space as one blank.
  var singleLine: String {
    cleaned.split(whereSeparator: \.isWhitespace).joined(separator: " ")
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

  /// A name for a folder, an anchor or a label: lower-case letters and digits of ASCII joined by
  /// dashes; `fallback` if none is left.
  func slugged(fallback: String = "item") -> String {
    let words = lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let slug = words.joined(separator: "-")
    return slug.isEmpty ? fallback : String(slug.prefix(80))
  }
}
