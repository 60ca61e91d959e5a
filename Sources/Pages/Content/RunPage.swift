import Casework
import Catalog
import Foundation

extension SiteContent {
  /// The page of a run: what came out, and all that it takes to get it again.
  func runPage(_ item: PageRun) throws -> Page {
    let run = item.run
    let entry = entry(run.slug)
    let content = try item.content()
    var figures = figureFiles(of: .run(run.id))
    var blocks: [Block] = [.contents] + notices(run)
    blocks += [.heading("Summary"), .properties(summary(run, entry))]
    blocks += results(run, entry)
    let curves = try Figure.curves(of: content.series, metrics: entry?.metrics ?? [])
      .map { try figures.add($0) }
    if !curves.isEmpty { blocks += [.heading("Curves"), .gallery(curves)] }
    let drawn = try content.figures.map { try figures.add($0) }
    if !drawn.isEmpty { blocks += [.heading("Figures"), .gallery(drawn)] }
    blocks += content.figures.compactMap { figure in
      Block.layers(of: figure).map { .expandable(title: "Layers: \(figure.title)", [$0]) }
    }
    blocks += settings(run, entry) + reproduction(run, content.verification)
    blocks += provenance(run.provenance) + artifacts(run, content.files, &figures)
    var badges: [Inline] = [.status(run.status), .text(" "), .verdict(run.verdict)]
    if entry?.isSimulated == true { badges += [.text(" "), .simulated] }
    return Page(
      id: .run(run.id), title: title(.run(run.id)),
      parent: entry == nil ? .index : .useCase(run.slug.rawValue),
      labels: labels(["run"], [run.slug.rawValue, run.preset]), lead: [], badges: badges,
      blocks: blocks, files: figures.files,
      words: run.labels.properties.map(\.value.plainText))
  }

  private func notices(_ run: Run) -> [Block] {
    var blocks: [Block] = []
    if let failure = run.failure {
      blocks.append(
        .callout(.bad, title: "The run failed", failureText(failure)))
    } else if run.status != .finished {
      blocks.append(
        .callout(
          .caution, title: nil,
          [.text("The run did not finish: its numbers are the last that it reported.")]))
    }
    switch run.verdict {
    case nil:
      blocks.append(
        .callout(
          .neutral, title: "Not verified",
          [.text("Nobody has run it again yet, so its numbers rest on one execution.")]))
    case .different:
      blocks.append(
        .callout(
          .bad, title: "Not reproduced",
          [.text("Run again, it gave other numbers, beyond the case's tolerance.")]))
    case .stale:
      blocks.append(
        .callout(
          .caution, title: "Verified before a change",
          [.text("It was reproduced, but the case, its entry or its data have changed since.")]))
    case .bitwise, .withinTolerance: break
    }
    return blocks
  }

  /// What ended the run; if it is long, its first line, and the rest for who wants it.
  private func failureText(_ text: String) -> [Block] {
    let first = text.cleaned.split(separator: "\n").first.map(String.init) ?? ""
    guard text.count > 600 else { return [.code(text, language: nil)] }
    return [
      .paragraph([.text(first.shortened(to: 300))]),
      .expandable(title: "All of the message", [.code(text, language: nil)]),
    ]
  }

  private func summary(_ run: Run, _ entry: Entry?) -> [Block.Property] {
    let name: [Inline] =
      entry.map { entry in
        [.link(.page(.useCase(entry.slug.rawValue), anchor: nil), [.text(entry.title)])]
      } ?? [.code(run.slug.rawValue), .text(" (no longer in the catalogue)")]
    return [
      .init(name: "Use case", value: name), .init(name: "Run", value: [.code(run.id)]),
      .init(name: "Status", value: [.status(run.status)]),
      .init(name: "Verified", value: [.verdict(run.verdict)]),
      .init(name: "Preset", value: [.text(run.preset)]),
      .init(name: "Seed", value: [.text(Numbers.text(run.seed))]),
      .init(name: "Started", value: [.text(Numbers.moment(run.startedAt))]),
      .init(name: "Took", value: [.text(Numbers.duration(run.duration))]),
    ] + run.labels.properties
  }

  private func results(_ run: Run, _ entry: Entry?) -> [Block] {
    guard !run.metrics.isEmpty else {
      return [.heading("Results"), .text("The run reported no number.")]
    }
    let declared = entry?.metrics.map(\.name) ?? []
    let names =
      declared.filter { run.metrics[$0] != nil }
      + run.metrics.keys.filter { !declared.contains($0) }.sorted()
    let columns: [Table.Column] = [
      .init("Metric"), .init("Value", isNumeric: true), .init("Better"), .init("Expected"),
      .init("What it says"),
    ]
    let rows = names.map { name -> [Table.Cell] in
      let metric = entry?.metrics.first { $0.name == name }
      let value = run.metrics[name]
      return [
        .init([.code(name)]), .init(value.map { Numbers.text($0, unit: metric?.unit) } ?? "–"),
        .init(metric?.better.words ?? ""), .init(judgement(name, run, entry)),
        .init(metric?.meaning ?? "not declared"),
      ]
    }
    return [.heading("Results"), .table(Table(columns: columns, rows: rows))]
  }

  private func judgement(_ metric: String, _ run: Run, _ entry: Entry?) -> [Inline] {
    let expectations = (entry?.expectations ?? []).filter {
      $0.metric == metric && $0.applies(preset: run.preset, settings: run.settings)
    }
    return Array(
      expectations.map { expectation -> [Inline] in
        [
          .text("\(expectation.bound.words) (\(expectation.source.words)) "),
          .outcome(expectation.outcome(of: run.metrics[metric])),
        ]
      }.joined(separator: [.lineBreak]))
  }

  private func settings(_ run: Run, _ entry: Entry?) -> [Block] {
    guard !run.settings.isEmpty else { return [] }
    let defaults = site.runnable[run.slug] ?? [:]
    let columns: [Table.Column] = [
      .init("Setting"), .init("Value", isNumeric: true), .init("Default", isNumeric: true),
      .init("Meaning"),
    ]
    let rows = run.settings.sorted { $0.key < $1.key }.map { name, value -> [Table.Cell] in
      [
        .init([.code(name)]), .init(value.shown), .init(defaults[name]?.shown ?? ""),
        .init(entry?.settings[name] ?? ""),
      ]
    }
    return [.heading("Settings"), .table(Table(columns: columns, rows: rows))]
  }

  private func reproduction(_ run: Run, _ verification: Verification?) -> [Block] {
    let blocks: [Block] = [
      .heading("How to run it again"), .code(command(repeating: run), language: "bash"),
    ]
    guard let found = verification else { return blocks }
    return blocks + [
      .text("Run again on \(Numbers.moment(found.at)): \(found.verdict.words)."),
      .list(.bullets, found.lines.map { [.text($0.trimmingCharacters(in: .whitespaces))] }),
    ]
  }

  private func provenance(_ provenance: Provenance) -> [Block] {
    if let origin = provenance.origin {
      let rows: [(String, [Inline])] = [
        ("Imported from", [.text(origin.system)]), ("Experiment", [.text(origin.experiment)]),
        ("User", [.text(origin.user)]),
        ("Code revision", [provenance.codeRevision.map { .code($0) } ?? .text("unknown")]),
      ]
      return [.heading("Provenance"), .facts("What", "Which", rows)]
    }
    let revision = provenance.codeRevision.map { Inline.code($0) } ?? .text("unknown")
    let state: [Inline] =
      provenance.isCodeDirty ? [.text(" "), .lozenge("with local changes", .caution)] : []
    var rows: [(String, [Inline])] = [
      ("Code revision", [revision] + state),
      ("Program (SHA-256)", [.code(provenance.binaryDigest)]),
      ("Compiler", [.text(provenance.compiler)]),
    ]
    rows += (provenance.command?.facts ?? []).map { ($0.name, [.code($0.value)]) }
    rows += [
      ("Processor", [.text(provenance.cpuModel)]),
      ("Instruction set", [.text(provenance.instructionSet)]),
      ("Threads", [.text(Numbers.text(provenance.threads))]),
      ("Operating system", [.text(provenance.operatingSystem)]),
    ]
    rows += provenance.data.sorted { $0.key < $1.key }.map {
      ("Data set \($0.key)", [.code($0.value)])
    }
    if let parent = provenance.parent {
      let name = run(parent).map { shortID($0.run) } ?? String(parent.prefix(8))
      rows.append(("Started from run", [.link(.page(.run(parent), anchor: nil), [.code(name)])]))
    }
    let more =
      provenance.libraries.sorted { $0.key < $1.key }.map { ($0.key, [Inline.text($0.value)]) }
      + (provenance.environment ?? [:]).sorted { $0.key < $1.key }
      .map { ($0.key, [Inline.code($0.value)]) }
    let blocks: [Block] = [.heading("Provenance"), .facts("What", "Which", rows)]
    guard !more.isEmpty else { return blocks }
    return blocks + [
      .expandable(title: "Libraries and environment", [.facts("What", "Which", more)])
    ]
  }

  private func artifacts(
    _ run: Run, _ contents: [String: Data], _ files: inout FigureFiles
  ) -> [Block] {
    let artifacts = run.artifacts.filter { $0.role != .figure }
    guard !artifacts.isEmpty else { return [] }
    let columns: [Table.Column] = [
      .init("File"), .init("Kind"), .init("Type"), .init("Size", isNumeric: true),
      .init("SHA-256"),
    ]
    var rows: [[Table.Cell]] = []
    for artifact in artifacts.sorted(by: { ($0.name, $0.sha256) < ($1.name, $1.sha256) }) {
      var name: [Inline] = [.code(artifact.name)]
      if let content = contents[artifact.name] {
        let file = files.add(artifact.name, mediaType: artifact.mediaType, content: content)
        name = [.link(.attachment(file), name)]
      }
      rows.append([
        .init(name), .init(artifact.role.rawValue), .init(artifact.mediaType),
        .init(Numbers.bytes(artifact.bytes)), .init([.code(artifact.sha256)]),
      ])
    }
    return [.heading("Artifacts"), .table(Table(columns: columns, rows: rows))]
  }
}

extension RunLabels {
  /// What the user says of a run, as far as anything is said.
  fileprivate var properties: [Block.Property] {
    let tags = tags.sorted { $0.key < $1.key }.map { name, value in
      value.isEmpty ? name : "\(name)=\(value)"
    }
    let texts = [
      ("Name", name ?? ""), ("Note", note ?? ""), ("Tags", tags.joined(separator: ", ")),
    ]
    return texts.filter { !$0.1.titleText.isEmpty }.map { title, text in
      Block.Property(name: title, value: [.text(text)])
    }
  }
}
