import Foundation
import Testing

@testable import casebook

@Suite struct ProgramIdentityTests {
  @Test func buildsAreToldApartByTheLinkersDigest() throws {
    let id = try #require(ProgramIdentity.buildID(of: "/proc/self/exe"))
    #expect(id.count >= 16 && id.allSatisfy { $0.isHexDigit })
    #expect(ProgramIdentity.digest == id)
    #expect(ProgramIdentity.buildID(of: "/etc/passwd") == nil)
  }

  @Test func brokenProgramsHaveNone() throws {
    let file = try #require(FileHandle(forReadingAtPath: "/proc/self/exe"))
    let head = try #require(try file.read(upToCount: 2048))
    let path = NSTemporaryDirectory() + "program-\(UInt64.random(in: .min ... .max))"
    defer { try? FileManager.default.removeItem(atPath: path) }
    for length in stride(from: 0, to: 700, by: 7) {
      try head.prefix(length).write(to: URL(filePath: path))
      #expect(ProgramIdentity.buildID(of: path) == nil)
    }
    for place in 0..<head.count {
      var damaged = head
      damaged[place] = 0xff
      try damaged.write(to: URL(filePath: path))
      // Whatever it says, it is read without a crash.
      _ = ProgramIdentity.buildID(of: path)
    }
  }
}
