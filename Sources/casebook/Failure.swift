import ArgumentParser
import Casework
import Confluence
import Foundation
import Pages
import Records

/// How the program ends when it does not simply succeed.
///
/// Only here do errors become words and exit codes: 1 the answer is no, 2 wrong use, 3 it failed,
/// 130 interrupted.
enum Failure: Error {
  /// The answer to what was asked is no; it has been printed already.
  case answerIsNo
  /// The command was used wrongly.
  case usage(Misuse)
  /// Some of what was asked failed or was interrupted; it has been said already.
  case reported(code: Int32)

  /// Prints an error as one line on the standard error and returns the exit code.
  static func report(_ error: any Error) -> Int32 {
    switch error {
    case Failure.answerIsNo: return 1
    case Failure.reported(let code): return code
    case Failure.usage(let misuse): return say(misuse.description, code: 2)
    case let error as CaseworkError: return say(error.description, code: 2)
    case RecordsError.query:
      // Three lines: what is wrong, the text, and a caret below the place.
      Terminal.error.print("casebook: \(error)")
      return 2
    case let error as RecordsError: return say(error.description, code: error.isMisuse ? 2 : 3)
    case let error as ConfluenceError: return say(error.description, code: error.isMisuse ? 2 : 3)
    case is CancellationError: return say("interrupted", code: 130)
    default: return reportParserOrOther(error)
    }
  }

  private static func reportParserOrOther(_ error: any Error) -> Int32 {
    let code = Casebook.exitCode(for: error)
    if code == .success {
      // Help, the version, or a completion script that was asked for.
      print(Casebook.fullMessage(for: error))
      return 0
    }
    guard code == .validationFailure else {
      return say(words(for: error), code: 3)
    }
    return say(Casebook.message(for: error) + " See 'casebook --help'.", code: 2)
  }

  /// What an error says, without the type's name or a domain.
  static func words(for error: any Error) -> String {
    // Foundation's errors print themselves with domain and code; ours say what to do.
    if let error = error as? DecodingError { return error.words }
    guard error is CocoaError || error is POSIXError else { return "\(error)" }
    let reason = FileFault.words(for: error)
    let path = (error as NSError).userInfo[NSFilePathErrorKey] as? String
    return path.map { "\($0): \(reason)" } ?? reason
  }

  /// Wrong use gets one line; what failed may have a list of reasons.
  private static func say(_ text: String, code: Int32) -> Int32 {
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.legible.trimmingCharacters(in: .whitespaces)
    }
    Terminal.error.print("casebook: " + lines.joined(separator: code == 2 ? " " : "\n"))
    return code
  }
}

extension RecordsError {
  /// Whether the user named something that is not there, rather than something having failed.
  fileprivate var isMisuse: Bool {
    switch self {
    case .noSuchRun, .ambiguousRun, .noSuchArtifact, .query, .unusableRunName, .runIsRunning,
      .cannotReach, .cannotResume:
      true
    default: false
    }
  }
}

extension ConfluenceError {
  /// Whether the user named something that cannot be used, rather than something having failed.
  fileprivate var isMisuse: Bool {
    switch self {
    case .unusableAddress, .noToken, .unusableToken, .unusablePages, .noParent: true
    default: false
    }
  }
}

/// What was wrong with a command.
enum Misuse: CustomStringConvertible {
  /// A name that does not exist, with those that do.
  case unknown(String, String, known: [String])
  case wrong(String)

  var description: String {
    switch self {
    case .unknown(let kind, let name, let known):
      "there is no \(kind) '\(name)'.\(suggestion(for: name, among: known)) "
        + (known.isEmpty ? "There is none yet." : "There \(Self.list(known)).")
    case .wrong(let text): text
    }
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(30).joined(separator: ", ")
    return (names.count == 1 ? "is: " : "are: ") + shown + (names.count > 30 ? ", …" : "")
  }
}
