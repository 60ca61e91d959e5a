import Foundation
import Testing

@testable import Catalog

/// Damages a sound entry at random and reads what is left.
@Suite struct DamagedEntryTests {
  /// The generator of Knuth's MMIX, so that the damage is the same in every run.
  private struct Damage: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 31)
    }
  }

  private static let pieces = [
    "\"", "'", "{", "}", "[", "]", ": ", "- ", "\n", "---\n", "...\n", "? ", "| ", "> ", "%", "@",
    "&a ", "*a ", "!x ", "<<: ", "#", "\t", "\r", "\0", "\u{2028}", "\u{FEFF}", "é", "~", "1e999",
    "duplicate-key-of-2-", "title: x\n", "<b>",
  ]

  private func damaged(_ lines: [String], by damage: inout Damage) -> Data {
    var lines = lines
    for _ in 0..<Int.random(in: 1...3, using: &damage) {
      let place = Int.random(in: lines.indices, using: &damage)
      switch Int.random(in: 0..<5, using: &damage) {
      case 0 where lines.count > 1: lines.remove(at: place)
      case 1: lines.insert(lines[place], at: place)
      case 2: lines[place] = "  " + lines[place]
      default:
        let piece = Self.pieces.randomElement(using: &damage) ?? ""
        let offset = Int.random(in: 0...lines[place].count, using: &damage)
        let index = lines[place].index(lines[place].startIndex, offsetBy: offset)
        lines[place].insert(contentsOf: piece, at: index)
      }
    }
    var data = Data(lines.joined(separator: "\n").utf8)
    if Int.random(in: 0..<20, using: &damage) == 0,
      let index = data.indices.randomElement(using: &damage)
    {
      data[index] = 0xFF
    }
    return data
  }

  @Test func whateverIsDamagedIsReadOrNamedInPlace() {
    var damage = Damage(state: 2_026)
    let lines = soundEntry.components(separatedBy: "\n")
    var faulty = 0
    for _ in 0..<600 {
      let data = damaged(lines, by: &damage)
      let count = data.count { $0 == UInt8(ascii: "\n") } + 1
      let draft = EntryReader(faults: FaultList(file: "a.md")).read(data, stem: "a")
      #expect(
        (draft.entry == nil) == !draft.faults.isEmpty, "\(String(decoding: data, as: UTF8.self))")
      #expect(draft.faults.allSatisfy { (1...count + 1).contains($0.line) }, "\(draft.faults)")
      #expect(draft.faults.allSatisfy { $0.message.hasSuffix(".") }, "\(draft.faults)")
      faulty += draft.faults.isEmpty ? 0 : 1
    }
    #expect(faulty > 300)
  }
}
