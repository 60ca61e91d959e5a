/// Why runs could not be written, read or asked for.
public enum RecordsError: Error, Equatable {
  /// The file is no database at all, or one of another program.
  case notARegistry(path: String, reason: String)
  /// The file was written by a newer version of this program.
  case newerVersion(path: String)
  /// The file is a registry that something has damaged.
  case damaged(path: String, reason: String)
  /// The folder or the file cannot be made, opened, read or written.
  case unusable(path: String, reason: String)
  /// Other writers kept the file for longer than this one waits.
  case busy(path: String, seconds: Int)

  /// No run has an id that starts so.
  case noSuchRun(String, recent: [String])
  /// Several runs have an id that starts so.
  case ambiguousRun(String, matches: [String], count: Int)
  /// The run has ended: nothing can be added to it.
  case runHasEnded(id: String, status: String)
  /// The run has reported this metric for this step, or its one value, before.
  case repeatedPoint(metric: String, step: Int?)
  /// The run has an artifact of this name already.
  case repeatedArtifact(name: String)
  /// An artifact cannot be called so.
  case unusableName(String)
  /// A run cannot be called so, or tagged with that.
  case unusableRunName(String, reason: String)
  /// The run has not ended: it cannot be deleted or repeated.
  case runIsRunning(id: String)
  /// Runs from elsewhere are not sound; none of them was recorded.
  case bundleRefused(reason: String)
  /// The results of a run are not those that it ended with, as parts of its spool are missing.
  case incompleteSpool(id: String)
  /// The folder is on a file system where a database is not safe.
  case sharedFolder(path: String, kind: String)
  /// The run's process cannot be asked for anything.
  case cannotReach(id: String, reason: String)
  /// A run cannot be taken up again.
  case cannotResume(id: String, reason: String)
  /// The run has no such artifact or figure.
  case noSuchArtifact(String, run: String, known: [String])
  /// The file of an artifact is missing, or its content is not what was kept.
  case damagedArtifact(name: String, path: String, reason: String)
  /// The points of a series are not those that were there when the run ended.
  case damagedSeries(metric: String, run: String)

  /// A query or sort key cannot be understood; the column counts characters from 1.
  case query(String, column: Int, problem: String)
}

extension RecordsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notARegistry(let path, let reason):
      "\(path) is not a registry of runs: \(reason). It was left as it is. Move it away, or name "
        + "another folder."
    case .newerVersion(let path):
      "\(path) was written by a newer version of this program, which this one cannot read. It was "
        + "left as it is. Use the newer program, or name another folder."
    case .damaged(let path, let reason):
      "\(path) is damaged (\(reason)). Nothing was changed. Restore it from a copy, or save what "
        + "can be read with: sqlite3 registry.sqlite .recover"
    case .unusable(let path, let reason):
      "\(path) cannot be used: \(reason). What was recorded before is unchanged."
    case .busy(let path, let seconds):
      "\(path) was kept by another process for more than \(seconds) s. Nothing was written. Try "
        + "again once that process is done."
    case .noSuchRun(let name, let recent):
      "There is no run '\(name)'. "
        + (recent.isEmpty
          ? "No run is recorded here yet." : "The latest are: \(recent.joined(separator: ", ")).")
    case .ambiguousRun(let name, let matches, let count):
      "'\(name)' is the start of \(count) runs: \(matches.joined(separator: ", "))"
        + (count > matches.count ? ", …" : "") + ". Type more of the one that is meant."
    case .runHasEnded(let id, let status):
      "The run \(id.prefix(8)) has ended (\(status)): nothing can be added to it. Start a new run."
    case .repeatedPoint(let metric, let step?):
      "'\(metric)' was logged for step \(step) before. Each step of a metric has one value: count "
        + "the steps on."
    case .repeatedPoint(let metric, nil):
      "The run's one value of '\(metric)' was logged before. Log it once, or give each its step."
    case .repeatedArtifact(let name):
      "The run has kept '\(name)' before. Give each artifact and figure a name of its own."
    case .unusableName(let name):
      "'\(name)' cannot name an artifact: it must be a plain file name of 1 to 200 bytes, without "
        + "slashes or control characters, that does not start with a dot."
    case .unusableRunName(let name, let reason):
      "'\(name)' cannot be used: \(reason)."
    case .runIsRunning(let id):
      "The run \(id.prefix(8)) is running. Wait until it has ended, or end it first."
    case .bundleRefused(let reason):
      "The runs were refused: \(reason.onOneLine). Nothing was recorded."
    case .incompleteSpool(let id):
      "The run \(id.prefix(8)) ended with other results than those that are whole in its spool: it "
        + "counts as lost. Collect a sound copy to complete it."
    case .sharedFolder(let path, let kind):
      "\(path) is on a file system (\(kind)) whose locks SQLite cannot rely on: runs are spooled there "
        + "and can be read. To change anything, take them over to a folder on a local disk: casebook "
        + "collect \(path) --home FOLDER"
    case .cannotResume(let id, let reason):
      "run \(id.prefix(8)) cannot be resumed: \(reason). 'casebook rerun \(id.prefix(8))' starts a new run."
    case .cannotReach(let id, let reason):
      "The run \(id.prefix(8)) cannot be ended from here: \(reason)."
    case .noSuchArtifact(let name, let run, let known):
      "The run \(run.prefix(8)) has no '\(name)'. "
        + (known.isEmpty ? "It has kept nothing." : "It has: \(known.joined(separator: ", ")).")
    case .damagedArtifact(let name, let path, let reason):
      "The artifact '\(name)' at \(path) \(reason). Restore the file from a copy, or run the case "
        + "again."
    case .damagedSeries(let metric, let run):
      "The values of '\(metric)' of the run \(run.prefix(8)) are not those that its digest was "
        + "taken of: the registry was changed or damaged. Restore it from a copy."
    case .query(let text, let column, let problem):
      problem.shortened(to: 500) + "\n" + QueryExcerpt(text, column: column).lines
    }
  }
}

extension RecordsError {
  /// Whether it keeps one run from being taken over, and says nothing of others.
  var isAboutOneRun: Bool {
    switch self {
    case .bundleRefused, .damagedArtifact, .damagedSeries: true
    default: false
    }
  }
}

/// The part of a query around a place, with a caret below it.
private struct QueryExcerpt {
  let lines: String

  /// What fits a terminal.
  private static let width = 74

  init(_ text: String, column: Int) {
    let text = text.onOneLine
    let start = max(0, column - 1 - Self.width / 2)
    let isWhole = text.count <= Self.width
    let first = isWhole ? 0 : min(start, text.count - Self.width / 2)
    let part = isWhole ? text : String(text.dropFirst(first).prefix(Self.width))
    let (before, after) = (
      first > 0 ? "…" : "", !isWhole && first + Self.width < text.count ? "…" : ""
    )
    let indent = String(repeating: " ", count: max(0, column - 1 - first) + before.count)
    lines = "  \(before)\(part)\(after)\n  \(indent)^ column \(column)"
  }
}

extension String {
  fileprivate func shortened(to length: Int) -> String {
    count > length ? "\(prefix(length))…" : self
  }

  /// The text without line feeds and what else would steer a terminal.
  var onOneLine: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}
