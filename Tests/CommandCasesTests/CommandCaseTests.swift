import Casework
import Catalog
import Foundation
import Testing

@testable import CommandCases

/// Commands of a shell, which every machine has.
@Suite(.serialized) struct CommandCaseTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "commands-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// A case that is a script of a shell.
  private func probe(
    _ script: String, program: String = "sh", data: [String] = [], settings: [Setting] = [],
    changes: [String: JSONValue] = [:], environment: [String: String] = [:]
  ) throws -> CommandCase {
    let path = folder.appending(path: "probe.sh").path(percentEncoded: false)
    try script.write(toFile: path, atomically: true, encoding: .utf8)
    let none = Entry.Column(text: "", terms: [])
    let command = Entry.Command(
      words: [program, "probe.sh"], script: path, isPython: false, requirements: [],
      settings: settings)
    let entry = Entry(
      slug: Slug(typeName: "Probe"), title: "", summary: "", goal: none, algorithms: none,
      field: none, tools: none, comments: "", level: .beginner, references: [], dataNames: data,
      declaredData: [], presets: [], settings: [:], metrics: [], expectations: [], body: "",
      bodyLine: 1, command: command)
    var probe = try CommandCase(
      entry, command, settings: changes,
      environment: ["PATH": "/usr/bin:/bin"].merging(environment) { $1 })
    probe.patience = .init(
      afterInterrupt: .milliseconds(100), afterTermination: .milliseconds(100))
    return probe
  }

  private func remove() { try? FileManager.default.removeItem(at: folder) }

  @Test func everyKindOfLineReachesTheSession() async throws {
    defer { remove() }
    let host = RecordingHost()
    try await probe(
      """
      exec 4>"$CASEBOOK_REPORT"
      echo '{"metric": "loss", "value": 0.5, "step": 1}' >&4
      echo '{"metric": "loss", "value": NaN, "step": 2}' >&4
      echo '{"metric": "loss", "value": 0.25}' >&3
      echo '{"param": "device", "value": "cpu"}' >&4
      echo '{"progress": 1, "of": 2, "unit": "epochs", "note": "so far"}' >&4
      echo '{"note": "half"}' >&4
      mkdir models && printf 'weights' > models/model.bin
      echo '{"artifact": "models/model.bin"}' >&4
      printf 'state' > state && echo '{"checkpoint": "state"}' >&4
      echo '{"figure": "roc", "kind": "lines", "title": "t", "caption": "c", "series": [{"name": "s", "x": [1], "y": [2]}]}' >&4
      printf '\\n{"note": "unended"}' >&4
      """
    ).run(in: Session(seed: 1, host: host))
    let all = host.contents
    #expect(all.metrics["loss"]?.map(\.description) == ["0.5", "nan", "0.25"])
    #expect(all.steps["loss"] == [1, 2, nil])
    #expect(all.tags == ["device": "cpu"])
    #expect(all.progress == [RunProgress(done: 1, total: 2, unit: "epochs", note: "so far")])
    #expect(all.notes == ["half", "unended"])
    #expect(all.artifacts["model.bin"] == Data("weights".utf8))
    #expect(all.checkpoint == Data("state".utf8))
    #expect(all.figures.map(\.name) == ["roc"])
    #expect(all.roles == ["probe.sh": .code, "model.bin": .output])
  }

  @Test func settingsSeedDataAndCheckpointAreArguments() async throws {
    defer { remove() }
    let settings = [
      Setting(name: "rate", kind: .number, standard: .number(0.5)),
      Setting(name: "depth", kind: .integer, standard: .integer(3)),
      Setting(name: "is_fast", kind: .flag, standard: .bool(false)),
    ]
    let host = RecordingHost(resumption: Data("before".utf8))
    try await probe(
      #"for word; do case "$word" in --resume=*) cat "${word#*=}"; echo;; *) echo "$word";; esac; done"#,
      data: ["digits"], settings: settings, changes: ["rate": .integer(2)]
    ).run(in: Session(seed: -7, host: host))
    #expect(
      host.contents.notes == [
        "--rate=2", "--depth=3", "--is_fast=false", "--seed=-7", "before",
        "--data-digits=/data/digits",
      ])
  }

  @Test(arguments: [
    ("digits", "--data=/data/digits"), ("simulated", "--data=simulated"),
    ("/my/own", "--data=/my/own"),
  ])
  func aSettingChoosesTheData(choice: String, argument: String) async throws {
    defer { remove() }
    let host = RecordingHost()
    try await probe(
      #"for word; do echo "$word"; done"#, data: ["digits", "mnist"],
      settings: [Setting(name: "data", kind: .text, standard: .string("mnist"))],
      changes: ["data": .string(choice)]
    ).run(in: Session(seed: 1, host: host))
    #expect(host.contents.notes == ["--seed=1", argument])
  }

  @Test func secretsAndTheProgramsOwnVariablesStayHere() async throws {
    defer { remove() }
    let host = RecordingHost(threads: 3)
    try await probe(
      "env | sort",
      environment: [
        "CASEBOOK_CONFLUENCE_TOKEN": "t0p", "CASEBOOK_HOME": "h0me", "GITHUB_TOKEN": "t0p",
        "aws_secret_access_key": "t0p", "DB_PASSWORD": "t0p", "HOME": "/root", "LANG": "C",
        "KEY": "t0p", "SIGNING_KEY": "t0p", "signing_key_2": "t0p", "DB_PASS": "t0p",
        "MYSQL_PWD": "t0p", "KEYBOARD": "de", "COMPASS": "n",
      ]
    ).run(in: Session(seed: 5, host: host))
    let notes = host.contents.notes
    #expect(!notes.contains { $0.contains("t0p") || $0.contains("h0me") })
    for line in [
      "HOME=/root", "LANG=C", "KEYBOARD=de", "COMPASS=n", "OMP_NUM_THREADS=3", "PYTHONHASHSEED=5",
      "CASEBOOK_REPORT=/dev/fd/3",
    ] { #expect(notes.contains(line), "\(line)") }
  }

  @Test(arguments: [
    ("echo not JSON >&3", 1, "it is no JSON object", "not JSON"),
    ("echo >&3; echo '{\"metrics\": 1}' >&3", 2, "it has none of the keys", "metrics"),
    (
      #"echo '{"metric": "los", "value": 1}' >&3"#, 1,
      "reports 'los', which Catalog/probe.md does not declare. Did you mean 'loss'?", "los"
    ),
    (#"printf '{"note": "\377"}\n' >&3"#, 1, "it is not UTF-8", "note"),
    (
      #"echo '{"artifact": "../../etc/passwd"}' >&3"#, 1, "not in the command's working folder",
      "etc"
    ),
    (#"ln -s /etc/passwd x; echo '{"artifact": "x"}' >&3"#, 1, "not in the command's", "x"),
    (#"echo '{"artifact": "none"}' >&3"#, 1, "is not there", "none"),
    (#"mkfifo x; echo '{"checkpoint": "x"}' >&3"#, 1, "is not there", "x"),
    (
      "head -c 20000000 /dev/zero | tr '\\0' x >&3", 1, "has more than 16777216 bytes", "xxx"
    ),
  ])
  func aBadLineEndsTheCommandAndIsNamed(
    script: String, line: Int, problem: String, text: String
  ) async throws {
    defer { remove() }
    // The command would go on for ever, and does not end when asked.
    let stubborn = "trap '' INT TERM\n\(script)\nwhile :; do sleep 60; done"
    let error = await #expect(throws: CommandError.self) {
      try await probe(stubborn).run(in: Session(seed: 1, host: RecordingHost()))
    }
    guard case .badReport(let found, let shown, let words)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found == line)
    #expect(words.contains(problem), "\(words)")
    #expect(shown.contains(text), "\(shown)")
  }

  @Test func exitCodesAndSignalsAreToldWithTheLastWords() async throws {
    defer { remove() }
    func error(_ script: String) async -> CommandError? {
      await #expect(throws: CommandError.self) {
        try await probe(script).run(in: Session(seed: 1, host: RecordingHost()))
      }
    }
    let slug = Slug(typeName: "Probe")
    #expect(
      await error("echo first; echo 'no memory' >&2; exit 7")
        == .exited(code: 7, case: slug, lastWords: "first\nno memory"))
    #expect(
      await error("kill -SEGV $$") == .killed(signal: SIGSEGV, case: slug, lastWords: ""))
    // In the middle of a line too.
    #expect(
      await error("printf '{\"metric\": ' >&3; kill -SEGV $$")
        == .killed(signal: SIGSEGV, case: slug, lastWords: ""))
    #expect(
      await error("printf '{\"metric\": ' >&3; exit 3")
        == .exited(code: 3, case: slug, lastWords: ""))
    guard case .badReport(1, _, _)? = await error("printf '{\"metric\": ' >&3") else {
      Issue.record("a torn line of a command that ended well was taken")
      return
    }
    #expect(await error("kill -KILL $$")?.description.contains("memory ran out") == true)
    #expect(await error("exit 1")?.description.hasSuffix("; it said nothing.") == true)
  }

  @Test func whatIsPrintedIsShownLegiblyAndKeptAsItWas() async throws {
    defer { remove() }
    let host = RecordingHost()
    try await probe(
      #"printf '\033[31mred\033[0m\n10%%\r20%%\rdone\n\377raw\ttab\007\nno end'"#
    ).run(in: Session(seed: 1, host: host))
    #expect(host.contents.notes == ["red", "done", "\u{FFFD}raw\ttab", "no end"])
    let kept = try #require(host.contents.artifacts["output.txt"])
    #expect(kept.contains(0xFF) && kept.contains(0x1B))
    #expect(host.contents.roles["output.txt"] == .log)
  }

  @Test func endlessOutputIsKeptWithinBounds() async throws {
    defer { remove() }
    let host = RecordingHost()
    try await probe(
      "echo begin; head -c 5000000 /dev/zero | tr '\\0' x; echo; echo end"
    ).run(in: Session(seed: 1, host: host))
    let kept = try #require(host.contents.artifacts["output.txt"])
    #expect(kept.count < 2 * OutputLog.share + 100)
    let text = String(decoding: kept, as: UTF8.self)
    #expect(text.hasPrefix("begin\n") && text.hasSuffix("end\n"))
    #expect(text.contains("bytes are left out here"))
    #expect(host.contents.notes.count == 3)
    #expect(host.contents.notes.allSatisfy { $0.count <= 400 })
  }

  @Test func aCancelledCommandEndsWithAllThatItStarted() async throws {
    defer { remove() }
    let (notes, heard) = AsyncStream.makeStream(of: String.self)
    let host = RecordingHost(heard: heard)
    let marker = folder.appending(path: "child").path(percentEncoded: false)
    // Neither the command nor its child ends when asked; both say so once they run.
    var probe = try probe(
      """
      trap 'echo asked' INT
      trap '' TERM
      sh -c 'trap "" INT TERM; echo $$ > \(marker); while :; do sleep 60; done' &
      while [ ! -s \(marker) ]; do :; done
      echo '{"note": "ready"}' >&3
      while :; do sleep 60 & wait; done
      """)
    // A busy machine needs a while to say that it was asked.
    probe.patience.afterInterrupt = .seconds(2)
    let command = probe
    let task = Task { try await command.run(in: Session(seed: 1, host: host)) }
    for await note in notes where note == "ready" { break }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(host.contents.artifacts["output.txt"] == Data("asked\n".utf8))
    let child = try #require(
      pid_t(
        String(contentsOfFile: marker, encoding: .utf8).trimmingCharacters(in: .newlines)))
    // It may be a zombie for a moment, but runs no more.
    let state = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
    #expect(state == nil || state?.contains(") Z ") == true, "\(state ?? "")")
  }

  @Test func aCommandThatLeavesSomethingRunningIsNotWaitedFor() async throws {
    defer { remove() }
    let host = RecordingHost()
    // It holds the pipes open in a session of its own, which no signal to the group reaches.
    try await probe(
      """
      setsid sh -c 'echo $$ > pid; exec sleep 60' &
      while [ ! -s pid ]; do :; done
      cat pid
      """
    ).run(in: Session(seed: 1, host: host))
    let left = try #require(host.contents.notes.first.flatMap { pid_t($0) })
    kill(left, SIGKILL)
  }

  @Test func whatItWasMadeByIsRecorded() throws {
    defer { remove() }
    let provenance = try #require(try probe("exit 0").commandProvenance())
    #expect(provenance.words == ["sh", "probe.sh"])
    #expect(["/usr/bin/sh", "/bin/sh"].contains(provenance.program))
    // printf 'exit 0' | sha256sum
    #expect(
      provenance.scriptDigest
        == "c22995adc29757a99bc9242926a5d5b5a8007ecc78f30943161cf072af42d9d2")
    #expect(provenance.programDigest.count == 64)
  }

  @Test func aMissingProgramIsNamed() throws {
    defer { remove() }
    let error = #expect(throws: CommandError.self) {
      try probe("", program: "no-such-program").requireProgram()
    }
    #expect(error == .noProgram("no-such-program", case: Slug(typeName: "Probe")))
  }
}
