import Foundation

/// A server of Python's that speaks TLS, which is not worth writing again for a test.
enum Python {
  static let path = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  static let openssl = "/usr/bin/openssl"

  /// Whether a certificate can be made and served.
  static var canServe: Bool {
    path != nil && FileManager.default.isExecutableFile(atPath: openssl)
  }

  /// Answers every request over TLS with 418.
  static func serve(
    _ python: String, certificate: String, key: String, in folder: URL
  ) throws -> (process: Process, port: Int) {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: python)
    process.currentDirectoryURL = folder
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.arguments = ["-c", script, certificate, key]
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      process.terminate()
      throw CocoaError(.fileReadUnknown)
    }
    return (process, port)
  }

  private static let script = """
    import http.server, os, ssl, sys, threading
    class Teapot(http.server.BaseHTTPRequestHandler):
      def do_GET(self):
        self.send_response(418)
        self.send_header("Content-Length", "0")
        self.end_headers()
      def log_message(self, *arguments): pass
    watch = threading.Timer(120, os._exit, [0])
    watch.daemon = True
    watch.start()
    server = http.server.HTTPServer(("127.0.0.1", 0), Teapot)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    server.socket = context.wrap_socket(server.socket, server_side=True)
    print(server.server_address[1], flush=True)
    server.serve_forever()
    """
}
