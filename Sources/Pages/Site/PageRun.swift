public import Casework
public import Foundation

/// A run with all that its page shows.
public struct PageRun: Sendable {
  /// What is read when the page is written, one page after the other: the runs of a large registry
  /// do not fit into memory together.
  public struct Content: Sendable {
    /// Its metrics over their steps.
    public let series: [MetricSeries]
    public let figures: [Figure]
    /// The bytes of the artifacts that the page offers, by name; the others are only listed.
    public let files: [String: Data]
    /// What came of running it again, if anybody did.
    public let verification: Verification?

    /// Creates what a page shows.
    public init(
      series: [MetricSeries] = [], figures: [Figure] = [], files: [String: Data] = [:],
      verification: Verification? = nil
    ) {
      (self.series, self.figures, self.files) = (series, figures, files)
      self.verification = verification
    }
  }

  public let run: Run
  private let read: @Sendable () throws -> Content

  /// Creates a run to publish.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - content: Reads what the page shows; it may be called more than once, by several threads.
  public init(run: Run, content: @escaping @Sendable () throws -> Content) {
    (self.run, read) = (run, content)
  }

  /// Reads what the page shows.
  public func content() throws -> Content { try read() }
}
