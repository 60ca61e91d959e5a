import Casework
import Datasets
import Digests
import Foundation

/// A set in the shape of MNIST with three pictures of 2x2 pixels, and the ways to get it.
enum MiniSet {
  static let images = IDXFile(
    shape: [3, 2, 2], values: [0, 1, 2, 3, 10, 11, 12, 13, 252, 253, 254, 255])
  static let labels = IDXFile(shape: [3], values: [7, 0, 9])
  static let csv = "label,1x1,1x2,2x1,2x2\r\n7,0,1,2,3\r\n0,10,11,12,13\r\n9,252,253,254,255\r\n"
  static let member = "mini_digits/data/train.csv"
  static let files = [
    DataSet.File(name: "images", bytes: 28, sha256: SHA256Digest(of: images.data).hex),
    DataSet.File(name: "labels", bytes: 11, sha256: SHA256Digest(of: labels.data).hex),
  ]
  static let table = DataSet.Table(member: member, images: "images", labels: "labels")
  static let wheel = DataSet.Source.wheel(
    package: "mini-digits", version: "1.0", tables: [table])

  static func set(_ sources: DataSet.Source..., name: String = "mini") -> DataSet {
    DataSet(
      name: name, title: "Mini", creator: "Casebook", licence: "CC0", homepage: "none",
      downloadBytes: 1000, files: files, sources: sources)
  }

  /// Writes both files into a folder of the scratch folder.
  static func write(to scratch: Scratch, _ folder: String, isPacked: Bool = false) throws {
    for (name, data) in [("images", images.data), ("labels", labels.data)] {
      try scratch.write(
        "\(folder)/\(name)\(isPacked ? ".gz" : "")", isPacked ? gzipped(data) : data)
    }
  }

  /// Writes a wheel that pip accepts: the table, and more members as name, mode and content
  /// (`zeros:N` for so many zero bytes).
  static func writeWheel(
    to scratch: Scratch, csv: String = csv, more: [(String, String, String)] = []
  ) throws -> String {
    let info = "mini_digits-1.0.dist-info"
    let members =
      [
        ("mini_digits/__init__.py", "100644", "\n"), (member, "100644", csv),
        ("\(info)/METADATA", "100644", "Metadata-Version: 2.1\nName: mini-digits\nVersion: 1.0\n"),
        (
          "\(info)/WHEEL", "100644",
          "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        ),
        ("\(info)/RECORD", "100644", "\n"),
      ] + more
    let folder = "\(scratch.path)/wheels"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = "\(folder)/mini_digits-1.0-py3-none-any.whl"
    let script = """
      import sys, zipfile
      z = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED)
      for name, mode, text in zip(*[iter(sys.argv[2:])] * 3):
          member = zipfile.ZipInfo(name)
          member.external_attr = int(mode, 8) << 16
          member.create_system = 3
          member.compress_type = zipfile.ZIP_DEFLATED
          zeros = text.startswith('zeros:')
          z.writestr(member, bytes(int(text[6:])) if zeros else text.encode())
      z.close()
      """
    try python(script, [path] + members.flatMap { [$0.0, $0.1, $0.2] })
    return path
  }

  /// The environment in which pip knows the wheel of the scratch folder and nothing else.
  static func environment(_ scratch: Scratch) -> [String: String] {
    ProcessInfo.processInfo.environment.merging([
      "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "\(scratch.path)/wheels",
      "PIP_CONFIG_FILE": "/dev/null", "PIP_NO_CACHE_DIR": "1",
    ]) { $1 }
  }
}

/// Returns the reasons of the error that getting a set ends in, or what happened instead.
func reasons(_ body: () async throws -> some Any) async -> [String] {
  do {
    return ["no error: \(try await body())"]
  } catch DatasetsError.unavailable(_, let reasons, _, _) {
    return reasons
  } catch DatasetsError.damaged(_, let reasons) { return reasons } catch { return ["\(error)"] }
}

/// Returns the words of the error that a reader ends in.
func words(_ body: () throws -> some Any) -> String {
  do { return "no error: \(try body())" } catch { return "\(error)" }
}
