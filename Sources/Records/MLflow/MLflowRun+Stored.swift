import Casework
import Digests
import Foundation

extension MLflowRun {
  /// The artifact that holds the whole record of a run that Casebook has exported.
  static let recordName = "casebook/run.json"
  /// The artifact that holds the metrics of which a step has several values.
  static let historyName = "mlflow-metrics.json"

  /// How long a run may log nothing before it counts as lost, in seconds: MLflow knows no sign of life,
  /// and leaves a run whose process was killed marked as running for ever.
  static let silence = 3600.0

  var hasEnded: Bool { status == .finished || status == .failed || status == .killed }

  /// The last that is known of it, in milliseconds since 1970.
  private var lastSign: Int {
    max(start, (hasEnded ? end : nil) ?? metrics.values.joined().map(\.timestamp).max() ?? start)
  }

  /// Whether it may go on.
  func mayBeRunning(at now: Date) -> Bool {
    !hasEnded && now.timeIntervalSince1970 - Double(lastSign) / 1000 < Self.silence
  }

  /// The run as this registry holds it; its files are stored, which is no harm if it is not taken.
  ///
  /// - Throws: ``RecordsError/bundleRefused(reason:)``, with where and what is wrong.
  func stored(_ files: ArtifactFolder) throws -> StoredRun {
    guard id.utf8.count == 32, id.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else {
      throw MLflowStore.refusal(place, "'\(id.prefix(40))' is no id of 32 hexadecimal digits")
    }
    var kept: [Artifact] = []
    for (name, url) in artifacts.sorted(by: { $0.key < $1.key }) {
      let data: Data
      do { data = try Data(contentsOf: url) } catch {
        throw MLflowStore.refusal(place, "the artifact '\(name.prefix(120))' cannot be read")
      }
      if name == Self.recordName { return try record(data, files) }
      kept.append(Self.artifact(name, data, sha256: try files.store(data)))
    }
    let doubles = metrics.filter { Set($0.value.map(\.step)).count < $0.value.count }
    if !doubles.isEmpty {
      let data = try StoredSetting.sealedJSON(
        doubles.mapValues { $0.map { [Double($0.timestamp), Double($0.step), $0.value] } })
      kept.append(Self.artifact(Self.historyName, data, sha256: try files.store(data)))
    }
    return try converted(kept)
  }

  private static func artifact(_ name: String, _ data: Data, sha256: String) -> Artifact {
    let types = [
      "csv": "text/csv", "html": "text/html", "json": "application/json", "log": "text/plain",
      "md": "text/markdown", "png": "image/png", "svg": "image/svg+xml", "txt": "text/plain",
    ]
    let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    return Artifact(
      name: name, role: .output, mediaType: types[ending] ?? "application/octet-stream",
      bytes: data.count, sha256: sha256)
  }

  /// The record that Casebook itself has put there.
  private func record(_ data: Data, _ files: ArtifactFolder) throws -> StoredRun {
    guard let run = try? StoredSetting.read(StoredRun.self, from: data), run.id == id else {
      throw MLflowStore.refusal(place, "'\(Self.recordName)' is no record of this run")
    }
    var found: Set<String> = []
    for (name, url) in artifacts where name != Self.recordName {
      guard let data = try? Data(contentsOf: url) else {
        throw MLflowStore.refusal(place, "the artifact '\(name.prefix(120))' cannot be read")
      }
      found.insert(try files.store(data))
    }
    if let missing = run.artifacts.first(where: { !found.contains($0.sha256) }) {
      throw MLflowStore.refusal(
        place, "the artifact '\(missing.name.prefix(120))' is missing, or not what was recorded")
    }
    return run
  }

  private func converted(_ artifacts: [Artifact]) throws -> StoredRun {
    var settings = parameters.mapValues(Self.value)
    var seed: Int?
    if case .integer(let number)? = settings["seed"] { (seed, settings["seed"]) = (number, nil) }
    let (slug, begin) = (Self.slug(of: experiment), Double(start) / 1000)
    let finish = Double(lastSign) / 1000
    let statuses: [Status: Casework.Run.Status] = [
      .finished: .finished, .failed: .failed, .killed: .cancelled,
    ]
    var columns: [String: JSONValue] = [
      "slug": .string(slug.rawValue), "status": .string((statuses[status] ?? .running).rawValue),
      "seed": .integer(seed ?? 0), "preset": .string("mlflow"), "startedAt": .number(begin),
      "heartbeat": .number(finish),
      "threads": .integer(1), "host": .string(""), "bootID": .string(""), "pidSpace": .string(""),
      "processID": .integer(0), "processStart": .integer(0),
      "startSeal": .string(
        try RunSeal.start(slug.rawValue, seed: seed ?? 0, preset: "mlflow", settings: settings)),
    ]
    if hasEnded { columns["duration"] = .number(max(0, finish - begin)) }
    if isDeleted { columns["deletedAt"] = .number(finish) }
    if RunStore.nameFault(name) == nil { columns["name"] = .string(name) }
    columns["note"] = tags["mlflow.note.content"].map(JSONValue.string)
    var tags = tags
    if !name.isEmpty, tags["mlflow.runName"] == nil { tags["mlflow.runName"] = name }
    var provenance = Provenance(
      codeRevision: tags["mlflow.source.git.commit"], isCodeDirty: false, binaryDigest: "",
      compiler: "", libraries: [:], cpuModel: "", instructionSet: "", threads: 1,
      operatingSystem: "", host: "", bootID: "", processID: 0)
    provenance.origin = RunOrigin(
      system: "MLflow", experiment: experiment, user: user, hasSeed: seed != nil)
    let series = metrics.mapValues(Self.series).filter { !$0.value.isEmpty }
    return StoredRun(
      id: id, columns: columns, provenance: provenance,
      choices: try settings.sorted { $0.key < $1.key }.map {
        .init(name: $0.key, kind: try StoredSetting.columns(of: $0.value).kind, value: $0.value)
      },
      values: series.sorted { $0.key < $1.key }.compactMap { name, points in
        points.last.map { last in
          .init(
            metric: name, bits: Int64(bitPattern: last.value.bitPattern), isWhole: false,
            step: last.step,
            digest: MetricSeries.digest(
              of: points.map { .init(step: $0.step, value: $0.value) }))
        }
      },
      points: series.mapValues { points in
        .init(
          steps: points.map(\.step),
          bits: points.map { Int64(bitPattern: $0.value.bitPattern) },
          times: points.map { $0.timestamp - start })
      }, artifacts: artifacts, tags: tags)
  }

  /// The last value of each step, in the order of steps.
  private static func series(_ points: [Point]) -> [Point] {
    let ordered = points.enumerated().sorted { a, b in
      a.element.isBefore(b.element)
        || (!b.element.isBefore(a.element) && a.offset < b.offset)
    }.map(\.element)
    return Dictionary(ordered.map { ($0.step, $0) }) { $1 }.values.sorted { $0.step < $1.step }
  }

  /// A parameter, which MLflow holds as text, as the value that it is; its text can be had back.
  private static func value(_ text: String) -> JSONValue {
    if let number = Int(text), String(number) == text { return .integer(number) }
    if let number = Double(text), "\(number)" == text, number.isFinite { return .number(number) }
    if let flag = Bool(text) { return .bool(flag) }
    return .string(text)
  }

  /// `jet-tagging-cnn` for `Jet tagging: CNN`.
  private static func slug(of experiment: String) -> Slug {
    let words = experiment.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
    // A name in another alphabet leaves no word.
    let digest = SHA256Digest(of: Data(experiment.utf8)).hex.prefix(8)
    return Slug(rawValue: words.prefix(12).joined(separator: "-"))
      ?? Slug(rawValue: "experiment-\(digest)") ?? Slug(typeName: "Experiment")
  }
}
