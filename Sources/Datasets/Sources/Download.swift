import Foundation
import FoundationNetworking
import Synchronization

/// A file fetched from an address, with a limit on its size.
///
/// Only `https` is spoken to the world; `http` to this machine and `file` are there for mirrors on
/// the machine itself and for tests. A redirect may not leave that rule, nor lead to a file.
final class Download: NSObject, URLSessionDataDelegate {
  private struct State {
    var failure: (any Error)?
    var received = 0
    var expected: Int?
    var continuation: CheckedContinuation<Void, any Error>?
  }

  private let state = Mutex(State())
  private let file: FileHandle
  private let limit: Int
  private let report: @Sendable (Int, Int?) -> Void

  private init(
    to file: FileHandle, limit: Int, report: @escaping @Sendable (Int, Int?) -> Void
  ) {
    (self.file, self.limit, self.report) = (file, limit, report)
  }

  /// Fetches an address into a file.
  ///
  /// - Parameters:
  ///   - url: The address.
  ///   - path: The file, which is overwritten.
  ///   - limit: The most bytes that are taken.
  ///   - stallLimit: How long no byte may come.
  ///   - report: Called with the bytes so far and the total, if the server tells it.
  /// - Throws: ``DatasetsError/sourceFailed(source:reason:)`` or `CancellationError`.
  static func fetch(
    _ url: URL, to path: String, limit: Int, stallLimit: Duration,
    report: @escaping @Sendable (Int, Int?) -> Void
  ) async throws {
    guard isAllowed(url, isRedirect: false) else {
      throw DatasetsError.sourceFailed(
        source: url.absoluteString,
        reason: "only https is fetched, and http and file from this machine")
    }
    if url.isFileURL { return try copy(url, to: path, limit: limit) }
    guard FileManager.default.createFile(atPath: path, contents: nil) else {
      throw DatasetsError.unusable(path: path, reason: "it cannot be written")
    }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    defer { try? file.close() }
    let download = Download(to: file, limit: limit, report: report)
    let settings = URLSessionConfiguration.ephemeral
    settings.timeoutIntervalForRequest = max(Double(stallLimit.components.seconds), 1)
    settings.timeoutIntervalForResource = 3600
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = 1
    let session = URLSession(configuration: settings, delegate: download, delegateQueue: queue)
    defer { session.invalidateAndCancel() }
    let task = session.dataTask(with: url)
    do {
      try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          download.state.withLock { $0.continuation = continuation }
          task.resume()
        }
      } onCancel: {
        task.cancel()
      }
    } catch {
      try Task.checkCancellation()
      if error is DatasetsError { throw error }
      throw DatasetsError.sourceFailed(
        source: url.absoluteString,
        reason: "the transfer broke off after \(download.state.withLock(\.received)) bytes "
          + "(\(reason(of: error)))")
    }
    try Task.checkCancellation()
  }

  private static func isAllowed(_ url: URL, isRedirect: Bool) -> Bool {
    switch url.scheme?.lowercased() {
    case "https": true
    case "http": ["localhost", "127.0.0.1", "::1", "[::1]"].contains(url.host?.lowercased() ?? "")
    case "file": !isRedirect
    default: false
    }
  }

  private static func copy(_ url: URL, to path: String, limit: Int) throws {
    let source = url.path(percentEncoded: false)
    guard let bytes = DataFolder.size(of: source) else {
      throw DatasetsError.sourceFailed(source: url.absoluteString, reason: "there is no such file")
    }
    guard bytes <= limit else {
      throw DatasetsError.sourceFailed(
        source: url.absoluteString,
        reason: "it has \(bytes) bytes, where \(limit) are allowed")
    }
    try FileManager.default.copyItem(atPath: source, toPath: path)
  }

  private func fail(_ task: URLSessionTask, _ reason: String) {
    record(task, reason)
    task.cancel()
  }

  private func record(_ task: URLSessionTask, _ reason: String) {
    let source = task.originalRequest?.url?.absoluteString ?? "download"
    state.withLock {
      $0.failure = $0.failure ?? DatasetsError.sourceFailed(source: source, reason: reason)
    }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
    completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    // What started with https stays with it.
    let isDowngrade = response.url?.scheme == "https" && request.url?.scheme != "https"
    if let url = request.url, Self.isAllowed(url, isRedirect: true), !isDowngrade {
      return completionHandler(request)
    }
    // Cancelling here would crash FoundationNetworking; without the redirect its answer is the
    // last, and ends the transfer by its status.
    let target = request.url?.absoluteString ?? "nowhere"
    record(task, "it redirects to \(target), which is not followed")
    completionHandler(nil)
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
  ) {
    if let answer = response as? HTTPURLResponse, answer.statusCode != 200 {
      fail(dataTask, "the server answers with the status \(answer.statusCode)")
      return completionHandler(.cancel)
    }
    let expected = Int(response.expectedContentLength)
    if expected > limit {
      fail(dataTask, "the server announces \(expected) bytes, where \(limit) are allowed")
      return completionHandler(.cancel)
    }
    state.withLock { $0.expected = expected > 0 ? expected : nil }
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let (received, expected, isOver) = state.withLock { state in
      state.received += data.count
      return (state.received, state.expected, state.failure != nil)
    }
    guard !isOver else { return }
    guard received <= limit else {
      return fail(dataTask, "the server sends more than the allowed \(limit) bytes")
    }
    do { try file.write(contentsOf: data) } catch {
      return fail(dataTask, "what came could not be written (\(reason(of: error)))")
    }
    report(received, expected)
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    let (continuation, failure) = state.withLock { state in
      defer { state.continuation = nil }
      return (state.continuation, state.failure ?? error)
    }
    if let failure {
      continuation?.resume(throwing: failure)
    } else {
      continuation?.resume()
    }
  }
}
