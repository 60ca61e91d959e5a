import Digests
import Foundation

/// What tells one build of the program from another.
enum ProgramIdentity {
  /// The linker's own digest of the program (the note `NT_GNU_BUILD_ID` of elf(5)), which is there to be
  /// read where that of the whole file would take a tenth of a second; without one, that of the file.
  static let digest: String = {
    let path = "/proc/self/exe"
    return buildID(of: path) ?? (try? SHA256Digest(ofFile: URL(filePath: path)).hex) ?? ""
  }()

  /// Reads the build id of a 64-bit little-endian ELF file, if it stands near the beginning, where
  /// linkers put it.
  static func buildID(of path: String) -> String? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    guard let head = try? file.read(upToCount: 1 << 14),
      head.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1])
    else { return nil }
    return head.withUnsafeBytes { bytes in
      func number(at place: Int, _ size: Int) -> Int? {
        guard place >= 0, place <= bytes.count - size else { return nil }
        return (0..<size).reversed().reduce(0 as Int?) { sum, index in
          sum.flatMap { $0 > Int.max >> 8 ? nil : $0 << 8 | Int(bytes[place + index]) }
        }
      }
      guard let table = number(at: 32, 8), let entry = number(at: 54, 2),
        let count = number(at: 56, 2)
      else { return nil }
      let (noteSegment, buildIDNote) = (4, 3)
      for index in 0..<count {
        let header = table + index * entry
        guard number(at: header, 4) == noteSegment, var place = number(at: header + 8, 8),
          let size = number(at: header + 32, 8), size < bytes.count
        else { continue }
        let end = place + size
        while place < end, let nameSize = number(at: place, 4),
          let idSize = number(at: place + 4, 4),
          let kind = number(at: place + 8, 4)
        {
          let id = place + 12 + (nameSize + 3) / 4 * 4
          guard id + idSize <= min(end, bytes.count) else { break }
          if kind == buildIDNote, nameSize == 4 {
            return bytes[id..<id + idSize].map { String(format: "%02x", $0) }.joined()
          }
          place = id + (idSize + 3) / 4 * 4
        }
      }
      return nil
    }
  }
}
