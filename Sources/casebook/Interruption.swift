import Foundation
import Synchronization

/// Calls back when the user presses Ctrl-C or the system asks the program to end; the second time the
/// program ends at once.
struct Interruption {
  private struct State {
    /// What is going on is ended by it.
    var body: (@Sendable () -> Void)?
    /// It may have come while nothing was going on: what begins next is then ended.
    var isAsked = false
  }
  private static let state = Mutex(State())
  // Made once: of a signal whose source was cancelled, libdispatch tells no other source. On a queue
  // of their own, which gets a thread however busy the others are. Dispatch sources may be used from
  // any thread, but are not declared so.
  nonisolated(unsafe) private static let sources = [SIGINT, SIGTERM].map { number in
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(
      signal: number, queue: DispatchQueue(label: "casebook.interruption"))
    source.setEventHandler {
      let body = state.withLock { state in
        if state.isAsked { exit(130) }
        state.isAsked = true
        return state.body
      }
      body?()
    }
    source.resume()
    return source
  }

  /// Whether the program was asked to end.
  static var isAsked: Bool { state.withLock { $0.isAsked } }

  /// Starts to listen; one at a time does.
  init(_ body: @escaping @Sendable () -> Void) {
    _ = Self.sources
    let isAsked = Self.state.withLock { state in
      state.body = body
      return state.isAsked
    }
    if isAsked { body() }
  }

  func stop() { Self.state.withLock { $0.body = nil } }
}
