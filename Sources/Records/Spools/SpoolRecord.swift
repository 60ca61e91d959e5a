import Casework
import Digests
import Foundation

/// One line of a spool: what one run was told, as the so-manieth thing, and when.
///
/// A line is sixteen hexadecimal digits, the start of the SHA-256 of the rest; a space; and a JSON
/// object. It stands between two line feeds of its own, so that damage to one byte costs one record.
struct SpoolRecord: Codable, Equatable {
  let run: String
  /// From 1, without a gap.
  let number: Int
  /// Seconds since 1970.
  let at: Double
  let event: RunEvent

  private static let digits = 16
  /// The longest line that is read: far more than any that is written.
  static let longest = 1 << 28

  /// Returns the record with the line feeds around it.
  func line() throws -> Data {
    let json = try StoredSetting.sealedJSON(self)
    return Data("\n\(Self.check(json)) ".utf8) + json + Data("\n".utf8)
  }

  /// Reads a line, or returns `nil` if it is not as it was written.
  init?(line: Data) {
    let start = line.startIndex + Self.digits + 1
    guard line.count <= Self.longest, start < line.endIndex, line[start - 1] == UInt8(ascii: " "),
      line[..<(start - 1)].elementsEqual(Self.check(line[start...]).utf8),
      let record = try? StoredSetting.read(Self.self, from: Data(line[start...]))
    else { return nil }
    // Any time from 1970 on for some millennia.
    guard StoredRun.isID(record.run), record.number > 0, (0...1e11).contains(record.at) else {
      return nil
    }
    self = record
  }

  init(run: String, number: Int, at: Double, event: RunEvent) {
    (self.run, self.number, self.at, self.event) = (run, number, at, event)
  }

  private static func check(_ json: Data) -> Substring {
    SHA256Digest(of: json).hex.prefix(digits)
  }
}
