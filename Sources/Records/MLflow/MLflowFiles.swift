import Foundation
import Yams

/// Reads a file store of MLflow: `mlruns/<experiment>/<run>/{meta.yaml,params,metrics,tags,artifacts}`.
struct MLflowFiles {
  private static let longestText = 1 << 20

  let root: URL
  let artifacts: MLflowArtifacts

  func runs() throws -> [MLflowRun] {
    // Such as `.trash` and `models` are none: an experiment says that it is one.
    let experiments = try folders(in: root).filter { folder in
      let meta = folder.appending(path: "meta.yaml")
      return FileManager.default.fileExists(atPath: meta.path(percentEncoded: false))
    }
    guard !experiments.isEmpty else {
      throw MLflowStore.refusal(
        root.path(percentEncoded: false),
        "no folder in it has the file meta.yaml of an experiment: it is no store of MLflow")
    }
    return try experiments.flatMap { experiment -> [MLflowRun] in
      let meta = experiment.appending(path: "meta.yaml")
      let fields = try fields(of: meta)
      guard let name = fields["name"] else {
        throw MLflowStore.refusal(relative(meta), "it does not name an experiment")
      }
      return try folders(in: experiment).compactMap { folder in
        let meta = folder.appending(path: "meta.yaml")
        guard FileManager.default.fileExists(atPath: meta.path(percentEncoded: false)) else {
          // Tags of the experiment, and its logged models, lie beside its runs.
          guard folder.lastPathComponent.count == 32 else { return nil }
          throw MLflowStore.refusal(relative(folder), "the file meta.yaml is missing")
        }
        return try run(folder, try self.fields(of: meta), experiment: name)
      }
    }
  }

  private func run(
    _ folder: URL, _ fields: [String: String], experiment: String
  ) throws -> MLflowRun? {
    let place = relative(folder.appending(path: "meta.yaml"))
    guard let id = fields["run_id"] ?? fields["run_uuid"] else { return nil }
    guard id == folder.lastPathComponent else {
      throw MLflowStore.refusal(place, "it is of the run '\(id.prefix(40))', not of its folder")
    }
    guard let status = fields["status"].flatMap({ Int($0) }).flatMap(MLflowRun.Status.init),
      let start = fields["start_time"].flatMap({ Int($0) }), MLflowStore.range.contains(start)
    else { throw MLflowStore.refusal(place, "status or start_time is not as it should be") }
    let end = fields["end_time"].flatMap { Int($0) }
    guard end.map(MLflowStore.range.contains) ?? true else {
      throw MLflowStore.refusal(place, "end_time is no time")
    }
    var run = MLflowRun(
      place: place, id: id, name: fields["run_name"] ?? "", experiment: experiment, status: status,
      start: start, end: end, isDeleted: fields["lifecycle_stage"] == "deleted",
      user: fields["user_id"] ?? "")
    run.parameters = try texts(in: folder.appending(path: "params"))
    run.tags = try texts(in: folder.appending(path: "tags"))
    for (name, file) in try artifacts.files(in: folder.appending(path: "metrics"), place: place) {
      run.metrics[name] = try points(of: file)
    }
    // A folder that was moved has its artifacts where they were put, not where it says.
    let own = folder.appending(path: "artifacts", directoryHint: .isDirectory)
    let uri = fields["artifact_uri"] ?? ""
    run.artifacts =
      uri.hasSuffix("/\(id)/artifacts") && !uri.contains("..")
        && FileManager.default.fileExists(atPath: own.path(percentEncoded: false))
      ? try artifacts.files(of: own.path(percentEncoded: false), relativeTo: root, place: place)
      : try artifacts.files(of: uri, relativeTo: root, place: place)
    return run
  }

  private func texts(in folder: URL) throws -> [String: String] {
    try artifacts.files(in: folder, place: relative(folder)).mapValues { try text($0) }
  }

  private func points(of file: URL) throws -> [MLflowRun.Point] {
    let content = (try? Data(contentsOf: file)).flatMap { String(validating: $0, as: UTF8.self) }
    guard let content else { throw MLflowStore.refusal(relative(file), "it cannot be read") }
    return try content.split(separator: "\n").enumerated().map { index, line in
      let parts = line.split(separator: " ")
      guard (2...3).contains(parts.count), let timestamp = Int(parts[0]),
        let value = Double(parts[1]), let step = parts.count == 3 ? Int(parts[2]) : 0,
        MLflowStore.range.contains(timestamp), MLflowStore.range.contains(step)
      else {
        throw MLflowStore.refusal(
          "\(relative(file)):\(index + 1)", "'\(line.prefix(60))' is no point of a metric")
      }
      return MLflowRun.Point(timestamp: timestamp, step: step, value: value)
    }
  }

  /// The values of a flat YAML file.
  private func fields(of file: URL) throws -> [String: String] {
    let text = try text(file)
    let marks = text.split(separator: "\n").filter { line in
      let value = line.range(of: ": ").map { line[$0.upperBound...] } ?? line[...]
      let starts: [Character?] = [line.first { !" -".contains($0) }, value.first { $0 != " " }]
      return starts.contains { $0 == "&" || $0 == "*" }
    }
    guard text.utf8.count <= 1 << 16, marks.isEmpty else {
      throw MLflowStore.refusal(relative(file), "it is too long, or has anchors and aliases")
    }
    let root: Node?
    do { root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot() } catch {
      throw MLflowStore.refusal(relative(file), "it is no YAML")
    }
    guard case .mapping(let mapping)? = root else {
      throw MLflowStore.refusal(relative(file), "it is no YAML of names and values")
    }
    var fields: [String: String] = [:]
    for (key, value) in mapping {
      guard let key = key.scalar?.string, let value = value.scalar else { continue }
      let isNull = value.style == .plain && ["", "~", "null"].contains(value.string)
      if !isNull { fields[key] = value.string }
    }
    return fields
  }

  private func text(_ file: URL) throws -> String {
    guard let handle = try? FileHandle(forReadingFrom: file),
      let data = try? handle.read(upToCount: Self.longestText + 1) ?? Data(),
      data.count <= Self.longestText, let text = String(validating: data, as: UTF8.self)
    else {
      throw MLflowStore.refusal(
        relative(file), "it cannot be read as a text of at most \(Self.longestText) bytes")
    }
    return text
  }

  private func folders(in folder: URL) throws -> [URL] {
    let path = folder.path(percentEncoded: false)
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw MLflowStore.refusal(path, "the folder cannot be read")
    }
    return names.sorted().compactMap { name in
      let type =
        (try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)"))?[.type]
        as? FileAttributeType
      return type == .typeDirectory && !name.hasPrefix(".")
        ? folder.appending(path: name, directoryHint: .isDirectory) : nil
    }
  }

  private func relative(_ file: URL) -> String {
    let (path, root) = (file.path(percentEncoded: false), root.path(percentEncoded: false))
    return path.hasPrefix(root)
      ? String(path.dropFirst(root.count)).trimmingCharacters(in: ["/"]) : path
  }
}
