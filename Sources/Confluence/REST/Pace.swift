public import Foundation

/// How requests are repeated, and the clock that they wait by.
public struct Pace: Sendable {
  /// How often one request is sent at most.
  public var tries = 5
  /// The longest pause that a server is granted; it asks for more only when it is better to stop.
  public var longestWait = Duration.seconds(300)
  /// Waits.
  public var wait: @Sendable (Duration) async throws -> Void
  /// Tells the time, to which a server's date is compared if it does not tell its own.
  public var now: @Sendable () -> Date

  /// Makes a pace with a clock of its own.
  public init(
    wait: @escaping @Sendable (Duration) async throws -> Void,
    now: @escaping @Sendable () -> Date
  ) {
    (self.wait, self.now) = (wait, now)
  }

  /// The clock on the wall.
  public static var real: Pace {
    Pace(wait: { try await Task.sleep(for: $0) }, now: { Date() })
  }

  /// Returns the pause before a try when the server names none: 1, 2, 4, … seconds.
  func pause(afterTry count: Int) -> Duration { .seconds(1 << min(max(count - 1, 0), 5)) }

  /// Reads `Retry-After`, which is a number of seconds or a date (RFC 9110, section 10.2.3).
  ///
  /// A date is compared with the server's own clock, its header `Date`, where there is one.
  func retryAfter(_ value: String?, serverDate: String?) -> Duration? {
    guard let value = value?.trimmingCharacters(in: .whitespaces) else { return nil }
    if let seconds = Int(value) { return .seconds(max(0, min(seconds, 1_000_000))) }
    guard let date = Self.date(value) else { return nil }
    let seconds = date.timeIntervalSince(serverDate.flatMap(Self.date) ?? now())
    return .seconds(Int(max(0, min(seconds, 1_000_000)).rounded(.up)))
  }

  private static func date(_ text: String) -> Date? {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return format.date(from: text)
  }
}
