import ArgumentParser
import Cases
import Casework
import Catalog
import Records

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", _superCommandName: Casebook._commandName,
    abstract: "Check that the catalogue is sound and every expectation is met.",
    discussion: """
      Every fault of every entry is told with file and line. Then, for each expectation, the latest \
      finished run that it speaks of is judged. Exits with 1 if there is a fault or a miss.
      """)

  @OptionGroup var output: OutputOptions
  @OptionGroup var house: House

  /// How many faults of a file are printed: one mistake may be the cause of thousands.
  private static let mostShown = 50

  func run() throws {
    let catalog = try house.readCatalog()
    let interfaces = CaseRegistry.all.map { $0.interface }
    let faults = (catalog.faults + catalog.faults(against: interfaces)).sorted()
    for (file, found) in Dictionary(grouping: faults, by: \.file).sorted(by: { $0.key < $1.key }) {
      for fault in found.prefix(Self.mostShown) { Terminal.error.print("\(fault)") }
      guard found.count > Self.mostShown else { continue }
      let more = found.count - Self.mostShown
      Terminal.error.print("\(file): \(more) more, which --format json lists")
    }
    let runs = try house.readRuns().runs()
    let assessments = catalog.entries.filter { $0.implementation != nil }.flatMap { entry in
      Assessment.latest(of: entry, in: runs).map { (entry, $0) }
    }
    try output.print(table(assessments), json: json(assessments, faults))
    catalog.reportObstacles(of: catalog.entries)
    summarise(catalog, faults, assessments.map(\.1))
    guard faults.isEmpty, assessments.allSatisfy({ $0.1.outcome != .missed }) else {
      throw Failure.answerIsNo
    }
  }

  private func summarise(_ catalog: Catalog, _ faults: [Fault], _ assessments: [Assessment]) {
    func count(_ outcome: Expectation.Outcome) -> Int {
      assessments.count { $0.outcome == outcome }
    }
    let state =
      faults.isEmpty
      ? "\(catalog.entries.count) entries are sound"
      : "\(faults.count) \(faults.count == 1 ? "fault" : "faults") in "
        + "\(Set(faults.map(\.file)).count) of the catalogue's files"
    Terminal.error.print(
      "\(state). Expectations: \(count(.met)) met, \(count(.missed)) missed, "
        + "\(count(.unmeasured)) without a run.")
  }

  private func table(_ assessments: [(Entry, Assessment)]) -> Table {
    var table = Table([
      Table.Column(title: "case, metric"), Table.Column(title: "bound"), Table.Column(title: "for"),
      Table.Column(title: "latest run"),
    ])
    for (entry, assessment) in assessments {
      let expectation = assessment.expectation
      let scope =
        expectation.presets
        + expectation.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      table.rows.append([
        "\(entry.slug) \(expectation.metric)", expectation.bound.description,
        scope.joined(separator: " "), assessment.words,
      ])
    }
    return table
  }

  private func json(_ assessments: [(Entry, Assessment)], _ faults: [Fault]) -> JSONValue {
    .object([
      "faults": .array(
        faults.map {
          .object([
            "file": .string($0.file), "line": .integer($0.line), "message": .string($0.message),
          ])
        }),
      "expectations": .array(
        assessments.map { entry, assessment in
          .object([
            "case": .string(entry.slug.rawValue),
            "metric": .string(assessment.expectation.metric),
            "bound": .string(assessment.expectation.bound.description),
            "outcome": .string(assessment.outcome.rawValue),
            "value": assessment.value.map(JSONValue.real) ?? .null,
            "run": .text(assessment.run?.id),
          ])
        }),
    ])
  }
}
