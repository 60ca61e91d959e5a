import Foundation
import Testing

/// Comparisons through the program, of a case that reports what it is told.
@Suite struct CompareTests {
  private let program: Program
  private let catalog: URL

  init() throws {
    program = try Program()
    catalog = program.folder.appending(path: "Catalog")
    try FileManager.default.createDirectory(at: catalog, withIntermediateDirectories: true)
    try """
    ---
    title: Echo
    summary: It reports what it is told.
    addition: true
    command: [sh, echo.sh]
    goal: Technological
    algorithms: NN
    field: Computing
    tools: none
    comments: ""
    level: beginner
    references: []
    data: []
    simulated: true
    presets:
      quick: {about: All., set: {}}
      standard: {about: All., set: {}}
      paper: {about: All., set: {}}
    settings:
      group: {default: a, meaning: A name.}
      value: {default: "1", meaning: What to report.}
    metrics:
      loss: {better: lower, meaning: A number.}
      auc: {better: higher, meaning: A number.}
      size: {better: neither, meaning: A number.}
    expects:
      - {metric: loss, equals: 1, source: exact}
    ---

    ## The idea

    A shell can speak.
    """.write(to: catalog.appending(path: "echo.md"), atomically: true, encoding: .utf8)
    try """
    for word; do case "$word" in --value=*) value=${word#*=};; esac; done
    for metric in loss auc size; do
      echo "{\\"metric\\": \\"$metric\\", \\"value\\": $value}" >&3
    done
    """.write(to: catalog.appending(path: "echo.sh"), atomically: true, encoding: .utf8)
  }

  private func casebook(_ arguments: String...) throws -> Program.Outcome {
    try casebook(arguments)
  }

  private func casebook(_ arguments: [String]) throws -> Program.Outcome {
    try program.run(
      arguments, environment: ["CASEBOOK_CATALOG": catalog.path(), "COLUMNS": "500"])
  }

  private func record(_ group: String, _ value: String, seeds: Int) throws {
    let outcome = try casebook(
      "run", "echo", "--set", "group=\(group)", "--set", "value=\(value)", "--seeds", "\(seeds)",
      "--quiet")
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  private func compare(_ more: String...) throws -> String {
    let outcome = try casebook(
      ["compare", "--case", "echo", "--by", "loss", "--by", "auc"] + more)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return outcome.output
  }

  @Test func aSingleSeedCrownsNobody() throws {
    defer { program.remove() }
    try record("a", "1", seeds: 1)
    try record("b", "2", seeds: 1)
    let single = try compare()
    #expect(!single.contains("●") && !single.contains("Pareto"), "\(single)")
    #expect(
      single.contains("Not ranked by loss, auc: 2 of 2 groups have a single seed"), "\(single)")
    try record("a", "1", seeds: 2)
    try record("b", "2", seeds: 2)
    #expect(try compare().contains("●"))
  }

  @Test func whyNothingIsMarkedIsSaid() throws {
    defer { program.remove() }
    try record("a", "1", seeds: 2)
    try record("b", "1", seeds: 2)
    let equal = try compare()
    #expect(equal.contains("Not ranked by loss, auc: 2 groups have the same mean."), "\(equal)")
    try record("c", "Infinity", seeds: 2)
    let infinite = try compare()
    #expect(
      infinite.contains("Not ranked by loss, auc: a run reported an infinite value."),
      "\(infinite)")
    #expect(infinite.contains("inf ± nan") && !infinite.contains("-nan"), "\(infinite)")
    try record("d", "NaN", seeds: 2)
    #expect(try compare().contains("Not ranked by loss, auc: a run reported not-a-number."))
  }

  @Test func columnsOfTheCSVAreAllDifferent() throws {
    defer { program.remove() }
    try record("a", "1", seeds: 2)
    try record("*b*", "2", seeds: 2)
    let csv = try compare("--format", "csv")
    #expect(
      csv.hasPrefix("group,params.group,value,metric,n,mean,sd,ci95_low,ci95_high\n"), "\(csv)")
    let markdown = try compare("--format", "markdown")
    #expect(markdown.contains("| \\*b\\* |"), "\(markdown)")
  }

  @Test func whatIsNotThereIsNamed() throws {
    defer { program.remove() }
    try record("a", "1", seeds: 1)
    try record("b", "2", seeds: 1)
    let none = try casebook("compare", "--case", "echo", "--where", "seed = 7")
    #expect(
      none.code == 2 && none.errors == "casebook: no finished run of echo fulfils seed = 7.\n")
    let drawn = try casebook("compare", "--case", "echo", "--figure", "nowhere/x.svg")
    #expect(drawn.code == 3)
    #expect(drawn.errors.contains("nowhere/x.svg: No such file or directory"), "\(drawn.errors)")
    let written = try casebook("export", "--where", "seed = 7", "--out", "b.tar")
    #expect(written.code == 2 && written.errors.contains("no run fulfils seed = 7"))
    #expect(!program.contents.contains("b.tar"))
    try FileManager.default.createDirectory(
      at: program.folder.appending(path: "empty/0"), withIntermediateDirectories: true)
    let taken = try casebook("import", "--mlflow", "empty")
    #expect(taken.code == 3)
    #expect(taken.errors.contains("no folder in it has the file meta.yaml"), "\(taken.errors)")
  }
}
