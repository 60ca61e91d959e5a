/// The forms of texts in an entry.
///
/// A regular expression is compiled each time its literal is reached, which takes a millisecond:
/// these are compiled once, and only if an entry asks for them.
enum Pattern {
  // A compiled expression never changes, but is not declared to be safe to share.
  nonisolated(unsafe) private static let addresses = /https?:\/\/[^\s<>"]+/
  nonisolated(unsafe) private static let dois = /10\.[0-9]{4,9}\/[^\s<>"]+/
  nonisolated(unsafe) private static let arxivNumbers = /[0-9]{4}\.[0-9]{4,5}|[a-z-]+\/[0-9]{7}/
  nonisolated(unsafe) private static let packages = /[A-Za-z0-9]+([-_.][A-Za-z0-9]+)*/
  nonisolated(unsafe) private static let versions = /[0-9]+(\.[0-9A-Za-z]+)*/

  nonisolated(unsafe) private static let mails =
    /[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+/

  static func isAddress(_ text: String) -> Bool { text.wholeMatch(of: addresses) != nil }
  static func isSecureAddress(_ text: String) -> Bool {
    text.hasPrefix("https://") && isAddress(text)
  }
  static func isMail(_ text: String) -> Bool { text.wholeMatch(of: mails) != nil }
  static func isDOI(_ text: String) -> Bool { text.wholeMatch(of: dois) != nil }
  static func isArxivNumber(_ text: String) -> Bool { text.wholeMatch(of: arxivNumbers) != nil }
  static func isPackage(_ text: String) -> Bool { text.wholeMatch(of: packages) != nil }
  static func isVersion(_ text: String) -> Bool { text.wholeMatch(of: versions) != nil }

  /// Whether the text is small letters and digits in words joined by one of the signs.
  static func isName(_ text: String, joinedBy signs: Set<Character>) -> Bool {
    text.split(omittingEmptySubsequences: false, whereSeparator: signs.contains).allSatisfy {
      !$0.isEmpty && $0.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
    }
  }
}
