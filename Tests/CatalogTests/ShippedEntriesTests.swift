import Foundation
import Testing

@testable import Catalog

@Suite struct ShippedEntriesTests {
  @Test func hasNoFault() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Catalog").path
    let c = try Catalog.read(folder: folder)
    #expect(c.faults.map(\.description) == [])
    print(c.entries.count)
  }
}
