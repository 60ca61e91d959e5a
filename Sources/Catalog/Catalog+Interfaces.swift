public import Casework

extension Catalog {
  /// Compares the entries with the cases that can be run: those of the program, and commands.
  ///
  /// An entry without a case is planned and no fault; a case without an entry is one.
  ///
  /// - Parameter interfaces: The cases of the program.
  /// - Returns: Only what the comparison shows, not ``faults`` again.
  public func faults(against interfaces: [CaseInterface]) -> [Fault] {
    let doubles = interfaces.filter { entry($0.slug)?.command != nil }.map { interface in
      Fault(
        file: "\(folder)/\(interface.slug).md", line: 1,
        message: "the case '\(interface.slug)' is in the program; remove the entry's command.")
    }
    let commands = entries.compactMap { entry in
      entry.command.map { CaseInterface(slug: entry.slug, settings: $0.settings) }
    }
    return doubles
      + (interfaces + commands).flatMap { interface -> [Fault] in
        guard let draft = drafts.first(where: { $0.slug == interface.slug }) else {
          return [
            Fault(
              file: "\(folder)/\(interface.slug).md", line: 1,
              message: "the case '\(interface.slug)' has no entry; write this file.")
          ]
        }
        guard let entry = draft.entry else { return [] }
        return Comparison(entry: entry, draft: draft, settings: interface.settings).faults
      }.sorted()
  }
}

/// An entry beside the settings of its case.
private struct Comparison {
  let entry: Entry
  let draft: Draft
  let settings: [Setting]

  private var names: [String] { settings.map(\.name) }

  var faults: [Fault] {
    let presets = entry.presets.flatMap { preset in
      check(
        preset.settings, in: "presets.\(preset.name).set",
        lines: draft.places.presets[preset.name] ?? [:])
    }
    let conditions = zip(entry.expectations, draft.places.conditions).enumerated()
      .flatMap { index, pair in
        check(pair.0.settings, in: "expects[\(index + 1)].when", lines: pair.1)
      }
    return presets + conditions + descriptions
  }

  /// Faults of the section `settings`: what is described and does not exist, and the reverse.
  private var descriptions: [Fault] {
    let unknown = entry.settings.keys.filter { !names.contains($0) }.map { name in
      self.unknown(name, in: "settings", line: draft.places.settings[name])
    }
    let missing = names.filter { entry.settings[$0] == nil }.map { name in
      Fault(
        file: draft.file, line: draft.places.settingsLine,
        message: "settings does not say what '\(name)' means; add a line for it.")
    }
    return unknown + missing
  }

  private func check(
    _ values: [String: JSONValue], in place: String, lines: [String: Int]
  ) -> [Fault] {
    values.sorted { $0.key < $1.key }.compactMap { name, value in
      guard let setting = settings.first(where: { $0.name == name }) else {
        return unknown(name, in: place, line: lines[name])
      }
      guard !setting.accepts(value) else { return nil }
      return Fault(
        file: draft.file, line: lines[name] ?? 1,
        message: "\(place).\(name) takes \(setting.kind.rawValue), not '\(value)'.")
    }
  }

  private func unknown(_ name: String, in place: String, line: Int?) -> Fault {
    Fault(
      file: draft.file, line: line ?? 1,
      message: "\(entry.slug) has no setting '\(name)' (in \(place))."
        + "\(suggestion(for: name, among: names)) Its settings: \(names.joined(separator: ", ")).")
  }
}
