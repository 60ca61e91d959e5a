import func Kernels.require

/// How a mask that was found and the true one overlap.
public struct Overlap: Hashable, Sendable {
  /// How many pixels are inside both.
  public let both: Int
  /// How many are inside the mask that was found.
  public let found: Int
  /// How many are inside the true one.
  public let truth: Int

  /// Counts the pixels of two masks of one size, or of all masks of a set.
  ///
  /// - Parameters:
  ///   - found: Whether each pixel was found to be inside.
  ///   - truth: Whether it is.
  public init(of found: some Collection<Bool>, _ truth: some Collection<Bool>) {
    require(
      found.count == truth.count, "a mask of \(found.count) pixels does not meet \(truth.count)")
    both = zip(found, truth).count { $0 && $1 }
    (self.found, self.truth) = (found.count { $0 }, truth.count { $0 })
  }

  /// Twice what is inside both over the sum of the two (Dice, *Ecology* 26, 1945); 1 if both are
  /// empty.
  public var dice: Double {
    found + truth == 0 ? 1 : 2 * Double(both) / Double(found + truth)
  }

  /// What is inside both over what is inside either (Jaccard); 1 if both are empty.
  public var intersectionOverUnion: Double {
    found + truth == 0 ? 1 : Double(both) / Double(found + truth - both)
  }
}

/// Returns the share of both borders' pixels that have one of the other border within a tolerance.
///
/// - Parameters:
///   - found: Whether each pixel is marked, rows from the top.
///   - truth: The same for the truth.
///   - width: The pixels of a row.
///   - tolerance: The greatest distance in pixels.
/// - Returns: From 0 to 1; 1 if neither has a border.
public func borderDice(_ found: [Bool], _ truth: [Bool], width: Int, tolerance: Int) -> Double {
  require(
    found.count == truth.count && width > 0 && found.count % width == 0,
    "\(found.count) and \(truth.count) pixels are not pictures of \(width) a row")
  require(tolerance >= 0, "a tolerance is 0 pixels or more, not \(tolerance)")
  let (p, q) = (border(found, width), border(truth, width))
  func near(_ one: [(x: Int, y: Int)], _ other: [(x: Int, y: Int)]) -> Int {
    one.count { place in
      other.contains {
        let (dx, dy) = ($0.x - place.x, $0.y - place.y)
        return dx * dx + dy * dy <= tolerance * tolerance
      }
    }
  }
  return p.isEmpty && q.isEmpty ? 1 : Double(near(p, q) + near(q, p)) / Double(p.count + q.count)
}

/// Returns the marked pixels with an unmarked neighbour.
private func border(_ marks: [Bool], _ width: Int) -> [(x: Int, y: Int)] {
  let height = marks.count / width
  func isMarked(_ x: Int, _ y: Int) -> Bool {
    x >= 0 && y >= 0 && x < width && y < height && marks[y * width + x]
  }
  return marks.indices.compactMap { index in
    let (x, y) = (index % width, index / width)
    guard marks[index] else { return nil }
    let isInner =
      isMarked(x - 1, y) && isMarked(x + 1, y) && isMarked(x, y - 1) && isMarked(x, y + 1)
    return isInner ? nil : (x, y)
  }
}
