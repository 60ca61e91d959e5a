import Foundation

/// What a server says beside a status: Data Center and Cloud's older interface a message, Cloud's
/// newer one a list of errors.
struct ServerMessage: Decodable {
  private struct Fault: Decodable {
    let title: String?
    let detail: String?
    let code: String?
  }

  private let message: String?
  private let errors: [Fault]?

  private enum CodingKeys: String, CodingKey { case message, errors }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    message = try? values.decodeIfPresent(String.self, forKey: .message)
    errors = try? values.decodeIfPresent([Fault].self, forKey: .errors)
  }

  /// Returns the message, or nothing where a proxy answers with a page of its own.
  static func text(in data: Data) -> String {
    guard let said = try? JSONDecoder().decode(Self.self, from: data) else { return "" }
    if let message = said.message, !message.isEmpty { return withoutClass(message) }
    let faults = (said.errors ?? []).compactMap { fault in
      let parts = [fault.title ?? fault.code, fault.detail].compactMap(\.self)
      return parts.isEmpty ? nil : withoutClass(parts.joined(separator: ": "))
    }
    return faults.joined(separator: "; ")
  }

  /// Cuts off the name of the Java class that some answers begin with.
  private static func withoutClass(_ message: String) -> String {
    guard let end = message.range(of: "Exception: "),
      !message[..<end.lowerBound].contains(where: \.isWhitespace)
    else { return message }
    return String(message[end.upperBound...])
  }
}
