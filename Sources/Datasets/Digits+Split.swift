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

  /// Returns the indices of each class in a random order, so that the first ten of a class are among
  /// its first twenty.
  public func nested(from stream: RandomStream) -> [[Int]] {
    Set(labels).sorted().map { label in
      var stream = stream.split("class \(label)")
      return labels.indices.filter { labels[$0] == label }.shuffled(using: &stream)
    }
  }

  /// Returns the pictures with other labels.
  public func shifted(by offset: Int) -> Digits {
    Digits(pixels: pixels, labels: labels.map { $0 + offset }, width: width, height: height)
  }
}
