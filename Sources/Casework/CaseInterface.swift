/// What a case can be told: its name and its settings, in their order.
public struct CaseInterface: Hashable, Sendable {
  public let slug: Slug
  /// The settings that the case has.
  public let settings: [Setting]

  /// Creates a description of a case.
  public init(slug: Slug, settings: [Setting]) { (self.slug, self.settings) = (slug, settings) }

  /// Returns the values of all settings, some of them replaced.
  ///
  /// - Throws: ``CaseworkError`` if a setting does not exist or cannot hold the value.
  public func values(with changes: [String: JSONValue]) throws -> [String: JSONValue] {
    var values = Dictionary(uniqueKeysWithValues: settings.map { ($0.name, $0.standard) })
    for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
      let setting = try setting(named: name)
      guard setting.accepts(value) else {
        throw CaseworkError.unusableSetting(
          name, value: value.description, case: slug, reason: "it takes \(setting.kind.rawValue)")
      }
      values[name] = value
    }
    return values
  }

  /// Reads settings that a user typed as `name=value`.
  ///
  /// - Throws: ``CaseworkError`` for the first that is no assignment, names no setting, or is not
  ///   of the setting's kind.
  public func parse(_ assignments: [String]) throws -> [String: JSONValue] {
    var changes: [String: JSONValue] = [:]
    for assignment in assignments {
      let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw CaseworkError.notAnAssignment(assignment)
      }
      let (name, text) = (String(parts[0]), String(parts[1]))
      let setting = try setting(named: name)
      guard let value = setting.value(of: text) else {
        throw CaseworkError.unusableSetting(
          name, value: text, case: slug, reason: "it takes \(setting.kind.rawValue)")
      }
      changes[name] = value
    }
    return changes
  }

  private func setting(named name: String) throws -> Setting {
    guard let setting = settings.first(where: { $0.name == name }) else {
      throw CaseworkError.unknownSetting(name, case: slug, known: settings.map(\.name))
    }
    return setting
  }
}

extension UseCase {
  /// The name of the case and its settings.
  public static var interface: CaseInterface { CaseInterface(slug: slug, settings: settings) }
}
