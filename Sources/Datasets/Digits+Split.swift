public import Randomness

extension Digits {
  /// Returns the pictures in a random order, in two parts.
  ///
  /// - Parameters:
  ///   - count: How many come into the first part; the others make the second.
  ///   - stream: The same stream gives the same parts.
  /// - Returns: The two parts.
  public func split(first count: Int, in stream: RandomStream) -> (Digits, Digits) {
    precondition((0...self.count).contains(count), "\(count) of \(self.count) pictures")
    var stream = stream
    let order = (0..<self.count).shuffled(using: &stream)
    return (picked(order.prefix(count)), picked(order.dropFirst(count)))
  }
}
