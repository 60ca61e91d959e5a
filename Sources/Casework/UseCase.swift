/// A case with its settings, ready to be run: a ``UseCase``, or a command of an entry.
public protocol PreparedCase: Sendable {
  /// The values of the settings, as a run records them.
  var settingValues: [String: JSONValue] { get }

  /// What a run has to remember of the case beside the program's own code; `nil` if nothing.
  func commandProvenance() throws -> CommandProvenance?

  /// Runs the case, telling the session what it finds.
  func run(in session: Session) async throws
}

extension PreparedCase {
  public func commandProvenance() throws -> CommandProvenance? { nil }
}

/// A machine-learning use case that can be run.
///
/// The stored properties of a conforming type are the case's settings, and their initial values
/// are its defaults; a ``Run`` records them. What is said about the case stands in
/// `Catalog/<slug>.md`.
///
/// ```swift
/// struct CoinToss: UseCase {
///   var tosses = 1000
///
///   func run(in session: Session) async throws {
///     var stream = session.stream("tosses")
///     let heads = (0..<tosses).count { _ in stream.uniform() < 0.5 }
///     try session.log("heads", Double(heads) / Double(tosses))
///   }
/// }
/// ```
public protocol UseCase: PreparedCase, Codable {
  /// The name of the case in the catalogue, on the command line and in records.
  static var slug: Slug { get }

  /// Creates the case with its default settings.
  init()

  /// Checks the settings before anything is recorded.
  ///
  /// - Throws: ``CaseworkError/unusableSetting(_:value:case:reason:)`` for the first that cannot be used.
  func validate() throws
}

extension UseCase {
  /// The type's name with dashes, such as `virgo-autoencoder` for `VirgoAutoencoder`.
  public static var slug: Slug { Slug(typeName: String(describing: Self.self)) }

  public func validate() throws {}

  /// Throws unless a setting is within bounds; to be called from ``validate()``.
  ///
  /// - Throws: ``CaseworkError/unusableSetting(_:value:case:reason:)``.
  public func require(
    _ isUsable: Bool, _ setting: String, _ value: some CustomStringConvertible,
    _ reason: String
  ) throws {
    guard isUsable else {
      throw CaseworkError.unusableSetting(
        setting, value: value.description, case: Self.slug, reason: reason)
    }
  }

  /// Throws unless whole numbers lie in a range; to be called from ``validate()``.
  ///
  /// - Parameters:
  ///   - settings: The names of settings and their values.
  ///   - range: What they may be.
  /// - Throws: ``CaseworkError/unusableSetting(_:value:case:reason:)`` for the first that does not.
  public func require(_ settings: KeyValuePairs<String, Int>, in range: ClosedRange<Int>) throws {
    for (name, value) in settings {
      try require(
        range.contains(value), name, value,
        "it lies from \(range.lowerBound) to \(range.upperBound)")
    }
  }
}
