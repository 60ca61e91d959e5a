public import Casework
import Digests
import Foundation

extension RunStore {
  /// Takes over the runs of an MLflow store: all that are new and do not go on, or none.
  ///
  /// A run keeps its id, so that it comes once, however often its store is imported. One that is marked
  /// as running and has logged nothing for an hour counts as lost; if it ends later, the next import
  /// brings it up to date.
  ///
  /// - Parameters:
  ///   - path: A folder `mlruns`, or an SQLite file.
  ///   - artifactFolders: Where artifacts may lie besides the store's own folder.
  /// - Returns: What was new and what was not.
  /// - Throws: ``RecordsError/bundleRefused(reason:)`` with the file and what is wrong; nothing is
  ///   recorded then.
  public func importMLflow(_ path: String, artifactFolders: [String] = []) throws -> TakeOver {
    let runs = try MLflowStore.runs(at: path, artifactFolders: artifactFolders)
    let now = Date()
    let ended = runs.filter { !$0.mayBeRunning(at: now) }
    guard Set(ended.map(\.id)).count == ended.count else {
      throw MLflowStore.refusal(path, "a run stands twice in it")
    }
    var result = try keepingFiles { try takeOver(try ended.map { try $0.stored(files) }) }
    result.unfinished = runs.filter { $0.mayBeRunning(at: now) }.map(\.id)
    return result
  }

  /// Writes runs as a file store of MLflow, in a folder that is not there yet or empty.
  ///
  /// - Parameters:
  ///   - runs: Runs that do not go on.
  ///   - folder: What MLflow is to be given as its tracking store.
  /// - Throws: ``RecordsError``; the folder is left as it was then.
  public func exportMLflow(_ runs: [Casework.Run], to folder: String) throws {
    if let open = runs.first(where: { $0.status == .running }) {
      throw RecordsError.runIsRunning(id: open.id)
    }
    let manager = FileManager.default
    if let names = try? manager.contentsOfDirectory(atPath: folder), !names.isEmpty {
      throw RecordsError.unusable(path: folder, reason: "the folder is not empty")
    }
    let final = URL(filePath: folder, directoryHint: .isDirectory).standardizedFileURL
    let part = final.deletingLastPathComponent()
      .appending(path: ".\(final.lastPathComponent).\(getpid()).part", directoryHint: .isDirectory)
    do {
      try manager.createDirectory(at: part, withIntermediateDirectories: true)
      let writer = MLflowWriter(root: part, finalRoot: final)
      for run in runs { try writer.write(try stored(run), labelled: run, files) }
      try? manager.removeItem(at: final)
      try manager.moveItem(at: part, to: final)
    } catch {
      try? manager.removeItem(at: part)
      guard error is RecordsError else {
        throw RecordsError.unusable(path: folder, reason: FileFault.words(for: error))
      }
      throw error
    }
  }
}

/// Writes runs as MLflow's file store has them.
private struct MLflowWriter {
  let root: URL
  /// Where the folder will be in the end.
  let finalRoot: URL

  func write(_ stored: StoredRun, labelled run: Casework.Run, _ files: ArtifactFolder) throws {
    let origin = run.provenance.origin
    let experiment = try experimentFolder(
      origin?.experiment ?? run.slug.rawValue, start: milliseconds(run.startedAt))
    let folder = experiment.appending(path: run.id, directoryHint: .isDirectory)
    for name in ["params", "metrics", "tags", "artifacts"] {
      try FileManager.default.createDirectory(
        at: folder.appending(path: name), withIntermediateDirectories: true)
    }
    let tags = tags(run)
    try meta(run, tags, experiment).write(
      to: folder.appending(path: "meta.yaml"), atomically: false, encoding: .utf8)
    var parameters = run.settings.mapValues(\.description)
    if origin?.hasSeed ?? true { parameters["seed"] = "\(run.seed)" }
    for (name, value) in parameters { try put(Data(value.utf8), name, in: folder, "params") }
    for (name, value) in tags { try put(Data(value.utf8), name, in: folder, "tags") }
    for (name, points) in try metrics(stored, run, files) {
      let lines = points.map { "\($0.timestamp) \($0.value) \($0.step)\n" }.joined()
      try put(Data(lines.utf8), name, in: folder, "metrics")
    }
    for artifact in run.artifacts where origin == nil || artifact.name != MLflowRun.historyName {
      try put(try files.data(of: artifact), artifact.name, in: folder, "artifacts")
    }
    if origin == nil {
      try put(
        try StoredSetting.sealedJSON(stored), MLflowRun.recordName, in: folder, "artifacts")
    }
  }

  /// Makes the folder of an experiment, whose number comes from its name.
  private func experimentFolder(_ name: String, start: Int) throws -> URL {
    let digits = UInt64(SHA256Digest(of: Data(name.utf8)).hex.prefix(15), radix: 16) ?? 0
    let id = "\(1 + digits % 999_999_999_999_999_999)"
    let folder = root.appending(path: id, directoryHint: .isDirectory)
    guard !FileManager.default.fileExists(atPath: folder.path(percentEncoded: false)) else {
      return folder
    }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let location = finalRoot.appending(path: id).absoluteString
    try """
    artifact_location: \(quoted(location))
    creation_time: \(start)
    experiment_id: \(quoted(id))
    last_update_time: \(start)
    lifecycle_stage: active
    name: \(quoted(name))

    """.write(to: folder.appending(path: "meta.yaml"), atomically: false, encoding: .utf8)
    return folder
  }

  private func meta(_ run: Casework.Run, _ tags: [String: String], _ experiment: URL) -> String {
    let statuses: [Casework.Run.Status: MLflowRun.Status] = [
      .finished: .finished, .failed: .failed, .cancelled: .killed,
    ]
    // MLflow itself leaves a lost run marked as running; of ours it is told that it failed.
    let status = statuses[run.status] ?? (run.provenance.origin == nil ? .failed : .running)
    let id = experiment.lastPathComponent
    let artifacts = finalRoot.appending(path: "\(id)/\(run.id)/artifacts").absoluteString
    let end = milliseconds(run.startedAt.addingTimeInterval(run.duration))
    return """
      artifact_uri: \(quoted(artifacts))
      end_time: \(status == .running ? "null" : "\(end)")
      entry_point_name: ''
      experiment_id: \(quoted(id))
      lifecycle_stage: \(run.deletedAt == nil ? "active" : "deleted")
      run_id: \(run.id)
      run_name: \(quoted(tags["mlflow.runName"] ?? ""))
      source_name: ''
      source_type: 4
      source_version: ''
      start_time: \(milliseconds(run.startedAt))
      status: \(status.rawValue)
      tags: []
      user_id: \(quoted(run.provenance.origin?.user ?? "casebook"))

      """
  }

  private func tags(_ run: Casework.Run) -> [String: String] {
    var tags = run.labels.tags
    if let note = run.labels.note { tags["mlflow.note.content"] = note }
    guard run.provenance.origin == nil else { return tags }
    tags["mlflow.runName"] = run.labels.name ?? run.shortID
    tags["mlflow.source.name"] = "casebook run \(run.slug)"
    tags["mlflow.source.git.commit"] = run.provenance.codeRevision
    tags["casebook.preset"] = run.preset
    tags["casebook.verdict"] = run.verdict?.rawValue
    tags["casebook.failure"] = run.status == .lost ? "lost: its process was gone" : run.failure
    return tags
  }

  private func metrics(
    _ stored: StoredRun, _ run: Casework.Run, _ files: ArtifactFolder
  ) throws -> [String: [MLflowRun.Point]] {
    let (start, end) = (
      milliseconds(run.startedAt), milliseconds(run.startedAt.addingTimeInterval(run.duration))
    )
    var metrics: [String: [MLflowRun.Point]] = stored.points.mapValues { series in
      series.steps.indices.map { index in
        .init(
          timestamp: start + ((series.times?[index] ?? nil) ?? 0), step: series.steps[index],
          value: Double(bitPattern: UInt64(bitPattern: series.bits[index])))
      }
    }
    // The value of a whole run comes last: MLflow takes the latest of a step.
    for value in stored.values where value.isWhole {
      let step = metrics[value.metric]?.last?.step ?? 0
      metrics[value.metric, default: []].append(
        .init(
          timestamp: end, step: step, value: Double(bitPattern: UInt64(bitPattern: value.bits))))
    }
    if run.provenance.origin != nil,
      let kept = run.artifacts.first(where: { $0.name == MLflowRun.historyName }),
      let all = try? StoredSetting.read(
        [String: [[Double]]].self, from: try files.data(of: kept))
    {
      for (name, points) in all where points.allSatisfy({ $0.count == 3 }) {
        metrics[name] = points.compactMap { point in
          guard let time = Int(exactly: point[0]), let step = Int(exactly: point[1]) else {
            return nil
          }
          return .init(timestamp: time, step: step, value: point[2])
        }
      }
    }
    return metrics
  }

  /// Writes a file whose path below a folder is a name that MLflow would take.
  private func put(_ data: Data, _ name: String, in folder: URL, _ kind: String) throws {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !["", ".", ".."].contains($0) && !$0.contains("\0") }) else {
      throw RecordsError.unusable(
        path: folder.lastPathComponent, reason: "MLflow cannot have '\(name)' in \(kind)")
    }
    let file = folder.appending(path: kind).appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  private func milliseconds(_ date: Date) -> Int {
    Int((date.timeIntervalSince1970 * 1000).rounded())
  }

  /// A text as YAML, of which JSON's texts are a part.
  private func quoted(_ text: String) -> String {
    (try? StoredSetting.sortedJSON(text)).map { String(decoding: $0, as: UTF8.self) } ?? "''"
  }
}
