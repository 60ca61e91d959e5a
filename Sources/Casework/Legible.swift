extension StringProtocol {
  /// The text without what would move a terminal's cursor or change its colours; of a line that
  /// was overwritten, as progress bars are, the last state.
  public var legible: String {
    let text = String(self)
    guard !text.isPlain else { return text }
    var (scalars, isEscaped) = (String.UnicodeScalarView(), false)
    for scalar in String(text.split(separator: "\r").last ?? "").unicodeScalars {
      if isEscaped {
        // ESC [ parameters and a final byte from @ to ~ (ECMA-48, 5.4).
        isEscaped = scalar == "[" || !(64...126).contains(scalar.value)
      } else if scalar == "\u{1B}" {
        isEscaped = true
      } else if scalar == "\t" || scalar.properties.generalCategory != .control {
        scalars.append(scalar)
      }
    }
    return String(scalars)
  }
}

extension String {
  /// Whether it is one line of printable ASCII, as most is.
  fileprivate var isPlain: Bool { utf8.allSatisfy { (32..<127).contains($0) } }

  /// The text with each of its lines ``legible``.
  public var legibleLines: String {
    guard !isPlain else { return self }
    return split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(\.legible)
      .joined(separator: "\n")
  }
}
