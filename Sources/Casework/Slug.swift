/// The name of a case: lower-case words joined by dashes, such as `virgo-autoencoder`.
public struct Slug: RawRepresentable, Hashable, Codable, Sendable, Comparable,
  CustomStringConvertible
{
  public let rawValue: String

  /// Creates a slug, or returns `nil` if the text is not lower-case words joined by dashes.
  public init?(rawValue: String) {
    let words = rawValue.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    let isLegal = words.allSatisfy { word in
      !word.isEmpty
        && word.allSatisfy {
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
    }
    guard isLegal else { return nil }
    self.rawValue = rawValue
  }

  /// Creates the slug of a type: `mnist-c-header` for `MnistCHeader`.
  ///
  /// A word starts at a capital after a small letter or digit, and at the last capital of a row of
  /// capitals that a small letter follows.
  public init(typeName: String) {
    let letters = Array(typeName)
    var slug = ""
    for (index, letter) in letters.enumerated() {
      let follows = index > 0 && (letters[index - 1].isLowercase || letters[index - 1].isNumber)
      let leads =
        index > 0 && index + 1 < letters.count && letters[index - 1].isUppercase
        && letters[index + 1].isLowercase
      if letter.isUppercase, follows || leads { slug += "-" }
      slug += letter.lowercased()
    }
    rawValue = slug
  }

  public var description: String { rawValue }

  public static func < (a: Slug, b: Slug) -> Bool { a.rawValue < b.rawValue }
}
