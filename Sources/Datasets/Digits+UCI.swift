public import Casework
public import Foundation

extension Digits {
  /// The name of the file with the UCI digits.
  public static let uciFileName = "digits.csv"

  /// Reads the UCI digits: Alpaydin and Kaynak, *Optical Recognition of Handwritten Digits*, 1998,
  /// [10.24432/C50P49](https://doi.org/10.24432/C50P49).
  ///
  /// - Throws: ``DatasetsError`` if the file is not sound.
  public static func uci(from set: LocatedDataSet) throws -> Digits {
    try uci(
      DataFolder.contents(of: uciFileName, in: set.folder), file: "\(set.folder)/\(uciFileName)")
  }

  /// Reads the table of the UCI digits, plain or gzipped: no header; in each row the 64 pixels of
  /// an 8x8 picture, 0…16, then the digit.
  ///
  /// - Throws: ``DatasetsError/malformed(file:position:reason:)`` with the row and the column.
  public static func uci(_ data: Data, file: String) throws -> Digits {
    let data = Gzip.isGzip(data) ? try Gzip.decode(data, limit: 1 << 24, file: file) : data
    guard !data.isEmpty else {
      throw DatasetsError.malformed(file: file, position: "row 1", reason: "the table is empty")
    }
    var (pixels, labels): ([UInt8], [Int]) = ([], [])
    var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    for (row, line) in lines.enumerated() {
      let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      guard fields.count == 65 else {
        throw DatasetsError.malformed(
          file: file, position: "row \(row + 1)",
          reason: "it has \(fields.count) values, not 64 pixels and a digit")
      }
      for (column, field) in fields.enumerated() {
        let top = column == 64 ? 9 : 16
        let text = String(decoding: field, as: UTF8.self)
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text),
          value <= top
        else {
          throw DatasetsError.malformed(
            file: file, position: "row \(row + 1), column \(column + 1)",
            reason: "'\(text)' is not a whole number from 0 to \(top)")
        }
        if column == 64 { labels.append(value) } else { pixels.append(UInt8(value)) }
      }
    }
    return Digits(pixels: scaled(pixels, by: 16), labels: labels, width: 8, height: 8)
  }
}
