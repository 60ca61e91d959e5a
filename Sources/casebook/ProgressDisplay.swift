import Casework
import Foundation
import Synchronization

/// Shows how far a run has come: one line that changes on a terminal, now and then a plain line
/// elsewhere, nothing with `--quiet`.
final class ProgressDisplay: Sendable {
  private struct State {
    var start = Date()
    var shown = Date.distantPast
    var isLineOpen = false
    var isLastShown = false
  }

  private let label: String
  private let isQuiet: Bool
  private let terminal = Terminal.error
  private let state = Mutex(State())

  init(label: String, isQuiet: Bool) { (self.label, self.isQuiet) = (label, isQuiet) }

  /// Starts counting time anew, as for a new run.
  func restart() { state.withLock { $0 = State() } }

  /// Shows a report, unless the last one is too fresh.
  func show(_ progress: RunProgress) {
    guard !isQuiet, progress.total > 0 else { return }
    state.withLock { state in
      let now = Date()
      let isLast = progress.done >= progress.total && !state.isLastShown
      let pause = terminal.isInteractive ? 0.1 : 5
      guard isLast || now.timeIntervalSince(state.shown) >= pause else { return }
      state.shown = now
      if isLast { state.isLastShown = true }
      let line = text(progress, elapsed: now.timeIntervalSince(state.start))
      if terminal.isInteractive {
        terminal.write("\r\u{1B}[K" + String(line.prefix(terminal.width - 1)))
        state.isLineOpen = true
      } else {
        terminal.print(line)
      }
    }
  }

  /// Writes a line of its own above the progress.
  func note(_ text: String) {
    guard !isQuiet else { return }
    close()
    terminal.print(text.legibleLines)
  }

  /// Ends the line that changes.
  func close() {
    state.withLock { state in
      if state.isLineOpen { terminal.write("\r\u{1B}[K") }
      state.isLineOpen = false
    }
  }

  private func text(_ progress: RunProgress, elapsed: TimeInterval) -> String {
    let fraction = Double(progress.done) / Double(progress.total)
    let rate = Double(progress.done) / max(elapsed, 1e-3)
    let left = rate > 0 ? Double(progress.total - progress.done) / rate : 0
    var parts = ["\(label)  \(progress.done)/\(progress.total) \(progress.unit.legible)"]
    if terminal.isInteractive {
      let filled = Int((fraction * 12).rounded(.down))
      parts.append(
        String(repeating: "█", count: filled) + String(repeating: "░", count: 12 - filled))
    }
    parts.append(String(format: rate < 10 ? "%.1f/s" : "%.0f/s", rate))
    parts.append("\(Self.clock(left)) left")
    let note = progress.note.legible
    if !note.isEmpty { parts.append(note) }
    return parts.joined(separator: "  ")
  }

  private static func clock(_ seconds: TimeInterval) -> String {
    let whole = Int(seconds.rounded())
    return whole < 3600
      ? String(format: "%d:%02d", whole / 60, whole % 60)
      : String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
  }
}
