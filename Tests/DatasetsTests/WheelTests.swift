import Casework
import Datasets
import Foundation
import Testing

/// Wheels that are refused whole, as the user's pip hands them over.
@Suite struct WheelTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func refusal() async -> String {
    let store = DataStore(
      searchPath: [], home: "\(scratch.path)/home", environment: MiniSet.environment(scratch))
    let told = await reasons { try await store.get(MiniSet.set(MiniSet.wheel)) }
    #expect(scratch.listing("home") == [])
    return told.last ?? ""
  }

  @Test(arguments: [
    ("../escape", "100644", "x", "the member '../escape' leads out of the folder"),
    ("/tmp/absolute", "100644", "x", "the member '/tmp/absolute' leads out of the folder"),
    ("a\\..\\b", "100644", "x", "leads out of the folder"),
    ("mini_digits/link", "120777", "/etc/passwd", "is a link or a device"),
    (MiniSet.member, "100644", MiniSet.csv, "is there twice"),
    ("mini_digits/big", "100644", "zeros:80000000", "would unpack to "),
    ("mini_digits/bomb", "100644", "zeros:3000000", "over 200 times as many"),
  ])
  func aHostileMemberSpoilsTheWheel(
    name: String, mode: String, content: String, words: String
  ) async throws {
    _ = try MiniSet.writeWheel(to: scratch, more: [(name, mode, content)])
    let told = await refusal()
    #expect(told.contains(words), "\(told)")
    #expect(told.contains("was refused and nothing of it was used"))
  }

  @Test(arguments: [
    ("label,1x1,1x2,2x1,2x2\n7,0,1,2,256\n", "row 1, column 5: 256 is above 255"),
    ("label,1x1,1x2,2x1,2x2\n7,0,1,2\n", "the row has 4 values, not 5"),
    ("label,1x1,1x2,2x1,2x2\n7,0,1,2,3,4\n", "the row has more than 5 values"),
    ("label,1x1,1x2,2x1,2x2\n7,0,,2,3\n", "row 1, column 3: there is no value"),
    ("label,1x1,1x2,2x1,2x2\n7,0,-1,2,3\n", "the byte 45 is neither"),
    ("label,1x1,1x2,2x1,2x2\n7,0,1,2,3\n", "ends after 1 of 3 rows"),
    ("number,1x1,1x2,2x1,2x2\n7,0,1,2,3\n", "the header does not name 'label'"),
    ("label,1x1", "it ends inside its header"),
    (MiniSet.csv.replacing("13", with: "14"), "images is not the declared file: its SHA-256"),
  ])
  func aWrongTableIsRefused(csv: String, words: String) async throws {
    _ = try MiniSet.writeWheel(to: scratch, csv: csv)
    let told = await refusal()
    #expect(told.contains(words), "\(told)")
  }

  @Test func aTableThatIsTooLongIsRefusedUnread() async throws {
    _ = try MiniSet.writeWheel(to: scratch, csv: MiniSet.csv + String(repeating: "1", count: 500))
    #expect(await refusal().contains("bytes, where "))
  }

  @Test func aTruncatedWheelIsRefused() async throws {
    let path = try MiniSet.writeWheel(to: scratch)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try whole.dropLast(30).write(to: URL(fileURLWithPath: path))
    #expect(await !refusal().isEmpty)
  }

  @Test func aTruncatedWheelThatPipLetsPassIsRefused() async throws {
    let path = try MiniSet.writeWheel(to: scratch)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    let cut = try scratch.write("cut.whl", whole.prefix(whole.count / 2))
    let script = "while [ \"$1\" != -d ]; do shift; done; cp '\(cut)' \"$2/x.whl\""
    try scratch.write("bin/python3", Data("#!/bin/sh\n\(script)\n".utf8), mode: 0o755)
    let store = DataStore(
      searchPath: [], home: "\(scratch.path)/home",
      environment: ["PATH": "\(scratch.path)/bin:/usr/bin:/bin"])
    let told = await reasons { try await store.get(MiniSet.set(MiniSet.wheel)) }
    #expect(told.last?.contains("damaged or truncated") == true, "\(told)")
    #expect(scratch.listing("home") == [])
  }
}
