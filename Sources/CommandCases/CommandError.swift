public import Casework
import Foundation

/// Why a case that is a command could not be run, or did not run well.
public enum CommandError: Error, Equatable, CustomStringConvertible {
  /// The program of a command is not on the search path.
  case noProgram(String, case: Slug)
  /// Python packages are missing.
  case missingPackages([String], case: Slug, python: String, version: String)
  /// Python could not be asked for its version and packages.
  case unusablePython(String, reason: String)
  /// A process could not be started.
  case cannotStart(String, reason: String)
  /// The script beside the entry cannot be read.
  case unreadableScript(String)
  /// The command reported something that is not of the documented form, or that the run does not
  /// take; lines count from 1.
  case badReport(line: Int, text: String, problem: String)
  /// The command ended with an exit code other than 0.
  case exited(code: Int32, case: Slug, lastWords: String)
  /// The command was ended by a signal.
  case killed(signal: Int32, case: Slug, lastWords: String)

  public var description: String {
    switch self {
    case .noProgram(let name, let slug):
      "\(slug) is run by '\(name)', which is not there. Install it, or put it on PATH."
    case .missingPackages(let names, let slug, let python, let version):
      "\(slug) takes \(names.joined(separator: ", ")), which \(python) (\(version)) lacks: "
        + "\(python) -m pip install \(names.joined(separator: " "))"
    case .unusablePython(let path, let reason):
      "\(path) cannot say which packages it has: \(reason)"
    case .cannotStart(let program, let reason): "\(program) cannot be started: \(reason)."
    case .unreadableScript(let path): "The script \(path) cannot be read."
    case .badReport(let line, let text, let problem):
      "Line \(line) of the command's report cannot be recorded: \(problem)\n  \(text)"
    case .exited(let code, let slug, let lastWords):
      "The command of \(slug) ended with exit code \(code)\(Self.quoted(lastWords))"
    case .killed(let signal, let slug, let lastWords):
      "The command of \(slug) was ended by \(Self.name(of: signal))\(Self.quoted(lastWords))"
    }
  }

  private static func quoted(_ lastWords: String) -> String {
    lastWords.isEmpty ? "; it said nothing." : ". Its last words:\n\(lastWords)"
  }

  private static func name(of signal: Int32) -> String {
    let names: [Int32: String] = [
      SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL",
      SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGSEGV: "SIGSEGV",
      SIGPIPE: "SIGPIPE", SIGTERM: "SIGTERM", SIGXCPU: "SIGXCPU",
      SIGKILL: "SIGKILL (by somebody, or because memory ran out)",
    ]
    return names[signal] ?? "signal \(signal)"
  }
}
