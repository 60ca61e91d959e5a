import Foundation

/// A request as the client thinks of it, before it is bytes.
struct Call: Sendable {
  /// The two interfaces: Data Center has the first alone, Cloud both.
  enum Interface: String, CaseIterable { case v1 = "rest/api", v2 = "api/v2" }

  var method = "GET"
  var interface = Interface.v1
  /// The steps of the path below the interface, not yet encoded.
  var path: [String]
  var query: [(name: String, value: String)] = []
  var body: Data?
  var contentType = "application/json"
  /// What it is for, as an error says it: `reading the space ML`.
  let doing: String

  /// Whether a second one does no harm when the first was carried out and its answer lost.
  var isRepeatable: Bool { method == "GET" || method == "DELETE" }
}

extension Call {
  /// The paths of the interfaces.
  static var interfaces: [String] { Interface.allCases.map(\.rawValue) }
}

/// Calls that wait when the server asks for it, and errors in words when it refuses.
struct Exchange: Sendable {
  let base: String
  let token: Token
  let transport: any Transport
  let pace: Pace

  /// How often a redirect within the wiki's own origin is followed.
  private static let redirects = 5

  /// Sends a call and decodes its answer.
  ///
  /// - Throws: ``ConfluenceError`` or `CancellationError`.
  func send<Answer: Decodable>(_ call: Call, as type: Answer.Type) async throws -> Answer {
    try decode(try await send(call), as: type, doing: call.doing)
  }

  func decode<Answer: Decodable>(
    _ response: Response, as type: Answer.Type, doing: String
  ) throws -> Answer {
    do { return try JSONDecoder().decode(type, from: response.body) } catch {
      let type = token.cleaned(response.headers["content-type"] ?? "")
      throw ConfluenceError.unexpectedReply(
        doing: "while \(doing)",
        reason: "\(response.body.count) bytes\(type.isEmpty ? "" : " of \(type)") that are not the "
          + "JSON expected")
    }
  }

  /// Sends a call that is answered with nothing (204), or else with some JSON.
  ///
  /// - Throws: ``ConfluenceError`` or `CancellationError`.
  func confirm(_ call: Call) async throws {
    struct Anything: Decodable {}
    let response = try await send(call)
    guard !response.body.isEmpty else { return }
    _ = try decode(response, as: Anything.self, doing: call.doing)
  }

  /// Sends a call, again after 429, and again after 5xx or a broken connection if that does no
  /// harm.
  ///
  /// - Throws: ``ConfluenceError`` or `CancellationError`.
  func send(_ call: Call) async throws -> Response {
    var request = try request(call)
    let doing = "while \(call.doing)"
    var (attempt, redirects) = (0, 0)
    while true {
      attempt += 1
      try Task.checkCancellation()
      let response: Response
      do {
        response = try await transport.send(request)
      } catch {
        try Task.checkCancellation()
        if error is CancellationError { throw error }
        let reason = token.cleaned("\(error)")
        let tries =
          switch error {
          case TransportError.timedOut: pace.triesInSilence
          case TransportError.impossible: 1
          default: pace.tries
          }
        guard call.isRepeatable, attempt < tries else {
          throw ConfluenceError.connectionFailed(doing: doing, reason: reason)
        }
        try await pace.wait(pace.pause(afterTry: attempt), reason)
        continue
      }
      switch response.status {
      case 200..<300: return response
      case 429, 500...:
        let isBusy = response.status == 429
        let asked = pace.pause(asked: response.headers, isLimited: isBusy)
        let pause = max(asked ?? .zero, pace.pause(afterTry: attempt))
        let isInTime = pause <= pace.longestWait
        if isInTime, isBusy || call.isRepeatable, attempt < pace.tries {
          try await pace.wait(
            pause, "the server \(isBusy ? "is busy" : "failed") (\(response.status))")
        } else if isBusy || !isInTime {
          throw ConfluenceError.busy(
            status: response.status, doing: doing,
            seconds: asked.map { Int($0.components.seconds) })
        } else {
          throw refusal(response, doing: doing)
        }
      case 300..<400:
        guard call.method == "GET", redirects < Self.redirects,
          let target = sameOrigin(response, as: request.url)
        else { throw refusal(response, doing: doing) }
        (request.url, redirects, attempt) = (target, redirects + 1, attempt - 1)
      default: throw refusal(response, doing: doing)
      }
    }
  }

  /// Waits until something has appeared that servers show late, as long as a try of a request
  /// would be waited for.
  func patiently<Value>(_ reason: String, _ read: () async throws -> Value?) async throws -> Value?
  {
    for attempt in 1... {
      if let value = try await read() { return value }
      guard attempt < pace.tries else { return nil }
      try await pace.wait(pace.pause(afterTry: attempt), reason)
    }
    return nil
  }

  /// The address that a redirect names, if it is of the same scheme, host and port.
  private func sameOrigin(_ response: Response, as url: URL) -> URL? {
    guard let text = response.headers["location"],
      let target = URL(string: text, relativeTo: url)?.absoluteURL,
      target.user == nil, target.password == nil,
      target.scheme?.lowercased() == url.scheme?.lowercased(),
      target.host()?.lowercased() == url.host()?.lowercased(),
      port(target) == port(url)
    else { return nil }
    return target
  }

  private func port(_ url: URL) -> Int? {
    url.port ?? (url.scheme?.lowercased() == "https" ? 443 : 80)
  }

  private func request(_ call: Call) throws -> Request {
    var text = "\(base)/\(call.interface.rawValue)/" + call.path.map(encoded).joined(separator: "/")
    if !call.query.isEmpty {
      text +=
        "?" + call.query.map { encoded($0.name) + "=" + encoded($0.value) }.joined(separator: "&")
    }
    guard let url = URL(string: text) else {
      throw ConfluenceError.unusableAddress(base, reason: "it makes no address with a path")
    }
    var headers = [
      "Authorization": token.authorization, "Accept": "application/json",
      // A browser's name makes the server look for a browser's cookies: 403, "XSRF check failed".
      "User-Agent": "Casebook/1",
    ]
    if call.method != "GET" { headers["X-Atlassian-Token"] = "no-check" }
    if call.body != nil { headers["Content-Type"] = call.contentType }
    return Request(method: call.method, url: url, headers: headers, body: call.body)
  }

  /// Encodes everything but the unreserved characters of RFC 3986: `+` too, which servers read as a
  /// blank.
  private func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      let scalar = UnicodeScalar(byte)
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || (48...57).contains(byte))
      return isPlain || "-._~".unicodeScalars.contains(scalar)
        ? String(scalar) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }

  private func refusal(_ response: Response, doing: String) -> ConfluenceError {
    let message = token.cleaned(ServerMessage.text(in: response.body))
    return switch response.status {
    case 300..<400:
      .redirected(
        doing: doing, to: token.cleaned(response.headers["location"] ?? "another address"))
    case 401: .unauthorized(doing: doing, message: message)
    case 403: .forbidden(doing: doing, message: message)
    case 404: .notFound(doing: doing, message: message)
    case 409: .changedMeanwhile(doing: doing, message: message)
    case 413: .tooLarge(doing: doing, message: message)
    case 400..<500: .rejected(status: response.status, doing: doing, message: message)
    default: .serverFailed(status: response.status, doing: doing, message: message)
    }
  }
}
