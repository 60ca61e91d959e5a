public import Confluence
import Foundation
import Glibc

/// HTTP/1.1 on a port of this machine, for what only real connections show.
public final class LoopbackServer: Sendable {
  /// What answers; `nil` breaks the connection.
  public typealias Answer = @Sendable (Request) -> Response?

  public let port: Int
  private let socket: Int32

  /// Listens on a port, or on one that is free.
  public init(port wanted: UInt16 = 0, answer: @escaping Answer) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = wanted.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var yes: Int32 = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (socket, length) = (socket, size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(socket, pointer, length) == 0 && listen(socket, 64) == 0
          && getsockname(socket, pointer, &size) == 0
      }
    }
    guard isListening else { throw POSIXError(.EADDRINUSE) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread {
      while true {
        let connection = accept(socket, nil, nil)
        guard connection >= 0 else { return }
        Thread.detachNewThread { LoopbackConnection(connection).serve(answer) }
      }
    }
  }

  deinit {
    shutdown(socket, Int32(SHUT_RDWR))
    close(socket)
  }
}

/// One connection, kept for one request after the other.
private struct LoopbackConnection {
  let socket: Int32
  private var buffer = Data()

  init(_ socket: Int32) { self.socket = socket }

  func serve(_ answer: LoopbackServer.Answer) {
    var this = self
    while let request = this.read() {
      guard let response = answer(request), this.write(response) else { break }
    }
    close(socket)
  }

  private mutating func fill() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(socket, &bytes, bytes.count, 0)
    guard count > 0 else { return false }
    buffer.append(contentsOf: bytes[..<count])
    return true
  }

  private mutating func read() -> Request? {
    let end = Data("\r\n\r\n".utf8)
    while buffer.range(of: end) == nil { guard fill() else { return nil } }
    guard let head = buffer.range(of: end) else { return nil }
    let lines = String(decoding: buffer[..<head.lowerBound], as: UTF8.self)
      .components(separatedBy: "\r\n")
    buffer = Data(buffer[head.upperBound...])
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[String(line[..<colon])] = line[line.index(after: colon)...]
        .trimmingCharacters(in: .whitespaces)
    }
    let length = headers["Content-Length"].flatMap(Int.init) ?? 0
    while buffer.count < length { guard fill() else { return nil } }
    let body = length > 0 ? Data(buffer.prefix(length)) : nil
    buffer = Data(buffer.dropFirst(length))
    let words = (lines.first ?? "").split(separator: " ")
    // A proxy is asked for a host in place of a path.
    let path = words.count == 3 ? (words[0] == "CONNECT" ? "/connect" : words[1]) : ""
    guard !path.isEmpty, let url = URL(string: "http://127.0.0.1\(path)") else { return nil }
    return Request(method: String(words[0]), url: url, headers: headers, body: body)
  }

  private func write(_ response: Response) -> Bool {
    var head = "HTTP/1.1 \(response.status) -\r\n"
    for (name, value) in response.headers { head += "\(name): \(value)\r\n" }
    if response.status != 204 { head += "Content-Length: \(response.body.count)\r\n" }
    var bytes = Array(Data((head + "\r\n").utf8) + response.body)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes {
        send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      bytes = bytes.dropFirst(count)
    }
    return true
  }
}
