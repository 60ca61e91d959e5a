import Catalog

extension SiteContent {
  /// Who wrote the original of a case, and where its readers get help.
  func authors(_ entry: Entry) throws -> [Block] {
    let program =
      "This page and its program are part of \(site.name); questions and faults belong into the "
      + "comments of this page or into the issues of the repository that the program was built from."
    let support = try entry.support.map {
      try Prose.blocks($0, top: 3, subject: "the support of Catalog/\(entry.slug).md")
    }
    return [.heading("Authors"), authorTable(entry), .heading("How to obtain support")]
      + (support ?? []) + [.text(program)]
  }

  private func authorTable(_ entry: Entry) -> Block {
    guard !entry.authors.isEmpty else {
      return .text(
        entry.references.isEmpty
          ? "The original's authors are not known here."
          : "The original's authors are those of its page and of the works under References.")
    }
    let columns: [Table.Column] = [
      .init("Name"), .init("Institution"), .init("Mail"), .init("Social"),
    ]
    let rows = entry.authors.map { author -> [Table.Cell] in
      [
        .init(author.name), .init(author.institution ?? "–"),
        .init([author.mail.map { link("mailto:\($0)", $0) } ?? .text("–")]),
        .init([author.social.map { link($0, $0) } ?? .text("–")]),
      ]
    }
    return .table(Table(columns: columns, rows: rows))
  }

  private func link(_ address: String, _ text: String) -> Inline {
    .link(.address(address), [.text(text)])
  }
}
