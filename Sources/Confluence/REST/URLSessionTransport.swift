public import Foundation
public import FoundationNetworking
import Synchronization

/// Requests over one `URLSession`, which keeps its connections.
///
/// Redirects are not followed: Foundation would send the header `Authorization` along, to whatever
/// host the server names.
public final class URLSessionTransport: Transport {
  private let exchanges: Exchanges
  private let session: URLSession

  /// Opens a session.
  ///
  /// - Parameter stallLimit: How long no byte may come or go before a request counts as broken.
  public init(stallLimit: Duration = .seconds(60)) {
    let settings = URLSessionConfiguration.ephemeral
    settings.timeoutIntervalForRequest = max(Double(stallLimit.components.seconds), 1)
    settings.httpShouldSetCookies = false
    settings.httpCookieAcceptPolicy = .never
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = 1
    exchanges = Exchanges()
    session = URLSession(configuration: settings, delegate: exchanges, delegateQueue: queue)
  }

  deinit { session.finishTasksAndInvalidate() }

  public func send(_ request: URLRequest) async throws -> (Data, HTTPURLResponse) {
    let task = session.dataTask(with: request)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        exchanges.open(task, continuation)
        task.resume()
      }
    } onCancel: {
      task.cancel()
    }
  }
}

/// The answers that are on their way.
private final class Exchanges: NSObject, URLSessionDataDelegate {
  typealias Continuation = CheckedContinuation<(Data, HTTPURLResponse), any Error>

  private struct Exchange {
    let continuation: Continuation
    var body = Data()
    var response: HTTPURLResponse?
    var failure: (any Error)?
  }

  /// More than any page of a listing; a server that sends more is not Confluence.
  private static let limit = 64 << 20

  private let open = Mutex([Int: Exchange]())

  func open(_ task: URLSessionTask, _ continuation: Continuation) {
    open.withLock { $0[task.taskIdentifier] = Exchange(continuation: continuation) }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
    completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    finish(task, response)
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
    completionHandler:
      @escaping @Sendable (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
  ) {
    guard let response = challenge.failureResponse as? HTTPURLResponse ?? known(task) else {
      return completionHandler(.performDefaultHandling, nil)
    }
    finish(task, response)
  }

  private func known(_ task: URLSessionTask) -> HTTPURLResponse? {
    open.withLock { $0[task.taskIdentifier]?.response } ?? task.response as? HTTPURLResponse
  }

  /// Answers with a head alone: Foundation on Linux never ends a task whose redirect or challenge
  /// is declined, so that the task is ended here.
  private func finish(_ task: URLSessionTask, _ response: HTTPURLResponse) {
    let exchange = open.withLock { $0.removeValue(forKey: task.taskIdentifier) }
    exchange?.continuation.resume(returning: (exchange?.body ?? Data(), response))
    task.cancel()
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
  ) {
    open.withLock { $0[dataTask.taskIdentifier]?.response = response as? HTTPURLResponse }
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let isTooLong = open.withLock { open in
      open[dataTask.taskIdentifier]?.body.append(data)
      guard (open[dataTask.taskIdentifier]?.body.count ?? 0) > Self.limit else { return false }
      open[dataTask.taskIdentifier]?.failure = URLError(.dataLengthExceedsMaximum)
      return true
    }
    if isTooLong { dataTask.cancel() }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    guard let exchange = open.withLock({ $0.removeValue(forKey: task.taskIdentifier) }) else {
      return
    }
    if let failure = exchange.failure ?? error {
      exchange.continuation.resume(throwing: failure)
    } else if let response = exchange.response ?? task.response as? HTTPURLResponse {
      exchange.continuation.resume(returning: (exchange.body, response))
    } else {
      exchange.continuation.resume(throwing: URLError(.badServerResponse))
    }
  }
}
