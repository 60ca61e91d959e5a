public import Casework

/// The cases of this build.
public enum CaseRegistry {
  /// One case for each file of `Sources/Cases/UseCases`, in alphabetical order.
  public static var all: [any UseCase.Type] { registeredCases }

  /// Returns the case of a slug, or `nil` if it is not written yet.
  public static func useCase(named slug: Slug) -> (any UseCase.Type)? {
    all.first { $0.slug == slug }
  }
}
