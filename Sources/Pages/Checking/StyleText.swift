/// A `style` attribute.
struct StyleText {
  let text: String

  init(_ text: String) { self.text = text }

  /// Whether every property is one that a page keeps, and none fetches or runs anything.
  var isGood: Bool {
    text.split(separator: ";").allSatisfy { rule in
      let parts = rule.split(separator: ":", maxSplits: 1).map {
        String($0).singleLine.lowercased()
      }
      guard parts.count == 2 else { return rule.allSatisfy(\.isWhitespace) }
      return StorageVocabulary.styles.contains(parts[0]) && !parts[1].contains("url")
        && !parts[1].contains("expression")
    }
  }
}
