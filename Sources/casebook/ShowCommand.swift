import ArgumentParser
import Casework
import Catalog
import Foundation
import Records

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", _superCommandName: Casebook._commandName,
    abstract: "Show a use case: what it is, its settings, its best runs.")

  @Argument(help: "A case, as 'casebook list' names it.") var slug: String
  @OptionGroup var output: OutputOptions
  @OptionGroup var house: House

  func run() throws {
    let catalog = try house.soundCatalog()
    let entry = try catalog.entry(named: slug)
    let runs = try house.readRuns().runs(where: "case = '\(entry.slug)'")
    if let obstacle = entry.implementation?.obstacle {
      Terminal.error.print("casebook: \(Failure.words(for: obstacle))")
    }
    switch output.format {
    case .json: try Terminal.output.print(json(entry, catalog).document)
    case .csv, .markdown, .latex: try output.print(settingsTable(entry), json: .null)
    case .table: Page(width: Terminal.output.width).show(entry, catalog, runs, settingsTable(entry))
    }
  }

  private func json(_ entry: Entry, _ catalog: Catalog) -> JSONValue {
    guard case .object(var object) = entry.json else { return .null }
    let settings = entry.implementation?.interface.settings ?? []
    object["settings"] = .object(
      Dictionary(uniqueKeysWithValues: settings.map { ($0.name, $0.standard) }))
    object["presets"] = .object(
      Dictionary(uniqueKeysWithValues: entry.presets.map { ($0.name, .object($0.settings)) }))
    object["metrics"] = .array(
      entry.metrics.map {
        .object([
          "name": .string($0.name), "better": .string($0.better.rawValue),
          "unit": .text($0.unit), "meaning": .string($0.meaning),
        ])
      })
    object["expects"] = .array(
      entry.expectations.map {
        .object([
          "metric": .string($0.metric), "bound": .string($0.bound.description),
          "source": .string($0.source.rawValue), "note": .text($0.note),
          "presets": .texts($0.presets), "when": .object($0.settings),
        ])
      })
    object["data"] = .texts(entry.dataNames)
    object["references"] = .array(
      entry.references.map { .object(["title": .string($0.title), "url": .text($0.url)]) })
    object["authors"] = .array(
      entry.authors.map {
        .object([
          "name": .string($0.name), "institution": .text($0.institution), "mail": .text($0.mail),
          "social": .text($0.social),
        ])
      })
    object["support"] = .text(entry.support)
    object["body"] = .string(entry.body)
    return .object(object)
  }

  private func settingsTable(_ entry: Entry) -> Table {
    var table = Table([
      Table.Column(title: "setting", isUnbroken: true), Table.Column(title: "default"),
      Table.Column(title: "meaning"),
    ])
    for setting in entry.implementation?.interface.settings ?? [] {
      table.rows.append(
        [setting.name, setting.standard.description, entry.settings[setting.name] ?? ""])
    }
    return table
  }
}

/// A case as text.
private struct Page {
  let width: Int
  private let terminal = Terminal.output

  init(width: Int) { self.width = min(width, 100) }

  func show(_ entry: Entry, _ catalog: Catalog, _ runs: [Run], _ settings: Table) {
    terminal.print(terminal.styled(entry.title, .bold) + "  (\(entry.slug), \(entry.status))")
    paragraph(entry.summary)
    for (name, text) in [
      ("goal", entry.goal.text), ("algorithms", entry.algorithms.text), ("field", entry.field.text),
      ("tools", entry.tools.text), ("comments", entry.comments), ("level", entry.level.rawValue),
      ("data", data(entry, catalog)),
      ("authors", entry.authors.map(\.line).joined(separator: "; ")),
      ("support", entry.support ?? ""),
    ] where !text.isEmpty {
      terminal.print(text.hanging(under: name, at: 12, width: width))
    }
    if !settings.rows.isEmpty { section("Settings", settings) }
    section("Presets", presets(entry))
    if !entry.expectations.isEmpty { section("Expected", expectations(entry, runs)) }
    if !runs.isEmpty {
      let metrics = [entry.slug: entry.metrics.map(\.name)]
      section("Runs", RunsCommand.table(Array(runs.prefix(5)), metrics))
    }
    terminal.print()
    terminal.write(
      entry.body.trimmingCharacters(in: .newlines).wrapped(at: width)
        .joined(separator: "\n") + "\n")
    if !entry.references.isEmpty {
      heading("References")
      for reference in entry.references {
        terminal.print(
          "- \(reference.title)" + (reference.url.map { " <\($0)>" } ?? ""))
      }
    }
  }

  private func data(_ entry: Entry, _ catalog: Catalog) -> String {
    let sets = entry.dataNames.compactMap { name in
      catalog.dataSet(named: name).map { "\(name) (\($0.licence))" }
    }
    return (entry.isSimulated ? ["simulated"] : []).joined()
      + (entry.isSimulated && !sets.isEmpty
        ? "; " : "") + sets.joined(separator: ", ")
  }

  private func presets(_ entry: Entry) -> Table {
    var table = Table([
      Table.Column(title: "preset", isUnbroken: true), Table.Column(title: "sets"),
      Table.Column(title: "for"),
    ])
    for preset in entry.presets {
      let changes = preset.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      table.rows.append([preset.name, changes.joined(separator: " "), preset.about])
    }
    return table
  }

  private func expectations(_ entry: Entry, _ runs: [Run]) -> Table {
    var table = Table([
      Table.Column(title: "metric", isUnbroken: true), Table.Column(title: "bound"),
      Table.Column(title: "for"), Table.Column(title: "source"), Table.Column(title: "latest run"),
    ])
    for assessment in Assessment.latest(of: entry, in: runs) {
      let expectation = assessment.expectation
      let scope =
        expectation.presets
        + expectation.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      table.rows.append([
        expectation.metric, expectation.bound.description, scope.joined(separator: " "),
        expectation.source.rawValue, assessment.words,
      ])
    }
    return table
  }

  private func section(_ title: String, _ table: Table) {
    heading(title)
    terminal.write(table.text(width: width))
  }

  private func heading(_ title: String) {
    terminal.print()
    terminal.print(terminal.styled(title, .bold))
  }

  private func paragraph(_ text: String) {
    for line in text.wrapped(at: width) { terminal.print(line) }
    terminal.print()
  }
}

extension Entry.Author {
  /// Such as `Ada Lovelace, INFN Torino <ada@example.org>`.
  fileprivate var line: String {
    [name, institution].compactMap(\.self).joined(separator: ", ") + (mail.map { " <\($0)>" } ?? "")
      + (social.map { " \($0)" } ?? "")
  }
}

extension String {
  /// The text wrapped to the right of a label.
  func hanging(under label: String, at column: Int, width: Int) -> String {
    let space = String(repeating: " ", count: column)
    let lines = wrapped(at: width - column)
    return lines.enumerated().map { index, line in
      (index == 0 ? label.padding(toLength: column, withPad: " ", startingAt: 0) : space) + line
    }.joined(separator: "\n")
  }
}
