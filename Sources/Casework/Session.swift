public import Foundation
public import Randomness

/// All that a case sees of the world.
///
/// What stands behind it (a registry, a terminal, an array in a test) is not the case's business.
public struct Session: Sendable {
  /// The seed from which all randomness of the run comes.
  public let seed: Int
  private let host: any SessionHost

  /// Creates a session.
  public init(seed: Int, host: any SessionHost) { (self.seed, self.host) = (seed, host) }

  /// Returns the random stream of a name: the same for the same seed and name.
  public func stream(_ name: String) -> RandomStream { RandomStream(seed: seed).split(name) }

  /// Reports a number: of the whole run, or of one step of it.
  ///
  /// The value is kept, whatever happens to the process, once this returns.
  ///
  /// - Parameters:
  ///   - metric: A name that the case's entry declares.
  ///   - value: The number; not-a-number is kept as such.
  ///   - step: What it belongs to, such as an epoch, from 1; or `nil` for the run's one value.
  /// - Throws: ``CaseworkError/undeclaredMetric(_:case:known:)``, or what storing it throws.
  public func log(_ metric: String, _ value: Double, step: Int? = nil) throws {
    try host.log(metric, value, step: step)
  }

  /// Reports the numbers of many steps together: all are kept, or none.
  ///
  /// - Parameters:
  ///   - metric: A name that the case's entry declares.
  ///   - values: The numbers.
  ///   - steps: As many steps, none of which was reported before.
  /// - Throws: As ``log(_:_:step:)``.
  public func log(_ metric: String, _ values: [Double], steps: [Int]) throws {
    try host.log(metric, values, steps: steps)
  }

  /// The threads that the user asked for, or `nil` if the case is to choose.
  public var threads: Int? { host.threads }

  /// The checkpoint from which the run goes on, if it was interrupted and is taken up again.
  public var resumption: Data? { host.resumption }

  /// Reports numbers of the whole run, in this order.
  ///
  /// - Throws: As ``log(_:_:step:)``.
  public func log(_ values: KeyValuePairs<String, Double>) throws {
    for (metric, value) in values { try log(metric, value) }
  }

  /// Keeps a figure.
  public func figure(_ figure: Figure) throws { try host.keep(figure) }

  /// Keeps a file, such as a trained model.
  ///
  /// - Parameters:
  ///   - name: A file name, unique in the run.
  ///   - data: The content.
  ///   - mediaType: Such as `text/plain`.
  ///   - role: What it is to the run; outputs are compared when it is repeated.
  /// - Throws: What storing it throws.
  public func artifact(
    _ name: String, _ data: Data, mediaType: String, role: Artifact.Role = .output
  ) throws {
    try host.keep(name, data, mediaType: mediaType, role: role)
  }

  /// Tags the run with something that the case has found out.
  public func tag(_ name: String, _ value: String) throws { try host.tag(name, value) }

  /// Replaces the run's checkpoint, which is kept even if the run is interrupted.
  public func checkpoint(_ data: Data) throws { try host.checkpoint(data) }

  /// Tells the user how far the run has come.
  ///
  /// - Parameters:
  ///   - done: How many are done.
  ///   - total: Of how many.
  ///   - unit: What is counted, such as `epochs`.
  ///   - note: What to show beside it, such as `loss 0.0123`.
  public func progress(_ done: Int, of total: Int, _ unit: String, _ note: String = "") {
    host.progress(RunProgress(done: done, total: total, unit: unit, note: note))
  }

  /// Tells the user something that is worth a line of its own.
  public func note(_ text: String) { host.note(text) }

  /// Returns a data set that the case's entry names, getting it first if it is missing.
  ///
  /// - Throws: What keeps it from being had, with every source that was tried.
  public func dataSet(_ name: String) async throws -> LocatedDataSet {
    try await host.dataSet(name)
  }

  /// Returns a folder of the user's own data, `--set data=FOLDER`, and records what is in it.
  public func dataFolder(_ path: String) throws -> URL { try host.dataFolder(path) }

  /// Ends the run if the user asked for it.
  ///
  /// - Throws: `CancellationError`.
  public func checkCancellation() throws { try Task.checkCancellation() }
}

/// How far a run has come.
public struct RunProgress: Hashable, Sendable {
  /// How many are done, of how many.
  public let done, total: Int
  /// What is counted, such as `epochs`.
  public let unit: String
  /// What to show beside it, such as `loss 0.0123`.
  public let note: String

  /// Creates a report.
  public init(done: Int, total: Int, unit: String, note: String = "") {
    (self.done, self.total, self.unit, self.note) = (done, total, unit, note)
  }
}

/// What a session stands in front of.
public protocol SessionHost: Sendable {
  func log(_ metric: String, _ value: Double, step: Int?) throws
  func log(_ metric: String, _ values: [Double], steps: [Int]) throws
  /// The checkpoint from which the run goes on, if it does.
  var resumption: Data? { get }
  /// The threads that the user asked for.
  var threads: Int? { get }
  func keep(_ figure: Figure) throws
  func keep(_ name: String, _ data: Data, mediaType: String, role: Artifact.Role) throws
  func tag(_ name: String, _ value: String) throws
  func checkpoint(_ data: Data) throws
  func progress(_ progress: RunProgress)
  func note(_ text: String)
  func dataSet(_ name: String) async throws -> LocatedDataSet
  func dataFolder(_ path: String) throws -> URL
}

extension SessionHost {
  public var resumption: Data? { nil }
  public var threads: Int? { nil }

  public func log(_ metric: String, _ values: [Double], steps: [Int]) throws {
    for (value, step) in zip(values, steps) { try log(metric, value, step: step) }
  }
}
