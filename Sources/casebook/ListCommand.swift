import ArgumentParser
import Casework
import Catalog
import Foundation

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", _superCommandName: Casebook._commandName,
    abstract: "List the use cases.",
    discussion: """
      Filters may be repeated, or hold several values with commas between them: a case is listed if \
      it has any of the values of each filter. Small and capital letters are the same.
      """)

  @Option(help: "Such as Classification.") var goal: [String] = []
  @Option(help: "Such as CNN.") var algorithm: [String] = []
  @Option(help: "Such as 'High Energy Physics'.") var field: [String] = []
  @Option(help: "Such as Keras.") var tool: [String] = []
  @Option(help: "beginner, intermediate or advanced.") var level: [String] = []
  @Option(help: "runnable or planned.") var status: [String] = []
  @Option(help: "Words that stand in the title, summary, columns or prose.") var search: [String] =
    []
  @OptionGroup var output: OutputOptions
  @OptionGroup var house: House

  func run() throws {
    let catalog = try house.soundCatalog()
    let filters = [
      Filter("goal", goal) { [$0.goal.text] + $0.goal.terms },
      Filter("algorithm", algorithm) { $0.algorithms.terms },
      Filter("field", field) { $0.field.terms },
      Filter("tool", tool) { $0.tools.terms },
      Filter("level", level) { [$0.level.rawValue] },
      Filter("status", status) { [$0.status] },
    ]
    for filter in filters { try filter.refuseUnknown(in: catalog.entries) }
    let found = catalog.entries.filter { entry in
      filters.allSatisfy { $0.accepts(entry) } && search.allSatisfy { entry.mentions($0) }
    }
    if found.isEmpty { explainNothing(filters) }
    try output.print(
      table(found, columns: output.format == .table ? Terminal.output.width : .max),
      json: .array(found.map(\.json)))
  }

  /// Filters that each have matches, but no case has all of them.
  private func explainNothing(_ filters: [Filter]) {
    let wanted =
      filters.filter { !$0.values.isEmpty }.map {
        "--\($0.name) \($0.values.joined(separator: ","))"
      }
      + search.map { "--search \($0)" }
    Terminal.error.print(
      "casebook: nothing matches \(wanted.joined(separator: " ")). "
        + "Leave one out, or see 'casebook list' for all cases.")
  }

  private func table(_ entries: [Entry], columns width: Int) -> Table {
    // What a narrow terminal has no room for is left to `show` and to the other formats.
    let isWide = width >= 120
    var table = Table(
      [
        Table.Column(title: "case", isUnbroken: true), Table.Column(title: "goal"),
        Table.Column(title: "algorithms"), Table.Column(title: "field"),
      ]
        + (isWide
          ? ["tools", "comments", "level"].map { Table.Column(title: $0) } : [])
        + [Table.Column(title: "status")])
    for entry in entries {
      table.rows.append(
        [entry.slug.rawValue, entry.goal.text, entry.algorithms.text, entry.field.text]
          + (isWide ? [entry.tools.text, entry.comments, entry.level.rawValue] : [])
          + [entry.status])
    }
    return table
  }
}

/// What a column must hold.
private struct Filter {
  let name: String
  let values: [String]
  private let terms: (Entry) -> [String]

  init(_ name: String, _ options: [String], _ terms: @escaping (Entry) -> [String]) {
    self.name = name
    values = options.flatMap { $0.split(separator: ",") }
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    self.terms = terms
  }

  func accepts(_ entry: Entry) -> Bool {
    values.isEmpty
      || terms(entry).contains { term in values.contains { $0.lowercased() == term.lowercased() } }
  }

  /// Refuses a value that no case has, naming those that exist.
  func refuseUnknown(in entries: [Entry]) throws {
    let known = Set(entries.flatMap(terms)).sorted()
    for value in values where !known.contains(where: { $0.lowercased() == value.lowercased() }) {
      throw Failure.usage(
        .wrong(
          "nothing matches --\(name) '\(value)'.\(suggestion(for: value, among: known)) "
            + "The values that exist: \(known.joined(separator: ", "))."))
    }
  }
}

extension Entry {
  fileprivate func mentions(_ text: String) -> Bool {
    let words = text.lowercased().split(separator: " ")
    let all =
      [
        slug.rawValue, title, summary, goal.text, algorithms.text, field.text, tools.text, comments,
        body,
      ].joined(separator: "\n").lowercased()
    return words.allSatisfy(all.contains)
  }
}
