public import Casework

/// Tumours of the breast: thirty numbers measured on images of cell nuclei, and whether the tumour is
/// benign (Wolberg, Mangasarian, Street and Street, UCI Machine Learning Repository 1995,
/// [10.24432/C5DW2B](https://doi.org/10.24432/C5DW2B)).
public struct BreastTumours: Sendable {
  /// Ten means, ten standard errors and ten worst values for each tumour.
  public let rows: [[Double]]
  /// 1 for malignant.
  public let labels: [Int]

  /// Reads the table as scikit-learn ships it: a first line with counts and class names, then thirty
  /// numbers and a 0 (malignant) or 1 (benign) in each.
  ///
  /// - Throws: ``DatasetsError`` with the line and what is wrong with it.
  public init(from set: LocatedDataSet) throws {
    let file = "\(set.folder)/breast_cancer.csv"
    let lines = String(decoding: try DataFolder.read(file), as: UTF8.self)
      .split(whereSeparator: \.isNewline)
    var (rows, labels): ([[Double]], [Int]) = ([], [])
    for (number, line) in lines.enumerated().dropFirst() {
      let values = line.split(separator: ",").map { Double($0) }
      guard values.count == 31, let label = values[30], label == 0 || label == 1,
        values.allSatisfy({ $0?.isFinite == true })
      else {
        throw DatasetsError.malformed(
          file: file, position: "line \(number + 1)",
          reason: "thirty numbers and a 0 or 1 are wanted")
      }
      rows.append(values.dropLast().map { $0 ?? 0 })
      labels.append(label == 0 ? 1 : 0)
    }
    guard Set(labels).count == 2 else {
      throw DatasetsError.malformed(
        file: file, position: "labels", reason: "there is only one class")
    }
    (self.rows, self.labels) = (rows, labels)
  }
}
