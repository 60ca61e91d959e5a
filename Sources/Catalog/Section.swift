import Casework
import Yams

/// A mapping of the front matter with its place in the file; reads what is in it and notes what is
/// not as it should be.
struct Section {
  /// Where it stands, such as `presets.quick`; empty for the whole front matter.
  let name: String
  let line: Int
  /// In the order of the file.
  let pairs: [(key: String, keyLine: Int, value: Node)]
  let faults: FaultList

  /// Wraps a node, or notes that it is not a mapping with names as keys.
  init?(_ node: Node, name: String, faults: FaultList) {
    guard case .mapping(let mapping) = node else {
      let what = name.isEmpty ? "the front matter" : name
      faults.add(node.fileLine, "\(what) must be a mapping of names to values, not \(node.kind).")
      return nil
    }
    var pairs: [(key: String, keyLine: Int, value: Node)] = []
    for (key, value) in mapping {
      if let scalar = key.scalar {
        pairs.append((scalar.string, key.fileLine, value))
      } else {
        faults.add(key.fileLine, "a key must be a name, not \(key.kind).")
      }
    }
    (self.name, self.faults) = (name, faults)
    line = name.isEmpty ? 1 : node.fileLine
    self.pairs = Self.withoutDuplicates(pairs, name: name, faults: faults)
  }

  private static func withoutDuplicates(
    _ pairs: [(key: String, keyLine: Int, value: Node)], name: String, faults: FaultList
  ) -> [(key: String, keyLine: Int, value: Node)] {
    pairs.filter { pair in
      guard pair.key.hasPrefix(YAMLComposer.duplicateMark) else { return true }
      let key = pair.key.dropFirst(YAMLComposer.duplicateMark.count)
        .drop { $0.isNumber }.dropFirst()
      let other = pairs.last { $0.key == key }?.keyLine ?? pair.keyLine
      let place = name.isEmpty ? "" : " in \(name)"
      faults.add(
        other, "the key '\(key)' stands twice\(place), first on line \(pair.keyLine); keep one.")
      return false
    }
  }

  /// Notes keys that are neither required nor optional, and required keys that are missing.
  func expect(_ required: [String], optional: [String] = []) {
    let known = (required + optional).sorted()
    let place = name.isEmpty ? "" : " in \(name)"
    for pair in pairs where !known.contains(pair.key) {
      faults.add(
        pair.keyLine,
        "unknown key '\(pair.key)'\(place).\(suggestion(for: pair.key, among: known)) "
          + "Permitted: \(known.joined(separator: ", ")).")
    }
    for key in required where self[key] == nil {
      faults.add(line, "the key '\(key)' is missing\(place).")
    }
  }

  subscript(key: String) -> Node? { pairs.first { $0.key == key }?.value }

  /// The line of a key, or of the section if it has none.
  func line(of key: String) -> Int { pairs.first { $0.key == key }?.keyLine ?? line }

  /// The name of a key with its place.
  func path(_ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }

  /// Notes that a value is not of the type asked for.
  func refuse(_ key: String, _ node: Node, mustBe type: String) {
    faults.add(node.fileLine, "\(path(key)) must be \(type), not \(node.kind).")
  }

  /// A text; `nil` if the key is missing or, after noting it, the value is none.
  func text(_ key: String, canBeEmpty: Bool = false) -> String? {
    guard let node = self[key] else { return nil }
    guard case .string(let text)? = node.value else {
      refuse(key, node, mustBe: "a text (in quotes if it looks like something else)")
      return nil
    }
    guard canBeEmpty || text.contains(where: { !$0.isWhitespace }) else {
      faults.add(node.fileLine, "\(path(key)) must not be empty.")
      return nil
    }
    return text
  }

  /// A text of a form that a rule describes.
  func text(_ key: String, mustBe form: String, _ isRight: (String) -> Bool) -> String? {
    guard let text = text(key) else { return nil }
    guard isRight(text) else {
      faults.add(line(of: key), "\(path(key)) must be \(form), not '\(text.prefix(80))'.")
      return nil
    }
    return text
  }

  /// One of the texts of a list.
  func term(_ key: String, of terms: [String]) -> String? {
    guard let text = text(key) else { return nil }
    guard terms.contains(text) else {
      faults.add(line(of: key), Self.unknownTerm(text, in: path(key), permitted: terms))
      return nil
    }
    return text
  }

  static func unknownTerm(_ term: String, in place: String, permitted: [String]) -> String {
    "unknown term '\(term)' in \(place).\(suggestion(for: term, among: permitted)) "
      + "Permitted: \(permitted.joined(separator: ", "))."
  }

  /// An integer that is not negative.
  func count(_ key: String) -> Int? {
    guard let node = self[key] else { return nil }
    guard case .integer(let number)? = node.value, number >= 0 else {
      refuse(key, node, mustBe: "an integer from 0")
      return nil
    }
    return number
  }

  /// A number.
  func number(_ key: String) -> Double? {
    guard let node = self[key] else { return nil }
    guard let number = node.value?.asDouble else {
      refuse(key, node, mustBe: "a number")
      return nil
    }
    return number
  }

  /// True or false.
  func flag(_ key: String) -> Bool? {
    guard let node = self[key] else { return nil }
    guard case .bool(let flag)? = node.value else {
      refuse(key, node, mustBe: "true or false")
      return nil
    }
    return flag
  }

  /// A list.
  func list(_ key: String) -> [Node] {
    guard let node = self[key] else { return [] }
    guard case .sequence(let nodes) = node else {
      refuse(key, node, mustBe: "a list")
      return []
    }
    return Array(nodes)
  }

  /// A section of this one.
  func section(_ key: String) -> Section? {
    self[key].flatMap { Section($0, name: path(key), faults: faults) }
  }

  /// Names with single values, such as settings.
  func values() -> [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    for pair in pairs {
      if let value = pair.value.value {
        values[pair.key] = value
      } else {
        refuse(pair.key, pair.value, mustBe: "a number, a text, true or false")
      }
    }
    return values
  }

  /// The lines of the keys.
  var lines: [String: Int] {
    Dictionary(pairs.map { ($0.key, $0.keyLine) }, uniquingKeysWith: { first, _ in first })
  }
}
