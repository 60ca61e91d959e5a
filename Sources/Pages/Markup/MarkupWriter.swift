import CLibXML2
import Foundation

/// Writes trees by libxml2: the only place where markup becomes text.
enum MarkupWriter {
  /// Names for the prefixes that Confluence binds by itself, so that a fragment need not.
  static let storageNamespaces = [
    (prefix: "ac", address: "http://www.atlassian.com/schema/confluence/4/ac/"),
    (prefix: "ri", address: "http://www.atlassian.com/schema/confluence/4/ri/"),
  ]

  /// Returns a fragment of storage format: no declaration, no white space of its own, no entity
  /// but XML's five.
  static func storage(_ nodes: [Node]) throws -> Data {
    try withTree { tree in
      let root = try tree.root("storage", namespaces: storageNamespaces)
      for node in nodes { try tree.append(node, to: root) }
      return try tree.write(childrenOf: root, options: XML_SAVE_NO_DECL.rawValue)
    }
  }

  /// Returns a whole HTML document, which is well-formed XML too.
  static func html(_ element: Element) throws -> Data {
    try withTree(closesEmpty: true) { tree in
      try tree.addDocumentType("html")
      let root = try tree.root(element.name, namespaces: [])
      try tree.fill(root, from: element)
      return try tree.writeAll(options: XML_SAVE_NO_DECL.rawValue)
    }
  }

  /// Returns an SVG file.
  static func svg(_ element: Element) throws -> Data {
    try withTree { tree in
      let root = try tree.root(
        element.name, namespaces: [(prefix: nil, address: "http://www.w3.org/2000/svg")])
      try tree.fill(root, from: element)
      return try tree.writeAll(options: 0)
    }
  }

  private static func withTree<Result>(
    closesEmpty: Bool = false, _ body: (XMLTree) throws -> Result
  ) throws -> Result {
    guard let document = xmlNewDoc("1.0") else { throw PagesError.cannotWriteMarkup("no memory") }
    defer { xmlFreeDoc(document) }
    // Without it attributes would be written in ASCII, with references for all other letters.
    document.pointee.encoding = UnsafePointer(xmlStrdup("UTF-8"))
    return try body(XMLTree(document: document, closesEmpty: closesEmpty))
  }
}

/// A tree of libxml2 that is being built.
private struct XMLTree {
  typealias NodePointer = UnsafeMutablePointer<xmlNode>
  let document: UnsafeMutablePointer<xmlDoc>
  /// Whether an empty element gets an end tag, as HTML needs: to a browser `<script/>` is open.
  let closesEmpty: Bool

  /// The elements that HTML knows to be empty.
  private static let void: Set<String> = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr",
  ]

  func addDocumentType(_ name: String) throws {
    guard xmlCreateIntSubset(document, name, nil, nil) != nil else {
      throw PagesError.cannotWriteMarkup("the document type \(name) was refused")
    }
  }

  func root(_ name: String, namespaces: [(prefix: String?, address: String)]) throws
    -> NodePointer
  {
    guard let root = xmlNewDocNode(document, nil, name, nil) else {
      throw PagesError.cannotWriteMarkup("the element \(name) was refused")
    }
    xmlDocSetRootElement(document, root)
    for namespace in namespaces {
      let added =
        if let prefix = namespace.prefix { xmlNewNs(root, namespace.address, prefix) } else {
          xmlNewNs(root, namespace.address, nil)
        }
      guard added != nil else {
        throw PagesError.cannotWriteMarkup("the namespace \(namespace.address) was refused")
      }
    }
    return root
  }

  func fill(_ node: NodePointer, from element: Element) throws {
    for attribute in element.attributes {
      let (namespace, name) = try resolve(attribute.name, at: node)
      guard xmlNewNsProp(node, namespace, name, attribute.value.cleaned) != nil else {
        throw PagesError.cannotWriteMarkup("the attribute \(attribute.name) was refused")
      }
    }
    for child in element.children { try append(child, to: node) }
    if closesEmpty, node.pointee.children == nil, !Self.void.contains(element.name) {
      _ = try attach(xmlNewDocText(document, ""), to: node)
    }
  }

  func append(_ content: Node, to parent: NodePointer) throws {
    switch content {
    case .element(let element):
      let (namespace, name) = try resolve(element.name, at: parent)
      let node = try attach(xmlNewDocNode(document, namespace, name, nil), to: parent)
      try fill(node, from: element)
    case .text(let text):
      try attachText(text.cleaned, to: parent)
    case .verbatim(let text):
      // The writer of libxml2 splits CDATA at `]]>` by itself; done here, the tree says it too.
      for piece in cdataPieces(text.cleaned) {
        let length = Int32(piece.utf8.count)
        _ = try attach(xmlNewCDataBlock(document, piece, length), to: parent)
      }
    }
  }

  func writeAll(options: UInt32) throws -> Data {
    try write(options: options) { context in xmlSaveDoc(context, document) >= 0 }
  }

  func write(childrenOf root: NodePointer, options: UInt32) throws -> Data {
    try write(options: options) { context in
      var child = root.pointee.children
      while let node = child {
        guard xmlSaveTree(context, node) >= 0 else { return false }
        child = node.pointee.next
      }
      return true
    }
  }

  private func write(options: UInt32, _ body: (xmlSaveCtxtPtr) -> Bool) throws -> Data {
    guard let buffer = xmlBufferCreate() else { throw PagesError.cannotWriteMarkup("no memory") }
    defer { xmlBufferFree(buffer) }
    guard let context = xmlSaveToBuffer(buffer, "UTF-8", Int32(options)) else {
      throw PagesError.cannotWriteMarkup("libxml2 cannot write UTF-8")
    }
    let isWritten = body(context)
    guard xmlSaveClose(context) >= 0, isWritten, let bytes = xmlBufferContent(buffer) else {
      throw PagesError.cannotWriteMarkup("libxml2 could not write the tree")
    }
    return Data(bytes: bytes, count: Int(xmlBufferLength(buffer)))
  }

  /// Splits `ac:link` into its namespace and `link`; a name without prefix takes the default
  /// namespace, and an attribute without prefix none.
  private func resolve(_ name: String, at node: NodePointer) throws -> (xmlNsPtr?, String) {
    guard name.utf8.contains(UInt8(ascii: ":")) else { return (nil, name) }
    let parts = name.split(separator: ":", maxSplits: 1)
    guard parts.count == 2 else { return (nil, name) }
    guard let namespace = xmlSearchNs(document, node, String(parts[0])) else {
      throw PagesError.cannotWriteMarkup("the prefix of \(name) is not bound")
    }
    return (namespace, String(parts[1]))
  }

  private func attachText(_ text: String, to parent: NodePointer) throws {
    guard !text.isEmpty else { return }
    // Two texts beside each other become one, and libxml2 frees the second.
    guard let node = xmlNewDocText(document, text), xmlAddChild(parent, node) != nil else {
      throw PagesError.cannotWriteMarkup("a text of \(text.utf8.count) bytes was refused")
    }
  }

  private func attach(_ node: NodePointer?, to parent: NodePointer) throws -> NodePointer {
    guard let node, xmlAddChild(parent, node) != nil else {
      throw PagesError.cannotWriteMarkup("an element was refused")
    }
    return node
  }

  /// Splits a text so that no piece holds `]]>`.
  private func cdataPieces(_ text: String) -> [String] {
    let parts = text.components(separatedBy: "]]>")
    return parts.enumerated().map { index, part in
      (index > 0 ? ">" : "") + part + (index < parts.count - 1 ? "]]" : "")
    }
  }
}

/// The library that writes and reads markup.
public enum MarkupLibrary {
  /// The version of libxml2 that the program was built with, such as `2.9.14`.
  public static let version = LIBXML_DOTTED_VERSION
}
