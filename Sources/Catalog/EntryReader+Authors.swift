import Yams

/// Who wrote the original of a case, and where its readers get help.
extension EntryReader {
  func authors(_ top: Section) -> [Entry.Author] {
    guard top["authors"] != nil else { return [] }
    let nodes = top.list("authors")
    if nodes.isEmpty {
      faults.add(
        top.line(of: "authors"), "authors names nobody; leave the key out if they are not known.")
    }
    return nodes.enumerated().compactMap(author)
  }

  private func author(_ index: Int, _ node: Node) -> Entry.Author? {
    guard let section = Section(node, name: "authors[\(index + 1)]", faults: faults) else {
      return nil
    }
    section.expect(["name"], optional: ["institution", "mail", "social"])
    let mail = section.text("mail", mustBe: "an e-mail address, such as ada@example.org") {
      Pattern.isMail($0)
    }
    let social = section.text("social", mustBe: "an address that starts with https://") {
      Pattern.isSecureAddress($0)
    }
    let institution = section.text("institution")
    return section.text("name").map {
      Entry.Author(name: $0, institution: institution, mail: mail, social: social)
    }
  }

  /// A line of Markdown, to which the rules of the prose apply.
  func support(_ top: Section) -> String? {
    guard let text = top.text("support") else { return nil }
    for problem in Markdown.problems(in: text) {
      faults.add(
        top.line(of: "support"),
        problem.message.replacing("the prose", with: "support"))
    }
    return text
  }
}
