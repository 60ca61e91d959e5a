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

  /// Creates a setting.
  public init(name: String, kind: Kind, standard: JSONValue) {
    (self.name, self.kind, self.standard) = (name, kind, standard)
  }

  /// Creates a setting of the kind that its standard value has.
  ///
  /// - Returns: `nil` if the value is of none of the kinds.
  public init?(name: String, standard: JSONValue) {
    switch standard {
    case .bool: self.init(name: name, kind: .flag, standard: standard)
    case .integer: self.init(name: name, kind: .integer, standard: standard)
    case .number: self.init(name: name, kind: .number, standard: standard)
    case .string: self.init(name: name, kind: .text, standard: standard)
    case .null, .array, .object: return nil
    }
  }

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
      return JSONValue(setting: child.value).flatMap {
        Setting(name: snakeCase(label), standard: $0)
      }
    }
  }

  /// The values of the settings, as a run records them.
  public var settingValues: [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    for (setting, child) in zip(Self.settings, Mirror(reflecting: self).children) {
      values[setting.name] = JSONValue(setting: child.value)
    }
    return values
  }

  /// Creates the case with some settings replaced.
  ///
  /// - Throws: ``CaseworkError`` if a setting does not exist, cannot hold the value, or is refused
  ///   by ``validate()``.
  public static func with(_ changes: [String: JSONValue]) throws -> Self {
    let values = try interface.values(with: changes)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let result = try decoder.decode(Self.self, from: JSONEncoder().encode(values))
    try result.validate()
    return result
  }
}

extension JSONValue {
  /// The value of a stored property that can be a setting.
  fileprivate init?(setting value: Any) {
    switch value {
    case let value as Bool: self = .bool(value)
    case let value as Int: self = .integer(value)
    case let value as Double: self = .number(value)
    case let value as String: self = .string(value)
    default: return nil
    }
  }
}

/// Returns `learning_rate` for `learningRate`, as `JSONEncoder` does.
private func snakeCase(_ label: String) -> String {
  label.reduce(into: "") { name, letter in
    name += letter.isUppercase ? "_" + letter.lowercased() : String(letter)
  }
}
