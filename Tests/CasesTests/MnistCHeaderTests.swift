import Casework
import Foundation
import Learning
import Randomness
import Tensors
import Testing

@testable import Cases

@Suite struct MnistCHeaderTests {
  @Test("The two networks have their published sizes", arguments: [(32, 25_450), (128, 101_770)])
  func parameterCounts(hidden: Int, count: Int) {
    var stream = RandomStream(seed: 1)
    let model = Sequential(
      Dense(784, hidden, activation: .relu, using: &stream), Dense(hidden, 10, using: &stream))
    #expect(model.parameterCount == count)
  }

  private func header(_ weights: [Float], inputs: Int) throws -> CHeader {
    try CHeader(
      name: "digits",
      layers: [
        .init(
          weight: weights, bias: [Float](repeating: 0, count: weights.count / inputs),
          isRectified: false)
      ], remarks: [])
  }

  @Test func everyWeightIsReadBackBitForBit() throws {
    var stream = RandomStream(seed: 2)
    var weights = (0..<600).map { _ in
      Float(bitPattern: UInt32(truncatingIfNeeded: stream.next()))
    }.map { $0.isFinite ? $0 : 1 }
    weights += [0, -0.0, 1, -1, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .pi, 1e10]
    let text = try header(weights, inputs: 4).text(.float)
    let table = try #require(
      text.range(of: "digits_w0[152][4] = {").map { text[$0.upperBound...] }?
        .split(separator: ";").first)
    let read = table.split { " ,{}\n".contains($0) }.map { Float($0.dropLast()) }
    let rows = (0..<152).flatMap { output in (0..<4).map { weights[$0 * 152 + output] } }
    #expect(read.map { $0?.bitPattern } == rows.map(\.bitPattern))
  }

  @Test func headerIsDeterministicAndNeedsOnlyMath() throws {
    let (a, b) = (try header([1, 2, 3, 4], inputs: 2), try header([1, 2, 3, 4], inputs: 2))
    #expect(a.text(.float) == b.text(.float))
    let includes = a.text(.float).split(separator: "\n").filter { $0.hasPrefix("#include") }
    #expect(includes == ["#include <math.h>"])
    #expect(!a.text(.float).contains("malloc"))
  }

  @Test("What cannot be exported is refused", arguments: [Float.nan, .infinity])
  func weightThatIsNoNumberIsRefused(weight: Float) {
    #expect(throws: LearningError.self) { try header([weight, 0, 0, 0], inputs: 2) }
  }

  @Test func quantisedRowKeepsItsGreatestWeight() {
    let row: [Float] = [0.5, -1.27, 0, 0.01]
    let (integers, scale) = CHeader.quantised(row)
    #expect(integers == [50, -127, 0, 1])
    #expect(abs(scale - 0.01) < 1e-8)
    #expect(CHeader.quantised([0, 0]).integers == [0, 0])
  }

  /// Identity weights: the compiled function is the softmax, also for inputs of 10,000.
  @Test(
    .enabled(if: CCompiler.onThisMachine != nil, "there is no C compiler (cc) on this machine"),
    arguments: [CHeader.Precision.float, .int8])
  func identityNetworkIsSoftmax(precision: CHeader.Precision) async throws {
    let compiler = try #require(CCompiler.onThisMachine)
    let identity = (0..<9).map { Float($0 % 4 == 0 ? 1 : 0) }
    let inputs: [Float] = [0.1, 0.7, -2, 1e4, 0, -1e4, 3, 3, 3]
    let answer = try await compiler.run(
      header: header(identity, inputs: 3).text(precision), on: inputs)
    for row in 0..<3 {
      let x = inputs[row * 3..<row * 3 + 3].map { Double($0) }
      let top = x.max() ?? 0
      let powers = x.map { exp($0 - top) }
      let found = answer.probabilities[row * 3..<row * 3 + 3].map { Double($0) }
      for (power, p) in zip(powers, found) {
        #expect(abs(p - power / powers.reduce(0, +)) < 1e-7)
      }
      #expect(abs(found.reduce(0, +) - 1) < 1e-6)
    }
    #expect(answer.answers == [1, 0, 0])
  }

  /// As C++ too, included twice, and without a warning where nothing is called.
  @Test(.enabled(if: CCompiler.onThisMachine != nil, "there is no C compiler (cc) on this machine"))
  func headerCompilesAsCAndCPlusPlus() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(header([1, 2, 3, 4], inputs: 2).text(.float).utf8)
      .write(to: folder.appending(path: "digits.h"))
    let source = "#include \"digits.h\"\n#include \"digits.h\"\nint main(void) { return 0; }\n"
    try Data(source.utf8).write(to: folder.appending(path: "main.c"))
    for language in [["-x", "c", "-std=c99"], ["-x", "c++", "-std=c++11"]] {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments =
        ["cc", "-fsyntax-only", "-O2", "-Wall", "-Wextra", "-Werror"] + language
        + [folder.appending(path: "main.c").path()]
      // A machine may have C without C++.
      if language[1] == "c++", !hasCPlusPlus { continue }
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0, "\(language)")
    }
  }

  private var hasCPlusPlus: Bool {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/c++") }
  }
}
