import Foundation

/// The environment of a command: that of the program without what is the program's own or secret.
enum ChildEnvironment {
  /// What stands somewhere in the names of variables that hold secrets.
  private static let secretParts = [
    "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "APIKEY", "ACCESS_KEY",
    "PRIVATE_KEY", "API_KEY",
  ]
  /// What is too short for that, and stands there as a word: `KEYBOARD` and `OLDPWD` are no secrets.
  private static let secretWords: Set<Substring> = ["KEY", "KEYS", "PASS", "PWD"]

  /// Variables by which numeric libraries are told how many threads to use.
  private static let threadNames = [
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "LOKY_MAX_CPU_COUNT",
  ]

  /// Chooses the variables for a child.
  ///
  /// - Parameters:
  ///   - inherited: Those of the program.
  ///   - seed: Python orders sets and dictionaries of texts by it.
  ///   - threads: How many the numeric libraries may use, or `nil` for their own choice.
  /// - Returns: The variables by name.
  static func variables(
    from inherited: [String: String], seed: Int, threads: Int?
  ) -> [String: String] {
    var variables = inherited.filter { name, _ in
      let name = name.uppercased()
      return !name.hasPrefix("CASEBOOK_") && !isSecret(name)
    }
    variables["CASEBOOK_REPORT"] = "/dev/fd/3"
    variables["PYTHONHASHSEED"] = "\(UInt32(truncatingIfNeeded: seed))"
    variables["PYTHONUNBUFFERED"] = "1"
    variables["PYTHONDONTWRITEBYTECODE"] = "1"
    if let threads { for name in threadNames { variables[name] = "\(threads)" } }
    return variables
  }

  private static func isSecret(_ name: String) -> Bool {
    // PWD alone is the working folder.
    name != "PWD"
      && (secretParts.contains { name.contains($0) }
        || !secretWords.isDisjoint(with: name.split { !$0.isLetter }))
  }

  /// Returns the path of a program as a shell finds it, or `nil` if there is none.
  static func path(of program: String, in variables: [String: String]) -> String? {
    let candidates =
      program.contains("/")
      ? [program]
      : (variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin")
        .split(separator: ":").map { "\($0)/\(program)" }
    return candidates.first { path in
      var isFolder: ObjCBool = false
      return FileManager.default.isExecutableFile(atPath: path)
        && FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
  }
}
