import Casework
import Foundation
import Yams

/// Reads one file of the catalogue, noting every fault that it finds.
struct EntryReader {
  static let keys = [
    "title", "summary", "goal", "algorithms", "field", "tools", "comments", "level", "references",
    "data", "simulated", "presets", "settings", "metrics", "expects",
  ]
  static let presetNames = ["quick", "standard", "paper"]

  let faults: FaultList

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - data: The content of the file.
  ///   - stem: The file's name without `.md`.
  /// - Returns: What could be read, with the faults; an entry only if there is none.
  func read(_ data: Data, stem: String) -> Draft {
    var draft = Draft(file: faults.file)
    let slug = Slug(rawValue: stem)
    if slug == nil {
      faults.add(1, "the file's name must be lower-case words joined by dashes, then '.md'.")
    }
    if let text = EntryText(data, faults: faults) {
      checkBody(text)
      if let root = YAMLComposer.compose(text.frontMatter, faults: faults) {
        read(root, text: text, slug: slug, into: &draft)
      } else if faults.faults.isEmpty {
        faults.add(1, "the front matter is empty. Required: \(Self.keys.joined(separator: ", ")).")
      }
    }
    draft.slug = slug
    draft.faults = faults.faults
    if !faults.faults.isEmpty { draft.entry = nil }
    return draft
  }

  private func checkBody(_ text: EntryText) {
    guard text.body.contains(where: { !$0.isWhitespace }) else {
      faults.add(text.bodyLine, "the entry has no prose after its front matter.")
      return
    }
    for problem in Markdown.problems(in: text.body) {
      faults.add(text.bodyLine + problem.line - 1, problem.message)
    }
  }

  private func read(_ root: Node, text: EntryText, slug: Slug?, into draft: inout Draft) {
    guard let top = Section(root, name: "", faults: faults) else { return }
    top.expect(Self.keys, optional: ["addition", "authors", "command", "requires", "support"])
    let title = top.text("title")
    let columns = Dictionary(
      uniqueKeysWithValues: Vocabulary.allCases.map { ($0, column($0, in: top)) })
    let level = top.term("level", of: Entry.Level.allCases.map(\.rawValue))
    let references = top.list("references").enumerated().compactMap(reference)
    let (authors, support) = (authors(top), support(top))
    let dataReader = DataReader(faults: faults)
    let data = dataReader.read(top.list("data"))
    let presets = presets(top, places: &draft.places)
    let metrics = metrics(top)
    let expectations = ExpectationReader(faults: faults, metrics: metrics.map(\.name))
      .read(top.list("expects"), places: &draft.places)
    let (summary, comments) = (top.text("summary"), top.text("comments", canBeEmpty: true))
    let (settings, isSimulated) = (settings(top, places: &draft.places), top.flag("simulated"))
    let isAddition = top["addition"] == nil ? false : top.flag("addition")
    let command = CommandReader(faults: faults, slug: slug).read(top)

    draft.title = title.map { ($0, top.line(of: "title")) }
    (draft.dataNames, draft.declaredData) = (data.names, data.declared)
    guard let slug, let title, let summary, let comments, let isSimulated, let isAddition,
      let level = level.flatMap(Entry.Level.init), let goal = columns[.goal] ?? nil,
      let algorithms = columns[.algorithms] ?? nil, let field = columns[.field] ?? nil,
      let tools = columns[.tools] ?? nil
    else { return }
    draft.entry = Entry(
      slug: slug, title: title, summary: summary, goal: goal, algorithms: algorithms, field: field,
      tools: tools, comments: comments, level: level, references: references,
      dataNames: data.names.map(\.name), declaredData: data.declared.map(\.dataSet),
      presets: presets, settings: command?.meanings ?? settings, metrics: metrics,
      expectations: expectations,
      body: text.body, bodyLine: text.bodyLine, isSimulated: isSimulated, isAddition: isAddition,
      command: command?.command, authors: authors, support: support)
  }

  private func column(_ vocabulary: Vocabulary, in top: Section) -> Entry.Column? {
    let key = vocabulary.rawValue
    guard let text = top.text(key, canBeEmpty: vocabulary == .field) else { return nil }
    let terms = vocabulary.terms(of: text)
    for term in terms where !vocabulary.terms.contains(term) {
      faults.add(
        top.line(of: key), Section.unknownTerm(term, in: key, permitted: vocabulary.terms))
    }
    return Entry.Column(text: text, terms: terms)
  }

  private func reference(_ index: Int, _ node: Node) -> Entry.Reference? {
    guard let section = Section(node, name: "references[\(index + 1)]", faults: faults) else {
      return nil
    }
    section.expect(["title"], optional: ["url", "doi", "arxiv"])
    let places = ["url", "doi", "arxiv"].filter { section[$0] != nil }
    if places.count > 1 {
      faults.add(
        section.line, "\(section.name) has \(places.joined(separator: " and ")); keep one of them.")
    }
    let url = section.text("url", mustBe: "an address that starts with https:// or http://") {
      Pattern.isAddress($0)
    }
    let doi = section.text("doi", mustBe: "a DOI, such as 10.1000/182") {
      Pattern.isDOI($0)
    }
    let arxiv = section.text("arxiv", mustBe: "an arXiv number, such as 1412.6980") {
      Pattern.isArxivNumber($0)
    }
    guard let title = section.text("title") else { return nil }
    let address =
      url ?? doi.map { "https://doi.org/\($0)" } ?? arxiv.map { "https://arxiv.org/abs/\($0)" }
    return Entry.Reference(title: title, url: address)
  }

  private func presets(_ top: Section, places: inout Draft.Places) -> [Entry.Preset] {
    guard let section = top.section("presets") else { return [] }
    section.expect(Self.presetNames)
    let known = section.pairs.map(\.key).filter(Self.presetNames.contains)
    if known.count == Self.presetNames.count, known != Self.presetNames {
      faults.add(
        section.line,
        "the presets must stand in the order \(Self.presetNames.joined(separator: ", ")).")
    }
    return known.compactMap { name in
      guard let preset = section.section(name) else { return nil }
      preset.expect(["about", "set"])
      let about = preset.text("about")
      let set = preset.section("set")
      set.map(checkNames)
      places.presets[name] = set?.lines ?? [:]
      guard let about, let set else { return nil }
      return Entry.Preset(name: name, about: about, settings: set.values())
    }
  }

  private func settings(_ top: Section, places: inout Draft.Places) -> [String: String] {
    guard let section = top.section("settings") else { return [:] }
    checkNames(section)
    (places.settings, places.settingsLine) = (section.lines, top.line(of: "settings"))
    // Those of a command have their standard value beside what they mean.
    guard top["command"] == nil else { return [:] }
    let names = section.pairs.map(\.key)
    return Dictionary(
      names.compactMap { name in section.text(name).map { (name, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  private func metrics(_ top: Section) -> [Metric] {
    guard let section = top.section("metrics") else { return [] }
    checkNames(section)
    if section.pairs.isEmpty {
      faults.add(top.line(of: "metrics"), "metrics must name at least one.")
    }
    return section.pairs.map { pair in
      metric(pair.key, Section(pair.value, name: "metrics.\(pair.key)", faults: faults))
    }
  }

  /// A metric; one that is not as it should be is still known by its name.
  private func metric(_ name: String, _ section: Section?) -> Metric {
    section?.expect(["better", "meaning"], optional: ["unit", "timing", "tolerance"])
    let better = section?.term("better", of: Metric.Better.allCases.map(\.rawValue))
      .flatMap(Metric.Better.init)
    if let section, let better, let known = Glossary.sense(of: name), known.better != better {
      faults.add(
        section.line(of: "better"),
        "\(section.name).better is \(better.rawValue), but '\(known.stem)' is better "
          + "\(known.better.rawValue) everywhere in the catalogue; write \(known.better.rawValue), "
          + "or give the metric another name.")
    }
    return Metric(
      name: name, better: better ?? .neither, unit: section?.text("unit"),
      meaning: section?.text("meaning") ?? "",
      isTiming: section?.flag("timing") ?? false,
      tolerance: section.flatMap { tolerance($0) } ?? 0)
  }

  private func tolerance(_ section: Section) -> Double? {
    guard section["tolerance"] != nil, let value = section.number("tolerance") else { return nil }
    if !(value >= 0) {
      faults.add(section.line(of: "tolerance"), "\(section.name).tolerance must not be negative.")
    }
    return value
  }

  private func checkNames(_ section: Section) {
    for pair in section.pairs
    where !Pattern.isName(pair.key, joinedBy: ["_"]) || pair.key.first?.isLetter != true {
      faults.add(
        pair.keyLine,
        "'\(pair.key)' in \(section.name) must be small letters and digits, joined by '_'.")
    }
  }
}
