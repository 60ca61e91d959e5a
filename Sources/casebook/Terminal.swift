import Foundation
import Synchronization

/// An output stream, and what is known of the terminal behind it.
struct Terminal: Sendable {
  static let output = Terminal(descriptor: STDOUT_FILENO)
  static let error = Terminal(descriptor: STDERR_FILENO)

  let descriptor: Int32
  /// Whether a person reads along.
  let isInteractive: Bool

  init(descriptor: Int32) {
    self.descriptor = descriptor
    isInteractive = isatty(descriptor) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// The columns of the terminal, or 80 where there is none.
  var width: Int {
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    if let columns = ProcessInfo.processInfo.environment["COLUMNS"].flatMap({ Int($0) }),
      columns > 0
    {
      return columns
    }
    return 80
  }

  /// Whether colour is welcome: on a terminal, unless `NO_COLOR` is set ([no-color.org](https://no-color.org)).
  var hasColour: Bool {
    isInteractive && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
  }

  /// Writes a line.
  func print(_ line: String = "") { write(line + "\n") }

  /// Writes text as it is; a reader that has gone away ends the program quietly, as `head` expects.
  func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else {
        if errno == EINTR { continue }
        exit(errno == EPIPE ? 0 : 3)
      }
      bytes = bytes.dropFirst(count)
    }
  }

  /// How to set off a piece of text.
  enum Style: String { case bold = "1", dim = "2", green = "32", red = "31", yellow = "33" }

  /// Returns the text set off, if colour is welcome.
  func styled(_ text: String, _ style: Style) -> String {
    hasColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}

extension StringProtocol {
  /// The columns that the text takes on a terminal: two for wide characters, none for marks.
  var columns: Int {
    utf8.allSatisfy { (32..<127).contains($0) }
      ? utf8.count : reduce(0) { $0 + $1.columns }
  }
}

extension Character {
  fileprivate var columns: Int {
    guard let first = unicodeScalars.first else { return 0 }
    if first.properties.generalCategory == .nonspacingMark || first.value < 32 { return 0 }
    if unicodeScalars.contains(where: \.properties.isEmojiPresentation) { return 2 }
    return switch first.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      2
    default: 1
    }
  }
}
