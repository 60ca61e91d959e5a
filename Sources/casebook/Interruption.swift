import Foundation
import Synchronization

/// Calls back once when the user presses Ctrl-C or the system asks the program to end; the second
/// time, or when nothing is going on any more, the program ends at once.
struct Interruption {
  private static let body = Mutex<(@Sendable () -> Void)?>(nil)
  // Made once: of a signal whose source was cancelled, libdispatch tells no other source. Dispatch
  // sources may be used from any thread, but are not declared so.
  nonisolated(unsafe) private static let sources = [SIGINT, SIGTERM].map { number in
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler {
      guard let body = body.withLock({ $0.take() }) else { exit(130) }
      body()
    }
    source.resume()
    return source
  }

  /// Starts to listen; one at a time does.
  init(_ body: @escaping @Sendable () -> Void) {
    Self.body.withLock { $0 = body }
    _ = Self.sources
  }

  func stop() { Self.body.withLock { $0 = nil } }
}
