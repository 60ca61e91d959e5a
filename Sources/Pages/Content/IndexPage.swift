import Casework
import Catalog

extension SiteContent {
  /// The names of a case's properties, as the report gathers them.
  static let propertyNames = [
    "Goal", "ML algorithms", "Scientific field", "ML tools", "Comments", "Level", "Status",
  ]

  /// The first page: the table of all use cases.
  func indexPage() -> Page {
    let count = site.entries.count { isRunnable($0.slug) }
    let lead =
      "\(Numbers.text(site.entries.count)) machine-learning use cases, "
      + "\(Numbers.text(count)) of which can be run; \(Numbers.text(site.runs.count)) runs are "
      + "published here, each with its settings, its seed and what it takes to run it again."
    var blocks: [Block] = [
      .table(useCaseTable),
      .paragraph([
        .text("How the runs and expectations of all cases stand: "),
        .link(.page(.registry, anchor: nil), [.text(title(.registry))]), .text("."),
      ]),
      .heading("By field, goal and algorithm"),
      .columns([
        facet("Scientific field", \.field), facet("Goal", \.goal),
        facet("ML algorithms", \.algorithms),
      ]),
    ]
    if !site.comparisons.isEmpty {
      let links = site.comparisons.map { comparison -> [Block] in
        let id = PageID.comparison(comparison.slug.rawValue)
        return [
          .paragraph([
            .link(.page(id, anchor: nil), [.text(title(id))]), .text(": \(comparison.summary)"),
          ])
        ]
      }
      blocks += [.heading("Comparisons"), .list(.bullets, links)]
    }
    blocks.append(.report(label: "use-case", headings: Self.propertyNames))
    return Page(
      id: .index, title: title(.index), parent: nil, labels: ["use-cases"], lead: [.text(lead)],
      badges: [], blocks: blocks, files: [])
  }

  /// The cases by the terms of a column.
  private func facet(_ name: String, _ column: KeyPath<Entry, Entry.Column>) -> [Block] {
    var cases: [String: [Entry]] = [:]
    for entry in site.entries {
      for term in entry[keyPath: column].terms where !term.titleText.isEmpty {
        cases[term, default: []].append(entry)
      }
    }
    let items = cases.sorted { ($0.key.lowercased(), $0.key) < ($1.key.lowercased(), $1.key) }
      .map { term, entries -> [Block] in
        let links = entries.map { entry -> [Inline] in
          [.link(.page(.useCase(entry.slug.rawValue), anchor: nil), [.text(entry.title)])]
        }
        return [
          .paragraph(
            [.strong([.text(term)]), .text(" (\(Numbers.text(entries.count))): ")]
              + Array(links.joined(separator: [.text(", ")])))
        ]
      }
    let none: [Block] = [.text("No case names one.")]
    return [.subheading(name)] + (items.isEmpty ? none : [.list(.bullets, items)])
  }

  private var useCaseTable: Table {
    let columns: [Table.Column] = [
      .init("Use case"), .init("Goal", isFilter: true), .init("ML algorithms", isFilter: true),
      .init("Scientific field", isFilter: true), .init("ML tools", isFilter: true),
      .init("Comments"), .init("Level", isFilter: true), .init("Status", isFilter: true),
    ]
    return Table(columns: columns, rows: site.entries.map(row), filterNoun: "use cases")
  }

  private func row(_ entry: Entry) -> [Table.Cell] {
    let isRunnable = isRunnable(entry.slug)
    let runs = runs(of: entry.slug).count
    var status: [Inline] = [.status(isRunnable: isRunnable)]
    if runs > 0 { status.append(.text(" \(Numbers.text(runs)) \(runs == 1 ? "run" : "runs")")) }
    var name: [Inline] = [
      .link(.page(.useCase(entry.slug.rawValue), anchor: nil), [.text(entry.title)])
    ]
    if entry.isSimulated { name += [.text(" "), .simulated] }
    return [
      .init(name), cell(entry.goal), cell(entry.algorithms), cell(entry.field), cell(entry.tools),
      .init(entry.comments), .init([.text(entry.level.rawValue)], terms: [entry.level.rawValue]),
      .init(status, terms: [isRunnable ? "runnable" : "planned"]),
    ]
  }

  private func cell(_ column: Entry.Column) -> Table.Cell {
    .init([.text(column.text)], terms: column.terms)
  }
}
