import Foundation
import Testing

@testable import Catalog

/// A sound entry, in whose lines the tests put faults.
let soundEntry = """
  ---
  title: Coin toss
  summary: A coin is tossed.
  goal: Classification
  algorithms: CNN, LSTM
  field: High Energy Physics
  tools: Keras + Tensorflow
  comments: ""
  level: beginner
  references:
    - {title: A paper, arxiv: "1412.6980"}
  data:
    - name: coins
      title: Coins
      creator: A mint
      licence: CC0
      homepage: https://example.org/coins
      download_bytes: 10
      files:
        - {name: coins.csv, bytes: 10, sha256: \(String(repeating: "0a", count: 32))}
      sources:
        - folder: coins
  simulated: false
  presets:
    quick: {about: Few tosses., set: {tosses: 10}}
    standard: {about: Many tosses., set: {}}
    paper: {about: Very many tosses., set: {tosses: 1000, bias: 0.5}}
  settings:
    tosses: How often the coin is tossed.
    bias: The probability of heads.
  metrics:
    heads: {better: neither, meaning: Share of heads.}
    accuracy: {better: higher, unit: "%", meaning: Share of right guesses.}
  expects:
    - {metric: heads, equals: 0.5, within: 0.1, source: exact, when: {bias: 0.5}}
    - {metric: accuracy, between: [40, 60], source: judgement, presets: [quick, paper]}
  ---

  ## The idea

  A coin has two sides.
  """

/// Writes files into a folder of their own, reads it as a catalogue, and removes it.
func read(_ files: [String: Data]) throws -> Catalog {
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  for (name, data) in files { try data.write(to: folder.appending(path: name)) }
  return try Catalog.read(folder: folder.path)
}

/// Reads texts as the entries of a catalogue.
func read(_ files: [String: String]) throws -> Catalog {
  try read(files.mapValues { Data($0.utf8) })
}

/// The faults as `line: message`, with the folder's name left out of messages.
func words(_ faults: [Fault], folder: String) -> [String] {
  faults.map { "\($0.line): \($0.message)".replacing(folder + "/", with: "") }
}

/// Reads one entry and returns its faults as `line: message`.
func faults(in text: String) throws -> [String] {
  let catalog = try read(["coin-toss.md": text])
  #expect(catalog.entries.isEmpty == !catalog.faults.isEmpty)
  return words(catalog.faults, folder: catalog.folder)
}

/// The sound entry with one text in place of another, which must be in it.
func edited(_ old: String, _ new: String) -> String {
  #expect(soundEntry.contains(old), "the sound entry does not hold '\(old)'")
  return soundEntry.replacing(old, with: new, maxReplacements: 1)
}
