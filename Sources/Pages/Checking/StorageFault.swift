/// What is wrong with a page in storage format, and on which line of its body.
public enum StorageFault: Hashable, Sendable, CustomStringConvertible {
  case notWellFormed(reason: String)
  case unknownElement(String, line: Int)
  case misplaced(String, parent: String, line: Int)
  case textIn(String, line: Int)
  case unknownAttribute(String, element: String, line: Int)
  case missingAttribute(String, element: String, line: Int)
  case foreign(String, parent: String, line: Int)
  case unknownMacro(String, line: Int)
  case unknownParameter(String, macro: String, line: Int)
  case repeatedParameter(String, macro: String, line: Int)
  case missingParameter([String], macro: String, line: Int)
  case wrongBody(macro: String, line: Int)
  case badValue(String, of: String, line: Int)
  case verbatim(String, line: Int)
  case badLink(reason: String, line: Int)
  case badLayout(reason: String, line: Int)
  case badTable(reason: String, line: Int)
  case badHeading(reason: String, line: Int)
  case missingAlternative(line: Int)
  case unseenText(String, line: Int)
  case tooDeep(line: Int)
  case tooLarge(bytes: Int, limit: Int)
  case missingAttachment(String, line: Int)
  case unusedAttachment(String)
  case badAttachmentName(String)
  case repeatedAttachment(String)
  case missingPage(String, line: Int)
  case missingAnchor(String, page: String?, line: Int)
  case badTitle(String, reason: String)
  case repeatedTitle(String)
  case badLabel(String)
  case otherThanListed(String, reason: String)

  /// The name of the rule that is broken.
  public var rule: String {
    switch self {
    case .notWellFormed: "well-formed"
    case .unknownElement: "element"
    case .misplaced, .textIn, .tooDeep: "nesting"
    case .unknownAttribute, .missingAttribute, .badValue: "attribute"
    case .foreign: "foreign"
    case .unknownMacro, .wrongBody: "macro"
    case .unknownParameter, .repeatedParameter, .missingParameter: "parameter"
    case .verbatim: "cdata"
    case .badLink, .missingPage, .missingAnchor: "link"
    case .badLayout: "layout"
    case .badTable: "table"
    case .badHeading: "heading"
    case .missingAlternative: "alternative-text"
    case .unseenText: "characters"
    case .tooLarge: "size"
    case .missingAttachment, .unusedAttachment, .badAttachmentName, .repeatedAttachment:
      "attachment"
    case .badTitle, .repeatedTitle: "title"
    case .badLabel: "label"
    case .otherThanListed: "list"
    }
  }

  public var description: String {
    switch self {
    case .notWellFormed(let reason): "it is not well-formed: \(reason)"
    case .unknownElement(let name, let line): "line \(line): <\(name)> is no element of a page"
    case .misplaced(let name, let parent, let line):
      "line \(line): <\(name)> may not stand in <\(parent)>"
    case .textIn(let parent, let line): "line \(line): text may not stand in <\(parent)>"
    case .unknownAttribute(let name, let element, let line):
      "line \(line): <\(element)> has no attribute '\(name)'"
    case .missingAttribute(let name, let element, let line):
      "line \(line): <\(element)> lacks the attribute '\(name)'"
    case .foreign(let what, let parent, let line):
      "line \(line): \(what) in <\(parent)> would be lost"
    case .unknownMacro(let name, let line): "line \(line): there is no macro '\(name)'"
    case .unknownParameter(let name, let macro, let line):
      "line \(line): the macro '\(macro)' has no parameter '\(name)'"
    case .repeatedParameter(let name, let macro, let line):
      "line \(line): the macro '\(macro)' has the parameter '\(name)' twice"
    case .missingParameter(let names, let macro, let line):
      "line \(line): the macro '\(macro)' lacks the parameter "
        + names.map { "'\($0)'" }.joined(separator: " or ")
    case .wrongBody(let macro, let line):
      "line \(line): the macro '\(macro)' has another body than it takes"
    case .badValue(let value, let what, let line):
      "line \(line): '\(value.shortened(to: 60))' is no value of \(what)"
    case .verbatim(let parent, let line):
      "line \(line): <\(parent)> holds CDATA where it takes text, or text where it takes CDATA"
    case .badLink(let reason, let line): "line \(line): a link \(reason)"
    case .badLayout(let reason, let line): "line \(line): the layout \(reason)"
    case .badTable(let reason, let line): "line \(line): the table \(reason)"
    case .badHeading(let reason, let line): "line \(line): the heading \(reason)"
    case .missingAlternative(let line): "line \(line): a picture has no alternative text (ac:alt)"
    case .unseenText(let what, let line): "line \(line): a text holds \(what)"
    case .tooDeep(let line): "line \(line): the elements are nested too deeply to be shown"
    case .tooLarge(let bytes, let limit): "it has \(bytes) bytes, more than the \(limit) allowed"
    case .missingAttachment(let name, let line):
      "line \(line): the attachment '\(name)' is shown but not there"
    case .unusedAttachment(let name): "the attachment '\(name)' is there but nowhere shown"
    case .badAttachmentName(let name): "'\(name)' cannot be the name of an attachment"
    case .repeatedAttachment(let name): "two attachments are called '\(name)'"
    case .missingPage(let title, let line):
      "line \(line): it links to the page '\(title)', which is not there"
    case .missingAnchor(let name, let page, let line):
      "line \(line): it links to '\(name)' "
        + (page.map { "of the page '\($0)'" } ?? "of this page") + ", which is not there"
    case .badTitle(let title, let reason): "its title '\(title.shortened(to: 60))' \(reason)"
    case .repeatedTitle(let title): "another page is called '\(title)' too"
    case .badLabel(let label): "'\(label.shortened(to: 60))' cannot be a label"
    case .otherThanListed(let file, let reason): "\(file) \(reason)"
    }
  }
}

/// A fault and the page that has it.
public struct PageFault: Hashable, Sendable, CustomStringConvertible {
  /// The title of the page.
  public let page: String
  public let fault: StorageFault

  public var description: String { "\(page): \(fault) (\(fault.rule))" }
}
