public import Casework
import Digests
import Foundation
import GRDB

extension RunStore {
  /// Compares a run with its repetition in another registry.
  ///
  /// - Parameters:
  ///   - run: A finished run of this registry.
  ///   - repeated: The repetition.
  ///   - other: Where that is recorded.
  ///   - metrics: As the case declares them: timings do not count, and some have a tolerance.
  /// - Returns: The verdict, and where and why the two differ.
  /// - Throws: ``RecordsError`` if the records cannot be read.
  public func verification(
    of run: Casework.Run, by repeated: Casework.Run, in other: RunStore, metrics: [Metric]
  ) throws -> Verification {
    let declared = Dictionary(metrics.map { ($0.name, $0) }) { first, _ in first }
    let timings = Set(metrics.filter(\.isTiming).map(\.name))
    let (mine, theirs) = (try points(of: run), try other.points(of: repeated))
    let names = Set(mine.keys).union(theirs.keys).subtracting(timings).sorted()
    var differences: [(difference: Verification.MetricDifference, isBeyond: Bool)] = []
    for name in names {
      let found = Self.differences(name, mine[name] ?? [:], theirs[name] ?? [:])
      guard let first = found.first else { continue }
      let beyond = found.first { difference in
        guard let a = difference.recorded, let b = difference.repeated,
          let tolerance = declared[name]?.tolerance, tolerance > 0
        else { return true }
        return !(abs(a - b) <= tolerance)
      }
      differences.append((beyond ?? first, beyond != nil))
    }
    let artifacts = try artifactDifferences(run, repeated, in: other)
    var causes = try tampering(of: run) + damages(run.artifacts)
    causes += run.provenance.differences(from: repeated.provenance)
    if run.settings != repeated.settings || run.seed != repeated.seed {
      causes.append(
        .init(.settings, "settings", recorded: "those of the record", repeated: "others"))
    }
    causes = causes.enumerated().sorted {
      let kinds = Verification.Cause.Kind.allCases
      let (a, b) = (kinds.firstIndex(of: $0.element.kind), kinds.firstIndex(of: $1.element.kind))
      return (a ?? 0, $0.offset) < (b ?? 0, $1.offset)
    }.map(\.element)
    let isBeyond = differences.contains(where: \.isBeyond)
    let isDamaged = causes.contains { $0.kind == .record }
    let verdict: Verdict =
      isBeyond || isDamaged || repeated.status != .finished
      ? .different
      : differences.isEmpty
        ? artifacts.isEmpty ? .bitwise : .different : .withinTolerance
    /// Whole runs come after all steps.
    func place(_ difference: Verification.MetricDifference) -> Int { difference.step ?? .max }
    let shown = differences.filter { isBeyond ? $0.isBeyond : true }.map(\.difference)
    return Verification(
      verdict: verdict, at: Date(), duration: repeated.duration, metricCount: names.count,
      artifactCount: Self.compared(run.artifacts).count,
      differingMetrics: differences.map(\.difference.metric),
      differingArtifacts: artifacts.map(\.name),
      metric: shown.min { (place($0), $0.metric) < (place($1), $1.metric) },
      artifact: artifacts.first, causes: causes)
  }

  /// Returns the digest of all that a run found: equal for two runs if and only if the second, as a
  /// repetition of the first, were bitwise.
  ///
  /// That of a run which was broken off and resumed is that of one which went through.
  ///
  /// - Parameters:
  ///   - run: A finished run of this registry.
  ///   - metrics: As the case declares them: timings do not count.
  /// - Returns: A SHA-256, of names, steps and bit patterns of numbers, and of names and SHA-256 of files.
  /// - Throws: ``RecordsError`` if the record cannot be read.
  public func resultDigest(of run: Casework.Run, metrics: [Metric]) throws -> String {
    let timings = Set(metrics.filter(\.isTiming).map(\.name))
    var text = ""
    for (name, values) in try points(of: run).sorted(by: { $0.key < $1.key })
    where !timings.contains(name) {
      for (step, value) in values.sorted(by: { ($0.key ?? .max) < ($1.key ?? .max) }) {
        text += "\(name)\t\(step.map(String.init) ?? "-")\t\(value.bitPattern)\n"
      }
    }
    for artifact in Self.compared(run.artifacts).sorted(by: { $0.name < $1.name }) {
      text += "\(artifact.name)\t\(artifact.sha256)\n"
    }
    return SHA256Digest(of: Data(text.utf8)).hex
  }

  /// Stores what came of repeating a run.
  ///
  /// - Parameters:
  ///   - verification: What came of it.
  ///   - run: The run.
  ///   - basis: What the verdict rests on, of which ``isStale`` can tell whether it has changed.
  /// - Throws: ``RecordsError``.
  public func record(_ verification: Verification, of run: Casework.Run, basis: String) throws {
    let json = String(decoding: try StoredSetting.sealedJSON(verification), as: UTF8.self)
    try write { database in
      try database.execute(
        sql: """
          UPDATE run SET verdict = ?, verdictBasis = ?, verdictAt = ?, verification = ? WHERE id = ?
          """,
        arguments: [
          verification.verdict.rawValue, basis, verification.at.timeIntervalSince1970, json, run.id,
        ])
    }
  }

  /// Returns what came of repeating a run, if it was repeated.
  public func verification(of run: Casework.Run) throws -> Verification? {
    let json = try read {
      try String.fetchOne(
        $0, sql: "SELECT verification FROM run WHERE id = ?", arguments: [run.id])
    }
    return try json.map { try StoredSetting.read(Verification.self, from: Data($0.utf8)) }
  }

  /// Returns whether what the record says is what the run wrote: its settings, its numbers, its files.
  public func tampering(of run: Casework.Run) throws -> [Verification.Cause] {
    try read { database in
      let row = try Row.fetchOne(
        database, sql: "SELECT key, startSeal, resultSeal FROM run WHERE id = ?",
        arguments: [run.id])
      guard let row else { return [] }
      let (key, startSeal, resultSeal): (Int64, String?, String?) = (row[0], row[1], row[2])
      var causes: [Verification.Cause] = []
      func compare(_ name: String, _ seal: String?, _ now: String) {
        guard let seal, seal != now else { return }
        causes.append(
          .init(
            .record, name, recorded: "digest \(seal.prefix(12)) when it was written",
            repeated: "digest \(now.prefix(12)) in the registry"))
      }
      compare(
        "settings, seed or preset", startSeal,
        try RunSeal.start(
          run.slug.rawValue, seed: run.seed, preset: run.preset, settings: run.settings))
      compare("results", resultSeal, try RunSeal.result(of: key, like: resultSeal, database))
      for series in try brokenSeries(key, database) {
        compare("points of \(series.name)", series.kept, series.found)
      }
      causes += try wrongSums(key, database).map { name in
        .init(
          .record, "what queries read of \(name)", recorded: "that of its points",
          repeated: "something else")
      }
      return causes
    }
  }

  /// The series whose points do not fit the digest taken of them.
  private func brokenSeries(
    _ run: Int64, _ database: Database
  ) throws -> [(name: String, kept: String, found: String)] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT metric.key, metric.name, digest FROM value
        JOIN metric ON metric.key = value.metric
        WHERE run = ? AND step IS NOT NULL AND digest IS NOT NULL ORDER BY metric.name
        """, arguments: [run])
    var broken: [(name: String, kept: String, found: String)] = []
    for row in rows {
      let (metric, name, kept): (Int64, String, String) = (row[0], row[1], row[2])
      let points = try StoredSeries.points(run: run, metric: metric, database)
      let digest = MetricSeries.digest(of: points, like: kept)
      if kept != digest { broken.append((name, kept, digest)) }
    }
    return broken
  }

  /// The metrics whose number and extent, which queries and charts read, are not those of their values.
  private func wrongSums(_ run: Int64, _ database: Database) throws -> [String] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT metric.key, metric.name, bits, number, count, least, greatest, sum FROM value
        JOIN metric ON metric.key = value.metric WHERE run = ? ORDER BY metric.name
        """, arguments: [run])
    var wrong: [String] = []
    for row in rows {
      let (metric, name, bits): (Int64, String, Int64) = (row[0], row[1], row[2])
      let (number, count): (Double?, Int) = (row[3], row[4])
      let (least, greatest, sum): (Double?, Double?, Double?) = (row[5], row[6], row[7])
      let value = Double(bitPattern: UInt64(bitPattern: bits))
      let values = try StoredSeries.points(run: run, metric: metric, database).map(\.value)
      let extent = SeriesExtent(of: values)
      // Sums were taken in the order in which points came.
      let size = values.map(\.magnitude).filter { !$0.isNaN }.reduce(0, +)
      let isSum = !size.isFinite || abs((sum ?? 0) - extent.sum) <= 1e-9 * size
      // Not-a-number stands as NULL.
      let isNumber = number == (value.isNaN ? nil : value)
      let isExtent =
        count == extent.count && least == extent.least && greatest == extent.greatest
      if !isNumber || !isExtent || !isSum { wrong.append(name) }
    }
    return wrong
  }

  /// The values of each metric by step, that of the whole run under `nil`.
  private func points(of run: Casework.Run) throws -> [String: [Int?: Double]] {
    try read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT run.key, metric.key, metric.name, value.step, value.isWhole, value.bits
          FROM run JOIN value ON value.run = run.key JOIN metric ON metric.key = value.metric
          WHERE run.id = ?
          """, arguments: [run.id])
      var all: [String: [Int?: Double]] = [:]
      for row in rows {
        var values: [Int?: Double] = [:]
        if let _: Int = row[3] {
          for point in try StoredSeries.points(run: row[0], metric: row[1], database) {
            values[point.step] = point.value
          }
        }
        if row[4] == 1 {
          let bits: Int64 = row[5]
          values[nil as Int?] = Double(bitPattern: UInt64(bitPattern: bits))
        }
        all[row[2]] = values
      }
      return all
    }
  }

  /// Where two series have other bits, in the order of the steps.
  private static func differences(
    _ name: String, _ a: [Int?: Double], _ b: [Int?: Double]
  ) -> [Verification.MetricDifference] {
    Set(a.keys).union(b.keys).sorted { ($0 ?? .max) < ($1 ?? .max) }.compactMap { step in
      let (x, y) = (a[step], b[step])
      guard x?.bitPattern != y?.bitPattern else { return nil }
      return .init(metric: name, step: step, recorded: x, repeated: y)
    }
  }

  /// What a case makes; what is kept of the code or of a profile is no result.
  private static func compared(_ artifacts: [Artifact]) -> [Artifact] {
    artifacts.filter { ($0.role == .output || $0.role == .figure) && $0.name != "trace.json" }
  }

  /// The files that are not what the run has kept.
  private func damages(_ artifacts: [Artifact]) -> [Verification.Cause] {
    Self.compared(artifacts).compactMap { artifact in
      let found = files.content(of: artifact).map { SHA256Digest(of: $0).hex }
      guard found != artifact.sha256 else { return nil }
      return .init(
        .record, artifact.name, recorded: "digest \(artifact.sha256.prefix(12)) when it was kept",
        repeated: found.map { "digest \($0.prefix(12)) in the registry" } ?? "missing")
    }
  }

  private func artifactDifferences(
    _ run: Casework.Run, _ repeated: Casework.Run, in other: RunStore
  ) throws -> [Verification.ArtifactDifference] {
    let theirs = Dictionary(
      Self.compared(repeated.artifacts).map { ($0.name, $0) }
    ) { first, _ in first }
    let mine = Self.compared(run.artifacts)
    let known = Set(mine.map(\.name))
    var found: [Verification.ArtifactDifference] = []
    for artifact in mine {
      let stored = files.content(of: artifact)
      let isDamaged = stored.map { SHA256Digest(of: $0).hex != artifact.sha256 } ?? true
      let repetition = theirs[artifact.name]
      guard isDamaged || repetition?.sha256 != artifact.sha256 else { continue }
      let fresh = repetition.flatMap { other.files.content(of: $0) }
      var offset: Int?
      if let stored, let fresh {
        let common = zip(stored, fresh).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        offset = common ?? min(stored.count, fresh.count)
      }
      found.append(
        .init(
          name: artifact.name, offset: offset, recordedBytes: artifact.bytes,
          repeatedBytes: fresh?.count, isDamaged: isDamaged))
    }
    for artifact in Self.compared(repeated.artifacts) where !known.contains(artifact.name) {
      found.append(
        .init(
          name: artifact.name, offset: nil, recordedBytes: nil, repeatedBytes: artifact.bytes,
          isDamaged: false))
    }
    return found
  }
}

extension ArtifactFolder {
  /// Reads what stands where an artifact should, whatever it is.
  fileprivate func content(of artifact: Artifact) -> Data? {
    try? Data(contentsOf: URL(fileURLWithPath: path(of: artifact.sha256)))
  }
}
