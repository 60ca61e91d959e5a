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
    precondition(
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
