import Casework
import Digests
import Foundation
import Testing

@testable import Records

/// Bundles that nobody exported: each is refused with a line, and leaves nothing behind.
@Suite struct HostileBundleTests {
  let home = TemporaryHome()
  let folder = TemporaryHome()

  /// One member of a tar file, with what its header says.
  struct Member {
    var name: String
    var data = Data()
    var kind: Character = "0"
    var link = ""
    /// What the header declares, if it is not the truth.
    var size: Int?
    /// Of a file of holes (GNU's kind `S`): how large it is unpacked.
    var unpacked: Int?

    var bytes: Data {
      var header = [UInt8](repeating: 0, count: 512)
      func put(_ text: String, at place: Int) {
        header.replaceSubrange(place..<(place + text.utf8.count), with: text.utf8)
      }
      func octal(_ number: Int, _ digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: digits - text.count) + text
      }
      put(String(name.prefix(100)), at: 0)
      put(octal(0o644, 7), at: 100)
      put(octal(size ?? data.count, 11), at: 124)
      put(octal(0, 11), at: 136)
      put(String(repeating: " ", count: 8), at: 148)
      put(String(kind), at: 156)
      put(link, at: 157)
      put(unpacked == nil ? "ustar\u{0}00" : "ustar  ", at: 257)
      if let unpacked {
        put(octal(unpacked, 11), at: 386)
        put(octal(0, 11), at: 398)
        put(octal(unpacked, 11), at: 483)
      }
      put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
      return Data(header) + data + Data(count: (512 - data.count % 512) % 512)
    }
  }

  private let content = Data("content".utf8)
  private var digest: String { SHA256Digest(of: content).hex }

  /// A manifest of the artifact above and no run.
  private func manifest(_ artifacts: [String: Int]? = nil, runs: [String: String] = [:]) throws
    -> Member
  {
    let all = BundleManifest(runs: runs, artifacts: artifacts ?? [digest: content.count])
    return Member(name: "manifest.json", data: try StoredSetting.sealedJSON(all))
  }

  private func tar(_ members: [Member]) -> Data {
    members.reduce(Data()) { $0 + $1.bytes } + Data(count: 1024)
  }

  /// Imports bytes, and returns why they were refused.
  private func refusal(_ data: Data) throws -> String {
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    let path = "\(folder.path)/hostile.tar"
    try data.write(to: URL(fileURLWithPath: path))
    let store = try RunStore(home: home.path)
    let error = try #require(recordsError { _ = try store.importBundle(path) })
    guard case .bundleRefused = error else {
      Issue.record("\(error)")
      return ""
    }
    #expect(!error.description.contains("\n"))
    #expect(try store.runs(where: "deleted = true or deleted = false") == [])
    #expect(try store.files.all().isEmpty)
    #expect(try store.examine(isThorough: true, repair: false) == [])
    return error.description
  }

  @Test func soundOneIsTaken() throws {
    let members = try [manifest(), Member(name: "artifacts/\(digest)", data: content)]
    let path = "\(folder.path)/sound.tar"
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    try tar(members).write(to: URL(fileURLWithPath: path))
    let store = try RunStore(home: home.path)
    #expect(try store.importBundle(path).taken == [])
    #expect(try store.files.all().map(\.sha256) == [digest])
  }

  @Test(arguments: ["../../x", "/etc/x", "artifacts/../../x", "artifacts/", "runs/x.json", "a\\b"])
  func pathsOutside(name: String) throws {
    let artifact = Member(name: "artifacts/\(digest)", data: content)
    let stray = Member(name: name, data: content)
    #expect(try refusal(tar([manifest(), artifact, stray])).contains("does not name"))
    #expect(try refusal(tar([stray])).contains("does not begin with a manifest"))
  }

  @Test(arguments: ["1", "2", "3", "5", "6"] as [Character])
  func linksAndDevices(kind: Character) throws {
    let link = Member(name: "artifacts/\(digest)", kind: kind, link: "/etc/passwd")
    #expect(try refusal(tar([manifest(), link])).contains("does not name"))
    let first = Member(name: "manifest.json", kind: kind, link: "/etc/passwd")
    #expect(try refusal(tar([first])).contains("does not begin"))
  }

  @Test func hugeSizes() throws {
    let size = 8 << 30 - 1
    let short = Member(name: "artifacts/\(digest)", data: content, size: size)
    #expect(try refusal(tar([manifest(), short])).contains("more than the 7 allowed"))
    #expect(try refusal(tar([manifest([digest: .max]), short])).contains("damaged or truncated"))
    #expect(try refusal(tar([manifest([digest: -1]), short])).contains("allowed"))
    var first = try manifest()
    first.size = size
    #expect(try refusal(tar([first])).contains("allowed"))
    let holes = Member(name: "artifacts/\(digest)", kind: "S", size: 0, unpacked: size)
    #expect(try refusal(tar([manifest([digest: size]), holes])).contains("does not name"))
  }

  @Test func membersTwice() throws {
    let artifact = Member(name: "artifacts/\(digest)", data: content)
    #expect(try refusal(tar([manifest(), artifact, artifact])).contains("does not name"))
    #expect(try refusal(tar([manifest(), manifest(), artifact])).contains("does not name"))
    #expect(try refusal(tar([manifest()])).contains("ends before"))
  }

  @Test func compressedZerosAreNoBundle() throws {
    // The start of what gzip makes of zeros; nothing is unpacked to find out what is in it.
    var data = Data([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])
    data.append(Data(count: 4096))
    #expect(try refusal(data).contains("damaged"))
    #expect(try refusal(Data(count: 10_000)).contains("manifest"))
    #expect(try refusal(Data()).contains("damaged"))
  }

  @Test func textsThatAreNoManifest() throws {
    let deep = Data((String(repeating: "[", count: 200_000)).utf8)
    #expect(try refusal(tar([Member(name: "manifest.json", data: deep)])).contains("manifest"))
    let other = Data(
      #"{"format":"x\n'; DROP TABLE run; --","version":1,"runs":{},"artifacts":{}}"#.utf8)
    #expect(try refusal(tar([Member(name: "manifest.json", data: other)])).contains("of the form"))
  }

  @Test func columnsThatAreNoColumns() throws {
    let store = try RunStore(home: folder.path + "/source")
    let recorder = try store.beginSample(metrics: ["x'; DROP TABLE run; --"])
    try recorder.log("x'; DROP TABLE run; --", 1)
    try recorder.finish()
    let run = try store.read { try StoredRun(1, store, $0) }
    for column in ["seed) VALUES (1); DROP TABLE run; --", "key", "provenance"] {
      var changed = run
      changed.columns[column] = .integer(1)
      let text = try StoredSetting.sealedJSON(changed)
      let named = try manifest([:], runs: [run.id: SHA256Digest(of: text).hex])
      let member = Member(name: "runs/\(run.id).json", data: text)
      #expect(try refusal(tar([named, member])).contains("does not know"))
    }
    // A name is a name, whatever it looks like.
    let target = try RunStore(home: folder.path + "/target")
    #expect(try target.merge(store).taken == [run.id])
    #expect(try target.run(named: run.id).metrics == ["x'; DROP TABLE run; --": 1])
  }
}
