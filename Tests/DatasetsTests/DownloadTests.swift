import Casework
import Datasets
import Foundation
import Testing

/// Downloads from a server on this machine that does what it is told by the path.
@Suite struct DownloadTests {
  let scratch: Scratch
  let server: Companion

  private static let script = """
    import http.server, os, sys, threading
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'
        def log_message(self, *words): pass
        def do_GET(self):
            mode, name = self.path.strip('/').split('/')
            data = open(sys.argv[1] + '/mirror/' + name, 'rb').read()
            if mode == 'missing':
                return self.send_error(404)
            if mode == 'away':
                self.send_response(302)
                self.send_header('Location', 'http://example.org/' + name)
                self.send_header('Content-Length', '0')
                return self.end_headers()
            self.send_response(200)
            if mode == 'big':
                self.send_header('Content-Length', '100000000')
            elif mode == 'endless':
                self.send_header('Connection', 'close')
            else:
                self.send_header('Content-Length', str(len(data)))
            self.end_headers()
            if mode == 'cut':
                self.wfile.write(data[:20])
                self.wfile.flush()
                self.connection.shutdown(2)
            elif mode == 'hang':
                self.wfile.write(data[:20])
                self.wfile.flush()
                threading.Event().wait()
            elif mode == 'endless':
                for _ in range(1000): self.wfile.write(bytes(10000))
                self.close_connection = True
            else:
                self.wfile.write(data)
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    print(server.server_address[1])
    # Ends with the test, however that ends.
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    server.serve_forever()
    """

  init() throws {
    scratch = try Scratch()
    try MiniSet.write(to: scratch, "mirror", isPacked: true)
    server = try Companion(Self.script, [scratch.path])
  }

  private var store: DataStore { DataStore(searchPath: [], home: "\(scratch.path)/home") }

  private func set(_ mode: String) -> DataSet {
    MiniSet.set(.url("http://127.0.0.1:\(server.firstLine)/\(mode)"))
  }

  @Test func aServerOnThisMachineGivesTheSet() async throws {
    let located = try await store.get(set("whole"))
    #expect(try located.contents(of: "images") == MiniSet.images.data)
  }

  @Test(arguments: [
    ("missing", "status 404"), ("cut", "the transfer broke off after "),
    ("big", "announces 100000000 bytes"), ("endless", "sends more than the allowed "),
    ("away", "it redirects to http://example.org/images.gz, which is not"),
  ])
  func aBadServerIsAReason(mode: String, words: String) async {
    let told = await reasons { try await store.get(set(mode)) }
    let last = told.last ?? ""
    #expect(last.contains(words), "\(mode): \(last)")
    #expect(scratch.listing("home") == [])
  }

  @Test(arguments: ["http://example.org/x", "ftp://127.0.0.1/x", "http://127.0.0.1.example.org/x"])
  func onlyHTTPSLeavesTheMachine(address: String) async {
    let told = await reasons { try await store.get(MiniSet.set(.url(address))) }
    #expect(told.last?.contains("only https is fetched") == true)
  }

  @Test func cancellingEndsATransferThatHangs() async throws {
    let (store, set) = (store, set("hang"))
    let (events, sink) = AsyncStream.makeStream(of: DataEvent.self)
    let task = Task { try await store.get(set) { sink.yield($0) } }
    for await event in events { if case .received = event { break } }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(scratch.listing("home") == [])
  }
}
