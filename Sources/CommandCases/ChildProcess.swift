import CSpawn
import Foundation
import Synchronization

/// A process in a group of its own that is listened to while it runs, and ended with all that it
/// has started.
struct ChildProcess {
  /// Where the child writes.
  enum Channel: Int, CaseIterable {
    case output, errors
    /// File descriptor 3.
    case report
  }

  /// How a process ended.
  enum Ending: Equatable {
    case exited(Int32)
    case killed(signal: Int32)
  }

  /// How long a process that is to end has, before it is told less kindly.
  struct Patience {
    /// After SIGINT, which a script may use to keep what it has.
    var afterInterrupt: Duration = .seconds(10)
    /// After SIGTERM, before SIGKILL.
    var afterTermination: Duration = .seconds(5)
  }

  /// The path of the program.
  let program: String
  let arguments: [String]
  let environment: [String: String]
  let folder: String
  /// A folder of the process's own, which is removed if this program is killed before it can do so.
  var ownFolder: String?
  var patience = Patience()

  /// Runs the process to its end.
  ///
  /// - Parameters:
  ///   - isCancelled: Asked several times a second; once it is true, the process is interrupted.
  ///   - hear: Called with each piece that the process writes. What it throws ends the process.
  /// - Returns: How the process ended, also if it was told to.
  /// - Throws: ``CommandError/cannotStart(_:reason:)``, or what `hear` has thrown, once the process
  ///   has ended.
  func run(
    isCancelled: () -> Bool, hear: (Channel, Data) throws -> Void
  ) throws -> Ending {
    let pipes = try Channel.allCases.map { _ in try Pipe(program: program) }
    defer { pipes.forEach { $0.close() } }
    let id = try Self.start(program, arguments, environment, folder, pipes.map(\.writingEnd))
    LivingChildren.add(id)
    defer { LivingChildren.remove(id) }
    let watchdog = Watchdog(over: id, folder: ownFolder)
    pipes.forEach { $0.closeWritingEnd() }
    var (fault, end) = ((any Error)?.none, GradualEnd(patience: patience))
    func listen(timeout: Int32) {
      for (channel, data) in Pipe.read(pipes, timeout: timeout) where fault == nil {
        do { try hear(channel, data) } catch { fault = error }
      }
    }
    while !Self.hasEnded(id) {
      listen(timeout: 50)
      if fault != nil || isCancelled() { end.proceed(with: id) }
    }
    // What the child has left running would keep the pipes open; nobody waits for it.
    kill(-id, SIGKILL)
    // First, as the number of a child that was waited for may soon be another's.
    watchdog?.dismiss()
    let status = Self.wait(for: id)
    // A pipe holds a megabyte at the most; a child of the child may write on for ever.
    for _ in 0..<32 where pipes.contains(where: \.hasMore) { listen(timeout: 0) }
    if let fault { throw fault }
    return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: status & 0x7F)
  }

  /// Whether the child has ended; it stays to be waited for, so that its number is not used again.
  private static func hasEnded(_ id: pid_t) -> Bool {
    var info = siginfo_t()
    return waitid(P_PID, id_t(id), &info, WEXITED | WNOHANG | WNOWAIT) != 0
      || info._sifields._sigchld.si_pid == id
  }

  @discardableResult
  fileprivate static func wait(for id: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(id, &status, 0) == -1, errno == EINTR {}
    return status
  }

  /// Starts a program that writes to the ends of three pipes.
  fileprivate static func start(
    _ program: String, _ arguments: [String], _ environment: [String: String], _ folder: String,
    _ ends: [Int32]
  ) throws -> pid_t {
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    var variables =
      environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (words + variables).forEach { free($0) } }
    var id = pid_t()
    // The program itself ignores SIGINT while it runs a case; the child is to hear it.
    let code = spawn_in_group(&id, program, &words, &variables, folder, ends)
    guard code == 0 else {
      throw CommandError.cannotStart(program, reason: String(cString: strerror(code)))
    }
    return id
  }
}

/// The steps by which a process is ended: asked, told, stopped.
private struct GradualEnd {
  let patience: ChildProcess.Patience
  private var steps: [(signal: Int32, pause: Duration)]
  private var due = ContinuousClock.now

  init(patience: ChildProcess.Patience) {
    self.patience = patience
    steps = [
      (SIGINT, patience.afterInterrupt), (SIGTERM, patience.afterTermination), (SIGKILL, .zero),
    ]
  }

  /// Takes the next step, if it is time.
  mutating func proceed(with id: pid_t) {
    guard let step = steps.first, ContinuousClock.now >= due else { return }
    kill(-id, step.signal)
    due = .now + step.pause
    steps.removeFirst()
  }
}

/// The children that are to end with this process, as when Ctrl-C is pressed twice.
private enum LivingChildren {
  private static let ids = Mutex<Set<pid_t>>([])
  private static let killAtExit: Void = {
    atexit { LivingChildren.ids.withLock { $0.forEach { kill(-$0, SIGKILL) } } }
  }()

  static func add(_ id: pid_t) {
    _ = killAtExit
    ids.withLock { _ = $0.insert(id) }
  }

  static func remove(_ id: pid_t) { ids.withLock { _ = $0.remove(id) } }
}

/// Ends a child with all that it has started if this process is killed, when nothing else can.
///
/// It is a shell that waits for the end of a pipe whose other end only this process has. What Linux
/// offers for this (PR_SET_PDEATHSIG) reaches the child alone, and not what that has started.
private struct Watchdog {
  private let id: pid_t
  private let pipe: Pipe

  private static let script = """
    read -r line <&3
    kill -s KILL -- "-$1"
    if [ -n "$2" ]; then rm -rf -- "$2"; fi
    """

  /// Starts watching over a group of processes and the folder that goes with it; `nil` if this machine has
  /// no shell.
  init?(over group: pid_t, folder: String?) {
    let (shell, null) = ("/bin/sh", open("/dev/null", O_WRONLY | O_CLOEXEC))
    defer { close(null) }
    guard let pipe = try? Pipe(program: shell, isWaitedFor: true) else { return nil }
    let words = ["-c", Self.script, "watchdog", "\(group)", folder ?? ""]
    let id = try? ChildProcess.start(
      shell, words, ["PATH": "/usr/bin:/bin"], "/", [null, null, pipe.readingEnd])
    guard let id else {
      pipe.close()
      return nil
    }
    (self.id, self.pipe) = (id, pipe)
  }

  /// Ends the watch and leaves the group as it is.
  func dismiss() {
    kill(id, SIGKILL)
    ChildProcess.wait(for: id)
    pipe.close()
  }
}

/// One channel from a child to this process.
private final class Pipe {
  private(set) var writingEnd: Int32
  let readingEnd: Int32
  /// Whether something may still come.
  private(set) var hasMore = true

  /// - Parameters:
  ///   - program: What it is for.
  ///   - isWaitedFor: Whether reading waits for something to come.
  /// - Throws: ``CommandError/cannotStart(_:reason:)``.
  init(program: String, isWaitedFor: Bool = false) throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw CommandError.cannotStart(program, reason: String(cString: strerror(errno)))
    }
    // Above those that a child's descriptors are copied to, so that none overwrites another.
    (readingEnd, writingEnd) = (Self.raised(ends[0]), Self.raised(ends[1]))
    if !isWaitedFor { _ = fcntl(readingEnd, F_SETFL, O_NONBLOCK) }
  }

  private static func raised(_ descriptor: Int32) -> Int32 {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 10)
    Foundation.close(descriptor)
    return copy
  }

  func closeWritingEnd() {
    if writingEnd >= 0 { Foundation.close(writingEnd) }
    writingEnd = -1
  }

  func close() {
    closeWritingEnd()
    Foundation.close(readingEnd)
  }

  /// Reads once from each channel that has something.
  ///
  /// - Parameters:
  ///   - pipes: In the order of the channels.
  ///   - timeout: How many milliseconds to wait for something; with 0, a channel that has nothing
  ///     counts as ended.
  /// - Returns: What was read, in the order of the channels.
  static func read(_ pipes: [Pipe], timeout: Int32) -> [(ChildProcess.Channel, Data)] {
    var polled = pipes.map {
      pollfd(fd: $0.hasMore ? $0.readingEnd : -1, events: Int16(POLLIN), revents: 0)
    }
    poll(&polled, nfds_t(polled.count), timeout)
    return zip(pipes, ChildProcess.Channel.allCases).enumerated().compactMap { index, pair in
      let (pipe, channel) = pair
      guard pipe.hasMore, polled[index].revents != 0 else {
        if timeout == 0 { pipe.hasMore = false }
        return nil
      }
      var bytes = Data(count: 1 << 16)
      let count = bytes.withUnsafeMutableBytes {
        Foundation.read(pipe.readingEnd, $0.baseAddress, $0.count)
      }
      guard count > 0 else {
        if count == 0 || (errno != EINTR && errno != EAGAIN) { pipe.hasMore = false }
        return nil
      }
      return (channel, bytes.prefix(count))
    }
  }
}
