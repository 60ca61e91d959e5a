import Foundation

/// A folder for one test, gone with the object.
final class Scratch: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "casebook-datasets-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file below the folder and returns its path.
  @discardableResult func write(_ name: String, _ data: Data, mode: Int = 0o644) throws -> String {
    let file = "\(path)/\(name)"
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try data.write(to: URL(fileURLWithPath: file))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    return file
  }

  /// Everything below a folder, hidden files too, sorted.
  func listing(_ folder: String) -> [String] {
    ((try? FileManager.default.subpathsOfDirectory(atPath: "\(path)/\(folder)")) ?? []).sorted()
  }
}

/// Runs python and waits for it; the arguments follow the script.
func python(_ script: String, _ arguments: [String]) throws {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["python3", "-W", "ignore", "-c", script] + arguments
  try process.run()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else { throw CocoaError(.executableRuntimeMismatch) }
}

/// A python process that says one line when it is ready, and is ended with the object.
final class Companion: @unchecked Sendable {
  let firstLine: String
  private let process = Process()
  private let input = Pipe()

  init(_ script: String, _ arguments: [String]) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-u", "-c", script] + arguments
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    // FileHandle ends the program when a signal interrupts it.
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while line.last != 0x0A {
      let count = read(output.fileHandleForReading.fileDescriptor, &byte, 1)
      if count == 1 { line.append(byte) } else if count == 0 || errno != EINTR { break }
    }
    firstLine = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .newlines)
  }

  /// Ends its input.
  func goOn() { try? input.fileHandleForWriting.close() }

  deinit {
    // Not SIGTERM: a process started by the test runner may inherit it blocked.
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }
}

/// The check sum of zip, gzip and PNG.
func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
  ~bytes.reduce(~0 as UInt32) { sum, byte in
    (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
    }
  }
}

func littleEndian(_ value: some FixedWidthInteger) -> Data {
  withUnsafeBytes(of: value.littleEndian) { Data($0) }
}

func bigEndian(_ value: some FixedWidthInteger) -> Data {
  withUnsafeBytes(of: value.bigEndian) { Data($0) }
}

/// Deflate (RFC 1951) that packs nothing: enough to be read.
func deflated(_ data: Data) -> Data {
  var out = Data()
  var rest = data[...]
  repeat {
    let piece = rest.prefix(65535)
    rest = rest.dropFirst(piece.count)
    out.append(rest.isEmpty ? 1 : 0)
    out += littleEndian(UInt16(piece.count)) + littleEndian(~UInt16(piece.count)) + piece
  } while !rest.isEmpty
  return out
}

func gzipped(_ data: Data) -> Data {
  Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]) + deflated(data) + littleEndian(crc32(data))
    + littleEndian(UInt32(data.count))
}
