public import Casework
public import Foundation
import GRDB

extension RunStore {
  /// Returns the run that a full id, or a start of one that no other run shares, names.
  ///
  /// - Throws: ``RecordsError/noSuchRun(_:recent:)`` with the latest runs,
  ///   ``RecordsError/ambiguousRun(_:matches:count:)`` with those that the name may mean.
  public func run(named prefix: String) throws -> Casework.Run {
    try read { database in
      if let key = try Int64.fetchOne(
        database, sql: "SELECT key FROM run WHERE name = ?", arguments: [prefix])
      {
        let lost = try lostRuns(database, now: Date())
        if let run = try load([key], lost: lost, database).first { return run }
      }
      let wanted = prefix.lowercased()
      let isLegal = !wanted.isEmpty && wanted.allSatisfy { $0.isASCII && $0.isHexDigit }
      let found =
        isLegal
        ? try Row.fetchAll(
          database, sql: "SELECT key, id FROM run WHERE id >= ? AND id < ? ORDER BY id",
          arguments: [wanted, wanted + "g"]) : []
      guard let first = found.first else {
        let recent = try Row.fetchAll(
          database,
          sql:
            "SELECT id, slug FROM run WHERE deletedAt IS NULL ORDER BY startedAt DESC, key DESC LIMIT 5"
        )
        throw RecordsError.noSuchRun(
          prefix, recent: recent.map { "\(($0[0] as String).prefix(8)) (\($0[1] as String))" })
      }
      guard found.count == 1 else {
        let ids = found.prefix(10).map { row -> String in row[1] }
        throw RecordsError.ambiguousRun(
          prefix, matches: ids.map { String($0.prefix(max(8, wanted.count + 4))) },
          count: found.count)
      }
      let lost = try lostRuns(database, now: Date())
      guard let run = try load([first[0]], lost: lost, database).first else {
        throw RecordsError.noSuchRun(prefix, recent: [])
      }
      return run
    }
  }

  /// Returns the metrics that the run reported over steps, by name.
  ///
  /// - Throws: ``RecordsError/damagedSeries(metric:run:)`` if the points are not those that the
  ///   digest was taken of when the run ended.
  public func series(of run: Casework.Run) throws -> [MetricSeries] {
    try read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT run.key, metric.key, metric.name, value.digest
          FROM run JOIN value ON value.run = run.key JOIN metric ON metric.key = value.metric
          WHERE run.id = ? AND value.step IS NOT NULL ORDER BY metric.name
          """, arguments: [run.id])
      return try rows.map { row in
        let points = try StoredSeries.points(run: row[0], metric: row[1], database)
        let kept: String? = row[3]
        let digest = MetricSeries.digest(of: points, like: kept)
        if let kept, kept != digest {
          throw RecordsError.damagedSeries(metric: row[2], run: run.id)
        }
        return MetricSeries(metric: row[2], points: points, digest: digest)
      }
    }
  }

  /// Returns what the run has kept, in the order in which it kept it.
  public func artifacts(of run: Casework.Run) throws -> [Artifact] {
    try read { database in
      let key = try Int64.fetchOne(
        database, sql: "SELECT key FROM run WHERE id = ?", arguments: [run.id])
      guard let key else { return [] }
      return try artifacts([key], database)[key] ?? []
    }
  }

  /// Reads what an artifact holds, checked against its digest.
  ///
  /// - Throws: ``RecordsError/damagedArtifact(name:path:reason:)``.
  public func data(of artifact: Artifact) throws -> Data { try files.data(of: artifact) }

  /// Returns the figures of a run, in the order in which it kept them.
  ///
  /// - Throws: ``RecordsError/damagedArtifact(name:path:reason:)``.
  public func figures(of run: Casework.Run) throws -> [Figure] {
    try artifacts(of: run).filter { $0.role == .figure }.map(figure)
  }

  /// Returns one figure of a run by its name.
  ///
  /// - Throws: ``RecordsError/noSuchArtifact(_:run:known:)`` with those that there are.
  public func figure(_ name: String, of run: Casework.Run) throws -> Figure {
    let figures = try artifacts(of: run).filter { $0.role == .figure }
    guard let artifact = figures.first(where: { $0.name == name + ".json" }) else {
      throw RecordsError.noSuchArtifact(
        name, run: run.id, known: figures.map { String($0.name.dropLast(5)) })
    }
    return try figure(artifact)
  }

  /// Returns the latest checkpoint of a run that did not finish, if it made one.
  public func checkpoint(of run: Casework.Run) throws -> Data? {
    if let kept = try artifacts(of: run).first(where: { $0.role == .checkpoint }) {
      return try data(of: kept)
    }
    let path = files.checkpointPath(of: run.id)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do { return try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw RecordsError.unusable(path: path, reason: FileFault.words(for: error))
    }
  }

  private func figure(_ artifact: Artifact) throws -> Figure {
    let data = try data(of: artifact)
    do { return try FigureCoding.figure(from: data) } catch {
      throw RecordsError.damagedArtifact(
        name: artifact.name, path: files.path(of: artifact.sha256), reason: "is no figure")
    }
  }
}
