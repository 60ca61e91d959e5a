public import Randomness

extension GreyImage {
  /// The picture with pixels below 0 at 0 and above 1 at 1.
  public var clipped: GreyImage { mapped { min(max($0, 0), 1) } }

  /// Returns the root of the sum of squared differences from a picture of the same size.
  public func distance(to other: GreyImage) -> Double {
    zip(pixels, other.pixels).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }.squareRoot()
  }

  /// Returns what the picture has more than another of the same size, 0.5 where they are equal: half
  /// the difference, so that -1…1 becomes 0…1.
  public func difference(from other: GreyImage) -> GreyImage {
    GreyImage(
      width: width, height: height,
      pixels: zip(pixels, other.pixels).map { 0.5 + 0.5 * ($0 - $1) })
  }
}

extension [GreyImage] {
  /// Returns the pictures with normal noise, simulated and not clipped, from a stream for each.
  public func noisy(_ deviation: Double, from stream: RandomStream) -> [GreyImage] {
    enumerated().map { index, picture in
      var stream = stream.split(index)
      return picture.mapped { $0 + Float(stream.normal(deviation: deviation)) }
    }
  }
}
