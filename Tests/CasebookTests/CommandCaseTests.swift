import Foundation
import Testing

/// Cases that are commands, through the program.
@Suite struct CommandCaseTests {
  private let program: Program
  private let catalog: URL

  /// A catalogue of one case, which is a script of a shell.
  init() throws {
    program = try Program()
    catalog = program.folder.appending(path: "Catalog")
    try FileManager.default.createDirectory(at: catalog, withIntermediateDirectories: true)
    try Self.entry.write(
      to: catalog.appending(path: "count-down.md"), atomically: true, encoding: .utf8)
    try write(
      """
      for word; do case "$word" in
        --from=*) from=${word#*=};; --seed=*) seed=${word#*=};; --resume=*) from=$(cat "${word#*=}");;
      esac; done
      echo "counting from $from"
      while [ "$from" -gt 0 ]; do
        echo "{\\"metric\\": \\"left\\", \\"value\\": $from.$seed, \\"step\\": $((100 - from))}" >&3
        from=$((from - 1))
      done
      echo '{"metric": "loss", "value": 0.1}' >&3
      echo '{"param": "device", "value": "cpu"}' >&3
      """)
  }

  private func write(_ script: String) throws {
    try script.write(
      to: catalog.appending(path: "count-down.sh"), atomically: true, encoding: .utf8)
  }

  private static let entry = """
    ---
    title: Count down
    summary: A shell counts.
    addition: true
    command: [sh, count-down.sh]
    goal: Technological
    algorithms: NN
    field: Computing
    tools: none
    comments: ""
    level: beginner
    references: []
    data: []
    simulated: true
    presets:
      quick: {about: Three., set: {from: 3}}
      standard: {about: Five., set: {}}
      paper: {about: Five., set: {}}
    settings:
      from: {default: 5, meaning: Where to begin.}
      pace: {default: 0.5, meaning: Nothing.}
    metrics:
      left: {better: neither, meaning: What is left.}
      loss: {better: lower, meaning: A number.}
    expects:
      - {metric: loss, equals: 0.1, source: exact}
    ---

    ## The idea

    A shell can count.
    """

  @discardableResult
  private func run(_ arguments: String..., environment: [String: String] = [:]) throws
    -> Program.Outcome
  {
    try program.run(
      arguments, environment: ["CASEBOOK_CATALOG": catalog.path()].merging(environment) { $1 })
  }

  private func record(_ id: String) throws -> [String: Any] {
    try #require(try run("show-run", id, "--format", "json").json as? [String: Any])
  }

  @Test func aCommandIsCheckedRunRecordedComparedReproducedAndPublished() throws {
    defer { program.remove() }
    #expect(try run("check").output.contains("count-down loss"))
    #expect(try run("list").output.contains("runnable"))
    #expect(try run("show", "count-down").output.contains("Where to begin."))
    let first = try run("run", "count-down", "--seeds", "2", "--format", "json")
    #expect(first.code == 0, "\(first.errors)")
    #expect(first.errors.contains("counting from 5"))
    let runs = try #require(first.json as? [[String: Any]])
    let id = try #require(runs[0]["id"] as? String)
    #expect(runs.map { ($0["metrics"] as? [String: Double])?["left"] } == [1.1, 1.2])
    #expect((runs[0]["settings"] as? [String: Double]) == ["from": 5, "pace": 0.5])
    #expect((runs[0]["tags"] as? [String: String]) == ["device": "cpu"])
    let artifacts = try #require(runs[0]["artifacts"] as? [[String: Any]])
    let roles = Dictionary(
      uniqueKeysWithValues: artifacts.map { ($0["name"] as? String, $0["role"] as? String) })
    #expect(roles["count-down.sh"] == "code")
    #expect(roles["output.txt"] == "log")
    let provenance = runs[0]["provenance"] as? [String: Any]
    let command = try #require(provenance?["command"] as? [String: Any])
    #expect(command["words"] as? [String] == ["sh", "count-down.sh"])
    #expect((command["script_sha256"] as? String)?.count == 64)
    #expect(try run("compare", "--case", "count-down").output.contains("±"))
    let reproduction = try run("reproduce", id, "--quiet")
    #expect(reproduction.code == 0, "\(reproduction.output)\(reproduction.errors)")
    #expect(reproduction.output.contains("bitwise the same"))
    #expect(try run("rerun", id, "--set", "from=2", "--quiet").code == 0)
    #expect(try run("publish", "--out", "site", "--quiet").code == 0)
    let pages = try FileManager.default.subpathsOfDirectory(
      atPath: program.folder.appending(path: "site/html").path())
    #expect(pages.contains { $0.contains("count-down") })
  }

  @Test func anotherScriptMakesAVerdictStaleAndIsTheCause() throws {
    defer { program.remove() }
    let run = try run("run", "count-down", "--preset", "quick", "--quiet", "--format", "json")
    let id = try #require((run.json as? [String: Any])?["id"] as? String)
    #expect(try self.run("reproduce", id, "--quiet").code == 0)
    #expect(try record(id)["verdict"] as? String == "bitwise")
    try write("echo '{\"metric\": \"loss\", \"value\": 0.2}' >&3")
    #expect(try record(id)["verdict"] as? String == "stale")
    let again = try self.run("reproduce", id, "--quiet", "--format", "json")
    #expect(again.code == 1)
    let verification =
      ((again.json as? [[String: Any]])?.first?["verification"] as? [String: Any])
    let causes = try #require(verification?["causes"] as? [[String: Any]])
    #expect(causes.first?["kind"] as? String == "code")
    #expect(causes.first?["name"] as? String == "script")
  }

  @Test func settingsAreCheckedBeforeAnythingIsRecorded() throws {
    defer { program.remove() }
    let misspelt = try run("run", "count-down", "--set", "form=3")
    #expect(misspelt.code == 2)
    #expect(
      misspelt.errors == "casebook: count-down has no setting 'form'. Did you mean 'from'? "
        + "Its settings: from, pace.\n")
    #expect(try run("run", "count-down", "--set", "from=x").errors.contains("it takes an integer"))
    #expect(try run("run", "count-down", "--profile").errors.contains("a command"))
    #expect(!program.contents.contains(".casebook"))
  }

  @Test func aBadLineAFailureAndASignalAreToldAndRecorded() throws {
    defer { program.remove() }
    for (script, words) in [
      (
        "echo '{\"metric\": \"lost\", \"value\": 1}' >&3",
        "Line 1 of the command's report cannot be recorded: count-down reports 'lost'"
      ),
      (
        "for i in 1 2; do echo '{\"metric\": \"loss\", \"value\": 1}' >&3; done",
        "Line 2 of the command's report cannot be recorded: The run's one value of 'loss' was"
      ),
      ("echo broken >&2; exit 4", "ended with exit code 4. Its last words:\nbroken"),
      ("kill -ABRT $$", "was ended by SIGABRT"),
    ] {
      try write(script)
      let outcome = try run("run", "count-down")
      #expect(outcome.code == 3)
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
      let failed = try run("runs", "--where", "status = 'failed'", "--format", "json").json
      let failure = (failed as? [[String: Any]])?.first?["failure"] as? String
      #expect(failure?.contains(words) == true, "\(failure ?? "")")
    }
  }

  @Test func aRunThatIsCancelledKeepsItsCheckpointAndGoesOn() throws {
    defer { program.remove() }
    try write(
      """
      for word; do case "$word" in --resume=*) from=$(cat "${word#*=}");; esac; done
      if [ -n "$from" ]; then
        echo "{\\"metric\\": \\"loss\\", \\"value\\": $from}" >&3
        exit
      fi
      trap 'echo "{\\"checkpoint\\": \\"state\\"}" >&3; exit' INT
      echo 42 > state
      echo '{"note": "ready"}' >&3
      while :; do sleep 60 & wait; done
      """)
    let (process, output, errors) = try program.start(
      ["run", "count-down"], environment: ["CASEBOOK_CATALOG": catalog.path()])
    var said = ""
    while !said.contains("ready") {
      let piece = errors.fileHandleForReading.availableData
      guard !piece.isEmpty else { break }
      said += String(decoding: piece, as: UTF8.self)
    }
    let running = try run("runs", "--format", "json").json as? [[String: Any]]
    let id = try #require(running?.first?["id"] as? String, "\(said)")
    let cancelled = try run("cancel", id)
    #expect(cancelled.output.contains("cancelled"), "\(cancelled.errors)")
    _ = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let resumed = try run("run", "--resume", id, "--quiet", "--format", "json")
    #expect(resumed.code == 0, "\(resumed.errors)")
    let metrics = (resumed.json as? [String: Any])?["metrics"] as? [String: Double]
    #expect(metrics?["loss"] == 42)
  }

  @Test func aCommandEndsWithAProgramThatIsKilled() throws {
    defer { program.remove() }
    // Both hold the pipe open as long as they live; neither writes.
    let pipe = program.folder.appending(path: "held").path(percentEncoded: false)
    try #require(mkfifo(pipe, 0o600) == 0)
    let reader = open(pipe, O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    try write(
      """
      exec 4>\(pipe)
      sleep 100 &
      echo '{"note": "ready"}' >&3
      sleep 100
      """)
    let temporary = program.folder.appending(path: "temporary")
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    func folders() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: temporary.path())
        .filter { $0.hasPrefix("casebook-") }
    }
    let (process, _, errors) = try program.start(
      ["run", "count-down"],
      environment: ["CASEBOOK_CATALOG": catalog.path(), "TMPDIR": temporary.path()])
    var said = ""
    while !said.contains("ready") {
      let piece = errors.fileHandleForReading.availableData
      guard !piece.isEmpty else { break }
      said += String(decoding: piece, as: UTF8.self)
    }
    #expect(try folders().count == 1, "\(said)")
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    var end = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
    #expect(poll(&end, 1, 30_000) == 1 && end.revents & Int16(POLLHUP) != 0)
    // The folder goes once they have gone.
    var lost: [[String: Any]]?
    for attempt in 0..<100 {
      if attempt > 0, try folders().isEmpty { break }
      lost =
        try run("runs", "--where", "status = 'lost'", "--format", "json").json
        as? [[String: Any]]
    }
    #expect(try folders().isEmpty)
    let id = try #require(lost?.first?["id"] as? String)
    let export = try run("export", id, "--out", "lost.tar")
    #expect(export.code == 2 && export.errors.contains("is lost"), "\(export.errors)")
  }

  @Test func whatACommandSaysDoesNotSteerTheTerminal() throws {
    defer { program.remove() }
    try write(
      #"""
      printf '%s\n' '{"note": "\u001b[31mred\u0007\nnext"}' >&3
      printf '%s\n' '{"progress": 1, "of": 2, "unit": "\u001b[1msteps", "note": "\u001b[32mgreen"}' >&3
      printf '%s\n' '{"metric": "loss", "value": 0.1}' >&3
      """#)
    let outcome = try run("run", "count-down")
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("red\nnext\n"), "\(outcome.errors)")
    #expect(outcome.errors.contains(" 1/2 steps") && outcome.errors.contains("  green\n"))
    #expect(!(outcome.errors + outcome.output).contains { "\u{1B}\u{7}".contains($0) })
  }

  // MARK: The example with scikit-learn

  /// The folder of a Python that has scikit-learn, of the environment's `PYTHON`.
  private static let pythonFolder: String? = {
    let python = ProcessInfo.processInfo.environment["PYTHON"] ?? "python3"
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      python, "-c", "import sklearn, sys, os; print(os.path.dirname(sys.executable))",
    ]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0
      ? String(decoding: printed, as: UTF8.self).trimmingCharacters(in: .newlines) : nil
  }()

  @Test(.enabled(if: pythonFolder != nil, "PYTHON's environment lacks PyPI's scikit-learn"))
  func theForestRunsAndReproduces() throws {
    defer { program.remove() }
    let path = "\(Self.pythonFolder ?? ""):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
    let run = try program.run(
      "run", "digits-forest", "--preset", "quick", "--quiet", "--format", "json",
      environment: ["PATH": path])
    #expect(run.code == 0, "\(run.errors)")
    let record = try #require(run.json as? [String: Any])
    let metrics = try #require(record["metrics"] as? [String: Double])
    #expect(metrics["accuracy_neighbour"].map { abs($0 - 578.0 / 599) < 1e-12 } == true)
    #expect(metrics["accuracy"].map { $0 > 0.85 } == true)
    let command = (record["provenance"] as? [String: Any])?["command"] as? [String: Any]
    #expect((command?["packages"] as? [String: String])?["scikit-learn"] != nil)
    #expect((command?["python"] as? String)?.hasPrefix("3.") == true)
    let again = try program.run("reproduce", "--all", "--quiet", environment: ["PATH": path])
    #expect(again.code == 0, "\(again.output)\(again.errors)")
  }

  @Test func aPythonWithoutThePackageIsToldInOneLine() throws {
    defer { program.remove() }
    // A Python that has nothing: what stands for it answers as one.
    let tools = program.folder.appending(path: "tools")
    try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: true)
    let python = tools.appending(path: "python3")
    try "#!/bin/sh\necho '{\"version\": \"3.11.2\", \"packages\": {}}'\n".write(
      to: python, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: python.path())
    let path = ["PATH": "\(tools.path()):/usr/bin:/bin"]
    let line =
      "casebook: digits-forest takes scikit-learn, which python3 (3.11.2) lacks: "
      + "python3 -m pip install scikit-learn\n"
    let run = try program.run("run", "digits-forest", environment: path)
    #expect(run.code == 3)
    #expect(run.errors == line)
    for outcome in [
      try program.run("show", "digits-forest", environment: path),
      try program.run("check", environment: path),
    ] {
      #expect(outcome.code == 0)
      #expect(outcome.errors.contains(line))
    }
    // A list starts no other program.
    #expect(try program.run("list", environment: path).errors.isEmpty)
    #expect(!program.contents.contains(".casebook"))
  }
}
