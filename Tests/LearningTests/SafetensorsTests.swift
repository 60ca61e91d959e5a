import Foundation
import Randomness
import Tensors
import Testing

@testable import Learning

@Suite struct SafetensorsTests {
  private var file: Safetensors {
    var file = Safetensors()
    file["z.weight"] = wave([2, 3])
    file.entries["doubles"] = .init([0.1, -.pi, 1e300], shape: [3])
    file.entries["integers"] = .init([Int64.min, 5], shape: [2, 1])
    file.entries["bytes"] = .init([0, 7, 255] as [UInt8], shape: [3])
    file.entries["none"] = .init([] as [Double], shape: [0, 4])
    file.metadata = ["note": "a “quoted”\n\"line\"\u{1}", "case": "α"]
    return file
  }

  /// Such as the state of Keras' generators beside its weights.
  @Test(arguments: [
    ("I32", [0xFE, 0xFF, 0xFF, 0xFF], -2.0), ("U32", [0xFE, 0xFF, 0xFF, 0xFF], 4_294_967_294),
    ("I16", [0xFE, 0xFF], -2), ("U16", [0xFE, 0xFF], 65_534), ("I8", [0xFE], -2), ("BOOL", [1], 1),
    ("F16", [0x00, 0xC1], -2.5), ("BF16", [0x20, 0xC0], -2.5),
    ("U64", [1, 0, 0, 0, 0, 0, 0, 0], 1),
  ])
  func numbersOfOtherKindsAreRead(kind: String, bytes: [UInt8], number: Double) throws {
    let header = #"{"a":{"dtype":"\#(kind)","shape":[1],"data_offsets":[0,\#(bytes.count)]}}"#
    var data = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    data.append(contentsOf: header.utf8)
    data.append(contentsOf: bytes)
    let file = try Safetensors(decoding: data)
    #expect(file.entries["a"]?.numbers == [number])
    #expect(try Safetensors(decoding: file.encoded()) == file)
  }

  @Test func fileThatIsReadIsThatWritten() throws {
    let data = file.encoded()
    #expect(try Safetensors(decoding: data) == file)
    #expect(data == file.encoded())
    #expect(data[0] % 8 == 0)
    #expect(file["z.weight"]?.scalars == wave([2, 3]).scalars)
    #expect(file.entries["integers"]?.integers == [.min, 5])
    #expect(file.entries["bytes"]?.numbers == [0, 7, 255])
  }

  @Test(
    "Bad headers are refused with the reason",
    arguments: [
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "takes 8 bytes, not 4"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, 4, "not within the 4 bytes"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}"#, 4, "not within"),
      (#"{"a":{"dtype":"Q9","shape":[1],"data_offsets":[0,4]}}"#, 4, "dtype Q9 is not one of"),
      (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "should stand there"),
      (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, 4, "should stand there"),
      (#"{"a":{"dtype":"F32","data_offsets":[0,4]}}"#, 4, "has no shape"),
      (#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, 4, "has no dtype"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4, "no two data_offsets"),
      (
        #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#, 4,
        "too large"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
        8, "“a” comes twice"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
        8, "overlaps"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#,
        12, "leaves a gap"
      ),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8, "belong to no array"),
      (#"{"__metadata__":{"n":5}}"#, 0, "is not a text"),
      (#"{"a":"#, 0, "ends too early"),
      ("[]", 0, "not a JSON object"), ("{} x", 0, "something follows"),
      ("{\"\u{5C}q\":1}", 0, "not sound"),
      (String(repeating: "[", count: 100), 0, "nested too deeply"),
    ])
  func badHeaderIsRefused(header: String, bytes: Int, reason: String) {
    let error = #expect(throws: SafetensorsError.self) {
      try Safetensors(decoding: bytesOfFile(header, bytes))
    }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  }

  @Test func cutFileIsRefused() {
    let data = file.encoded()
    for count in [0, 7, 8, 20, data.count - 1] {
      #expect(throws: SafetensorsError.self) { try Safetensors(decoding: data.prefix(count)) }
    }
    let huge = Data(repeating: 0xFF, count: 16)
    #expect(throws: SafetensorsError.self) { try Safetensors(decoding: huge) }
  }

  @Test func modelIsRestoredWholeOrNotAtAll() throws {
    var stream = RandomStream(seed: 1)
    let saved = Sequential(Dense(2, 3, using: &stream), Dense(3, 1, using: &stream))
    var other = Sequential(Dense(2, 3, using: &stream), Dense(3, 1, using: &stream))
    let file = try Safetensors(decoding: saved.checkpoint().encoded())
    let before = other.parameters.map(\.tensor.scalars)

    var lacking = file
    lacking.entries["layers.1.bias"] = nil
    #expect(throws: CheckpointError.missing(["layers.1.bias"])) {
      try other.restore(from: lacking)
    }
    var more = file
    more["layers.2.bias"] = Tensor(1)
    #expect(throws: CheckpointError.unexpected(["layers.2.bias"])) { try other.restore(from: more) }
    var turned = file
    turned["layers.1.weight"] = wave([1, 3])
    #expect(
      throws: CheckpointError.misshaped(name: "layers.1.weight", expected: [3, 1], found: [1, 3])
    ) { try other.restore(from: turned) }
    #expect(other.parameters.map(\.tensor.scalars) == before)

    try other.restore(from: file)
    #expect(other.parameters.map(\.tensor.scalars) == saved.parameters.map(\.tensor.scalars))
  }

  private static let python = ProcessInfo.processInfo.environment["PYTHON"] ?? "python3"

  @Test(
    "Python's safetensors reads what is written, and writes what is read",
    .enabled(if: runs("import numpy, safetensors.numpy"), "python3 has no safetensors package"))
  func pythonReadsAndWrites() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try file.encoded().write(to: folder.appending(path: "a"))
    let script = """
      import numpy, safetensors, safetensors.numpy as s
      path = "\(folder.path)"
      a = s.load_file(path + "/a")
      assert a["doubles"].tolist() == [0.1, -3.141592653589793, 1e300]
      assert a["integers"].tolist() == [[-2**63], [5]]
      assert a["bytes"].tolist() == [0, 7, 255] and a["none"].shape == (0, 4)
      assert abs(a["z.weight"][1, 2] - \(wave([2, 3]).scalars[5])) < 1e-7
      with safetensors.safe_open(path + "/a", "np") as f: m = f.metadata()
      assert m["case"] == "α" and m["note"] == 'a “quoted”\\n"line"\\x01', m
      s.save_file(a, path + "/b", m)
      """
    #expect(Self.runs(script))
    #expect(try Safetensors(decoding: Data(contentsOf: folder.appending(path: "b"))) == file)
  }

  private static func runs(_ script: String) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [python, "-c", script]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  private func bytesOfFile(_ header: String, _ bytes: Int) -> Data {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) } + Data(header.utf8)
      + Data(repeating: 0, count: bytes)
  }
}
