import Foundation
import Synchronization

/// Chooses the moment at which a process is killed.
final class Assassin: Sendable {
  private struct State {
    var target: Int32?
    var patience = 0
    var kills = 0
  }

  private let state = Mutex(State())

  /// How many processes were killed.
  var kills: Int { state.withLock { $0.kills } }

  /// Names the next victim and how many of its writes are let through.
  func aim(at process: Int32, afterWrites count: Int) {
    state.withLock { ($0.target, $0.patience) = (process, count) }
  }

  func rest() { state.withLock { $0.target = nil } }

  /// The process to kill at this write, if it is time.
  func victim() -> Int32? {
    state.withLock { state in
      guard let target = state.target else { return nil }
      guard state.patience == 0 else {
        state.patience -= 1
        return nil
      }
      state.target = nil
      state.kills += 1
      return target
    }
  }
}
