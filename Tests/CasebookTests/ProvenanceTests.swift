import Foundation
import Testing

/// What a record keeps of the code, of a program that stands in a repository of its own.
@Suite struct ProvenanceTests {
  private func git(_ words: String..., in folder: URL) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["git", "-C", folder.path(), "-c", "user.name=A", "-c", "user.email=a@example.org"] + words
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "git \(words)")
  }

  @Test func uncommittedChangesAndNewFilesAreKept() throws {
    let program = try Program()
    defer { program.remove() }
    let root = program.folder.appending(path: "clone")
    let catalog = root.appending(path: "Catalog")
    for name in ["Catalog", "Sources"] {
      try FileManager.default.createDirectory(
        at: root.appending(path: name), withIntermediateDirectories: true)
    }
    let entry = "mnist-c-header.md"
    try FileManager.default.copyItem(
      at: Program.root.appending(path: "Catalog/\(entry)"), to: catalog.appending(path: entry))
    try FileManager.default.copyItem(at: Program.path, to: root.appending(path: "casebook"))
    for (name, text) in [
      "Package.swift": "// none\n", ".gitignore": "casebook\n", "Sources/A.swift": "let a = 1\n",
    ] {
      try text.write(to: root.appending(path: name), atomically: true, encoding: .utf8)
    }
    try git("init", "-q", in: root)
    try git("add", ".", in: root)
    try git("commit", "-q", "-m", "One", in: root)
    for (name, text) in [
      "Sources/A.swift": "let a = 2\n", "Sources/New file.swift": "let new = 3\n",
      "Catalog/maß.py": "print(4)\n", "notes.txt": "of no importance\n",
    ] {
      try text.write(to: root.appending(path: name), atomically: true, encoding: .utf8)
    }
    let outcome = try program.run(
      "run", "mnist-c-header", "--preset", "quick", "--set", "epochs=1", "--offline", "--quiet",
      "--format", "json", path: root.appending(path: "casebook"))
    let run = try #require(outcome.json as? [String: Any], "\(outcome.errors)")
    let provenance = run["provenance"] as? [String: Any]
    #expect(provenance?["code_dirty"] as? Bool == true)
    let artifacts = run["artifacts"] as? [[String: Any]]
    let digest = try #require(
      artifacts?.first { $0["name"] as? String == "code.diff" }?["sha256"] as? String)
    let kept = try String(
      contentsOf: program.folder.appending(
        path: ".casebook/artifacts/\(digest.prefix(2))/\(digest.dropFirst(2))"), encoding: .utf8)
    for line in ["-let a = 1", "+let a = 2", "+let new = 3", "+print(4)"] {
      #expect(kept.contains("\n\(line)\n"), "\(line) in \(kept)")
    }
    #expect(!kept.contains("of no importance"))
  }
}
