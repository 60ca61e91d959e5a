import Foundation
import Testing

/// Runs that come from MLflow and go there, with MLflow's own client where it is installed.
@Suite struct MLflowTests {
  private let program: Program
  /// A file store of one run, written by hand as MLflow writes it.
  private let store: URL
  private static let id = "e646daad4f714502a96c212d5da192ee"
  private var run: URL { store.appending(path: "4347/\(Self.id)") }

  init() throws {
    program = try Program()
    store = program.folder.appending(path: "mlruns")
    let run = store.appending(path: "4347/\(Self.id)")
    for (name, content) in [
      "../meta.yaml": "experiment_id: '4347'\nlifecycle_stage: active\nname: 'Jet tagging: CNN'\n",
      "meta.yaml": """
      artifact_uri: \(run.appending(path: "artifacts").absoluteString)
      end_time: 1795790400104
      experiment_id: '4347'
      lifecycle_stage: active
      run_id: \(Self.id)
      run_name: first run
      start_time: 1795790400013
      status: 3
      user_id: 'o''neil: root'
      """,
      "params/lr": "0.01", "params/epochs": "3", "params/seed": "7", "params/text": "a\nb",
      "params/zero": "0.10", "tags/paper": "v2", "tags/mlflow.runName": "first run",
      "metrics/train/acc": "1795790400020 0.25 0\n",
      "metrics/loss": "1795790400020 1.5 0\n1795790400030 nan 1\n1795790400040 -inf 2\n",
      "metrics/twice": "1795790400020 2.0 0\n1795790400030 1.0 0\n",
      "artifacts/deep/er/a.txt": "hello", "artifacts/b.bin": "\u{1}",
    ] {
      let file = run.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(content.utf8).write(to: file)
    }
  }

  private func contents(of folder: URL) throws -> [String: String] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path())
    return names.reduce(into: [:]) { contents, name in
      guard let data = try? Data(contentsOf: folder.appending(path: name)) else { return }
      contents[name] = String(decoding: data, as: UTF8.self)
    }
  }

  @Test func aFileStoreComesOnceAndIsListedShownComparedAndPublished() throws {
    defer { program.remove() }
    let first = try program.run("import", "--mlflow", "mlruns")
    #expect(first.code == 0, "\(first.errors)")
    #expect(first.output == "Took over 1 run.\n")
    #expect(
      try program.run("import", "--mlflow", "mlruns").output
        == "Took over 0 runs; 1 known already.\n")
    let runs = try #require(
      program.run("runs", "--where", "lr < 0.1 and epochs = 3", "--format", "json").json
        as? [[String: Any]])
    #expect(runs.first?["id"] as? String == Self.id)
    #expect(runs.first?["case"] as? String == "jet-tagging-cnn")
    #expect(runs.first?["seed"] as? Int == 7)
    let artifacts = runs.first?["artifacts"] as? [[String: Any]]
    #expect(
      Set(artifacts?.compactMap { $0["name"] as? String } ?? []) == [
        "b.bin", "deep/er/a.txt", "mlflow-metrics.json",
      ])
    #expect(try program.run("show-run", Self.id).output.contains("Jet tagging: CNN"))
    #expect(try program.run("compare", Self.id, Self.id).code == 0)
    #expect(try program.run("compare", "--case", "jet-tagging-cnn").output.contains("train/acc"))
    #expect(try program.run("publish", "--out", "site", "--quiet").code == 0)
    let again = try program.run("reproduce", Self.id)
    #expect(again.code == 3)
    #expect(again.output.contains("was imported from MLflow"))
    #expect(try program.run("rerun", Self.id).errors.contains("was imported from MLflow"))
    #expect(try program.run("doctor", "--thorough").code == 0)
  }

  @Test func aRunThatWasKilledIsLostAndComesAgainOnceItHasEnded() throws {
    defer { program.remove() }
    let meta = run.appending(path: "meta.yaml")
    let ended = try String(contentsOf: meta, encoding: .utf8)
    var killed = ended.replacing("status: 3", with: "status: 1")
      .replacing("end_time: 1795790400104", with: "end_time: null")
    for (old, new) in [("17957904000", "16957904000")] { killed = killed.replacing(old, with: new) }
    try killed.write(to: meta, atomically: true, encoding: .utf8)
    for name in ["train/acc", "loss", "twice"] {
      let file = run.appending(path: "metrics/\(name)")
      try String(contentsOf: file, encoding: .utf8).replacing("17957904000", with: "16957904000")
        .write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(
      try program.run("import", "--mlflow", "mlruns").output
        == "Took over 1 run, 1 of them lost.\n")
    let lost = try #require(
      program.run("runs", "--format", "json").json as? [[String: Any]])
    #expect(lost.first?["status"] as? String == "lost")
    #expect((lost.first?["metrics"] as? [String: Any])?["twice"] as? Double == 1)
    #expect(try program.run("export", Self.id, "--mlflow", "back").code == 0)
    let back = program.folder.appending(path: "back")
    let written = try contents(of: back).first { $0.key.hasSuffix("\(Self.id)/meta.yaml") }?.value
    #expect(written?.contains("status: 1\n") == true && written?.contains("end_time: null") == true)
    // One that logs now may go on.
    let now = Int(Date().timeIntervalSince1970 * 1000)
    try killed.replacing("start_time: 1695790400013", with: "start_time: \(now)")
      .write(to: meta, atomically: true, encoding: .utf8)
    #expect(
      try program.run("import", "--mlflow", "mlruns", "--home", "other").output
        == "Took over 0 runs; 1 still running, left.\n")
    try killed.replacing("status: 1", with: "status: 3")
      .replacing("end_time: null", with: "end_time: 1695790400104")
      .write(to: meta, atomically: true, encoding: .utf8)
    #expect(try program.run("import", "--mlflow", "mlruns").output == "Took over 1 run.\n")
    #expect(try program.run("runs", "--where", "status = 'finished'").output.contains("finished"))
  }

  @Test func whatCameFromMLflowGoesThereUnchanged() throws {
    defer { program.remove() }
    try program.run("import", "--mlflow", "mlruns")
    let export = try program.run("export", Self.id, "--mlflow", "back")
    #expect(export.code == 0, "\(export.errors)")
    let experiment = try #require(
      FileManager.default.contentsOfDirectory(atPath: program.folder.appending(path: "back").path())
        .first)
    var (before, after) = (
      try contents(of: run),
      try contents(of: program.folder.appending(path: "back/\(experiment)/\(Self.id)"))
    )
    #expect(after["meta.yaml"]?.contains("start_time: 1795790400013\n") == true)
    #expect(after["meta.yaml"]?.contains("end_time: 1795790400104\n") == true)
    #expect(after["meta.yaml"]?.contains("user_id: \"o'neil: root\"\n") == true)
    (before["meta.yaml"], after["meta.yaml"]) = (nil, nil)
    #expect(before == after)
    #expect(try program.run("export", Self.id, "--mlflow", "back").code == 3)
  }

  @Test func aRunOfCasebookGoesThroughMLflowUnchanged() throws {
    defer { program.remove() }
    let run = try program.run(
      "run", "mnist-c-header", "--preset", "quick", "--set", "epochs=2", "--offline", "--quiet",
      "--format", "json")
    let id = try #require((run.json as? [String: Any])?["id"] as? String, "\(run.errors)")
    #expect(try program.run("export", id, "--mlflow", "out").code == 0)
    #expect(
      try program.run("import", "--mlflow", "out", "--home", "other").output
        == "Took over 1 run.\n")
    let (mine, theirs) = (
      try program.run("show-run", id, "--format", "json"),
      try program.run("show-run", id, "--format", "json", "--home", "other")
    )
    #expect(mine.output == theirs.output)
    #expect(mine.code == 0)
    let again = try program.run("reproduce", id, "--home", "other", "--offline", "--quiet")
    #expect(again.code == 0, "\(again.output)")
  }

  @Test(arguments: [
    ("meta.yaml", "", "is no YAML of names and values"),
    ("meta.yaml", "a: &x [1]\nb: *x\n", "has anchors and aliases"),
    ("meta.yaml", "status: 3\n: [", "it is no YAML"),
    ("meta.yaml", "run_id: \(id)\nstatus: 9\nstart_time: 1\n", "status or start_time"),
    ("meta.yaml", "run_id: ../../x\nstatus: 3\nstart_time: 1\n", "not of its folder"),
    (
      "meta.yaml", "run_id: \(id)\nstatus: 3\nstart_time: 1\nartifact_uri: file:///etc\n",
      "outside the store's folder; allow that with --artifacts"
    ),
    (
      "meta.yaml", "run_id: \(id)\nstatus: 3\nstart_time: 1\nartifact_uri: mlruns/../../..\n",
      "outside the store's folder"
    ),
    (
      "meta.yaml", "run_id: \(id)\nstatus: 3\nstart_time: 1\nartifact_uri: s3://bucket/x\n",
      "not in a folder of this machine"
    ),
    ("metrics/loss", "1 2\n1 x 3\n", "metrics/loss:2: '1 x 3' is no point"),
    ("metrics/loss", "1 2 9223372036854775807\n", "is no point of a metric"),
    ("params/lr", "\u{0}", nil), ("../meta.yaml", "x: 1\n", "does not name an experiment"),
  ])
  func aStoreThatIsNotSoundIsRefusedWhole(file: String, content: String, problem: String?) throws {
    defer { program.remove() }
    try Data(content.utf8).write(to: run.appending(path: file))
    let outcome = try program.run("import", "--mlflow", "mlruns")
    guard let problem else {
      #expect(outcome.code == 0, "\(outcome.errors)")
      return
    }
    #expect(outcome.code == 3)
    #expect(outcome.errors.contains(problem), "\(outcome.errors)")
    #expect(outcome.errors.contains("Nothing was recorded"))
    #expect((try program.run("runs", "--format", "json").json as? [Any])?.isEmpty == true)
  }

  @Test func missingAndLinkedFilesAreRefused() throws {
    defer { program.remove() }
    try FileManager.default.createSymbolicLink(
      atPath: run.appending(path: "artifacts/passwd").path(), withDestinationPath: "/etc/passwd")
    #expect(
      try program.run("import", "--mlflow", "mlruns").errors.contains("'passwd' is no file of"))
    try FileManager.default.removeItem(at: run.appending(path: "artifacts/passwd"))
    try FileManager.default.removeItem(at: run.appending(path: "meta.yaml"))
    #expect(
      try program.run("import", "--mlflow", "mlruns").errors.contains("meta.yaml is missing"))
    #expect(try program.run("import", "--mlflow", "nowhere").errors.contains("no such folder"))
    try Data("no database".utf8).write(to: program.folder.appending(path: "x.db"))
    #expect(
      try program.run("import", "--mlflow", "x.db").errors.contains("x.db: it cannot be read"))
    #expect(try program.run("import").code == 2)
  }

  // MARK: With MLflow itself

  private static let python = ProcessInfo.processInfo.environment["PYTHON"] ?? "python3"

  private static func ask(_ words: [String], in folder: URL? = nil) -> String? {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["MLFLOW_ALLOW_FILE_STORE=true", "MLFLOW_DISABLE_TELEMETRY=true", python] + words
    process.currentDirectoryURL = folder
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: printed, as: UTF8.self) : nil
  }

  private static let isInstalled =
    ask([
      "-c",
      "import importlib.util as u, sys; sys.exit(None in map(u.find_spec, ['mlflow', 'sqlalchemy', 'alembic']))",
    ]) != nil

  /// `write STORE` makes runs; `read STORE` prints all that the client says of the runs there.
  private static let script = """
    import json, sys, mlflow
    from mlflow import MlflowClient
    what, uri = sys.argv[1:]
    client = MlflowClient(uri)
    if what == "write":
        mlflow.set_tracking_uri(uri)
        mlflow.set_experiment("Jets & more: é")
        for name in ["first run", "no: 2"]:
            with mlflow.start_run(run_name=name, tags={"paper": "v2 'x'", "empty": ""}) as run:
                mlflow.log_params({"lr": 1e-07, "epochs": 3, "is_on": True, "text": "a\\nb: c", "p": "1.0"})
                for step in range(2000):
                    client.log_batch(run.info.run_id, [mlflow.entities.Metric("loss", 1 / (step + 3), 1795790400000 + step, step)]) if step < 3 else None
                mlflow.log_metric("odd", float("nan"), step=4)
                mlflow.log_metric("odd", float("inf"), step=5)
                mlflow.log_metric("odd", float("-inf"), step=6)
                mlflow.log_metric("train/acc", 0.1 + 0.2)
                mlflow.log_text("hello", "deep/er/a.txt")
        client.set_terminated(client.create_run(run.info.experiment_id).info.run_id, "KILLED")
        client.create_run(run.info.experiment_id)
    found = {}
    for experiment in client.search_experiments():
        for run in client.search_runs([experiment.experiment_id]):
            info, data = run.info, run.data
            def files(path=None):
                for item in client.list_artifacts(info.run_id, path):
                    yield from files(item.path) if item.is_dir else [item.path]
            if info.status == "RUNNING":
                continue
            big = sys.float_info.max
            def number(x):
                return repr(x if abs(x) != big else x * 2)
            found[info.run_id] = [
                experiment.name, info.run_name, info.status, info.start_time, info.end_time,
                info.user_id, data.params, data.tags,
                {k: [(p.timestamp, number(p.value), p.step) for p in sorted(client.get_metric_history(info.run_id, k), key=lambda p: (p.step, p.timestamp))] for k in data.metrics},
                sorted(files())]
    print(json.dumps(found, sort_keys=True))
    """

  @Test(
    .enabled(if: isInstalled, "PYTHON's environment lacks PyPI's mlflow, sqlalchemy, alembic"),
    arguments: ["sqlite:///mlflow.db", "file:store"])
  func theClientFindsWhatItHadWritten(uri: String) throws {
    defer { program.remove() }
    let script = program.folder.appending(path: "client.py")
    try Self.script.write(to: script, atomically: true, encoding: .utf8)
    func client(_ what: String, _ uri: String) throws -> String {
      try #require(Self.ask([script.path(), what, uri], in: program.folder))
    }
    let written = try client("write", uri)
    #expect(written.contains("0.30000000000000004") && written.contains("'inf'") == false)
    let path = uri.hasPrefix("sqlite") ? "mlflow.db" : "store"
    let outcome = try program.run("import", "--mlflow", path)
    #expect(outcome.output == "Took over 3 runs; 1 still running, left.\n", "\(outcome.errors)")
    #expect(
      try program.run("import", "--mlflow", path).output
        == "Took over 0 runs; 3 known already; 1 still running, left.\n")
    let export = try program.run("export", "--where", "seed = 0", "--mlflow", "back")
    #expect(export.code == 0, "\(export.errors)")
    #expect(try client("read", "file:back") == written)
  }
}
