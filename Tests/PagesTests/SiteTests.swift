import Foundation
import Testing

@testable import Pages

@Suite struct SiteTests {
  /// Writes the fixtures' site to a folder that stays, to be looked at.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["PAGES_DEMO"] != nil))
  func demo() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["PAGES_DEMO"])
    try Fixtures.site(isHostile: true).write(to: folder)
  }
}
