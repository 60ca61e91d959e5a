import Foundation

/// The C compiler of this machine, to run an exported network.
struct CCompiler: Sendable {
  /// What a compiled header answered.
  struct Answer: Sendable {
    /// Ten numbers for each image.
    let probabilities: [Float]
    /// The class of each image, as the header's `argmax` says.
    let answers: [Int]
    let nanosecondsPerImage: Double
  }

  let path: String

  /// `cc` in the folders of `PATH`, or `nil`.
  static var onThisMachine: CCompiler? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/cc" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }.map(CCompiler.init)
  }

  /// Compiles a header named `digits` as strict C99 and runs it over images.
  ///
  /// - Throws: ``CompilerError`` with what the compiler or the program said.
  func run(header: String, on inputs: [Float]) async throws -> Answer {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "casebook-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func file(_ name: String) -> URL { folder.appending(path: name) }
    try Data(header.utf8).write(to: file("digits.h"))
    try Data(program.utf8).write(to: file("main.c"))
    try inputs.withUnsafeBytes { Data($0) }.write(to: file("in"))
    _ = try call(
      path,
      [
        "-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "-o",
        file("reader").path(percentEncoded: false),
        file("main.c").path(percentEncoded: false), "-lm",
      ])
    let time = try call(
      file("reader").path(percentEncoded: false),
      [
        file("in").path(percentEncoded: false), file("out").path(percentEncoded: false),
        file("classes").path(percentEncoded: false),
      ])
    let output = try Data(contentsOf: file("out"))
    let classes = try Data(contentsOf: file("classes"))
    return Answer(
      probabilities: output.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) },
      answers: classes.map { Int($0) }, nanosecondsPerImage: Double(time) ?? .nan)
  }

  private func call(_ program: String, _ arguments: [String]) throws -> String {
    let (process, output, errors) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CompilerError.failed(
        program, status: Int(process.terminationStatus), String(decoding: said, as: UTF8.self))
    }
    return String(decoding: printed, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Reads images from a file and writes the probabilities and the class of each to two others.
  private var program: String {
    """
    #include <stdio.h>
    #include <time.h>
    #include "digits.h"

    int main(int count, char **names) {
      float in[DIGITS_INPUTS], out[DIGITS_OUTPUTS];
      FILE *input, *output, *classes;
      clock_t spent = 0;
      long images = 0;
      if (count != 4) return 2;
      input = fopen(names[1], "rb");
      output = fopen(names[2], "wb");
      classes = fopen(names[3], "wb");
      if (!input || !output || !classes) return 3;
      while (fread(in, sizeof in, 1, input) == 1) {
        clock_t start = clock();
        unsigned char best;
        digits_predict(out, in);
        spent += clock() - start;
        best = (unsigned char)digits_argmax(in);
        if (fwrite(out, sizeof out, 1, output) != 1) return 4;
        if (fwrite(&best, 1, 1, classes) != 1) return 4;
        images++;
      }
      printf("%.1f\\n", images ? 1e9 * (double)spent / CLOCKS_PER_SEC / (double)images : 0.0);
      return fclose(output) || fclose(classes);
    }

    """
  }
}

/// Why an exported network could not be run.
enum CompilerError: Error, CustomStringConvertible {
  case failed(String, status: Int, String)

  var description: String {
    switch self {
    case .failed(let program, let status, let said):
      "\(program) ended with status \(status) on the exported header: \(said.prefix(2000))"
    }
  }
}
