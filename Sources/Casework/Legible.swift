extension StringProtocol {
  /// The text without what would move a terminal's cursor or change its colours; of a line that
  /// was overwritten, as progress bars are, the last state.
  public var legible: String {
    if utf8.allSatisfy({ (32..<127).contains($0) }) { return String(self) }
    var (scalars, isEscaped) = (String.UnicodeScalarView(), false)
    for scalar in String(split(separator: "\r").last ?? "").unicodeScalars {
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

  /// The same for each of its lines.
  public var legibleLines: String {
    split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(\.legible)
      .joined(separator: "\n")
  }
}
