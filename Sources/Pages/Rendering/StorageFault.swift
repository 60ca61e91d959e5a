/// What is wrong with a page in storage format.
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
  case wrongBody(macro: String, line: Int)
  case badValue(String, of: String, line: Int)
  case missingAttachment(String)
  case unusedAttachment(String)
  case badAttachmentName(String)
  case repeatedAttachment(String)
  case missingPage(String)
  case badTitle(String, reason: String)
  case repeatedTitle(String)

  public var description: String {
    switch self {
    case .notWellFormed(let reason): "it is not well-formed: \(reason)"
    case .unknownElement(let name, let line):
      "line \(line): <\(name)> is no element of storage format"
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
    case .wrongBody(let macro, let line):
      "line \(line): the macro '\(macro)' has another body than it takes"
    case .badValue(let value, let what, let line):
      "line \(line): '\(value)' is no value of \(what)"
    case .missingAttachment(let name): "the attachment '\(name)' is shown but not there"
    case .unusedAttachment(let name): "the attachment '\(name)' is there but nowhere shown"
    case .badAttachmentName(let name): "'\(name)' cannot be the name of an attachment"
    case .repeatedAttachment(let name): "two attachments are called '\(name)'"
    case .missingPage(let title): "it links to the page '\(title)', which is not there"
    case .badTitle(let title, let reason): "its title '\(title)' \(reason)"
    case .repeatedTitle(let title): "another page is called '\(title)' too"
    }
  }
}
