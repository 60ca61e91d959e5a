import CLibXML2
import Foundation

/// A tree as libxml2 reads it, for what is checked or converted.
struct ReadElement {
  var name: String
  var attributes: [String: String]
  var children: [Child]
  /// The line of the element in what was read, from 1.
  var line: Int

  enum Child {
    case element(ReadElement)
    case text(String)
    case verbatim(String)
    case other(String)
  }

  /// The elements among the children.
  var elements: [ReadElement] {
    children.compactMap { if case .element(let element) = $0 { element } else { nil } }
  }

  /// All text in it.
  var text: String {
    children.map { child in
      switch child {
      case .element(let element): element.text
      case .text(let text), .verbatim(let text): text
      case .other: ""
      }
    }.joined()
  }
}

/// Reads XML without network and without entities of its own.
enum MarkupReader {
  /// Reads a document.
  ///
  /// - Throws: ``PagesError/notWellFormed(_:reason:)`` with the first error and its line.
  static func read(_ data: Data, as what: String) throws -> ReadElement {
    guard let context = xmlNewParserCtxt() else {
      throw PagesError.notWellFormed(what, reason: "no memory")
    }
    defer { xmlFreeParserCtxt(context) }
    let options =
      XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
    let document = data.withUnsafeBytes { bytes in
      xmlCtxtReadMemory(
        context, bytes.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count), nil, "UTF-8",
        Int32(options))
    }
    defer { if let document { xmlFreeDoc(document) } }
    guard let document, context.pointee.wellFormed == 1, context.pointee.nsWellFormed == 1,
      let root = xmlDocGetRootElement(document)
    else {
      throw PagesError.notWellFormed(what, reason: reason(context))
    }
    return convert(root)
  }

  /// Reads a fragment of storage format, wrapped so that its prefixes are bound.
  static func readStorage(_ body: Data, as what: String) throws -> ReadElement {
    let bindings = MarkupWriter.storageNamespaces
      .map { " xmlns:\($0.prefix)=\"\($0.address)\"" }.joined()
    return try read(Data("<storage\(bindings)>".utf8) + body + Data("</storage>".utf8), as: what)
  }

  private static func reason(_ context: xmlParserCtxtPtr) -> String {
    guard let error = xmlCtxtGetLastError(context), let message = error.pointee.message else {
      return "it is empty"
    }
    let text = String(cString: message).trimmingCharacters(in: .whitespacesAndNewlines)
    return "\(text) (line \(error.pointee.line))"
  }

  private static func convert(_ node: UnsafeMutablePointer<xmlNode>) -> ReadElement {
    var attributes: [String: String] = [:]
    var property = node.pointee.properties
    while let attribute = property {
      let name = qualified(attribute.pointee.name, attribute.pointee.ns)
      attributes[name] = text(of: attribute)
      property = attribute.pointee.next
    }
    var children: [ReadElement.Child] = []
    var next = node.pointee.children
    while let child = next {
      let content = child.pointee.content.map { String(cString: $0) } ?? ""
      switch child.pointee.type {
      case XML_ELEMENT_NODE: children.append(.element(convert(child)))
      case XML_TEXT_NODE: children.append(.text(content))
      case XML_CDATA_SECTION_NODE: children.append(.verbatim(content))
      case XML_COMMENT_NODE: children.append(.other("a comment"))
      case XML_PI_NODE: children.append(.other("a processing instruction"))
      default: children.append(.other("an entity"))
      }
      next = child.pointee.next
    }
    return ReadElement(
      name: qualified(node.pointee.name, node.pointee.ns), attributes: attributes,
      children: children, line: Int(xmlGetLineNo(node)))
  }

  /// The value of an attribute, by a buffer of its own: `xmlFree` is a variable, which Swift does
  /// not let concurrent code read.
  private static func text(of attribute: UnsafeMutablePointer<xmlAttr>) -> String {
    guard let buffer = xmlBufferCreate() else { return "" }
    defer { xmlBufferFree(buffer) }
    let node = UnsafeMutableRawPointer(attribute).assumingMemoryBound(to: xmlNode.self)
    guard xmlNodeBufGetContent(buffer, node) == 0, let bytes = xmlBufferContent(buffer) else {
      return ""
    }
    return String(cString: bytes)
  }

  private static func qualified(_ name: UnsafePointer<xmlChar>?, _ namespace: xmlNsPtr?) -> String {
    let local = name.map { String(cString: $0) } ?? ""
    guard let prefix = namespace?.pointee.prefix else { return local }
    return String(cString: prefix) + ":" + local
  }
}
