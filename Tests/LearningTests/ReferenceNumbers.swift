import Foundation
import Tensors
import Testing

/// Numbers of another library, from `Reference/<name>.json`, which `Reference/<name>.py` wrote.
struct ReferenceNumbers {
  private let lists: [String: [Double]]

  init(_ name: String) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Reference/\(name).json")
    lists = try JSONDecoder().decode([String: [Double]].self, from: Data(contentsOf: file))
  }

  /// The numbers of one list, which stops the test if there is none.
  subscript(key: String) -> [Double] {
    get throws { try #require(lists[key], "there are no reference numbers “\(key)”") }
  }

  /// The names of the lists that start so, without that start.
  func names(after start: String) -> [String] {
    lists.keys.filter { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }.sorted()
  }

  /// Expects a tensor to hold the numbers of a list, to a tolerance absolute and relative.
  func expect(
    _ tensor: Tensor, _ key: String, within tolerance: Double = 1e-5,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expect(tensor.scalars.map { Double($0) }, key, within: tolerance, sourceLocation)
  }

  /// Expects numbers to be those of a list, to a tolerance absolute and relative.
  func expect(
    _ found: [Double], _ key: String, within tolerance: Double = 1e-5,
    _ sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let expected = try self[key]
    try #require(
      found.count == expected.count, "\(key): \(found.count) numbers, not \(expected.count)",
      sourceLocation: sourceLocation)
    let worst = zip(found, expected).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
    #expect(worst <= tolerance, "\(key)", sourceLocation: sourceLocation)
  }
}
