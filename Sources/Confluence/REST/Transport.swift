public import Foundation

/// A request as it goes over the wire.
public struct Request: Sendable {
  /// `GET`, `POST`, `PUT` or `DELETE`.
  public var method: String
  /// The whole address.
  public var url: URL
  /// The header's fields.
  public var headers: [String: String]
  /// What is sent along.
  public var body: Data?

  /// Creates a request.
  public init(method: String, url: URL, headers: [String: String] = [:], body: Data? = nil) {
    (self.method, self.url, self.headers, self.body) = (method, url, headers, body)
  }
}

/// What a server answers.
public struct Response: Sendable {
  /// The status, as 200.
  public var status: Int
  /// The header's fields, by their names in small letters.
  public var headers: [String: String]
  /// What was sent.
  public var body: Data

  /// Creates an answer.
  public init(status: Int, headers: [String: String] = [:], body: Data = Data()) {
    self.status = status
    self.headers = Dictionary(headers.map { ($0.lowercased(), $1) }) { _, last in last }
    self.body = body
  }
}

/// What carries a request to the server and brings its answer.
///
/// It follows no redirect and retries nothing; those are decided above it.
public protocol Transport: Sendable {
  /// Sends a request.
  ///
  /// - Returns: The answer, whatever its status.
  /// - Throws: ``TransportError``, or whatever else kept an answer from coming.
  func send(_ request: Request) async throws -> Response
}

/// Why no answer came.
public enum TransportError: Error, Equatable, CustomStringConvertible {
  /// Nothing came or went for so long.
  case timedOut(String)
  /// The connection could not be made, or broke.
  case failed(String)

  public var description: String {
    switch self {
    case .timedOut(let reason), .failed(let reason): reason
    }
  }
}
