/// A number that a case reports, as its entry in the catalogue declares it.
public struct Metric: Hashable, Codable, Sendable {
  /// Which of two values is the better one.
  public enum Better: String, Codable, Sendable, CaseIterable { case higher, lower, neither }

  /// The name in records and on the command line, such as `auc_mean_distance`.
  public let name: String
  /// Which way is up.
  public let better: Better
  /// The unit, if the number has one.
  public let unit: String?
  /// What the number says, in one sentence.
  public let meaning: String
  /// Whether the number measures the machine and not the result, as a time does: it differs when
  /// the same run is repeated, so it is kept apart from the metrics that must not.
  public let isTiming: Bool
  /// By how much a repeated run may differ and still count as reproduced; 0 asks for the same bits.
  public let tolerance: Double

  /// Creates a declaration.
  public init(
    name: String, better: Better, unit: String? = nil, meaning: String, isTiming: Bool = false,
    tolerance: Double = 0
  ) {
    (self.name, self.better, self.unit) = (name, better, unit)
    (self.meaning, self.isTiming, self.tolerance) = (meaning, isTiming, tolerance)
  }
}
