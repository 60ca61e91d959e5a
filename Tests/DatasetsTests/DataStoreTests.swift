import Casework
import Datasets
import Digests
import Foundation
import Testing

@Suite struct DataStoreTests {
  let scratch: Scratch
  let store: DataStore

  init() throws {
    scratch = try Scratch()
    store = DataStore(searchPath: ["\(scratch.path)/shared"], home: "\(scratch.path)/home")
  }

  @Test(arguments: [false, true]) func aSetIsFoundPlainOrPackedWithTheSameFingerprint(
    isPacked: Bool
  ) throws {
    try MiniSet.write(to: scratch, "shared/mini", isPacked: isPacked)
    let located = try #require(try store.locate(MiniSet.set(.folder("mini"))))
    #expect(located.folder == "\(scratch.path)/shared/mini")
    let listing = MiniSet.files.map { "\($0.sha256)  \($0.name)\n" }.joined()
    #expect(located.fingerprint == SHA256Digest(of: Data(listing.utf8)).hex)
    #expect(try store.contents(of: MiniSet.files[0], in: located) == MiniSet.images.data)
    #expect(try located.contents(of: "labels") == MiniSet.labels.data)
  }

  @Test func theHomeComesFirst() throws {
    try MiniSet.write(to: scratch, "shared/mini")
    try MiniSet.write(to: scratch, "home/mini")
    #expect(try store.path(MiniSet.set()) == "\(scratch.path)/home/mini")
  }

  @Test func aSetThatIsNowhereIsNil() throws {
    #expect(try store.locate(MiniSet.set()) == nil)
    let told = words { try store.verify(MiniSet.set()) }
    #expect(told.contains("not in \(scratch.path)/home/mini, \(scratch.path)/shared/mini"))
    #expect(told.contains("casebook data get mini"))
    #expect(told.contains("put images, labels (plain or .gz) into \(scratch.path)/home/mini"))
    #expect(told.contains("The preset 'quick' needs no download"))
  }

  @Test func aWrongCopyIsToldAndTheNextOneTaken() throws {
    try MiniSet.write(to: scratch, "home/mini")
    try scratch.write("home/mini/labels", Data("wrong bytes".utf8))
    let wrong = SHA256Digest(of: Data("wrong bytes".utf8)).hex
    let told = words { try store.locate(MiniSet.set()) }
    #expect(told.contains("home/mini/labels is not the declared file: its SHA-256 is \(wrong)"))
    try MiniSet.write(to: scratch, "shared/mini")
    let result = try store.search(MiniSet.set())
    #expect(result.located?.folder == "\(scratch.path)/shared/mini")
    #expect(result.refusals.count == 1)
  }

  @Test func aTruncatedPackedCopyIsRefused() throws {
    try MiniSet.write(to: scratch, "shared/mini", isPacked: true)
    try scratch.write("shared/mini/images.gz", gzipped(MiniSet.images.data).dropLast(6))
    #expect(words { try store.locate(MiniSet.set()) }.contains("damaged or truncated"))
  }

  @Test func aMissingFileIsNamed() throws {
    try scratch.write("shared/mini/images", MiniSet.images.data)
    #expect(words { try store.locate(MiniSet.set()) }.contains("shared/mini lacks labels"))
  }

  @Test(arguments: ["../up", "/etc", "a/../b", ".hidden", "", "a b"])
  func namesThatLeaveTheFolderAreRefused(name: String) {
    #expect(throws: DatasetsError.unsafeName(name, dataSet: "mini")) {
      try store.locate(MiniSet.set(.folder(name)))
    }
  }

  @Test func theEnvironmentNamesTheFolders() throws {
    let (first, second) = ("\(scratch.path)/none", "\(scratch.path)/writable")
    try scratch.write("writable/file", Data())
    let user = ["HOME": "/home/ada"]
    func standard(_ more: [String: String]) -> DataStore {
      .standard(environment: user.merging(more) { $1 }, shipped: ["/shipped"])
    }
    let personal = "/home/ada/.local/share/casebook"
    #expect(standard([:]).home == personal)
    #expect(standard([:]).searchPath == ["/shipped"])
    #expect(standard(["XDG_DATA_HOME": "/xdg"]).home == "/xdg/casebook")
    #expect(standard(["XDG_DATA_HOME": "relative"]).home == personal)
    // The first folder that can be written to, or made, takes the downloads.
    let both = standard(["CASEBOOK_DATA": "\(first):\(second)"])
    #expect(both.home == first)
    #expect(both.searchPath == [second, personal, "/shipped"])
    // One without permission to write is left alone, whoever asks.
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: second)
    let locked = standard(["CASEBOOK_DATA": second])
    #expect(locked.home == personal)
    #expect(locked.searchPath == [second, "/shipped"])
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: second)
  }
}
