import Foundation
import FoundationNetworking

/// A request as the client thinks of it, before it is bytes.
struct Call: Sendable {
  var method = "GET"
  /// The steps of the path below `rest/api`, not yet encoded.
  var path: [String]
  var query: [(name: String, value: String)] = []
  var body: Data?
  var contentType = "application/json"
  /// What it is for, as an error says it: `reading the space ML`.
  let doing: String
}

/// Calls that wait when the server asks for it, and errors in words when it refuses.
struct Exchange: Sendable {
  let base: String
  let token: Token
  let transport: any Transport
  let pace: Pace

  /// Sends a call and decodes its answer.
  ///
  /// - Throws: ``ConfluenceError`` or `CancellationError`.
  func send<Answer: Decodable>(_ call: Call, as type: Answer.Type) async throws -> Answer {
    let data = try await send(call)
    do { return try JSONDecoder().decode(type, from: data) } catch {
      throw ConfluenceError.unexpectedReply(
        doing: "while \(call.doing)", reason: "\(data.count) bytes that are not the JSON expected")
    }
  }

  /// Sends a call, again after 429, and again after 5xx or a broken connection if it only reads.
  ///
  /// - Throws: ``ConfluenceError`` or `CancellationError`.
  @discardableResult
  func send(_ call: Call) async throws -> Data {
    let request = try request(call)
    let doing = "while \(call.doing)"
    var attempt = 0
    while true {
      attempt += 1
      try Task.checkCancellation()
      let isLast = attempt >= pace.tries
      let data: Data
      let response: HTTPURLResponse
      do {
        (data, response) = try await transport.send(request)
      } catch {
        try Task.checkCancellation()
        if error is CancellationError { throw error }
        guard call.method == "GET", !isLast else {
          throw ConfluenceError.connectionFailed(
            doing: doing, reason: token.cleaned(error.localizedDescription))
        }
        try await pace.wait(pace.pause(afterTry: attempt))
        continue
      }
      switch response.statusCode {
      case 200..<300: return data
      case 429:
        let asked = pace.retryAfter(
          response.value(forHTTPHeaderField: "Retry-After"),
          serverDate: response.value(forHTTPHeaderField: "Date"))
        let pause = asked ?? pace.pause(afterTry: attempt)
        guard !isLast, pause <= pace.longestWait else {
          throw ConfluenceError.tooManyRequests(
            doing: doing, seconds: asked.map { Int($0.components.seconds) })
        }
        try await pace.wait(pause)
      case 500... where call.method == "GET" && !isLast:
        try await pace.wait(pace.pause(afterTry: attempt))
      default: throw refusal(response, data, doing: doing)
      }
    }
  }

  private func request(_ call: Call) throws -> URLRequest {
    var text = base + "/rest/api/" + call.path.map(encoded).joined(separator: "/")
    if !call.query.isEmpty {
      text +=
        "?" + call.query.map { encoded($0.name) + "=" + encoded($0.value) }.joined(separator: "&")
    }
    guard let url = URL(string: text) else {
      throw ConfluenceError.unusableAddress(base, reason: "it makes no address with a path")
    }
    var request = URLRequest(url: url)
    request.httpMethod = call.method
    request.httpBody = call.body
    request.setValue(token.authorization, forHTTPHeaderField: "Authorization")
    request.setValue("application/json", forHTTPHeaderField: "Accept")
    // A browser's name makes the server look for a browser's cookies: 403, "XSRF check failed".
    request.setValue("Casebook/1", forHTTPHeaderField: "User-Agent")
    if call.method != "GET" {
      request.setValue("nocheck", forHTTPHeaderField: "X-Atlassian-Token")
    }
    if call.body != nil { request.setValue(call.contentType, forHTTPHeaderField: "Content-Type") }
    return request
  }

  /// Encodes everything but RFC 3986's unreserved characters: `+` too, which servers read as a blank.
  private func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      let scalar = UnicodeScalar(byte)
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || (48...57).contains(byte))
      return isPlain || "-._~".unicodeScalars.contains(scalar)
        ? String(scalar) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }

  private func refusal(
    _ response: HTTPURLResponse, _ data: Data, doing: String
  ) -> ConfluenceError {
    let message = token.cleaned(ServerMessage.text(in: data))
    return switch response.statusCode {
    case 300..<400:
      .redirected(
        doing: doing,
        to: token.cleaned(response.value(forHTTPHeaderField: "Location") ?? "another address"))
    case 401: .unauthorized(doing: doing, message: message)
    case 403: .forbidden(doing: doing, message: message)
    case 404: .notFound(doing: doing, message: message)
    case 409: .changedMeanwhile(doing: doing, message: message)
    case 413: .tooLarge(doing: doing, message: message)
    case 400..<500: .rejected(status: response.statusCode, doing: doing, message: message)
    default: .serverFailed(status: response.statusCode, doing: doing, message: message)
    }
  }
}

/// What a server says beside a status.
private struct ServerMessage: Decodable {
  let message: String?

  /// Returns the message, or nothing where a proxy answers with a page of its own.
  static func text(in data: Data) -> String {
    (try? JSONDecoder().decode(Self.self, from: data))?.message ?? ""
  }
}
