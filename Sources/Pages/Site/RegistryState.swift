public import Casework
public import Foundation

/// What a registry holds, whether it is published or not.
public struct RegistryState: Sendable {
  /// The runs of a case.
  public struct Count: Sendable {
    public var statuses: [Run.Status: Int] = [:]
    /// Finished runs by what came of running them again; `nil` for those that nobody ran again.
    public var verdicts: [Verdict?: Int] = [:]
    public var latest: Date?
  }

  public private(set) var cases: [Slug: Count] = [:]
  public private(set) var runs = 0
  /// The kept files, each content counted once.
  public private(set) var files = 0
  public private(set) var bytes = 0
  public private(set) var oldest: Date?
  public private(set) var latest: Date?

  /// Counts runs.
  public init(_ runs: [Run]) {
    var contents: [String: Int] = [:]
    for run in runs {
      var count = cases[run.slug] ?? Count()
      count.statuses[run.status, default: 0] += 1
      if run.status == .finished { count.verdicts[run.verdict, default: 0] += 1 }
      count.latest = max(count.latest ?? run.startedAt, run.startedAt)
      cases[run.slug] = count
      for artifact in run.artifacts { contents[artifact.sha256] = artifact.bytes }
    }
    self.runs = runs.count
    (files, bytes) = (contents.count, contents.values.reduce(0, +))
    (oldest, latest) = (runs.map(\.startedAt).min(), runs.map(\.startedAt).max())
  }
}
