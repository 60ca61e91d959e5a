/// What a training measured, an epoch at a time.
public struct History: Hashable, Sendable {
  /// By name, one number for each epoch that is done.
  ///
  /// `loss` is the mean loss over the examples of the epoch, `learning_rate` the rate of its last
  /// step; the others are those that the trainer was told to measure.
  public internal(set) var series: [String: [Double]] = [:]

  /// The numbers of a name, empty if there are none.
  public subscript(name: String) -> [Double] { series[name] ?? [] }

  mutating func append(_ values: [String: Double]) {
    for (name, value) in values { series[name, default: []].append(value) }
  }
}
