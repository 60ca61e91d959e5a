/// A search along a direction for a point that satisfies the strong Wolfe conditions: the loss falls
/// by at least `1e-4` of what the slope promises, and the slope is at most 0.9 of what it was.
struct LineSearch {
  private static let (decrease, curvature) = (1e-4, 0.9)
  private static let most = 25
  private static let tolerance = 1e-9

  private let start: Evaluation
  private let direction: [Double]
  /// The slope at the start along the direction.
  let slope: Double
  /// The greatest scalar of the direction.
  let span: Double

  init(from start: Evaluation, along direction: [Double]) {
    (self.start, self.direction) = (start, direction)
    slope = dot(start.gradient, direction)
    span = direction.map { abs($0) }.max() ?? 0
  }

  /// A point along the direction.
  private struct Place {
    let length: Double
    let evaluation: Evaluation
    let slope: Double

    var loss: Double { evaluation.loss }
  }

  /// Returns how far to go, and what is there.
  ///
  /// - Parameters:
  ///   - length: How far to go first.
  ///   - evaluate: Computes the loss and its gradient so far along the direction.
  /// - Returns: The best point found, if none satisfies the conditions.
  func run(
    from length: Double, _ evaluate: (_ length: Double) throws -> Evaluation
  ) rethrows -> (length: Double, evaluation: Evaluation) {
    func place(_ length: Double) throws -> Place {
      let found = try evaluate(length)
      return Place(length: length, evaluation: found, slope: dot(found.gradient, direction))
    }
    let origin = Place(length: 0, evaluation: start, slope: slope)
    var (before, here, count) = (origin, try place(length), 0)
    while count < Self.most {
      if isTooHigh(here) || (count > 1 && here.loss >= before.loss) {
        return try narrowed((before, here), &count, place)
      }
      if isFlat(here) { return (here.length, here.evaluation) }
      if here.slope >= 0 { return try narrowed((before, here), &count, place) }
      let range = here.length + 0.01 * (here.length - before.length)...here.length * 10
      let next = Self.cubicMinimum(before, here, within: range)
      (before, here) = (here, try place(next))
      count += 1
    }
    return try narrowed((origin, here), &count, place)
  }

  private func isTooHigh(_ place: Place) -> Bool {
    place.loss > start.loss + Self.decrease * place.length * slope
  }

  private func isFlat(_ place: Place) -> Bool { abs(place.slope) <= -Self.curvature * slope }

  /// Narrows a range that holds a point to take.
  private func narrowed(
    _ ends: (Place, Place), _ count: inout Int, _ place: (Double) throws -> Place
  ) rethrows -> (length: Double, evaluation: Evaluation) {
    var (low, high) = ends.0.loss <= ends.1.loss ? ends : (ends.1, ends.0)
    var hasStalled = false
    while count < Self.most, abs(high.length - low.length) * span >= Self.tolerance {
      let (least, most) = (min(low.length, high.length), max(low.length, high.length))
      var length = Self.cubicMinimum(low, high, within: least...most)
      // A point at the rim of the range does not narrow it.
      let margin = 0.1 * (most - least)
      if min(most - length, length - least) < margin {
        if hasStalled || length >= most || length <= least {
          length = abs(length - most) < abs(length - least) ? most - margin : least + margin
          hasStalled = false
        } else {
          hasStalled = true
        }
      } else {
        hasStalled = false
      }
      let here = try place(length)
      count += 1
      if isTooHigh(here) || here.loss >= low.loss {
        high = here
        if high.loss < low.loss { (low, high) = (high, low) }
      } else {
        if isFlat(here) { return (here.length, here.evaluation) }
        if here.slope * (high.length - low.length) >= 0 { high = low }
        low = here
      }
    }
    return (low.length, low.evaluation)
  }

  /// The least point of the cubic through two points with their slopes, within a range.
  private static func cubicMinimum(
    _ a: Place, _ b: Place, within range: ClosedRange<Double>
  ) -> Double {
    let (left, right) = a.length <= b.length ? (a, b) : (b, a)
    let first =
      left.slope + right.slope - 3 * (left.loss - right.loss) / (left.length - right.length)
    let square = first * first - left.slope * right.slope
    let middle = (range.lowerBound + range.upperBound) / 2
    guard square >= 0, square.isFinite else { return middle }
    let second = square.squareRoot()
    let length =
      right.length - (right.length - left.length)
      * ((right.slope + second - first) / (right.slope - left.slope + 2 * second))
    return length.isFinite ? min(max(length, range.lowerBound), range.upperBound) : middle
  }
}
