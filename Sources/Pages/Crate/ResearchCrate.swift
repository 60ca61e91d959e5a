import Casework
import Catalog
import Foundation

/// The runs of a site as an RO-Crate 1.1: their files, and JSON-LD that says what made them from
/// what, in the words of the profile for runs of processes
/// ([Process Run Crate](https://w3id.org/ro/wfrun/process)).
///
/// Each run is a `CreateAction`: its `instrument` is the case, its `object` the data sets and
/// settings, its `result` the files and the metrics. Nobody is named as its agent, since no record
/// says who it was.
struct ResearchCrate {
  let site: Site
  let licence: String?
  private var graph = CrateGraph()
  private var files: [String: Data] = [:]

  private static let version = "https://w3id.org/ro/crate/1.1"
  private static let profile = "https://w3id.org/ro/wfrun/process/0.5"

  private let pictures = PictureStore()

  /// - Throws: ``PagesError/emptyCrate``.
  init(_ site: Site, licence: String?) throws {
    guard !site.runs.isEmpty else { throw PagesError.emptyCrate }
    (self.site, self.licence) = (site, licence)
  }

  /// Returns the files of the crate by their paths.
  mutating func build() throws -> [String: Data] {
    var actions: [JSONValue] = []
    for run in site.runs {
      actions.append(try add(run))
      try site.onPage?(actions.count, site.runs.count)
    }
    describeCrate(actions)
    files["ro-crate-metadata.json"] = try graph.document(
      context: [
        .string("\(Self.version)/context"),
        .object(["sha256": .string("https://schema.org/sha256")]),
      ])
    return files
  }

  private mutating func describeCrate(_ actions: [JSONValue]) {
    let ends = site.runs.map { $0.run.startedAt.addingTimeInterval($0.run.duration) }
    graph.add(
      "ro-crate-metadata.json", "CreativeWork",
      ["about": .reference("./"), "conformsTo": .reference(Self.version)])
    graph.add(
      Self.profile, "CreativeWork",
      ["name": .string("Process Run Crate"), "version": .string("0.5")])
    var root: [String: JSONValue] = [
      "name": .string("\(site.name): runs of machine-learning use cases"),
      "description": .string(
        "\(site.runs.count) runs with their settings, seeds, metrics, files and provenance."),
      // When the last run ended, so that the same runs give the same bytes.
      "datePublished": .string(Self.text(ends.max() ?? .distantPast).prefix(10).description),
      "conformsTo": .reference(Self.profile), "mentions": .array(actions),
      "hasPart": .array(files.keys.sorted().map { .reference($0.pathAddress) }),
    ]
    root["license"] = .reference(licence ?? "#licence")
    if let licence {
      graph.add(licence, "CreativeWork", named: licence)
    } else {
      graph.add(
        "#licence", "CreativeWork",
        [
          "name": .string("No licence is given"),
          "description": .string(
            "Whoever made this crate has not said under what licence it is given."),
        ])
    }
    graph.add("./", "Dataset", root)
  }

  private mutating func add(_ item: PageRun) throws -> JSONValue {
    let (run, entry) = (item.run, site.entries.first { $0.slug == item.run.slug })
    let folder = "runs/\(run.id)"
    var results: [JSONValue] = []
    for file in try CrateFiles(item, in: folder, pictures: pictures).files {
      files["\(folder)/\(file.name)"] = file.content
      results.append(graph.add(file: "\(folder)/\(file.name)", file))
    }
    for (name, value) in run.metrics.sorted(by: { $0.key < $1.key }) {
      results.append(
        graph.add(
          property: "#\(run.id)-metric-\(name.pathEncoded)", name: name, .real(value),
          meaning: entry?.metrics.first { $0.name == name }?.meaning))
    }
    var objects = run.provenance.data.sorted { $0.key < $1.key }.map { name, fingerprint in
      addData(name, fingerprint)
    }
    for (name, value) in run.settings.sorted(by: { $0.key < $1.key }) {
      objects.append(
        graph.add(
          property: "#\(run.id)-setting-\(name.pathEncoded)", name: name, value,
          meaning: entry?.settings[name]))
    }
    objects.append(
      graph.add(
        property: "#\(run.id)-seed", name: "seed", .integer(run.seed),
        meaning: "The seed of all random streams."))
    var action: [String: JSONValue] = [
      "name": .string("\(entry?.title ?? run.slug.rawValue): run \(run.shortID)"),
      "identifier": .string(run.id), "instrument": addCase(run, entry),
      "object": .array(objects), "result": .array(results),
      "startTime": .string(Self.text(run.startedAt)),
      "endTime": .string(Self.text(run.startedAt.addingTimeInterval(run.duration))),
      "actionStatus": .string(
        "http://schema.org/\(run.status == .finished ? "Completed" : "Failed")ActionStatus"),
    ]
    if let failure = run.failure { action["error"] = .string(failure.cleaned) }
    return graph.add("#run-\(run.id)", "CreateAction", action)
  }

  /// The case, as it was at the revision of the code that ran.
  private mutating func addCase(_ run: Run, _ entry: Entry?) -> JSONValue {
    let revision = run.provenance.codeRevision ?? run.provenance.binaryDigest
    var software: [String: JSONValue] = [
      "name": .string(entry?.title ?? run.slug.rawValue), "version": .string(revision),
      "identifier": .string(run.slug.rawValue), "programmingLanguage": .string("Swift"),
      "softwareRequirements": .array(
        run.provenance.libraries.sorted { $0.key < $1.key }.map { .string("\($0.key) \($0.value)") }
      ),
    ]
    if let entry {
      software["description"] = .string(entry.summary)
      software["citation"] = .array(
        entry.references.compactMap(\.url).map { .reference($0) })
      for reference in entry.references {
        guard let url = reference.url else { continue }
        graph.add(url, "CreativeWork", named: reference.title)
      }
    }
    return graph.add(
      "#case-\(run.slug.rawValue)-\(revision.pathEncoded)", "SoftwareApplication", software)
  }

  private mutating func addData(_ name: String, _ fingerprint: String) -> JSONValue {
    let declared = site.entries.flatMap(\.declaredData).first { $0.name == name }
    var set: [String: JSONValue] = [
      "name": .string(declared?.title ?? name), "identifier": .string(name),
      "sha256": .string(fingerprint),
    ]
    if let declared {
      set["url"] = .string(declared.homepage)
      set["creator"] = graph.add(
        "#creator-\(declared.creator.pathEncoded)", "Organization", named: declared.creator)
      set["license"] = graph.add(
        "#licence-\(declared.licence.pathEncoded)", "CreativeWork", named: declared.licence)
    }
    return graph.add("#data-\(name.pathEncoded)-\(fingerprint.prefix(12))", "Dataset", set)
  }

  /// A moment, as ISO 8601 to the second, in UTC.
  private static func text(_ date: Date) -> String { date.formatted(.iso8601) }
}
