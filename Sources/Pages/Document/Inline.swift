/// What stands in a line of text.
indirect enum Inline: Hashable, Sendable {
  case text(String)
  case emphasis([Inline])
  case strong([Inline])
  case struck([Inline])
  case code(String)
  case lineBreak
  case link(Target, [Inline])
  /// A word on a coloured ground that says how something stands.
  case lozenge(String, Tone)
}

/// Where a link leads.
enum Target: Hashable, Sendable {
  /// Another page of the site, and a heading's anchor in it.
  case page(PageID, anchor: String?)
  /// A heading of the same page.
  case anchor(String)
  case address(String)
  /// A file of the same page.
  case attachment(String)
}

/// What a colour says; every lozenge says it in words too.
enum Tone: String, Hashable, Sendable {
  case neutral, good, bad, caution, note
}

/// What names a page in the site, independent of its title.
struct PageID: Hashable, Sendable {
  enum Kind: String, Hashable, Sendable { case index, useCase, run, comparison, registry, runs }
  var kind: Kind
  var name: String

  static let index = PageID(kind: .index, name: "")
  static let registry = PageID(kind: .registry, name: "")
  /// A list of published runs, numbered from 1.
  static func runs(_ number: Int) -> PageID { PageID(kind: .runs, name: "\(number)") }
  static func useCase(_ slug: String) -> PageID { PageID(kind: .useCase, name: slug) }
  static func run(_ id: String) -> PageID { PageID(kind: .run, name: id) }
  static func comparison(_ slug: String) -> PageID { PageID(kind: .comparison, name: slug) }
}

extension [Inline] {
  /// The text without its marks.
  var plainText: String {
    map { inline in
      switch inline {
      case .text(let text), .code(let text), .lozenge(let text, _): text
      case .emphasis(let inner), .strong(let inner), .struck(let inner), .link(_, let inner):
        inner.plainText
      case .lineBreak: " "
      }
    }.joined()
  }
}
