/// Returns a quantile, linear between the two nearest values, as NumPy's default is.
///
/// - Parameters:
///   - probability: From 0, the least value, to 1, the greatest.
///   - values: At least one, none of them not a number.
/// - Returns: The value below which that share of the values lies.
public func quantile(_ probability: Double, of values: [Double]) -> Double {
  guard 0...1 ~= probability else { fatalError("a probability is from 0 to 1, not \(probability)") }
  guard !values.isEmpty, !values.contains(where: \.isNaN) else {
    fatalError("a quantile needs at least one value, and every value a number")
  }
  let sorted = values.sorted()
  let position = probability * Double(sorted.count - 1)
  let low = Int(position)
  guard low + 1 < sorted.count else { return sorted[sorted.count - 1] }
  return sorted[low] + (sorted[low + 1] - sorted[low]) * (position - Double(low))
}
