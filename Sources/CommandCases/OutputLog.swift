import Casework
import Foundation

/// What a command has printed, with its middle left out once it is too long.
struct OutputLog {
  /// How many bytes of the beginning and of the end are kept.
  static let share = 256 << 10

  private var beginning = Data()
  private var end = Data()
  private var leftOut = 0

  mutating func append(_ data: Data) {
    let room = Self.share - beginning.count
    beginning += data.prefix(room)
    end += data.dropFirst(room)
    guard end.count > 2 * Self.share else { return }
    leftOut += end.count - Self.share
    end = Data(end.suffix(Self.share))
  }

  /// The bytes as they were written, with a line in place of what is left out.
  var data: Data {
    let surplus = max(0, end.count - Self.share)
    guard leftOut + surplus > 0 else { return beginning + end }
    let gap = "\n[casebook: \(leftOut + surplus) bytes are left out here]\n"
    return beginning + Data(gap.utf8) + end.dropFirst(surplus)
  }

  /// The last lines, for an error.
  func lastWords(lines: Int = 8) -> String {
    let text = String(decoding: (beginning + end).suffix(4096), as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).suffix(lines).map { $0.legible }
      .joined(separator: "\n")
  }
}

/// Cuts a stream of bytes into lines.
struct LineSplitter {
  /// How many bytes a line may have.
  let limit: Int
  private var rest = Data()

  init(limit: Int) { self.limit = limit }

  /// Whether the line that has begun is longer than it may be.
  var isTooLong: Bool { rest.count > limit }

  /// The beginning of the line that has begun.
  var begun: Data { rest.prefix(200) }

  /// Returns the lines that end in the data.
  mutating func lines(adding data: Data) -> [Data] {
    guard data.contains(0x0A) else {
      rest += data
      return []
    }
    var lines = (rest + data).split(separator: 0x0A, omittingEmptySubsequences: false)
    rest = Data(lines.removeLast())
    return lines.map { Data($0) }
  }

  /// Returns the line that no newline has ended, if there is one.
  mutating func last() -> Data? {
    defer { rest = Data() }
    return rest.isEmpty ? nil : rest
  }
}
