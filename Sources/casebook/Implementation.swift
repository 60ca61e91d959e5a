import Cases
import Casework
import Catalog
import CommandCases
import Foundation

/// What an entry's case is run by: a type of this program, or a command of the entry.
struct Implementation {
  let interface: CaseInterface
  /// Creates the case with some settings replaced.
  let with: ([String: JSONValue]) throws -> any PreparedCase
  /// What keeps the case from being run on this machine, and how to get it.
  var obstacle: (any Error)? {
    guard isCommand else { return nil }
    do {
      try (with([:]) as? CommandCase)?.requireProgram()
      return nil
    } catch { return error }
  }
  let isCommand: Bool

  /// The settings that are to be other than they stand, as a user typed them.
  func parse(_ assignments: [String]) throws -> [String: JSONValue] {
    try interface.parse(assignments)
  }

  fileprivate init(_ type: any UseCase.Type) {
    interface = type.interface
    with = { try type.with($0) }
    isCommand = false
  }

  fileprivate init(_ entry: Entry, _ command: Entry.Command) {
    interface = CaseInterface(slug: entry.slug, settings: command.settings)
    with = { try CommandCase(entry, command, settings: $0) }
    isCommand = true
  }
}

extension Entry {
  /// What the case is run by, or `nil` if it is planned.
  var implementation: Implementation? {
    CaseRegistry.useCase(named: slug).map { Implementation($0) }
      ?? command.map { Implementation(self, $0) }
  }

  /// `runnable`, or `planned` if nothing implements it yet.
  var status: String { implementation == nil ? "planned" : "runnable" }
}

extension Catalog {
  /// Tells which cases that are commands cannot be run on this machine, one a line.
  func reportObstacles(of entries: [Entry]) {
    for entry in entries where entry.command != nil {
      guard let obstacle = entry.implementation?.obstacle else { continue }
      Terminal.error.print("casebook: \(Failure.words(for: obstacle))")
    }
  }
}
