public import Casework
public import Foundation

/// Images of two classes in three parts, as MedMNIST publishes them (Yang and others,
/// [10.1038/s41597-022-01721-8](https://doi.org/10.1038/s41597-022-01721-8)).
public struct MedicalImages: Sendable {
  /// One part.
  public struct Part: Sendable {
    /// One after another, rows from the top, from 0 to 1.
    public let pixels: [Float]
    /// 0 or 1.
    public let labels: [Int]
    /// A row of numbers for each image, if there are records.
    public var records: [[Double]] = []

    public var count: Int { labels.count }
  }

  public let width: Int
  public let height: Int
  public var training, validation, test: Part

  init(width: Int, height: Int, training: Part, validation: Part, test: Part) {
    (self.width, self.height) = (width, height)
    (self.training, self.validation, self.test) = (training, validation, test)
  }

  /// The images of a part with their labels.
  public func digits(_ part: Part) -> Digits {
    Digits(pixels: part.pixels, labels: part.labels, width: width, height: height)
  }

  /// Reads the archive of a data set.
  public init(from set: LocatedDataSet, file: String) throws {
    try self.init(file: "\(set.folder)/\(file)")
  }

  /// Reads a folder of the user's own: one `.npz` file with `train_images`, `val_images` and
  /// `test_images` (N×H×W, unsigned bytes) and `train_labels`, `val_labels`, `test_labels` (N or N×1,
  /// 0 or 1), and, where there is one, `records.csv`: a column `split` (train, val or test) and columns of
  /// numbers, a row for each image in the order of the archive.
  ///
  /// - Throws: ``DatasetsError`` with the file and what is wrong with it.
  public init(folder: URL) throws {
    let place = UserFolder(folder)
    let archives = try place.files("npz")
    guard archives.count == 1 else {
      throw DatasetsError.unusable(
        path: place.path, reason: "one .npz file is wanted, and there are \(archives.count)")
    }
    try self.init(file: archives[0])
    let file = "\(place.path)/records.csv"
    guard FileManager.default.fileExists(atPath: file) else { return }
    let table = try CSVTable(DataFolder.read(file), file: file)
    let names = table.columns.filter { $0 != "split" }
    guard !names.isEmpty else {
      throw DatasetsError.malformed(
        file: file, position: "line 1", reason: "it has no column beside 'split'")
    }
    let splits = try table.column("split")
    let columns = try names.map { try table.numbers($0) }
    func rows(_ word: String, _ count: Int) throws -> [[Double]] {
      let rows = splits.indices.filter { splits[$0] == word }
      guard rows.count == count else {
        throw DatasetsError.malformed(
          file: file, position: "column 'split'",
          reason: "\(rows.count) rows are '\(word)', where there are \(count) images")
      }
      return rows.map { row in columns.map { $0[row] } }
    }
    training.records = try rows("train", training.count)
    validation.records = try rows("val", validation.count)
    test.records = try rows("test", test.count)
    guard splits.count == training.count + validation.count + test.count else {
      throw DatasetsError.malformed(
        file: file, position: "column 'split'",
        reason: "there are values other than train, val and test")
    }
  }

  private init(file: String) throws {
    let archive = try NPZFile(DataFolder.read(file), file: file)
    func part(_ word: String) throws -> (Part, [Int]) {
      let (images, labels) = (
        try archive.array("\(word)_images"), try archive.array("\(word)_labels")
      )
      func refuse(_ name: String, _ reason: String) -> DatasetsError {
        .malformed(file: file, position: "array '\(word)_\(name)'", reason: reason)
      }
      guard images.shape.count == 3, images.shape.allSatisfy({ $0 > 0 }) else {
        throw refuse(
          "images", "images have three axes (count, height, width), not \(images.shape)")
      }
      let marks = try labels.numbers()
      guard marks.count == images.shape[0] else {
        throw refuse("labels", "\(marks.count) labels stand for \(images.shape[0]) images")
      }
      if let index = marks.firstIndex(where: { $0 != 0 && $0 != 1 }) {
        throw refuse("labels", "label \(index) is \(marks[index]), where 0 and 1 are read")
      }
      guard Set(marks).count == 2 else { throw refuse("labels", "there is only one class") }
      return (
        Part(
          pixels: try images.unsignedBytes().map { Float($0) / 255 }, labels: marks.map { Int($0) }),
        Array(images.shape.dropFirst())
      )
    }
    let (training, validation, test) = (try part("train"), try part("val"), try part("test"))
    guard training.1 == validation.1, training.1 == test.1 else {
      throw DatasetsError.malformed(
        file: file, position: "archive",
        reason: "the parts have images of \(training.1), \(validation.1) and \(test.1) pixels")
    }
    (self.training, self.validation, self.test) = (training.0, validation.0, test.0)
    (height, width) = (training.1[0], training.1[1])
  }
}
