public import Randomness

extension [GreyImage] {
  /// Returns squares cut at random places, turned by right angles and mirrored at random.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - side: Their width and height, at most that of the smallest picture.
  ///   - stream: What places and orientations are drawn from.
  /// - Returns: As many squares as asked for.
  public func patches(_ count: Int, side: Int, from stream: RandomStream) -> [GreyImage] {
    var stream = stream
    return (0..<count).map { _ in
      let picture = self[Int.random(in: indices, using: &stream)]
      let x = Int.random(in: 0...picture.width - side, using: &stream)
      let y = Int.random(in: 0...picture.height - side, using: &stream)
      return picture.cropped(x: x, y: y, width: side, height: side)
        .turned(Int.random(in: 0..<8, using: &stream))
    }
  }
}

extension UserFolder {
  /// Reads pictures to train and to test with: from the folders `train` and `test`, or from the folder
  /// itself, of whose pictures a quarter, drawn from the stream, is for the test.
  ///
  /// - Parameters:
  ///   - least: The fewest pixels that a side may have.
  ///   - stream: What the split is drawn from.
  /// - Returns: The pictures, with pixels from 0 to 255.
  /// - Throws: ``DatasetsError`` if a file is not sound, or there are fewer than two pictures to train
  ///   and one to test with.
  public func trainingAndTest(
    least: Int, from stream: RandomStream
  ) throws -> (training: [GreyImage], test: [GreyImage]) {
    let parts: (training: [GreyImage], test: [GreyImage])
    if has("train") || has("test") {
      parts = (
        try pictures(in: "train", least: least).map(\.image),
        try pictures(in: "test", least: least).map(\.image)
      )
    } else {
      var stream = stream
      let all = try pictures(least: least).map(\.image).shuffled(using: &stream)
      let tested = Swift.max(1, all.count / 4)
      parts = (Array(all.dropFirst(tested)), Array(all.prefix(tested)))
    }
    guard parts.training.count >= 2 else {
      throw DatasetsError.unusable(
        path: path,
        reason: "\(parts.training.count) picture to train with is too few: two or more are needed")
    }
    return parts
  }
}
