import Casework
import Digests
import Foundation
import Kernels
import Pages
import Records

/// Finds out what a run has to remember of the code and the machine.
enum ProvenanceReader {
  /// What was found: the record, and the uncommitted difference of the code, if there is one.
  struct Finding {
    var provenance: Provenance
    var codeDifference: Data?
  }

  /// Finds out.
  ///
  /// - Parameters:
  ///   - useCase: What is to be run, if anything is.
  ///   - threads: The number that the user asked for, if any.
  /// - Returns: What was found.
  /// - Throws: What keeps the program from reading itself, or a command from being run.
  static func read(for useCase: (any PreparedCase)? = nil, threads: Int?) throws -> Finding {
    let command = try useCase?.commandProvenance()
    let code = try Code.read()
    var finding = Finding(
      provenance: Provenance(
        codeRevision: code.revision, isCodeDirty: code.isDirty,
        binaryDigest: try SHA256Digest(ofFile: URL(filePath: "/proc/self/exe")).hex,
        compiler: compiler,
        libraries: [
          "onednn": KernelLibrary.version, "sqlite": try RunStore.sqliteVersion(),
          "libxml2": MarkupLibrary.version,
        ],
        cpuModel: cpuModel, instructionSet: KernelLibrary.instructionSet, threads: threads ?? 1,
        operatingSystem: operatingSystem, host: ProcessInfo.processInfo.hostName,
        bootID: line(of: "/proc/sys/kernel/random/boot_id"),
        processID: Int(ProcessInfo.processInfo.processIdentifier)),
      codeDifference: code.difference)
    finding.provenance.areThreadsAutomatic = threads == nil
    finding.provenance.command = command
    finding.provenance.environment = ProcessInfo.processInfo.environment.filter { name, _ in
      // The program sets GOMP_SPINCOUNT itself; it changes no result.
      name != "GOMP_SPINCOUNT"
        && ["LANG", "TZ", "LC_", "OMP_", "GOMP_", "KMP_", "DNNL_", "ONEDNN_"].contains {
          name.hasPrefix($0)
        }
    }
    return finding
  }

  private static var compiler: String {
    #if compiler(>=6.4)
      "Swift 6.4 or newer"
    #elseif compiler(>=6.3)
      "Swift 6.3"
    #else
      "Swift 6.2"
    #endif
  }

  private static var cpuModel: String {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = lines.split(separator: "\n").first { $0.hasPrefix("model name") }
    return model?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
      ?? "unknown"
  }

  private static var operatingSystem: String {
    let lines = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)) ?? ""
    let name = lines.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
    return (name?.dropFirst(12)).map { $0.trimmingCharacters(in: ["\""]) } ?? "Linux"
  }

  private static func line(of path: String) -> String {
    ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// The state of the code that the program belongs to: of an installation, what `make install`
/// wrote down; of a checkout, what git says.
private struct Code {
  var revision: String?
  var isDirty = false
  var difference: Data?

  static func read() throws -> Code {
    guard let root = House.root else { return Code() }
    if let text = try? String(contentsOfFile: root + "/REVISION", encoding: .utf8) {
      let revision = text.trimmingCharacters(in: .whitespacesAndNewlines)
      return Code(
        revision: revision.replacingOccurrences(of: "-dirty", with: ""),
        isDirty: revision.hasSuffix("-dirty"))
    }
    guard let revision = git(["rev-parse", "HEAD"], in: root) else { return Code() }
    let status = git(["status", "--porcelain", "--untracked-files=all"], in: root) ?? Data()
    guard !status.isEmpty else { return Code(revision: text(revision)) }
    return Code(revision: text(revision), isDirty: true, difference: difference(in: root))
  }

  /// The uncommitted changes, untracked Swift and catalogue files included.
  private static func difference(in root: String) -> Data {
    var all = git(["diff", "HEAD"], in: root) ?? Data()
    let untracked = git(["ls-files", "--others", "--exclude-standard", "-z"], in: root) ?? Data()
    for name in untracked.split(separator: 0) {
      let path = String(decoding: name, as: UTF8.self)
      guard path.hasSuffix(".swift") || path.hasPrefix("Catalog/") else { continue }
      // `git diff --no-index` answers 1 where there is a difference, as there always is here.
      all +=
        git(["diff", "--no-index", "--", "/dev/null", path], in: root, accepting: [0, 1]) ?? Data()
    }
    return all
  }

  private static func text(_ data: Data) -> String {
    String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// What git prints, or `nil` where there is no git or no repository.
  private static func git(
    _ arguments: [String], in root: String, accepting codes: Set<Int32> = [0]
  ) -> Data? {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["git", "-C", root, "--no-optional-locks"] + arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return codes.contains(process.terminationStatus) ? data : nil
  }
}
