import Statistics

/// Mean, standard deviation and 95 % interval (Student's t) of a few numbers.
struct Summary {
  /// How many numbers there are.
  let count: Int
  let mean, deviation: Double
  let interval: (low: Double, high: Double)

  init(_ values: [Double]) {
    self.count = values.count
    let (count, centre) = (Double(values.count), values.reduce(0, +) / Double(values.count))
    mean = centre
    deviation =
      values.count > 1
      ? (values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / (count - 1)).squareRoot() : 0
    let reach =
      values.count > 1
      ? StudentDistribution(degreesOfFreedom: count - 1).quantile(upperTail: 0.025) * deviation
        / count.squareRoot() : 0
    interval = (centre - reach, centre + reach)
  }
}
