import Foundation
import Testing

@Suite struct CommandTests {
  @Test(
    "Bad use gets one line that names what is right, exit code 2, and leaves nothing behind",
    arguments: [
      (["rn"], "Did you mean 'run'?"),
      (["run", "mnist-c-heder"], "Did you mean 'mnist-c-header'?"),
      (["run", "inferno"], "planned"),
      (["run", "mnist-c-header", "--set", "hiden=3"], "Did you mean 'hidden'?"),
      (["run", "mnist-c-header", "--set", "hidden=x"], "it takes an integer"),
      (["run", "mnist-c-header", "--set", "hidden=0"], "from 1 to"),
      (["run", "mnist-c-header", "--set", "hidden"], "name=value"),
      (["run", "mnist-c-header", "--preset", "quik"], "Did you mean 'quick'?"),
      (["run", "mnist-c-header", "--sed", "3"], "Did you mean"),
      (["run", "mnist-c-header", "--seed", "x"], "seed"),
      (["run", "mnist-c-header", "--seeds", "0"], "--seeds lies from 1"),
      (["list", "--format", "yaml"], "'table', 'json', 'csv', 'markdown' or 'latex'"),
      (["list", "--tool", "kears"], "Did you mean 'Keras'?"),
      (["list", "--level", "expert"], "advanced, beginner, intermediate"),
      (["show", "virgo-autoencode"], "Did you mean 'virgo-autoencoder'?"),
      (["compare", "abc"], "two or more"),
      (["compare", "abc", "def"], "abc"),
      (["compare", "--case", "mnist-c-header", "--by", "auc"], "mnist-c-header"),
      (["data", "get", "mnst"], "Did you mean 'mnist'?"),
    ])
  func badUse(arguments: [String], words: String) throws {
    let program = try Program()
    defer { program.remove() }
    let (process, output, errors) = try program.start(arguments)
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 2)
    #expect(printed.isEmpty)
    #expect(said.hasPrefix("casebook: "))
    #expect(said.contains(words), "\(said)")
    #expect(said.split(separator: "\n").count == 1, "\(said)")
    #expect(program.contents == [])
  }

  @Test func queryThatIsWrongIsShownWithACaret() throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run("runs", "--where", "seed = 1 and accurcy > 0.5 or x")
    #expect(outcome.code == 2)
    let lines = outcome.errors.split(separator: "\n", omittingEmptySubsequences: false)
    try #require(lines.count >= 3)
    #expect(lines[1] == "  seed = 1 and accurcy > 0.5 or x")
    let caret = try #require(lines[2].firstIndex(of: "^"))
    #expect(lines[2].distance(from: lines[2].startIndex, to: caret) == 33)
  }

  @Test func listIsTheContractOfTheReadme() throws {
    let program = try Program()
    defer { program.remove() }
    let all = try #require(program.run("list", "--format", "json").json as? [[String: Any]])
    #expect(all.count { $0["is_addition"] as? Bool == false } == 25)
    let keys: Set = [
      "slug", "title", "goal", "algorithms", "field", "tools", "comments", "level", "status",
    ]
    #expect(all.allSatisfy { keys.isSubset(of: Set($0.keys)) })
    let first = try #require(all.first { $0["slug"] as? String == "cms-b-tagging" })
    #expect(first["algorithms"] as? [String] == ["CNN", "LSTM"])
    #expect(first["tools"] as? [String] == ["Keras", "Tensorflow"])
    #expect(first["status"] as? String == "planned")
    let filtered = try program.run("list", "--goal", "classification", "--tool", "pytorch,keras")
    #expect(filtered.code == 0)
    #expect(filtered.output.contains("mnist-c-header"))
    #expect(!filtered.output.contains("virgo-autoencoder"))
  }

  @Test(
    "Tables fit 80 columns",
    arguments: [["list"], ["show", "mnist-c-header"], ["data"], ["check"]])
  func tablesFit(arguments: [String]) throws {
    let program = try Program()
    defer { program.remove() }
    let (process, output, _) = try program.start(arguments)
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    // Words that cannot be broken, such as addresses, may stand out of a paragraph.
    let long = text.split(separator: "\n").filter { $0.count > 80 && !$0.contains("://") }
    #expect(long.isEmpty, "\(long)")
    #expect(!text.contains("\u{1B}"))
  }

  @Test func nothingMatchesIsSaidInWords() throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run("list", "--goal", "Denoising", "--search", "lungs")
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("nothing matches --goal Denoising --search lungs"))
  }

  /// The whole walk: two equal runs and one of another seed, listed, compared, published.
  @Test func runsAreRecordedRepeatedComparedAndPublished() throws {
    let program = try Program()
    defer { program.remove() }
    func run(seed: String) throws -> [String: Any] {
      let outcome = try program.run(
        "run", "mnist-c-header", "--preset", "quick", "--set", "epochs=3", "--seed", seed,
        "--offline", "--format", "json")
      #expect(outcome.code == 0, "\(outcome.errors)")
      return try #require(outcome.json as? [String: Any])
    }
    let (first, second, other) = (try run(seed: "1"), try run(seed: "1"), try run(seed: "2"))
    func results(_ run: [String: Any]) throws -> NSArray {
      let artifacts = try #require(run["artifacts"] as? [[String: Any]])
      let metrics = try #require(run["metrics"] as? NSDictionary)
      return [metrics, artifacts.compactMap { $0["sha256"] as? String }]
    }
    #expect(try results(first) == results(second))
    #expect(try results(first) != results(other))

    let runs = try #require(
      program.run("runs", "--where", "seed = 1", "--format", "json").json as? [[String: Any]])
    #expect(runs.count == 2)
    let id = try #require(other["id"] as? String)
    let comparison = try #require(
      program.run("compare", "--case", "mnist-c-header", "--format", "json").json as? [String: Any])
    let groups = try #require(comparison["groups"] as? [[String: Any]])
    #expect(groups.count == 1)
    #expect(groups.first?["seeds"] as? [Int] == [1, 2])
    #expect(try program.run("compare", String(id.prefix(8)), "ffffffff").code == 2)
    let table = try program.run("compare", "--case", "mnist-c-header")
    #expect(table.output.contains("accuracy (95 %)"))
    let records = try program.run(
      "compare", "--case", "mnist-c-header", "--by", "accuracy", "--format", "csv")
    #expect(records.output.hasPrefix("group,metric,n,mean,sd,ci95_low,ci95_high\nA,accuracy,2,0."))
    // One seed is beaten by no other, and beats none.
    let single = try #require(
      program.run(
        "compare", "--where", "seed = 2", "--by", "accuracy", "--format", "json"
      ).json as? [String: Any])
    let metrics = try #require(single["metrics"] as? [[String: Any]])
    #expect(metrics.first?["best"] is NSNull)
    let shown = try program.run("runs", "show", id)
    #expect(try shown.code == 0 && shown.output == program.run("show-run", id).output)

    #expect(try program.run("publish", "--out", "site").code == 0)
    let page = program.folder.appending(path: "site/html/cases/mnist-c-header.html")
    #expect(try String(contentsOf: page, encoding: .utf8).contains(id.prefix(8)))
  }

  /// With the same seed every case has the same metrics and artifacts to the bit, with another not.
  @Test func everyCaseRepeats() throws {
    let program = try Program()
    defer { program.remove() }
    let list = try program.run("list", "--status", "runnable", "--format", "json")
    // Commands need what not every machine has, and have tests of their own.
    let beside = try FileManager.default.contentsOfDirectory(
      atPath: Program.root.appending(path: "Catalog").path())
    let slugs = try #require(list.json as? [[String: Any]]).compactMap { $0["slug"] as? String }
      .filter { slug in !beside.contains { $0.hasPrefix("\(slug).") && !$0.hasSuffix(".md") } }
    #expect(slugs.count >= 9)
    #expect(!slugs.contains("digits-forest"))
    for slug in slugs {
      func results(seed: String) throws -> NSArray {
        let outcome = try program.run(
          "run", slug, "--preset", "quick", "--seed", seed, "--offline", "--format", "json")
        #expect(outcome.code == 0, "\(slug): \(outcome.errors)")
        let run = try #require(outcome.json as? [String: Any])
        let artifacts = try #require(run["artifacts"] as? [[String: Any]])
        return [
          try #require(run["metrics"] as? NSDictionary),
          artifacts.compactMap { $0["sha256"] as? String },
        ]
      }
      let first = try results(seed: "1")
      #expect(try results(seed: "1") == first, "\(slug) does not repeat")
      #expect(try results(seed: "2") != first, "\(slug) does not depend on its seed")
    }
  }

  @Test func profileIsPrintedAndItsTraceKept() throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run(
      "run", "mnist-c-header", "--preset", "quick", "--offline", "--profile-out", "trace.json")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("\nlinear "))
    #expect(outcome.output.contains("outside kernels."))
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let data = try Data(contentsOf: program.folder.appending(path: "trace.json"))
    let trace = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect((trace["traceEvents"] as? [Any])?.isEmpty == false)
    let runs = try #require(program.run("runs", "--format", "json").json as? [[String: Any]])
    let artifacts = try #require(runs.first?["artifacts"] as? [[String: Any]])
    #expect(artifacts.contains { $0["name"] as? String == "trace.json" })
  }

  @Test func killedRunIsLostAndKeepsItsPoints() throws {
    let program = try Program()
    defer { program.remove() }
    let (process, _, errors) = try program.start([
      "run", "mnist-c-header", "--preset", "quick", "--set", "epochs=100000",
    ])
    _ = errors.fileHandleForReading.availableData
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let runs = try #require(program.run("runs", "--format", "json").json as? [[String: Any]])
    #expect(runs.first?["status"] as? String == "lost")
    #expect((runs.first?["last_step"] as? Int ?? 0) >= 1)
    let next = try program.run(
      "run", "mnist-c-header", "--preset", "quick", "--set", "epochs=1", "--quiet")
    #expect(next.code == 0, "\(next.errors)")
  }

  @Test func faultyEntryIsToldWithFileAndLineAndTheOthersStay() throws {
    let program = try Program()
    defer { program.remove() }
    let catalog = program.folder.appending(path: "Catalog")
    try FileManager.default.copyItem(
      at: Program.root.appending(path: "Catalog"), to: catalog)
    for (name, old, new) in [
      ("inferno", "level: ", "levl: "), ("lumin", "goal: Technological", "goal: Technologic"),
    ] {
      let file = catalog.appending(path: "\(name).md")
      let text = try String(contentsOf: file, encoding: .utf8)
      try text.replacingOccurrences(of: old, with: new).write(
        to: file, atomically: true, encoding: .utf8)
    }
    let check = try program.run("check", environment: ["CASEBOOK_CATALOG": catalog.path()])
    #expect(check.code == 1)
    #expect(check.errors.contains("inferno.md:"))
    #expect(check.errors.contains("lumin.md:"))
    let list = try program.run("list", environment: ["CASEBOOK_CATALOG": catalog.path()])
    #expect(list.code == 0)
    #expect(list.errors.contains("2 entries are faulty"))
  }
}
