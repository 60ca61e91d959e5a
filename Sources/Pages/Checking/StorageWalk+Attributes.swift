extension StorageWalk {
  mutating func checkAttributes(of element: ReadElement) {
    let known = StorageVocabulary.attributes[element.name] ?? []
    let own = StorageVocabulary.attributes(of: element.name, for: flavour)
    let isPlain = !element.name.contains(":")
    for (name, value) in element.attributes.sorted(by: { $0.key < $1.key }) {
      if !known.contains(name), !own.contains(name),
        !isPlain || !StorageVocabulary.commonAttributes.contains(name)
      {
        faults.append(.unknownAttribute(name, element: element.name, line: element.line))
      } else if !isGood(value, of: name) {
        faults.append(.badValue(value, of: name, line: element.line))
      }
      checkCharacters(value, line: element.line)
    }
    if let needed = StorageVocabulary.required[element.name], element.attributes[needed] == nil {
      faults.append(.missingAttribute(needed, element: element.name, line: element.line))
    }
  }

  private func isGood(_ value: String, of attribute: String) -> Bool {
    switch attribute {
    case "href": safeAddress(value) != nil || value.hasPrefix("/") || value.hasPrefix("#")
    case "ri:value": safeAddress(value) != nil
    case "style": StyleText(value).isGood
    case "colspan", "rowspan": (1...1000).contains(Int(value) ?? 0)
    case "ac:width", "ac:height", "ac:original-width", "ac:original-height",
      "data-table-width":
      (1...10_000).contains(Double(value) ?? 0)
    case "ri:filename", "ri:content-title", "ac:anchor", "ac:name":
      value == value.singleLine && (attribute == "ac:name" || !value.isEmpty)
    default: StorageVocabulary.values[attribute]?.contains(value) ?? true
    }
  }

  mutating func checkCharacters(_ text: String, line: Int) {
    if let what = text.unseenFault { faults.append(.unseenText(what, line: line)) }
  }
}
