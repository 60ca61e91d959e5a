import Foundation
import GRDB
import Testing

/// Runs that are run again, and what is done to their records in between.
@Suite struct ReproductionTests {
  private let program: Program
  private let id: String

  init() throws {
    program = try Program()
    id = try Self.begin(program, "mnist-c-header", "--set", "epochs=4")
  }

  private static func begin(_ program: Program, _ slug: String, _ more: String...) throws -> String
  {
    let (process, output, errors) = try program.start(
      ["run", slug, "--preset", "quick", "--offline", "--format", "json", "--threads", "1"] + more)
    let data = output.fileHandleForReading.readDataToEndOfFile()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let run = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    return try #require(run?["id"] as? String, "\(String(decoding: said, as: UTF8.self))")
  }

  private func change(_ sql: String) throws {
    let file = program.folder.appending(path: ".casebook/registry.sqlite").path()
    let database = try DatabaseQueue(path: file)
    try database.write { try $0.execute(sql: sql) }
    try database.close()
  }

  private struct Answer {
    let code: Int32
    let verdict: String?
    let kinds: [String]
    let verification: [String: Any]
    let error: String?
  }

  private func reproduce(_ more: [String] = [], environment: [String: String] = [:]) throws
    -> Answer
  {
    let (process, output, errors) = try program.start(
      ["reproduce", id, "--format", "json", "--quiet", "--offline"] + more, environment: environment
    )
    let data = output.fileHandleForReading.readDataToEndOfFile()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let list = try JSONSerialization.jsonObject(with: data) as? [[String: Any]]
    let one = try #require(list?.first, "\(String(decoding: said, as: UTF8.self))")
    let verification = one["verification"] as? [String: Any] ?? [:]
    let causes = verification["causes"] as? [[String: Any]] ?? []
    return Answer(
      code: process.terminationStatus, verdict: one["verdict"] as? String,
      kinds: causes.compactMap { $0["kind"] as? String }, verification: verification,
      error: one["error"] as? String)
  }

  @Test func runReproducesAndItsVerdictIsKeptAndGoesStale() throws {
    defer { program.remove() }
    let answer = try reproduce()
    #expect(answer.code == 0)
    #expect(answer.verdict == "bitwise")
    #expect(answer.kinds == [])
    #expect(try program.run("runs", "--where", "verified = true").output.contains(id.prefix(8)))
    #expect(try program.run("show-run", id).output.contains("bitwise the same"))
    // Another text of the entry is another case, as far as a verdict can tell.
    let catalog = program.folder.appending(path: "Catalog")
    try FileManager.default.copyItem(at: Program.root.appending(path: "Catalog"), to: catalog)
    let entry = catalog.appending(path: "mnist-c-header.md")
    try (String(contentsOf: entry, encoding: .utf8) + "\nMore.\n")
      .write(to: entry, atomically: true, encoding: .utf8)
    let changed = ["CASEBOOK_CATALOG": catalog.path()]
    let listed = try program.run("runs", environment: changed)
    #expect(listed.output.contains("stale"))
    #expect(
      try program.run("runs", "--where", "verified = true", environment: changed)
        .output.isEmpty)
    let again = try program.run(
      "reproduce", "--stale", "--quiet", "--offline", environment: changed)
    #expect(again.code == 0, "\(again.errors)")
    #expect(try program.run("runs", environment: changed).output.contains("bitwise"))
  }

  @Test func changedSettingIsNamed() throws {
    defer { program.remove() }
    try change(
      "UPDATE choice SET value = 11 WHERE setting = (SELECT key FROM setting WHERE name = 'epochs')"
    )
    let answer = try reproduce()
    #expect(answer.code == 1)
    #expect(answer.verdict == "different")
    #expect(answer.kinds.first == "record")
    let causes = answer.verification["causes"] as? [[String: Any]]
    #expect((causes?.first?["name"] as? String)?.contains("settings") == true)
  }

  @Test func changedNumbersAreNamed() throws {
    defer { program.remove() }
    try change(
      """
      UPDATE point SET bits = bits + 1 WHERE step = 3 AND metric =
        (SELECT key FROM metric WHERE name = 'train_loss')
      """)
    let answer = try reproduce()
    #expect(answer.code == 1)
    #expect(answer.kinds == ["record"])
    let metric = answer.verification["metric"] as? [String: Any]
    #expect(metric?["name"] as? String == "train_loss")
    #expect(metric?["step"] as? Int == 3)
    #expect(metric?["ulps"] as? Int == 1)
  }

  @Test func changedWholeNumberIsNamed() throws {
    defer { program.remove() }
    try change(
      "UPDATE value SET bits = bits + 4 WHERE isWhole = 1 AND metric = (SELECT key FROM metric WHERE name = 'accuracy')"
    )
    let answer = try reproduce()
    #expect(answer.code == 1)
    #expect(Set(answer.kinds) == ["record"], "the number, and what queries read of it")
    let metric = answer.verification["metric"] as? [String: Any]
    #expect(metric?["name"] as? String == "accuracy")
    #expect(metric?["ulps"] as? Int == 4)
  }

  @Test func changedFileIsNamedWithItsByte() throws {
    defer { program.remove() }
    let runs = try program.run("runs", "--format", "json").json as? [[String: Any]]
    let artifacts = runs?.first?["artifacts"] as? [[String: Any]]
    let kept = try #require(artifacts?.first { $0["role"] as? String == "output" })
    let (digest, name) = (
      try #require(kept["sha256"] as? String), try #require(kept["name"] as? String)
    )
    let file = program.folder.appending(
      path: ".casebook/artifacts/\(digest.prefix(2))/\(digest.dropFirst(2))")
    var data = try Data(contentsOf: file)
    data[17] ^= 1
    try FileManager.default.removeItem(at: file)
    try data.write(to: file)
    let answer = try reproduce()
    #expect(answer.code == 1)
    let artifact = answer.verification["artifact"] as? [String: Any]
    #expect(artifact?["name"] as? String == name)
    #expect(artifact?["offset"] as? Int == 17)
    #expect(artifact?["is_damaged"] as? Bool == true)
    #expect(answer.kinds == ["record"], "the computation repeats: it is the file that was changed")
  }

  @Test func computationThatDiffersIsNamed() throws {
    defer { program.remove() }
    let answer = try reproduce(environment: ["CASEBOOK_TEST_ULP": "1"])
    #expect(answer.code == 1)
    #expect(answer.verdict == "different")
    #expect(answer.kinds == [], "nothing but the computation is different: \(answer.kinds)")
    #expect(answer.verification["metric"] is [String: Any])
  }

  @Test func otherThreadsAreNamed() throws {
    defer { program.remove() }
    let answer = try reproduce(["--threads", "2"])
    #expect(answer.kinds == ["threads"])
  }

  @Test func changedDataAreNamedAndMissingOnesToo() throws {
    defer { program.remove() }
    let folder = program.folder.appending(path: "digits")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    func write(_ name: String, _ shape: [Int], _ values: [UInt8]) throws {
      var data = Data([0, 0, 8, UInt8(shape.count)])
      for extent in shape {
        data += withUnsafeBytes(of: UInt32(extent).bigEndian) { Data($0) }
      }
      try (data + values).write(to: folder.appending(path: name))
    }
    for (word, count) in [("train", 200), ("t10k", 60)] {
      try write(
        "\(word)-images-idx3-ubyte", [count, 8, 8],
        (0..<count * 64).map { (index: Int) -> UInt8 in
          UInt8((index * 37 + index / 64 * 11) % 256)
        })
      try write("\(word)-labels-idx1-ubyte", [count], (0..<count).map { UInt8($0 % 10) })
    }
    let old = try Self.begin(program, "denoising-autoencoder", "--set", "data=digits/")
    func again() throws -> (code: Int32, output: String) {
      let outcome = try program.run("reproduce", old, "--quiet", "--offline")
      return (outcome.code, outcome.output)
    }
    #expect(try again().code == 0)
    let record = try program.run("runs", "--where", "id = '\(old)'", "--format", "json").json
    let settings = (record as? [[String: Any]])?.first?["settings"] as? [String: Any]
    #expect(
      settings?["data"] as? String == folder.standardizedFileURL.path() + "/",
      "a record holds in any folder: \(settings ?? [:])")
    let file = folder.appending(path: "train-images-idx3-ubyte")
    var data = try Data(contentsOf: file)
    let time = try FileManager.default.attributesOfItem(atPath: file.path())[.modificationDate]
    data[700] ^= 8
    try data.write(to: file)
    try FileManager.default.setAttributes(
      [.modificationDate: time ?? Date()], ofItemAtPath: file.path())
    #expect(try program.run("runs", "--where", "verdict = 'stale'").output.contains(old.prefix(8)))
    let changed = try again()
    #expect(changed.code == 1)
    #expect(changed.output.contains("differs: data, "), "\(changed.output)")
    try FileManager.default.removeItem(at: folder)
    let missing = try again()
    #expect(missing.code == 3)
    #expect(missing.output.contains("no longer"), "\(missing.output)")
    #expect(missing.output.contains("digits/"), "\(missing.output)")
  }

  @Test func rerunStartsFromTheRecord() throws {
    defer { program.remove() }
    let outcome = try program.run(
      "rerun", id, "--set", "epochs=2", "--offline", "--format", "json")
    let run = try #require(outcome.json as? [String: Any], "\(outcome.errors)")
    let settings = run["settings"] as? [String: Any]
    #expect(settings?["epochs"] as? Int == 2)
    #expect(settings?["data"] as? String == "digits")
    #expect((run["provenance"] as? [String: Any])?["parent"] as? String == id)
    let other = try #require(run["id"] as? String)
    let differences =
      try program.run("diff", id, other, "--format", "json").json as? [[String: Any]]
    let names = (differences ?? []).filter { $0["kind"] as? String == "setting" }
      .compactMap { $0["name"] as? String }
    #expect(names == ["epochs"])
  }

  @Test func labelsAndDeletion() throws {
    defer { program.remove() }
    #expect(try program.run("name", id, "first-light").code == 0)
    #expect(try program.run("name", id, "cafe").code == 2)
    #expect(try program.run("tag", "first-light", "paper=v2", "checked").code == 0)
    #expect(try program.run("note", "first-light", "looks", "right").code == 0)
    let tagged = try program.run("runs", "--where", "tags.paper = 'v2'", "--format", "json")
    let run = try #require((tagged.json as? [[String: Any]])?.first)
    #expect(run["name"] as? String == "first-light")
    #expect(run["note"] as? String == "looks right")
    #expect(run["tags"] as? [String: String] == ["paper": "v2", "checked": "true"])

    #expect(try program.run("delete", "first-light").code == 0)
    #expect((try program.run("runs", "--format", "json").json as? [Any])?.isEmpty == true)
    #expect(try program.run("gc").output.contains("Would remove 1 run"))
    #expect(try program.run("restore", "first-light").code == 0)
    #expect((try program.run("runs", "--format", "json").json as? [Any])?.count == 1)
    #expect(try program.run("reproduce", "--all", "--quiet", "--offline").code == 0)

    try program.run("delete", "--where", "name = 'first-light'")
    let cleaned = try program.run("gc", "--yes")
    #expect(cleaned.output.contains("Removed 1 run"), "\(cleaned.output)")
    let left = FileManager.default.enumerator(
      atPath: program.folder.appending(path: ".casebook/artifacts").path())?
      .compactMap { $0 as? String }.filter { $0.count > 10 }
    #expect(left == [])
    #expect(try program.run("show-run", "first-light").code == 2)
  }
}
