import Archives
import Casework
import Foundation

/// The tables of images in a wheel of the Python package index, read as IDX files.
struct Wheel {
  /// What the other members of an archive may add to the tables, in bytes.
  static let otherBytes = 1 << 26
  /// How many times its own size an archive may unpack to; tables of images pack by ten.
  static let ratioLimit = 200

  let path: String

  /// Writes each table as its image and its label file, in the shape that the declaration implies.
  ///
  /// Nothing is unpacked to a path that the archive chooses. All members are looked at before any
  /// is read.
  ///
  /// - Throws: ``DatasetsError`` if a member leads out of the archive, is a link or is there twice,
  ///   if it would unpack to too much, is damaged, or holds other than labels and pixels.
  func extract(_ tables: [DataSet.Table], of files: [DataSet.File], into folder: String) throws {
    var plans: [String: Plan] = [:]
    for table in tables { plans[table.member] = try Plan(table, files: files) }
    try inspect(plans)
    let archive = try ArchiveReader(.file(path: path), format: .zip, refuse: refuse)
    while let member = try archive.next() {
      guard let plan = plans[member.path] else { continue }
      var table = PixelTable(rows: plan.rows, width: plan.pixels, file: "\(path): \(member.path)")
      try archive.readContent(limit: min(member.bytes ?? plan.limit, plan.limit)) { bytes in
        try Task.checkCancellation()
        try table.consume(bytes)
      }
      try table.finish()
      guard table.labels.count == plan.rows else {
        throw DatasetsError.malformed(
          file: "\(path): \(member.path)", position: "row \(table.labels.count)",
          reason: "the table ends after \(table.labels.count) of \(plan.rows) rows")
      }
      let images = IDXFile(shape: [plan.rows, plan.side, plan.side], values: table.pixels)
      let labels = IDXFile(shape: [plan.rows], values: table.labels)
      try DataFolder.write(images.data, to: "\(folder)/\(plan.table.images)")
      try DataFolder.write(labels.data, to: "\(folder)/\(plan.table.labels)")
    }
  }

  /// What a table has to hold, as the sizes of the declared files imply.
  private struct Plan {
    let table: DataSet.Table
    let rows: Int
    let pixels: Int
    let side: Int

    /// The most bytes that such a table can have: three digits and a comma for each value, a
    /// carriage return in each row, and a header.
    var limit: Int { 4 * (rows + 1) * (pixels + 2) + 16 * (pixels + 2) }

    init(_ table: DataSet.Table, files: [DataSet.File]) throws {
      func bytes(_ name: String) throws -> Int {
        guard let file = files.first(where: { $0.name == name }) else {
          throw DatasetsError.unusable(
            path: table.member, reason: "it is to be read as \(name), which the set does not list")
        }
        return file.bytes
      }
      self.table = table
      // The headers of IDX files with one and with three axes.
      rows = try bytes(table.labels) - 8
      let values = try bytes(table.images) - 16
      pixels = rows > 0 ? values / rows : 0
      side = Int(Double(max(pixels, 0)).squareRoot())
      guard rows > 0, pixels > 0, rows * pixels == values, side * side == pixels else {
        throw DatasetsError.unusable(
          path: table.member,
          reason: "the declared sizes of \(table.images) and \(table.labels) are not those of "
            + "square pictures and their labels")
      }
    }
  }

  private func refuse(_ reason: String) -> DatasetsError {
    .archiveRefused(file: path, reason: reason)
  }

  private func inspect(_ plans: [String: Plan]) throws {
    var seen: Set<String> = []
    var total = 0
    let archive = try ArchiveReader(.file(path: path), format: .zip, refuse: refuse)
    while let member = try archive.next() {
      let parts = member.path.split(separator: "/", omittingEmptySubsequences: false)
      guard !member.path.isEmpty, !member.path.hasPrefix("/"), !member.path.contains("\\"),
        !parts.contains("..")
      else { throw refuse("the member '\(member.path)' leads out of the folder") }
      guard member.isFile || member.isFolder else {
        throw refuse("the member '\(member.path)' is a link or a device, not a file")
      }
      guard seen.insert(member.path).inserted else {
        throw refuse("the member '\(member.path)' is there twice")
      }
      if let plan = plans[member.path], let bytes = member.bytes, bytes > plan.limit {
        throw refuse(
          "the member '\(member.path)' would have \(bytes) bytes, where \(plan.limit) are allowed")
      }
      let (sum, isOverflow) = total.addingReportingOverflow(max(member.bytes ?? 0, 0))
      guard !isOverflow else { throw refuse("its declared sizes overflow") }
      total = sum
    }
    let limit = plans.values.reduce(Self.otherBytes) { $0 + $1.limit }
    guard total <= limit else {
      throw refuse("it would unpack to \(total) bytes, where \(limit) are allowed")
    }
    let packed = DataFolder.size(of: path) ?? 0
    guard total <= packed * Self.ratioLimit else {
      throw refuse(
        "its \(packed) bytes would unpack to \(total), over \(Self.ratioLimit) times as many")
    }
    if let missing = plans.keys.sorted().first(where: { !seen.contains($0) }) {
      throw refuse("it has no member '\(missing)'")
    }
  }
}
