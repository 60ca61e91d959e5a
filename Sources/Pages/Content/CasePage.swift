import Casework
import Catalog

extension SiteContent {
  /// The page of a case, under the headings of INFN's template.
  func casePage(_ entry: Entry) throws -> Page {
    var badges: [Inline] = [
      .status(isRunnable: isRunnable(entry.slug)), .text(" "),
      .lozenge(entry.level.rawValue, .neutral),
    ]
    if entry.isSimulated { badges += [.text(" "), .simulated] }
    var blocks: [Block] = [
      .contents, .heading("Short description"), .excerpt([.text(entry.summary)]),
    ]
    blocks += try authors(entry) + generalInformation(entry) + software(entry) + dataSets(entry)
    blocks += try execution(entry)
    blocks += try [.heading("Annotated description")] + prose(entry)
    var figures = figureFiles(of: .useCase(entry.slug.rawValue))
    blocks += try examples(entry, &figures)
    blocks += settings(entry) + expectations(entry) + bestRuns(entry) + comparisons(entry)
    blocks += references(entry)
    let terms = entry.goal.terms + entry.field.terms + [entry.level.rawValue]
    return Page(
      id: .useCase(entry.slug.rawValue), title: title(.useCase(entry.slug.rawValue)),
      parent: .index, labels: labels(["use-case"], terms), lead: [], badges: badges,
      blocks: blocks, files: figures.files,
      words: [entry.summary, entry.algorithms.text, entry.tools.text, entry.comments]
        + entry.metrics.map(\.name))
  }

  /// Labels without doubles, in order.
  func labels(_ fixed: [String], _ terms: [String]) -> [String] {
    var taken: Set<String> = []
    return (fixed + terms.map { $0.slugged(fallback: "") })
      .filter { !$0.isEmpty && taken.insert($0).inserted }
  }

  private func generalInformation(_ entry: Entry) -> [Block] {
    let values: [[Inline]] = [
      [.text(entry.goal.text)], [.text(entry.algorithms.text)], [.text(entry.field.text)],
      [.text(entry.tools.text)], [.text(entry.comments)], [.text(entry.level.rawValue)],
      [.status(isRunnable: isRunnable(entry.slug))],
    ]
    let properties = zip(Self.propertyNames, values).map { name, value in
      Block.Property(name: name, value: value.plainText.isEmpty ? [.text("–")] : value)
    }
    return [.heading("General information"), .properties(properties)]
  }

  private func software(_ entry: Entry) -> [Block] {
    [
      .heading("Software and tools"),
      .facts(
        "Item", "What it is",
        [
          ("Programming language", [.text(language(entry))]),
          ("ML toolset", [.text(toolset(entry))]),
          ("Additional libraries", [.text(libraries(entry))]),
          ("Tools of the original", [.text(entry.tools.text.isEmpty ? "none" : entry.tools.text)]),
          ("Suggested environment", [.text("Linux, two processor cores; no accelerator needed")]),
        ]),
    ]
  }

  private func language(_ entry: Entry) -> String {
    guard let command = entry.command else { return "Swift" }
    return command.isPython ? "Python" : command.words[0]
  }

  private func toolset(_ entry: Entry) -> String {
    guard let command = entry.command else {
      return "Casebook's own tensors and layers, on oneDNN"
    }
    let packages = command.requirements.joined(separator: ", ")
    return packages.isEmpty
      ? "those of the command: \(command.words.joined(separator: " "))"
      : "\(packages): \(command.words[0]) -m pip install "
        + command.requirements.joined(separator: " ")
  }

  private func libraries(_ entry: Entry) -> String {
    guard entry.command == nil else { return "none but the command's own" }
    return "oneDNN, FFTW, HDF5, libpng, libarchive, SQLite, libxml2, librsvg"
  }

  private func dataSets(_ entry: Entry) -> [Block] {
    var blocks: [Block] = [.heading("Needed datasets")]
    if entry.isSimulated {
      blocks.append(
        .callout(
          .note, title: "Simulated data",
          [.text("By default this case makes its own data: what it shows is simulated.")]))
    }
    let rows = entry.dataNames.map(dataRow)
    if rows.isEmpty {
      return blocks + [.text("It needs no data set.")]
    }
    let columns: [Table.Column] = [
      .init("Data set"), .init("Creator"), .init("Type"), .init("Licence"),
      .init("Size", isNumeric: true), .init("Source"),
    ]
    return blocks + [.table(Table(columns: columns, rows: rows))]
  }

  private func dataRow(_ name: String) -> [Table.Cell] {
    guard let data = dataSet(name) else {
      return [.init([.code(name)])] + Array(repeating: .init("–"), count: 5)
    }
    let size = data.files.reduce(0) { $0 + $1.bytes }
    let files = data.files.count == 1 ? "1 file" : "\(Numbers.text(data.files.count)) files"
    let download =
      data.downloadBytes == 0
      ? "nothing to download" : "\(Numbers.bytes(data.downloadBytes)) to download"
    return [
      .init([.text(data.title), .lineBreak, .code(data.name)]),
      .init(data.creator), .init(type(of: data)), .init(data.licence),
      .init([.text("\(Numbers.bytes(size)), \(files)"), .lineBreak, .text(download)]),
      .init([.link(.address(data.homepage), [.text(data.homepage)])]),
    ]
  }

  /// The kinds of files, by the ends of their names.
  private func type(of data: DataSet) -> String {
    let ends = data.files.map { file in
      file.name.split(separator: ".").dropFirst().suffix(2).joined(separator: ".")
    }
    let kinds = Set(ends.filter { !$0.isEmpty }).sorted().prefix(6).joined(separator: ", ")
    return kinds.isEmpty ? "–" : kinds
  }

  private func execution(_ entry: Entry) throws -> [Block] {
    let blocks: [Block] = [.heading("How to execute it")]
    guard isRunnable(entry.slug) else {
      return blocks + [
        .callout(
          .neutral, title: "Planned", [.text("This case is described but cannot be run yet.")])
      ]
    }
    var ways: [(String, [Block])] = try entry.presets.map { preset in
      let option = preset.name == "standard" ? "" : " --preset \(preset.name)"
      return (
        "the preset \(preset.name)",
        try Prose.blocks(preset.about, top: 4, subject: "Catalog/\(entry.slug).md")
          + [.code("casebook run \(entry.slug)\(option)", language: "bash")]
      )
    }
    if let setting = site.runnable[entry.slug]?.sorted(by: { $0.key < $1.key }).first {
      ways.append(
        (
          "settings of your own",
          [
            .code(
              "casebook run \(entry.slug) --set \(setting.key)=\(setting.value) --seeds 5",
              language: "bash")
          ]
        ))
    }
    if let best = ranked(entry).first {
      ways.append(
        (
          "a published run again",
          [.code(command(repeating: best.run), language: "bash")]
        ))
    }
    return blocks
      + ways.enumerated().flatMap { index, way in
        [.subheading("Way #\(index + 1): \(way.0)")] + way.1
      }
  }

  private func prose(_ entry: Entry) throws -> [Block] {
    let blocks = try Prose.blocks(entry.body, top: 3, subject: "Catalog/\(entry.slug).md")
    return blocks.isEmpty ? [.text("Nothing is written about it yet.")] : blocks
  }

  /// The network and the other figures of the best run.
  private func examples(_ entry: Entry, _ figures: inout FigureFiles) throws -> [Block] {
    guard let best = ranked(entry).first else { return [] }
    let drawn = try best.content().figures
    guard !drawn.isEmpty else { return [] }
    let id = PageID.run(best.run.id)
    let source: [Inline] = [
      .link(.page(id, anchor: nil), [.text(title(id))]), .text(", preset \(best.run.preset), "),
      .verdict(best.run.verdict), .text("."),
    ]
    let networks = drawn.filter(\.isNetwork)
    let others = drawn.filter { !$0.isNetwork }
    var blocks: [Block] = []
    if !networks.isEmpty {
      blocks += [
        .heading("Network, layer by layer"), .paragraph([.text("As it was trained by ")] + source),
      ]
      for figure in networks {
        if networks.count > 1 { blocks.append(.subheading(figure.title)) }
        blocks.append(try figures.add(figure))
        if let layers = Block.layers(of: figure) { blocks.append(layers) }
      }
    }
    if !others.isEmpty {
      blocks += [
        .heading("What a run shows"), .paragraph([.text("The figures of ")] + source),
        .gallery(try others.map { try figures.add($0) }),
      ]
    }
    return blocks
  }

  private func settings(_ entry: Entry) -> [Block] {
    let defaults = site.runnable[entry.slug] ?? [:]
    let changed = entry.presets.flatMap(\.settings.keys)
    let names = Set(defaults.keys).union(entry.settings.keys).union(changed).sorted()
    guard !names.isEmpty else { return [] }
    let columns =
      [Table.Column("Setting"), .init("Meaning"), .init("Default", isNumeric: true)]
      + entry.presets.map { Table.Column($0.name, isNumeric: true) }
    let rows = names.map { name -> [Table.Cell] in
      [
        .init([.code(name)]), .init(entry.settings[name] ?? ""),
        .init(defaults[name]?.shown ?? ""),
      ] + entry.presets.map { .init($0.settings[name]?.shown ?? "") }
    }
    return [
      .heading("Settings and presets"), .table(Table(columns: columns, rows: rows)),
      .text("A preset keeps the default where its column is empty."),
    ]
  }

  private func comparisons(_ entry: Entry) -> [Block] {
    let links = site.comparisons.filter { $0.useCase == entry.slug }.map { comparison -> [Block] in
      let id = PageID.comparison(comparison.slug.rawValue)
      return [.paragraph([.link(.page(id, anchor: nil), [.text(title(id))])])]
    }
    return links.isEmpty ? [] : [.heading("Comparisons"), .list(.bullets, links)]
  }

  private func references(_ entry: Entry) -> [Block] {
    let items = entry.references.map { reference -> [Block] in
      let text = Inline.text(reference.title)
      return [.paragraph([reference.url.map { .link(.address($0), [text]) } ?? text])]
    }
    return items.isEmpty ? [] : [.heading("References"), .list(.bullets, items)]
  }
}
