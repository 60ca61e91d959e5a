/// An element of storage format, HTML or SVG, before libxml2 writes it.
struct Element: Hashable, Sendable {
  var name: String
  /// In the order in which they are written.
  var attributes: [Attribute]
  var children: [Node]

  struct Attribute: Hashable, Sendable {
    var name: String
    var value: String
  }

  /// Creates an element; an attribute whose value is `nil` is left out.
  init(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], _ children: [Node] = []
  ) {
    self.name = name
    self.attributes = attributes.compactMap { name, value in
      value.map { Attribute(name: name, value: $0) }
    }
    self.children = children
  }

  /// Creates an element that holds text.
  init(_ name: String, _ attributes: KeyValuePairs<String, String?> = [:], text: String) {
    self.init(name, attributes, [.text(text)])
  }
}

/// What an element may hold.
indirect enum Node: Hashable, Sendable {
  case element(Element)
  case text(String)
  /// Text that is written as CDATA sections.
  case verbatim(String)
}

extension Node {
  /// An element as a node.
  static func make(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], _ children: [Node] = []
  ) -> Node {
    .element(Element(name, attributes, children))
  }

  /// An element that holds text, as a node.
  static func make(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], text: String
  ) -> Node {
    .element(Element(name, attributes, text: text))
  }
}
