public import Foundation

/// Finds what a Confluence server would refuse, lose or show as broken.
///
/// ```swift
/// let faults = StorageChecker().faults(in: Data("<p><h1>x</h1></p>".utf8), attachments: [])
/// // [.misplaced("h1", parent: "p", line: 1)]
/// ```
public struct StorageChecker: Sendable {
  /// The titles of the pages that links may lead to; `nil` if any will do.
  public var titles: Set<String>?

  /// Creates a checker.
  public init(titles: Set<String>? = nil) { self.titles = titles }

  /// Checks the body of a page and the names of its attachments against each other.
  ///
  /// - Returns: All faults, in the order of the body; none for a sound page.
  public func faults(in body: Data, attachments: [String]) -> [StorageFault] {
    let root: ReadElement
    do {
      root = try MarkupReader.readStorage(body, as: "the body")
    } catch PagesError.notWellFormed(_, let reason) {
      return [.notWellFormed(reason: reason)]
    } catch {
      return [.notWellFormed(reason: "\(error)")]
    }
    var search = Search(titles: titles)
    if body.range(of: Data("<!DOCTYPE".utf8)) != nil || body.range(of: Data("<?xml".utf8)) != nil {
      search.faults.append(.foreign("a declaration", parent: "storage", line: 1))
    }
    search.children(of: root, holding: .flow)
    return search.faults + attachmentFaults(attachments, shown: search.attachments)
  }

  /// Checks the titles of pages that are to stand in one space.
  public func faults(inTitles titles: [String]) -> [StorageFault] {
    var taken: Set<String> = []
    return titles.flatMap { title -> [StorageFault] in
      var faults: [StorageFault] = []
      if title.singleLine.isEmpty { faults.append(.badTitle(title, reason: "is empty")) }
      if title != title.singleLine {
        faults.append(.badTitle(title, reason: "has white space or controls that would be lost"))
      }
      if title.utf16.count > 255 {
        faults.append(.badTitle(title, reason: "has more than 255 characters"))
      }
      if !taken.insert(title.lowercased()).inserted { faults.append(.repeatedTitle(title)) }
      return faults
    }
  }

  private func attachmentFaults(_ names: [String], shown: Set<String>) -> [StorageFault] {
    var taken: Set<String> = []
    let own = names.flatMap { name -> [StorageFault] in
      var faults: [StorageFault] = []
      if name != name.fileName { faults.append(.badAttachmentName(name)) }
      if !taken.insert(name.lowercased()).inserted { faults.append(.repeatedAttachment(name)) }
      if !shown.contains(name) { faults.append(.unusedAttachment(name)) }
      return faults
    }
    return own + shown.subtracting(names).sorted().map { .missingAttachment($0) }
  }
}

extension StorageChecker {
  /// A walk through a body.
  private struct Search {
    let titles: Set<String>?
    var faults: [StorageFault] = []
    var attachments: Set<String> = []

    init(titles: Set<String>?) { self.titles = titles }

    mutating func children(
      of element: ReadElement, holding content: StorageVocabulary.Content
    ) {
      for child in element.children {
        switch child {
        case .element(let child): check(child, in: element, holding: content)
        case .other(let what):
          faults.append(.foreign(what, parent: element.name, line: element.line))
        case .text(let text), .verbatim(let text):
          let isBlank = text.allSatisfy(\.isWhitespace)
          if !isBlank, !mayHoldText(element, content) {
            faults.append(.textIn(element.name, line: element.line))
          }
        }
      }
    }

    private func mayHoldText(
      _ element: ReadElement, _ content: StorageVocabulary.Content
    ) -> Bool {
      switch content {
      case .text, .inline, .flow: true
      case .nothing: false
      case .only: StorageVocabulary.holdsText.contains(element.name)
      }
    }

    private mutating func check(
      _ element: ReadElement, in parent: ReadElement,
      holding content: StorageVocabulary.Content
    ) {
      guard let own = StorageVocabulary.content[element.name] else {
        faults.append(.unknownElement(element.name, line: element.line))
        return
      }
      if !isAllowed(element, content) {
        faults.append(.misplaced(element.name, parent: parent.name, line: element.line))
      }
      checkAttributes(of: element)
      switch element.name {
      case "ac:structured-macro": checkMacro(element)
      case "ac:layout" where parent.name != "storage":
        faults.append(.misplaced(element.name, parent: parent.name, line: element.line))
      case "ri:attachment":
        // One that names its page belongs to that page.
        if let name = element.attributes["ri:filename"], element.elements.isEmpty {
          attachments.insert(name)
        }
      case "ri:page":
        if let title = element.attributes["ri:content-title"], let titles,
          element.attributes["ri:space-key"] == nil, !titles.contains(title)
        {
          faults.append(.missingPage(title))
        }
      default: break
      }
      // Within a line stay within it, whatever the element would hold elsewhere.
      children(of: element, holding: own)
    }

    private func isAllowed(
      _ element: ReadElement, _ content: StorageVocabulary.Content
    ) -> Bool {
      let name = element.name
      let isMacro = name == "ac:structured-macro"
      switch content {
      case .nothing, .text: return false
      case .only(let names): return names.contains(name)
      case .flow:
        return isMacro || StorageVocabulary.blocks.contains(name)
          || StorageVocabulary.inlines.contains(name)
      case .inline:
        guard isMacro else { return StorageVocabulary.inlines.contains(name) }
        let macro = StorageVocabulary.macros[element.attributes["ac:name"] ?? ""]
        return macro?.isInline ?? true
      }
    }

    private mutating func checkAttributes(of element: ReadElement) {
      let known = StorageVocabulary.attributes[element.name] ?? []
      let isPlain = !element.name.contains(":")
      for name in element.attributes.keys.sorted() where !known.contains(name) {
        if isPlain, StorageVocabulary.commonAttributes.contains(name) { continue }
        faults.append(.unknownAttribute(name, element: element.name, line: element.line))
      }
      if let needed = StorageVocabulary.required[element.name], element.attributes[needed] == nil {
        faults.append(.missingAttribute(needed, element: element.name, line: element.line))
      }
      if let address = element.attributes["href"], element.name == "a",
        safeAddress(address) == nil, !address.hasPrefix("/"), !address.hasPrefix("#")
      {
        faults.append(.badValue(address, of: "href", line: element.line))
      }
    }

    private mutating func checkMacro(_ element: ReadElement) {
      guard let name = element.attributes["ac:name"] else { return }
      guard let macro = StorageVocabulary.macros[name] else {
        faults.append(.unknownMacro(name, line: element.line))
        return
      }
      for parameter in element.elements where parameter.name == "ac:parameter" {
        let key = parameter.attributes["ac:name"] ?? ""
        if !macro.parameters.contains(key) {
          faults.append(.unknownParameter(key, macro: name, line: element.line))
        }
        if name == "status", key == "colour",
          !StorageVocabulary.statusColours.contains(parameter.text)
        {
          faults.append(.badValue(parameter.text, of: "colour", line: parameter.line))
        }
      }
      let bodies = element.elements.map(\.name).filter { $0 != "ac:parameter" }
      let wanted: [String] =
        switch macro.body {
        case .none: []
        case .rich: ["ac:rich-text-body"]
        case .plain: ["ac:plain-text-body"]
        }
      if bodies != wanted { faults.append(.wrongBody(macro: name, line: element.line)) }
    }
  }
}

extension String {
  /// The text as the name of an attachment: none of the characters that Confluence excludes, no
  /// controls, no dot in front, at most 150 bytes.
  var fileName: String {
    var name = ""
    for character in singleLine {
      name.append("\\/\":?*|<>\u{FFFD}".contains(character) ? "-" : character)
    }
    while name.hasPrefix(".") { name.removeFirst() }
    while name.utf8.count > 150 { name.removeFirst() }
    return name.isEmpty ? "file" : name
  }
}
