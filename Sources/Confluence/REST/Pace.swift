public import Foundation

/// How requests are repeated, and the clock that they wait by.
public struct Pace: Sendable {
  /// How often one request is sent at most.
  public var tries = 6
  /// How often one request is sent at most that gets no answer in time.
  public var triesInSilence = 3
  /// The longest pause that a server is granted; it asks for more only when it is better to stop.
  public var longestWait = Duration.seconds(300)
  /// Waits; the text says why.
  public var wait: @Sendable (Duration, _ reason: String) async throws -> Void
  /// Tells the time, to which a server's date is compared if it does not tell its own.
  public var now: @Sendable () -> Date

  /// Makes a pace with a clock of its own.
  public init(
    wait: @escaping @Sendable (Duration, _ reason: String) async throws -> Void,
    now: @escaping @Sendable () -> Date
  ) {
    (self.wait, self.now) = (wait, now)
  }

  /// The clock on the wall.
  ///
  /// - Parameter notice: Called before each pause, with why.
  /// - Returns: A pace that waits for as long as it says.
  public static func real(
    notice: @escaping @Sendable (Duration, String) -> Void = { _, _ in }
  ) -> Pace {
    Pace(
      wait: { pause, reason in
        notice(pause, reason)
        try await Task.sleep(for: pause)
      }, now: { Date() })
  }

  /// Returns the pause before a try when the server names none: 0.5, 1, 2, 4, 8 seconds.
  func pause(afterTry count: Int) -> Duration {
    .milliseconds(500 << min(max(count - 1, 0), 6))
  }

  /// Reads how long a server asks to wait: `Retry-After` in seconds or as a date (RFC 9110, section
  /// 10.2.3), or else, after too many requests, Cloud's `X-RateLimit-Reset`, a date of ISO 8601.
  ///
  /// A date is compared with the server's own clock, its header `Date`, where there is one.
  func pause(asked headers: [String: String], isLimited: Bool) -> Duration? {
    let now = headers["date"].flatMap(Self.date) ?? now()
    func until(_ date: Date) -> Duration {
      .seconds(Int(max(0, min(date.timeIntervalSince(now), 1_000_000)).rounded(.up)))
    }
    if let value = headers["retry-after"]?.trimmingCharacters(in: .whitespaces) {
      if let seconds = Double(value), seconds.isFinite {
        return .milliseconds(Int(max(0, min(seconds, 1_000_000)) * 1000))
      }
      if let date = Self.date(value) { return until(date) }
    }
    return isLimited ? headers["x-ratelimit-reset"].flatMap(Self.isoDate).map(until) : nil
  }

  private static func date(_ text: String) -> Date? {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return format.date(from: text)
  }

  private static func isoDate(_ text: String) -> Date? {
    (try? Date(text, strategy: .iso8601))
      ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
      ?? (text.hasSuffix("Z") && text.count == 17
        ? try? Date(text.dropLast() + ":00Z", strategy: .iso8601) : nil)
  }
}
