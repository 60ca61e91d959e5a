/// What a run of a command was made by, beside Casebook itself.
public struct CommandProvenance: Hashable, Codable, Sendable {
  /// The words of the command, as the entry has them.
  public var words: [String]
  /// Where the program was found.
  public var program: String
  /// The SHA-256 of the program.
  public var programDigest: String
  /// The SHA-256 of the script beside the entry, if it has one.
  public var scriptDigest: String?
  /// The version of the interpreter, where it is Python.
  public var pythonVersion: String?
  /// The version of every Python package that the program sees, as `pip freeze` lists them.
  public var packages: [String: String]
  /// Those of the packages that the entry asks for.
  public var required: [String]

  /// Creates a record.
  public init(
    words: [String], program: String, programDigest: String, scriptDigest: String?,
    pythonVersion: String? = nil, packages: [String: String] = [:], required: [String] = []
  ) {
    (self.words, self.program, self.programDigest) = (words, program, programDigest)
    (self.scriptDigest, self.pythonVersion) = (scriptDigest, pythonVersion)
    (self.packages, self.required) = (packages, required)
  }

  /// The facts that may change a result, for people: of the packages only those asked for.
  public var facts: [(name: String, value: String)] {
    var facts = [("Command", words.joined(separator: " ")), ("Interpreter", programDigest)]
    if let scriptDigest { facts.append(("Script", scriptDigest)) }
    if let pythonVersion { facts.append(("Python", pythonVersion)) }
    return facts + required.map { ("Package \($0)", packages[$0] ?? "missing") }
  }
}
