public import Casework
public import Foundation

/// Pictures of handwritten digits with what they show, whichever set they come from.
public struct Digits: Equatable, Sendable {
  /// All pictures one after another, rows from the top, each pixel from 0 (paper) to 1 (ink).
  public let pixels: [Float]
  /// What each picture shows, 0 to 9.
  public let labels: [Int]
  /// The pixels in a row.
  public let width: Int
  /// The rows.
  public let height: Int

  /// How many pictures there are.
  public var count: Int { labels.count }

  /// Creates a set.
  ///
  /// - Precondition: There are `width * height` pixels for each label.
  public init(pixels: [Float], labels: [Int], width: Int, height: Int) {
    precondition(
      pixels.count == labels.count * width * height,
      "\(pixels.count) pixels are not \(labels.count) pictures of \(width)x\(height)")
    (self.pixels, self.labels, self.width, self.height) = (pixels, labels, width, height)
  }

  /// Returns the pixels of one picture.
  public func image(_ index: Int) -> ArraySlice<Float> {
    pixels[index * width * height..<(index + 1) * width * height]
  }

  /// Returns the first pictures, or all if there are fewer.
  public func prefix(_ count: Int) -> Digits { self[0..<min(count, self.count)] }

  /// Returns the pictures of a range.
  public subscript(range: Range<Int>) -> Digits {
    let size = width * height
    return Digits(
      pixels: Array(pixels[range.lowerBound * size..<range.upperBound * size]),
      labels: Array(labels[range]), width: width, height: height)
  }

  /// How many pictures show each digit.
  public var classCounts: [Int] {
    labels.reduce(into: [Int](repeating: 0, count: 10)) { $0[$1] += 1 }
  }
}

extension Digits {
  /// The names of MNIST's four files, as every set that imitates it uses them.
  public enum FileName {
    public static let trainImages = "train-images-idx3-ubyte"
    public static let trainLabels = "train-labels-idx1-ubyte"
    public static let testImages = "t10k-images-idx3-ubyte"
    public static let testLabels = "t10k-labels-idx1-ubyte"
  }

  /// Reads MNIST, or a set in its format.
  ///
  /// - Throws: ``DatasetsError`` if a file is not sound or the files do not belong together.
  public static func mnist(from set: LocatedDataSet) throws -> (train: Digits, test: Digits) {
    try folder(URL(fileURLWithPath: set.folder, isDirectory: true))
  }

  /// Reads the four IDX files of a folder of the user's own, plain or `.gz`: pictures of any one
  /// size, labels 0 to 9.
  ///
  /// - Throws: ``DatasetsError`` with the file and what is wrong with it.
  public static func folder(_ folder: URL) throws -> (train: Digits, test: Digits) {
    let path = UserFolder(folder).path
    let train = try pair(FileName.trainImages, FileName.trainLabels, in: path)
    let test = try pair(FileName.testImages, FileName.testLabels, in: path)
    guard (train.width, train.height) == (test.width, test.height) else {
      throw DatasetsError.malformed(
        file: "\(path)/\(FileName.testImages)", position: "header",
        reason: "its pictures have \(test.width)x\(test.height) pixels, those for training "
          + "\(train.width)x\(train.height)")
    }
    return (train, test)
  }

  private static func pair(_ images: String, _ labels: String, in folder: String) throws -> Digits {
    let values = try IDXFile(
      try DataFolder.contents(of: images, in: folder), file: "\(folder)/\(images)")
    guard values.shape.count == 3, values.shape[1] > 0, values.shape[2] > 0, values.shape[0] > 0
    else {
      throw DatasetsError.malformed(
        file: "\(folder)/\(images)", position: "header",
        reason:
          "pictures have three axes (count, height, width), none of them 0, not \(values.shape)")
    }
    let marks = try IDXFile(
      try DataFolder.contents(of: labels, in: folder), file: "\(folder)/\(labels)")
    guard marks.shape == [values.shape[0]] else {
      throw DatasetsError.malformed(
        file: "\(folder)/\(labels)", position: "header",
        reason: "it has the shape \(marks.shape), where \(images) has \(values.shape[0]) pictures")
    }
    if let index = marks.values.firstIndex(where: { $0 > 9 }) {
      throw DatasetsError.malformed(
        file: "\(folder)/\(labels)", position: "label \(index)",
        reason: "\(marks.values[index]) is not a digit from 0 to 9")
    }
    return Digits(
      pixels: scaled(values.values, by: 255), labels: marks.values.map(Int.init),
      width: values.shape[2], height: values.shape[1])
  }

  static func scaled(_ values: [UInt8], by top: Float) -> [Float] {
    let levels = (0...255).map { Float($0) / top }
    return values.map { levels[Int($0)] }
  }
}

extension Digits {
  /// The digits as pictures with pixels from 0 to 1.
  public var pictures: [GreyImage] {
    (0..<count).map { GreyImage(width: width, height: height, pixels: Array(image($0))) }
  }

  /// Returns the digits of some classes, in their order.
  public func only(_ classes: some Sequence<Int>) -> Digits {
    let kept = Set(classes)
    return picked(labels.indices.filter { kept.contains(labels[$0]) })
  }

  /// Returns the digits of some indices.
  public func picked(_ indices: some Collection<Int>) -> Digits {
    Digits(
      pixels: indices.flatMap { image($0) }, labels: indices.map { labels[$0] }, width: width,
      height: height)
  }
}
