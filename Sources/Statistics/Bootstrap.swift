/// Returns the interval that holds a share of a statistic's values over resampled examples
/// (percentile bootstrap; Efron and Tibshirani, *An Introduction to the Bootstrap*, chapter 13).
///
/// A difference of two methods on the same examples is a *paired* comparison: let `statistic`
/// compute both on the indices that it is given.
///
/// - Parameters:
///   - strata: The indices of the examples, in groups of which each keeps its size: one group of
///     all, or the positives and the negatives.
///   - resamples: How often they are drawn anew.
///   - share: The part of the values inside the interval, such as 0.95.
///   - generator: Where the draws come from.
///   - statistic: A number from the indices of the examples drawn, with repetitions.
/// - Returns: The edges of the interval.
public func bootstrapInterval(
  strata: [[Int]], resamples: Int, share: Double = 0.95,
  using generator: inout some RandomNumberGenerator, of statistic: ([Int]) -> Double
) -> (low: Double, high: Double) {
  guard resamples > 0 else {
    fatalError("a bootstrap needs one resample or more, not \(resamples)")
  }
  var values: [Double] = []
  for _ in 0..<resamples {
    let drawn = strata.flatMap { group in
      group.indices.map { _ in group[Int.random(in: group.indices, using: &generator)] }
    }
    values.append(statistic(drawn))
  }
  let rest = (1 - share) / 2
  return (quantile(rest, of: values), quantile(1 - rest, of: values))
}
