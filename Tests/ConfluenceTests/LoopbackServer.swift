import Foundation

/// A small wiki behind a real socket of this machine: Python's `http.server`, for what only real
/// connections show.
final class LoopbackServer {
  static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  let port: Int
  private let process = Process()
  private let input = Pipe()

  /// Starts the server, which ends when this value does, and by itself after a minute.
  init() throws {
    let output = Pipe()
    process.executableURL = URL(filePath: Self.python ?? "/usr/bin/python3")
    process.arguments = ["-c", Self.script]
    (process.standardInput, process.standardOutput) = (input, output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      process.terminate()
      throw CocoaError(.fileReadUnknown)
    }
    self.port = port
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.terminate()
  }

  private static let script = #"""
    import hashlib, json, os, re, sys, threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from urllib.parse import parse_qs, urlsplit

    watch = threading.Timer(60, os._exit, [0])
    watch.daemon = True
    watch.start()
    pages, files, writes, busy, leaks = {}, {}, [], [1], []

    class Wiki(BaseHTTPRequestHandler):
      protocol_version = "HTTP/1.1"

      def log_message(self, *arguments): pass

      def reply(self, status, value, headers={}):
        data = json.dumps(value).encode()
        self.send_response(status)
        for name, text in headers.items(): self.send_header(name, text)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

      def page(self, key): return dict(id=key, **pages[key])

      def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        url = urlsplit(self.path)
        steps = url.path.split("/")
        if steps[1] == "leak":
          leaks.append(self.headers.get("Authorization"))
          return self.reply(200, {"key": "ML"})
        if steps[1] == "moved":
          return self.reply(302, {}, {"Location": "/leak" + url.path})
        if steps[1] == "broken":
          self.close_connection = True
          return self.connection.close()
        if steps[1] == "log":
          return self.reply(200, {"writes": writes, "leaks": leaks, "files": files, "pages": pages})
        if self.headers.get("Authorization") != "Bearer loopback-token":
          return self.reply(401, {"message": "who?"}, {"WWW-Authenticate": 'Basic realm="x"'})
        steps = steps[4:]
        if steps[0] == "space": return self.reply(200, {"key": "ML"})
        if self.command != "GET": writes.append(self.command + " " + url.path)
        if self.command == "POST" and busy and busy.pop():
          return self.reply(429, {"message": "slow"}, {"Retry-After": "3"})
        if steps == ["content"] and self.command == "GET":
          return self.reply(200, {"results": [self.page(key) for key in pages], "_links": {}})
        if steps == ["content"]:
          value = json.loads(body)
          key = str(100 + len(pages))
          pages[key] = {
            "title": value["title"], "version": {"number": 1}, "body": value["body"],
            "metadata": {"properties": {"casebook": {
              "value": value["metadata"]["properties"]["casebook"]["value"],
              "version": {"number": 1}}}, "labels": {"results": []}}}
          return self.reply(200, self.page(key))
        metadata = pages[steps[1]]["metadata"]
        if steps[2] == "label":
          metadata["labels"]["results"] += json.loads(body)
          return self.reply(200, {"results": []})
        if steps[2] == "property":
          if self.command == "PUT": metadata["properties"]["casebook"] = json.loads(body)
          return self.reply(200, metadata["properties"]["casebook"])
        if self.command == "GET":
          return self.reply(200, {"results": list(files.get(steps[1], {}).values()), "_links": {}})
        boundary = self.headers["Content-Type"].split("boundary=")[1].encode()
        parts = body.split(b"--" + boundary)
        head, data = next(part for part in parts if b'name="file"' in part).split(b"\r\n\r\n", 1)
        comment = next(part for part in parts if b'name="comment"' in part).split(b"\r\n\r\n", 1)[1]
        name = re.search(b'filename="(.*)"', head).group(1).decode()
        files.setdefault(steps[1], {})[name] = {
          "id": "att1", "title": name, "version": {"number": 1},
          "metadata": {"comment": comment[:-2].decode()},
          "extensions": {"fileSize": len(data) - 2,
            "sha256": hashlib.sha256(data[:-2]).hexdigest()}}
        self.reply(200, {"results": [files[steps[1]][name]]})

      do_GET = do_POST = do_PUT = do_DELETE = answer

    server = ThreadingHTTPServer(("127.0.0.1", 0), Wiki)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    server.serve_forever()
    """#
}
