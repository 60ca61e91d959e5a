import Foundation
import Testing

/// The shim is compiled over Debian's oneDNN 2.x here; this holds it to 3.x as well.
@Suite struct OneDNN3Tests {
  /// The folder of the headers that PyPI's `onednn-devel-cpu-gomp` puts beside the Python of the
  /// environment's `PYTHON`, or of `.build-python`.
  private static let headers: URL? = {
    let root = URL(filePath: #filePath).appending(path: "../../..").standardized
    let pythons = [
      ProcessInfo.processInfo.environment["PYTHON"].map { URL(filePath: $0) },
      root.appending(path: ".build-python/bin/python"),
    ]
    return pythons.compactMap { $0?.appending(path: "../../include").standardized }.first {
      FileManager.default.fileExists(atPath: $0.appending(path: "oneapi/dnnl/dnnl.h").path())
    }
  }()

  @Test(
    "The shim compiles without a warning over oneDNN 3.x",
    .enabled(if: headers != nil, "PYTHON's environment lacks PyPI's onednn-devel-cpu-gomp"))
  func shimCompiles() throws {
    let headers = try #require(Self.headers)
    let shim = URL(filePath: #filePath).appending(path: "../../../Sources/COneDNN").standardized
    let (process, source, errors) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "clang", "-fsyntax-only", "-Wall", "-Werror", "-Wno-unused-function",
      "-I\(headers.path())", "-I\(shim.path())", "-x", "c", "-",
    ]
    (process.standardInput, process.standardError) = (source, errors)
    try process.run()
    let program = """
      #include "shim.h"
      _Static_assert(DNNL_VERSION_MAJOR == 3, "not the headers of 3.x");

      """
    try source.fileHandleForWriting.write(contentsOf: Data(program.utf8))
    try source.fileHandleForWriting.close()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
  }
}
