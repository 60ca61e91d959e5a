import Casework
import Digests
import Foundation

/// Things by their identifiers, as JSON-LD lists them.
struct CrateGraph {
  private var things: [String: [String: JSONValue]] = [:]

  /// Adds something that was made, of which a name is all that is known.
  @discardableResult
  mutating func add(_ id: String, _ type: String, named name: String) -> JSONValue {
    add(id, type, ["name": .string(name)])
  }

  /// Adds a thing, or says more of one that is there.
  ///
  /// - Returns: A reference to it.
  @discardableResult
  mutating func add(_ id: String, _ type: String, _ properties: [String: JSONValue]) -> JSONValue {
    things[id, default: ["@id": .string(id), "@type": .string(type)]]
      .merge(properties) { _, new in new }
    return .reference(id)
  }

  /// Adds a file at its path.
  mutating func add(file path: String, _ file: PageFile) -> JSONValue {
    add(
      path.pathAddress, "File",
      [
        "name": .string(file.name), "encodingFormat": .string(file.mediaType),
        "contentSize": .string("\(file.content.count)"),
        "sha256": .string(SHA256Digest(of: file.content).hex),
      ])
  }

  /// Adds a setting or a metric.
  mutating func add(
    property id: String, name: String, _ value: JSONValue, meaning: String?
  ) -> JSONValue {
    var properties: [String: JSONValue] = ["name": .string(name), "value": value.scalar]
    if let meaning { properties["description"] = .string(meaning) }
    return add(id, "PropertyValue", properties)
  }

  /// The document, in the order of the identifiers.
  func document(context: [JSONValue]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let graph = things.sorted { $0.key < $1.key }.map { JSONValue.object($0.value) }
    let document = JSONValue.object(["@context": .array(context), "@graph": .array(graph)])
    return try encoder.encode(document) + Data("\n".utf8)
  }
}

extension JSONValue {
  /// A reference to a thing of the graph.
  static func reference(_ id: String) -> JSONValue { .object(["@id": .string(id)]) }

  /// A number, or the word for what JSON has no number for.
  static func real(_ value: Double) -> JSONValue {
    value.isFinite ? .number(value) : .string("\(value)")
  }

  /// The value as a property's: lists and objects as their text.
  fileprivate var scalar: JSONValue {
    switch self {
    case .array, .object: .string(description)
    case .number(let value): .real(value)
    case .null, .bool, .integer, .string: self
    }
  }
}

extension String {
  /// A path as an address: each step encoded.
  var pathAddress: String {
    split(separator: "/").map { String($0).pathEncoded }.joined(separator: "/")
  }
}
