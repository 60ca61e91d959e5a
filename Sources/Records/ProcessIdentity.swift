public import Foundation

/// Which process on which boot of which machine writes a run; a reader tells from it whether the
/// process is still there.
public struct ProcessIdentity: Hashable, Codable, Sendable {
  public let host: String
  /// Another one after each start of the machine.
  public let bootID: String
  /// The space that process ids count in: containers have their own.
  public let processIDSpace: String
  public let processID: Int
  /// When the process started, in clock ticks since boot: a reused id has another.
  public let processStart: Int

  /// How long a process elsewhere may be silent before its run counts as lost, in seconds.
  public static let silence: TimeInterval = 60

  /// Creates an identity.
  public init(
    host: String, bootID: String, processIDSpace: String, processID: Int, processStart: Int
  ) {
    (self.host, self.bootID, self.processIDSpace) = (host, bootID, processIDSpace)
    (self.processID, self.processStart) = (processID, processStart)
  }

  /// The process that asks.
  public static let current = ProcessIdentity(
    host: currentHost, bootID: line(of: "/proc/sys/kernel/random/boot_id"),
    processIDSpace: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid"))
      ?? "", processID: Int(getpid()), processStart: processState(Int(getpid()))?.start ?? 0)

  /// Whether the process is gone, as far as this one can tell.
  ///
  /// On the same boot of the same machine, the process table tells; a process of an earlier boot is
  /// gone. Of another machine, or another container, only its last sign of life is known.
  ///
  /// - Parameters:
  ///   - heartbeat: The last sign of life.
  ///   - now: The time by the clock of this machine.
  /// - Returns: `true` if it is known, or after a long silence taken, to be gone.
  public func isGone(lastSeen heartbeat: Date, now: Date = Date()) -> Bool {
    let observer = Self.current
    let isSilent = now.timeIntervalSince(heartbeat) > Self.silence
    guard host == observer.host, !bootID.isEmpty else { return isSilent }
    guard bootID == observer.bootID else { return true }
    guard processIDSpace == observer.processIDSpace else { return isSilent }
    if let state = Self.processState(processID) {
      return state.start != processStart || state.isDead
    }
    // No entry that we may read: the process is gone, or the system hides those of other users.
    guard let id = pid_t(exactly: processID) else { return true }
    return kill(id, 0) != 0 && errno == ESRCH ? true : isSilent
  }

  private static var currentHost: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func line(of path: String) -> String {
    ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Reads `/proc/<pid>/stat` (proc(5)): the state is field 3 and the start field 22, counted
  /// from behind the name in brackets, which may hold anything.
  private static func processState(_ id: Int) -> (start: Int, isDead: Bool)? {
    let text = line(of: "/proc/\(id)/stat")
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let start = Int(fields[19]) else { return nil }
    return (start, "ZXx".contains(fields[0]))
  }
}
