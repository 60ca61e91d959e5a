public import Casework
public import Foundation

/// A run with all that its page shows.
public struct PageRun: Sendable {
  public let run: Run
  /// Its metrics over their steps.
  public let series: [MetricSeries]
  public let figures: [Figure]
  /// The bytes of the artifacts that the page offers, by name; the others are only listed.
  public let files: [String: Data]

  /// What came of running it again, if anybody did.
  public let verification: Verification?

  /// Creates a run to publish.
  public init(
    run: Run, series: [MetricSeries], figures: [Figure], files: [String: Data] = [:],
    verification: Verification? = nil
  ) {
    (self.run, self.series, self.figures, self.files) = (run, series, figures, files)
    self.verification = verification
  }
}
