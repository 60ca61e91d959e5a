import CCurl
public import Foundation
import Synchronization

/// Requests over libcurl, one at a time, over a connection that is kept.
///
/// Proxies are taken from `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in small letters first, except
/// for this machine itself, which is always asked directly. Certificates are those of the system,
/// or of `SSL_CERT_FILE` and `SSL_CERT_DIR` where they are set, as for other programs.
public final class CurlTransport: Transport {
  private let connection: Mutex<Connection>
  private let queue = DispatchQueue(label: "casebook.confluence")

  /// Prepares a connection; nothing is sent.
  ///
  /// - Parameters:
  ///   - stallLimit: How long no byte may come or go before a request counts as broken.
  ///   - environment: Where proxies and the places of certificates are named.
  public init(
    stallLimit: Duration = .seconds(60),
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    connection = Mutex(Connection(stallLimit: stallLimit, environment: environment))
  }

  public func send(_ request: Request) async throws -> Response {
    let exchange = CurlExchange()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        queue.async {
          continuation.resume(
            with: Result { try self.connection.withLock { try $0.carry(request, exchange) } })
        }
      }
    } onCancel: {
      exchange.cancel()
    }
  }
}

/// A handle of libcurl's, which keeps its connection from one request to the next.
private final class Connection {
  private let handle: UnsafeMutableRawPointer?
  private let stallSeconds: Int
  private let certificates: (file: String?, folder: String?)
  /// The address of the proxy, and the hosts that it is not asked for.
  private let proxy: (address: String, exceptions: String)

  init(stallLimit: Duration, environment: [String: String]) {
    curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    handle = curl_easy_init()
    stallSeconds = max(1, Int(stallLimit.components.seconds))
    func first(_ names: String...) -> String? {
      names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
    certificates = (first("SSL_CERT_FILE"), first("SSL_CERT_DIR"))
    proxy = (
      first("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY") ?? "",
      first("no_proxy", "NO_PROXY") ?? ""
    )
  }

  deinit { curl_easy_cleanup(handle) }

  func carry(_ request: Request, _ exchange: CurlExchange) throws -> Response {
    guard let handle else { throw TransportError.failed("libcurl does not start") }
    if exchange.isCancelled { throw CancellationError() }
    curl_easy_reset(handle)
    var list: UnsafeMutablePointer<curl_slist>?
    defer { curl_slist_free_all(list) }
    // Without "Expect" large uploads would wait a second for a server that knows no 100.
    // Of its own accord libcurl would call a request without a type a form.
    let defaults = ["Expect": "", "Content-Type": ""]
    for (name, value) in defaults.merging(request.headers, uniquingKeysWith: { $1 }) {
      list = curl_slist_append(list, value.isEmpty ? "\(name):" : "\(name): \(value)")
    }
    set(request, on: handle)
    casebook_curl_set_pointer(handle, CURLOPT_HTTPHEADER, list)
    let target = Unmanaged.passUnretained(exchange).toOpaque()
    for (option, data, callback) in [
      (CURLOPT_WRITEFUNCTION, CURLOPT_WRITEDATA, writeBody),
      (CURLOPT_HEADERFUNCTION, CURLOPT_HEADERDATA, writeHeader),
    ] {
      casebook_curl_set_write(handle, option, callback)
      casebook_curl_set_pointer(handle, data, target)
    }
    casebook_curl_set_progress(handle) { data, _, _, _, _ in exchangeOf(data).isCancelled ? 1 : 0 }
    casebook_curl_set_pointer(handle, CURLOPT_XFERINFODATA, target)
    let body = request.body ?? Data()
    let code = body.withUnsafeBytes { bytes in
      if request.method != "GET", request.body != nil || request.method != "DELETE" {
        casebook_curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
        // libcurl takes a null pointer for "read it from a function".
        let empty = UnsafeRawPointer(target)
        casebook_curl_set_pointer(handle, CURLOPT_POSTFIELDS, bytes.baseAddress ?? empty)
      }
      casebook_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, request.method)
      return curl_easy_perform(handle)
    }
    if exchange.isCancelled { throw CancellationError() }
    guard code == CURLE_OK else { throw failure(code, exchange, on: handle) }
    var status = 0
    casebook_curl_status(handle, &status)
    return Response(status: status, headers: exchange.headers, body: exchange.body)
  }

  private func set(_ request: Request, on handle: UnsafeMutableRawPointer) {
    let isPlain = request.url.scheme?.lowercased() == "http"
    casebook_curl_set_text(handle, CURLOPT_URL, request.url.absoluteString)
    casebook_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, isPlain ? "http" : "https")
    casebook_curl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
    casebook_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    casebook_curl_set_long(handle, CURLOPT_NOPROGRESS, 0)
    casebook_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT, min(stallSeconds, 30))
    casebook_curl_set_long(handle, CURLOPT_LOW_SPEED_LIMIT, 1)
    casebook_curl_set_long(handle, CURLOPT_LOW_SPEED_TIME, stallSeconds)
    casebook_curl_set_text(handle, CURLOPT_PROXY, proxy.address)
    // Plain http is spoken to this machine alone, and a proxy would be told the token.
    let isDirect = isPlain || ConfluenceSite.isThisMachine(request.url)
    casebook_curl_set_text(handle, CURLOPT_NOPROXY, isDirect ? "*" : proxy.exceptions)
    // Any that libcurl unpacks: some servers pack what was not asked for.
    casebook_curl_set_text(handle, CURLOPT_ACCEPT_ENCODING, "")
    // The header's fields are the server's, not the proxy's.
    casebook_curl_set_long(handle, CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
    if let file = certificates.file { casebook_curl_set_text(handle, CURLOPT_CAINFO, file) }
    if let folder = certificates.folder { casebook_curl_set_text(handle, CURLOPT_CAPATH, folder) }
  }

  private func failure(
    _ code: CURLcode, _ exchange: CurlExchange, on handle: UnsafeMutableRawPointer
  ) -> TransportError {
    if exchange.isTooLong { return .impossible("the answer is longer than any of Confluence's") }
    var proxyStatus = 0
    casebook_curl_proxy_status(handle, &proxyStatus)
    switch proxyStatus {
    case 407: return .impossible("the proxy refuses (407): it asks for a name and a password")
    case 300..<500: return .impossible("the proxy refuses (\(proxyStatus))")
    case 500...: return .failed("the proxy refuses (\(proxyStatus))")
    default: break
    }
    let reason = String(cString: curl_easy_strerror(code))
    return switch code {
    case CURLE_OPERATION_TIMEDOUT: .timedOut("no byte came or went for \(stallSeconds) s")
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE:
      .impossible("\(reason); name a private authority's certificate in SSL_CERT_FILE")
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .impossible(reason)
    default: .failed(reason)
    }
  }
}

/// What is known of one request while it is on its way.
private final class CurlExchange: Sendable {
  private struct State {
    var isCancelled = false
    var isTooLong = false
    var body = Data()
    var headers: [String: String] = [:]
    var isHeaderWhole = false
  }

  /// More than any part of a listing; a server that sends more is not Confluence.
  private static let limit = 64 << 20

  private let state = Mutex(State())

  var isCancelled: Bool { state.withLock { $0.isCancelled } }
  var isTooLong: Bool { state.withLock { $0.isTooLong } }
  var body: Data { state.withLock { $0.body } }
  var headers: [String: String] { state.withLock { $0.headers } }

  func cancel() { state.withLock { $0.isCancelled = true } }

  /// Keeps a piece of the body, or returns no if that is too much.
  func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
    state.withLock { state in
      state.isTooLong = state.body.count + bytes.count > Self.limit
      if !state.isTooLong { state.body.append(bytes.bindMemory(to: UInt8.self)) }
      return !state.isTooLong
    }
  }

  /// Keeps a line of the header; a new status line (after 100, or a proxy's) begins anew, and an
  /// empty one ends it: what is sent after a body in pieces is no part of it.
  func note(header line: String) {
    state.withLock { state in
      if line.hasPrefix("HTTP/") { (state.headers, state.isHeaderWhole) = ([:], false) }
      if line.allSatisfy(\.isWhitespace) { state.isHeaderWhole = true }
      guard !state.isHeaderWhole, let colon = line.firstIndex(of: ":") else { return }
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
      // Lines of one name are one list (RFC 9110, section 5.3).
      let name = line[..<colon].lowercased()
      state.headers[name] = state.headers[name].map { "\($0), \(value)" } ?? value
    }
  }
}

private func exchangeOf(_ data: UnsafeMutableRawPointer?) -> CurlExchange {
  guard let data else { preconditionFailure("libcurl was given an exchange") }
  return Unmanaged<CurlExchange>.fromOpaque(data).takeUnretainedValue()
}

private let writeBody: curl_write_callback = { bytes, size, count, data in
  exchangeOf(data).append(UnsafeRawBufferPointer(start: bytes, count: size * count))
    ? size * count : 0
}

private let writeHeader: curl_write_callback = { bytes, size, count, data in
  let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
  exchangeOf(data).note(header: String(decoding: line, as: UTF8.self))
  return size * count
}
