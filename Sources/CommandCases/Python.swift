import Casework
import Foundation
import Synchronization

/// What a Python says of itself.
struct Python: Decodable {
  let version: String
  /// The version of each package by its name, or where it comes from, as `pip freeze` has them.
  let packages: [String: String]

  private static let known = Mutex<[String: Python]>([:])

  /// Lists the packages as `pip freeze` does, without needing pip.
  private static let question = """
    import importlib.metadata, json, platform
    packages = {}
    for found in importlib.metadata.distributions():
        name = found.metadata["Name"] if found.metadata else None
        if not name or name in packages:
            continue
        packages[name] = found.version or "unknown"
        try:
            origin = json.loads(found.read_text("direct_url.json") or "null")
        except ValueError:
            origin = None
        if origin and "vcs_info" in origin:
            commit = origin["vcs_info"].get("commit_id", "")
            packages[name] = "@ %s+%s@%s" % (origin["vcs_info"].get("vcs"), origin["url"], commit)
    print(json.dumps({"version": platform.python_version(), "packages": packages}))
    """

  /// Asks the Python at a path, once.
  ///
  /// - Throws: ``CommandError/unusablePython(_:reason:)``.
  static func asked(at path: String, environment: [String: String]) throws -> Python {
    if let answer = known.withLock({ $0[path] }) { return answer }
    let child = ChildProcess(
      program: path, arguments: ["-c", question], environment: environment, folder: "/")
    var (answer, complaints) = (Data(), OutputLog())
    let start = ContinuousClock.now
    let ending = try child.run(isCancelled: { ContinuousClock.now - start > .seconds(60) }) {
      channel, data in
      if channel == .output { answer += data } else { complaints.append(data) }
    }
    guard ending == .exited(0), let python = try? JSONDecoder().decode(Python.self, from: answer)
    else {
      let words = complaints.lastWords(lines: 1)
      throw CommandError.unusablePython(
        path, reason: words.isEmpty ? "it gave no answer." : words)
    }
    known.withLock { $0[path] = python }
    return python
  }

  /// The packages of a list that are not there.
  ///
  /// Names compare as PyPI's do: without regard to case, and with `-`, `_` and `.` alike.
  func missing(of names: [String]) -> [String] {
    let present = Set(packages.keys.map(Self.normalized))
    return names.filter { !present.contains(Self.normalized($0)) }
  }

  /// The packages of a list with their versions, under the names in the list.
  func versions(of names: [String]) -> [String: String] {
    let all = Dictionary(packages.map { (Self.normalized($0), $1) }) { first, _ in first }
    return names.reduce(into: [:]) { $0[$1] = all[Self.normalized($1)] }
  }

  /// The packages in the form that `pip install -r` reads.
  var requirements: String {
    packages.sorted { $0.key.lowercased() < $1.key.lowercased() }
      .map { $1.hasPrefix("@") ? "\($0) \($1)\n" : "\($0)==\($1)\n" }.joined()
  }

  private static func normalized(_ name: String) -> String {
    name.lowercased().map { "._".contains($0) ? "-" : String($0) }.joined()
  }
}
