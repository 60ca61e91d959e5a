import Foundation

/// A setting of a case: a stored property, named in snake case.
public struct Setting: Hashable, Sendable {
  /// What values a setting takes.
  public enum Kind: String, Sendable {
    case integer = "an integer"
    case number = "a number"
    case flag = "true or false"
    case text = "a text"
  }

  public let name: String
  public let kind: Kind
  /// The value of the property when the case is created.
  public let standard: JSONValue

  /// Reads a value that a user typed.
  ///
  /// - Returns: `nil` if the text is not of the setting's kind, or not finite.
  public func value(of text: String) -> JSONValue? {
    switch kind {
    case .integer: Int(text).map(JSONValue.integer)
    case .number: Double(text).flatMap { $0.isFinite ? .number($0) : nil }
    case .flag: Bool(text).map(JSONValue.bool)
    case .text: .string(text)
    }
  }

  /// Whether a value, as of a preset, is of the setting's kind.
  public func accepts(_ value: JSONValue) -> Bool {
    switch (kind, value) {
    case (.integer, .integer), (.number, .number), (.number, .integer), (.flag, .bool),
      (.text, .string):
      true
    default: false
    }
  }
}

extension UseCase {
  /// The settings of the case, in the order of its stored properties.
  public static var settings: [Setting] {
    let standard = Self()
    return Mirror(reflecting: standard).children.compactMap { child in
      guard let label = child.label else { return nil }
      let name = snakeCase(label)
      switch child.value {
      case let value as Bool: return Setting(name: name, kind: .flag, standard: .bool(value))
      case let value as Int: return Setting(name: name, kind: .integer, standard: .integer(value))
      case let value as Double:
        return Setting(name: name, kind: .number, standard: .number(value))
      case let value as String: return Setting(name: name, kind: .text, standard: .string(value))
      default: return nil
      }
    }
  }

  /// The values of the settings, as a run records them.
  public var settingValues: [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    for (setting, child) in zip(Self.settings, Mirror(reflecting: self).children) {
      switch child.value {
      case let value as Bool: values[setting.name] = .bool(value)
      case let value as Int: values[setting.name] = .integer(value)
      case let value as Double: values[setting.name] = .number(value)
      case let value as String: values[setting.name] = .string(value)
      default: break
      }
    }
    return values
  }

  /// Creates the case with some settings replaced.
  ///
  /// - Throws: ``CaseworkError`` if a setting does not exist, cannot hold the value, or is refused
  ///   by ``validate()``.
  public static func with(_ changes: [String: JSONValue]) throws -> Self {
    let settings = Self.settings
    var values = Self().settingValues
    for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
      guard let setting = settings.first(where: { $0.name == name }) else {
        throw CaseworkError.unknownSetting(name, case: slug, known: settings.map(\.name))
      }
      guard setting.accepts(value) else {
        throw CaseworkError.unusableSetting(
          name, value: value.description, case: slug, reason: "it takes \(setting.kind.rawValue)")
      }
      values[name] = value
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let result = try decoder.decode(Self.self, from: JSONEncoder().encode(values))
    try result.validate()
    return result
  }

  /// Reads settings that a user typed as `name=value`.
  ///
  /// - Throws: ``CaseworkError`` for the first that is no assignment, names no setting, or is not
  ///   of the setting's kind.
  public static func parse(_ assignments: [String]) throws -> [String: JSONValue] {
    let settings = Self.settings
    var changes: [String: JSONValue] = [:]
    for assignment in assignments {
      let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw CaseworkError.notAnAssignment(assignment)
      }
      let (name, text) = (String(parts[0]), String(parts[1]))
      guard let setting = settings.first(where: { $0.name == name }) else {
        throw CaseworkError.unknownSetting(name, case: slug, known: settings.map(\.name))
      }
      guard let value = setting.value(of: text) else {
        throw CaseworkError.unusableSetting(
          name, value: text, case: slug, reason: "it takes \(setting.kind.rawValue)")
      }
      changes[name] = value
    }
    return changes
  }
}

/// Returns `learning_rate` for `learningRate`, as `JSONEncoder` does.
private func snakeCase(_ label: String) -> String {
  label.reduce(into: "") { name, letter in
    name += letter.isUppercase ? "_" + letter.lowercased() : String(letter)
  }
}
