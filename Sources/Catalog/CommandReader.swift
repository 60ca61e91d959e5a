import Casework
import Foundation
import Yams

/// Reads how a case that is a command is started: `command`, `requires` and its `settings`.
struct CommandReader {
  let faults: FaultList
  let slug: Slug?

  /// Reads a command and what its settings mean.
  ///
  /// - Returns: `nil` if the entry has none, or what is wrong with it was noted.
  func read(_ top: Section) -> (command: Entry.Command, meanings: [String: String])? {
    guard top["command"] != nil else {
      if top["requires"] != nil {
        faults.add(top.line(of: "requires"), "requires goes with a command; remove it.")
      }
      return nil
    }
    let words = texts("command", in: top)
    guard let program = words.first else {
      faults.add(
        top.line(of: "command"),
        "command must be a list of words, such as [python3, \(slug?.rawValue ?? "case").py].")
      return nil
    }
    let requirements = texts("requires", in: top)
    let isPython = program.split(separator: "/").last?.hasPrefix("python") == true
    if !requirements.isEmpty, !isPython {
      faults.add(
        top.line(of: "requires"),
        "requires names Python packages, but '\(program)' is no Python; remove it.")
    }
    for name in requirements where !Pattern.isPackage(name) {
      faults.add(top.line(of: "requires"), "'\(name.prefix(80))' is no package's name.")
    }
    let settings = settings(top)
    let command = Entry.Command(
      words: words, script: script(words, line: top.line(of: "command")),
      isPython: isPython, requirements: requirements, settings: settings.map(\.setting))
    return (
      command,
      Dictionary(settings.map { ($0.setting.name, $0.meaning) }) { first, _ in first }
    )
  }

  /// The words of a list, each noted that is none.
  private func texts(_ key: String, in top: Section) -> [String] {
    top.list(key).compactMap { node in
      guard case .string(let text)? = node.value, !text.isEmpty,
        text.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 })
      else {
        faults.add(
          node.fileLine, "\(key) holds something that is no word; put it in quotes if it is one.")
        return nil
      }
      return text
    }
  }

  /// The path of the file beside the entry that one of the words names.
  private func script(_ words: [String], line: Int) -> String? {
    guard let slug else { return nil }
    let names = words.filter { $0.hasPrefix("\(slug).") && !$0.contains("/") }
    guard let name = names.first else { return nil }
    let folder = faults.file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let path = (folder + [name[...]]).joined(separator: "/")
    let isFile = try? URL(filePath: path).resolvingSymlinksInPath()
      .resourceValues(forKeys: [.isRegularFileKey]).isRegularFile
    if names.count > 1 {
      faults.add(line, "command names two scripts (\(names.joined(separator: ", "))); keep one.")
    } else if isFile != true {
      faults.add(line, "command names '\(name)', which is not there: put it beside the entry.")
    }
    return path
  }

  /// The settings with their standard values, which say of what kind they are.
  private func settings(_ top: Section) -> [(setting: Setting, meaning: String)] {
    guard let section = top.section("settings") else { return [] }
    return section.pairs.compactMap { pair in
      guard let setting = section.section(pair.key) else { return nil }
      setting.expect(["default", "meaning"])
      guard let node = setting["default"], let meaning = setting.text("meaning") else { return nil }
      guard let value = node.value, let found = Setting(name: pair.key, standard: value) else {
        setting.refuse("default", node, mustBe: "a number, a text, true or false")
        return nil
      }
      guard pair.key != "seed", !pair.key.hasPrefix("data_") else {
        faults.add(
          pair.keyLine,
          "'\(pair.key)' cannot be a setting of a command: casebook gives it an argument of that name."
        )
        return nil
      }
      return (found, meaning)
    }
  }
}
