import Foundation

/// Calls back once when the user presses Ctrl-C or the system asks the program to end; the second
/// time the program ends at once.
final class Interruption: Sendable {
  // Dispatch sources may be used from any thread, but are not declared so.
  nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

  init(_ body: @escaping @Sendable () -> Void) {
    let calls = SignalCount()
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if calls.next() > 1 { exit(130) }
        body()
      }
      source.resume()
      return source
    }
  }

  func stop() {
    sources.forEach { $0.cancel() }
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
  }
}
