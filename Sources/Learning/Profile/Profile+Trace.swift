public import Foundation

extension Profile {
  /// Returns the events as a trace of Chrome's, which `chrome://tracing` and
  /// [Perfetto](https://ui.perfetto.dev) show: JSON of complete events (`"ph":"X"`), times in
  /// microseconds.
  public func trace() -> Data {
    var text = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n"
    for (index, event) in events.enumerated() {
      if index > 0 { text += ",\n" }
      text += "{\"ph\":\"X\",\"pid\":1,\"tid\":1,\"name\":" + JSONText.quoted(event.name)
      text += ",\"cat\":" + JSONText.quoted(event.pass)
      text += ",\"ts\":\(microseconds(event.start)),\"dur\":\(microseconds(event.duration))"
      text += ",\"args\":{\"layer\":" + JSONText.quoted(event.layer) + "}}"
    }
    return Data((text + "\n]}\n").utf8)
  }

  /// Nanoseconds are the finest that the clock tells.
  private func microseconds(_ seconds: Double) -> String {
    let nanoseconds = Int((seconds * 1e9).rounded())
    let rest = String(nanoseconds % 1000)
    return "\(nanoseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }
}
