public import Foundation
public import FoundationNetworking

/// What carries a request to the server and brings its answer.
///
/// It follows no redirect and retries nothing; those are decided above it.
public protocol Transport: Sendable {
  /// Sends a request.
  ///
  /// - Returns: The body and the head of the answer, whatever its status.
  /// - Throws: What kept an answer from coming.
  func send(_ request: URLRequest) async throws -> (Data, HTTPURLResponse)
}
