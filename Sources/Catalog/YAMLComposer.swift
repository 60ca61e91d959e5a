import Casework
import Yams

/// Composes front matter into nodes that know their lines.
enum YAMLComposer {
  /// What is put before a key that stands twice, so that the rest of the file can still be read.
  static let duplicateMark = "duplicate-key-of-"
  private static let mostDuplicates = 20

  /// Returns the node at the root, or `nil` after noting why there is none.
  static func compose(_ text: String, faults: FaultList) -> Node? {
    var yaml = text
    for _ in 0..<mostDuplicates {
      do {
        // Yams would resolve every scalar by regular expressions; ``Node/value`` does it without.
        return try Parser(yaml: yaml, resolver: .basic, encoding: .utf8).singleRoot()
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        let key = keys.first ?? ""
        guard let next = mark(key, at: context.mark, in: yaml) else {
          faults.add(
            context.mark.line + 1, "the key '\(key)' stands twice in the same mapping; keep one.")
          return nil
        }
        yaml = next
      } catch {
        report(error, faults: faults)
        return nil
      }
    }
    faults.add(
      1, "more than \(mostDuplicates) keys stand twice in their mapping; keep one of each.")
    return nil
  }

  /// Returns the text with the key at the mark renamed.
  private static func mark(_ key: String, at mark: Mark, in yaml: String) -> String? {
    var lines = yaml.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.indices.contains(mark.line - 1) else { return nil }
    let scalars = lines[mark.line - 1].unicodeScalars
    guard
      let place = scalars.index(
        scalars.startIndex, offsetBy: mark.column - 1, limitedBy: scalars.endIndex),
      String(scalars[place...]).hasPrefix(key)
    else { return nil }
    lines[mark.line - 1] =
      String(scalars[..<place]) + duplicateMark + "\(mark.line)-" + String(scalars[place...])
    return lines.joined(separator: "\n")
  }

  private static func report(_ error: any Error, faults: FaultList) {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _),
      YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      faults.add(mark.line + 1, "the front matter is not YAML here: \(problem).")
    case YamlError.reader(let problem, _, _, _):
      faults.add(2, "the front matter is not YAML: \(problem).")
    default:
      faults.add(2, "the front matter is not YAML: \(error).")
    }
  }
}

extension Node {
  /// The line of the file, if this node is of its front matter.
  var fileLine: Int { (mark?.line ?? 0) + 1 }

  /// The scalar as the value that it looks like, or `nil` for a list, a mapping, or no value.
  var value: JSONValue? {
    guard let scalar else { return nil }
    guard scalar.style == .plain else { return .string(scalar.string) }
    let text = scalar.string
    if ["", "~", "null", "Null", "NULL"].contains(text) { return nil }
    if let flag = Bool(text) { return .bool(flag) }
    if let number = Int(text) { return .integer(number) }
    // No words such as `nan`, and no hexadecimal numbers, which Double reads too.
    let isDecimal = text.utf8.allSatisfy { "+-.eE0123456789".utf8.contains($0) }
    if isDecimal, let number = Double(text), number.isFinite { return .number(number) }
    return .string(text)
  }

  /// What the node is, in words.
  var kind: String {
    switch self {
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    case .scalar:
      switch value {
      case .bool(let flag): "\(flag)"
      case .integer, .number: "the number \(value?.description ?? "")"
      case .string(let text): "the text '\(text.prefix(40))'"
      default: "nothing"
      }
    }
  }
}
