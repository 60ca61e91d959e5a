import Confluence
import Digests
import Foundation
import StandIn
import Testing
import Pages

/// Publication as a user starts it: processes, real connections, and an end at any moment.
@Suite(.timeLimit(.minutes(30))) struct PublishTests {
  let program: Program

  init() throws { program = try Program() }

  private func environment(_ flavour: StorageFlavour) -> [String: String] {
    let user = ["CASEBOOK_CONFLUENCE_USER": flavour == .cloud ? StandInWiki.user : ""]
    return ["CASEBOOK_CONFLUENCE_TOKEN": StandInWiki.secret].merging(user) { $1 }
  }

  private func arguments(_ server: LoopbackServer, _ flavour: StorageFlavour) -> [String] {
    let path = flavour == .cloud ? "" : "/confluence"
    return [
      "publish", "--to", "http://127.0.0.1:\(server.port)\(path)", "--flavour", flavour.rawValue,
      "--space", "ML", "--insecure-http", "--report", "report.json",
    ]
  }

  /// Publishes until it is through, in the way of a shell.
  private func publish(
    _ server: LoopbackServer, _ flavour: StorageFlavour, _ more: String...
  ) throws -> Program.Outcome {
    try program.run(arguments(server, flavour) + more, environment: environment(flavour))
  }

  private func report() throws -> [String: Any] {
    let data = try Data(contentsOf: program.folder.appending(path: "report.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test(arguments: StorageFlavour.allCases)
  func `the catalogue is published, then kept, and no output holds the token`(
    flavour: StorageFlavour
  ) throws {
    let wiki = StandInWiki(flavour)
    let server = try LoopbackServer { wiki.answer($0) }
    let dry = try publish(server, flavour, "--dry-run")
    #expect(dry.code == 0 && dry.output.contains("create     Use cases"), "\(dry)")
    #expect(try report()["status"] as? String == "planned" && wiki.writes.isEmpty)
    let first = try publish(server, flavour)
    #expect(first.code == 0 && first.errors.contains("\(flavour.name) at "), "\(first)")
    #expect(try report()["status"] as? String == "done")
    let writes = wiki.writes
    let second = try publish(server, flavour, "--quiet")
    #expect(second.code == 0 && second.errors.isEmpty && wiki.writes == writes)
    wiki.editByHand("Use cases")
    let third = try publish(server, flavour)
    #expect(third.code == 1 && third.output.contains("Use cases: Ada Lovelace wrote version 2"))
    let pages = try #require(try report()["pages"] as? [[String: Any]])
    let notes = pages.first { $0["title"] as? String == "Use cases" }?["conflicts"]
    #expect((notes as? [[String: Any]])?.first?["author"] as? String == "Ada Lovelace")
    let texts = [dry, first, second, third].map { $0.output + $0.errors }
    #expect(texts.allSatisfy { !$0.contains(StandInWiki.secret) })
    #expect(try !"\(report())".contains(StandInWiki.secret))
    program.remove()
  }

  @Test func `a report is written through a link, and a full disk does not hide what was done`()
    throws
  {
    let wiki = StandInWiki(.dataCenter)
    let server = try LoopbackServer { wiki.answer($0) }
    let files = FileManager.default
    func link(to target: String) throws {
      try? files.removeItem(at: program.folder.appending(path: "report.json"))
      try files.createSymbolicLink(
        atPath: program.folder.appending(path: "report.json").path(), withDestinationPath: target)
    }
    try link(to: "there.json")
    #expect(try publish(server, .dataCenter, "--dry-run").code == 0)
    #expect(try report()["status"] as? String == "planned")
    #expect(program.contents.contains("there.json"))
    try link(to: "/dev/full")
    let full = try publish(server, .dataCenter)
    #expect(full.code == 3 && full.output.contains("created"), "\(full)")
    #expect(full.errors.contains("the report cannot be written to report.json"), "\(full)")
    program.remove()
  }

  @Test func `nothing is sent of a folder with a page that is not sound`() throws {
    let wiki = StandInWiki(.cloud)
    let server = try LoopbackServer { wiki.answer($0) }
    #expect(try program.run("publish", "--out", "pages", "--flavour", "cloud").code == 0)
    let folder = program.folder.appending(path: "pages/confluence")
    let list = folder.appending(path: "pages.json")
    var items = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: list)) as? [[String: Any]])
    let file = try #require(items[0]["file"] as? String)
    let page = folder.appending(path: file)
    let body = try Data(contentsOf: page) + Data("<script>alert(1)</script>".utf8)
    try body.write(to: page)
    items[0]["sha256"] = SHA256Digest(of: body).hex
    try JSONSerialization.data(withJSONObject: items).write(to: list)
    let sent = try publish(server, .cloud, "--from", "pages")
    #expect(sent.code == 1 && sent.output.contains("script"), "\(sent)")
    #expect(wiki.writes.isEmpty)
    program.remove()
  }

  /// Ends the program with `kill -9` at moments that the server chooses: at each of its writes, in
  /// turn before and after it is carried out.
  @Test(arguments: StorageFlavour.allCases)
  func `killed at fifty moments, the space ends as an uninterrupted one`(flavour: StorageFlavour)
    throws
  {
    let whole = StandInWiki(flavour)
    let peer = try LoopbackServer { whole.answer($0) }
    let written = try program.run(
      "publish", "--out", "pages", "--flavour", flavour.rawValue)
    #expect(written.code == 0)
    #expect(try publish(peer, flavour, "--from", "pages").code == 0)

    let wiki = StandInWiki(flavour)
    let assassin = Assassin()
    let server = try LoopbackServer { request in
      guard request.method != "GET", let victim = assassin.victim() else {
        return wiki.answer(request)
      }
      if assassin.kills.isMultiple(of: 2) { _ = wiki.answer(request) }
      kill(victim, SIGKILL)
      return nil
    }
    for round in 0..<50 {
      let (process, _, _) = try program.start(
        arguments(server, flavour) + ["--from", "pages"], environment: environment(flavour))
      assassin.aim(at: process.processIdentifier, afterWrites: round % 7)
      process.waitUntilExit()
    }
    assassin.rest()
    #expect(assassin.kills > 20)
    #expect(try publish(server, flavour, "--from", "pages").code == 0)
    #expect(wiki.contents == whole.contents)
    let writes = wiki.writes
    #expect(try publish(server, flavour, "--from", "pages").code == 0 && wiki.writes == writes)
    program.remove()
  }

  @Test(.enabled(if: Python.canServe, "python3 or openssl is not installed"))
  func `a wiki behind a private authority is reached with SSL_CERT_FILE alone`() throws {
    let python = try #require(Python.path)
    let folder = program.folder
    let make = Process()
    make.executableURL = URL(filePath: Python.openssl)
    make.currentDirectoryURL = folder
    make.standardError = FileHandle.nullDevice
    make.arguments = [
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "ca.pem",
      "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
    ]
    try make.run()
    make.waitUntilExit()
    let server = try Python.serve(python, certificate: "ca.pem", key: "key.pem", in: folder)
    defer { server.process.terminate() }
    func publish(_ more: [String: String]) throws -> String {
      let outcome = try program.run(
        "publish", "--out", "x", "--to", "https://localhost:\(server.port)/x", "--space", "ML",
        environment: environment(.dataCenter).merging(more) { $1 })
      return outcome.errors
    }
    let refused = try publish([:])
    #expect(refused.contains("SSL_CERT_FILE"), "\(refused)")
    let trusted = try publish(["SSL_CERT_FILE": folder.appending(path: "ca.pem").path()])
    #expect(trusted.contains("(418) while reading the space ML"), "\(trusted)")
    program.remove()
  }

  @Test func `what cannot be used is said with exit code 2`() throws {
    let token = ["CASEBOOK_CONFLUENCE_TOKEN": "abc"]
    let cases: [([String], [String: String], String)] = [
      (["--to", "https://wiki.example.org"], token, "--space KEY"),
      (["--out", "x", "--prune"], token, "go with --to URL"),
      (["--out", ""], token, "names a folder"),
      (["--to", "https://w.example.org", "--space", "ML"], [:], "There is no token"),
      (["--to", "http://w.example.org", "--space", "ML"], token, "in the clear"),
      (["--to", "https://w.example.org", "--space", "ML", "--from", "x"], token, "pages.json"),
      (
        ["--to", "https://w.example.org", "--space", "ML", "--flavour", "x"], token, "neither dc"
      ),
    ]
    for (arguments, environment, words) in cases {
      let (process, _, errors) = try program.start(
        ["publish"] + arguments, environment: environment)
      let said = String(
        decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 2 && said.contains(words), "\(arguments): \(said)")
    }
    program.remove()
  }
}
