import Casework
import Foundation
import Testing

@testable import Pages

/// Pages as Markdown for the wiki of a forge, and runs as an RO-Crate.
@Suite struct OtherFormsTests {
  private func write(_ body: (String) throws -> Void) throws -> [String: Data] {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "forms-\(UUID().uuidString)").path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      files[path] = FileManager.default.contents(atPath: "\(folder)/\(path)")
    }
    return files
  }

  private func text(_ files: [String: Data], _ path: String) throws -> String {
    String(decoding: try #require(files[path], "\(path)"), as: UTF8.self)
  }

  private func render(_ blocks: [Block]) -> String {
    let page = Page(
      id: .useCase("x"), title: "T", labels: [], lead: [], badges: [], blocks: blocks, files: [])
    return String(MarkdownRenderer(directory: Directory()).render(page).dropFirst(5))
  }

  @Test func `the same site gives the same Markdown, and every link and picture leads somewhere`()
    throws
  {
    let site = try Fixtures.site(isHostile: true)
    let files = try write { try site.writeMarkdown(to: $0) }
    #expect(try write { try site.writeMarkdown(to: $0) } == files)
    #expect(try text(files, "wiki/_Sidebar.md").contains("(Home)"))
    var count = 0
    for (path, data) in files where path.hasSuffix(".md") {
      let page = String(decoding: data, as: UTF8.self)
      for match in page.matches(of: /\]\(([^)#\s]+)[^)\s]*\)/) {
        let target = String(match.1).removingPercentEncoding ?? ""
        guard !target.contains("://"), !target.hasPrefix("mailto:") else { continue }
        let isThere = files["wiki/\(target)"] != nil || files["wiki/\(target).md"] != nil
        #expect(isThere, "\(path): \(target)")
        count += 1
      }
    }
    #expect(count > 100)
  }

  @Test func `text has no meaning of its own`() {
    #expect(
      render([.paragraph([.text("1. *a* [b](c) <d> `e` | #f @g $h$ & ~i~ _j_")])]) == """
        1\\. \\*a\\* \\[b\\](c) \\<d\\> \\`e\\` \\| \\#f \\@g \\$h\\$ \\& \\~i\\~ \\_j\\_

        """)
    #expect(render([.paragraph([.text("- no list")])]) == "\\- no list\n")
    #expect(render([.code("a\n```\nb", language: "c")]) == "````c\na\n```\nb\n````\n")
    #expect(render([.paragraph([.code("a`b|c")])]) == "``a`b\\|c``\n")
  }

  @Test func `marks touch what they mark, and blocks keep their indent`() {
    let marked: [Inline] = [.text("a"), .strong([.text(" b ")]), .text("c"), .emphasis([])]
    #expect(render([.paragraph(marked)]) == "a **b** c\n")
    let inner: [Block] = [.paragraph([.text("x")]), .code("y\n\nz", language: nil)]
    #expect(
      render([.list(.numbers(start: 9), [inner])]) == "9. x\n\n   ```\n   y\n\n   z\n   ```\n")
    #expect(render([.quote(inner)]) == "> x\n>\n> ```\n> y\n>\n> z\n> ```\n")
    let link: Inline = .link(.address("https://a.org/x_(y)|z"), [.text("]")])
    #expect(render([.paragraph([link])]) == "[\\]](https://a.org/x_%28y%29%7Cz)\n")
    #expect(render([.paragraph([.link(.address("javascript:x"), [.text("a")])])]) == "a\n")
  }

  private func graph(_ files: [String: Data]) throws -> [String: [String: Any]] {
    let data = try #require(files["ro-crate/ro-crate-metadata.json"])
    let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let things = try #require(document["@graph"] as? [[String: Any]])
    return Dictionary(
      things.map { ($0["@id"] as? String ?? "", $0) }, uniquingKeysWith: { first, _ in first })
  }

  @Test func `a crate without a licence says so`() throws {
    let graph = try graph(try write { try Fixtures.site().writeCrate(to: $0, licence: nil) })
    let licence = try #require(graph["./"]?["license"] as? [String: String])["@id"] ?? ""
    #expect(graph[licence]?["name"] as? String == "No licence is given")
  }

  @Test func `what is no media type is sent as bytes`() {
    func sent(_ type: String) -> String {
      PageFile(name: "a", mediaType: type, content: Data()).mediaType
    }
    #expect(sent("text/plain; charset=utf-8") == "text/plain")
    #expect(sent("image/svg+xml") == "image/svg+xml")
    for type in ["", "x", "a/b c", "a/b/c", "/", "text/", "a/\u{E9}", "a/b\r\nX: y"] {
      #expect(sent(type) == "application/octet-stream", "\(type)")
    }
  }

  @Test func `a crate lists all its files, and everything that it refers to`() throws {
    let site = try Fixtures.site(isHostile: true)
    let licence = "https://creativecommons.org/licenses/by/4.0/"
    let files = try write { try site.writeCrate(to: $0, licence: licence) }
    #expect(try write { try site.writeCrate(to: $0, licence: licence) } == files)
    let graph = try graph(files)
    let root = try #require(graph["./"])
    let parts = try #require(root["hasPart"] as? [[String: String]]).compactMap { $0["@id"] }
    let paths = files.keys.filter { $0.hasPrefix("ro-crate/runs/") && $0.contains(".") }
    #expect(parts.count == Set(parts).count && parts.count >= site.runs.count * 2)
    for part in parts {
      let path = try #require(part.removingPercentEncoding)
      #expect(paths.contains("ro-crate/\(path)"), "\(path)")
      #expect(graph[part]?["contentSize"] as? String == "\(files["ro-crate/\(path)"]?.count ?? 0)")
    }
    for thing in graph.values {
      for value in thing.values {
        let references = (value as? [[String: String]]) ?? (value as? [String: String]).map { [$0] }
        for id in (references ?? []).compactMap({ $0["@id"] })
        where !id.hasPrefix("https://w3id.org/ro/crate/1") {
          #expect(graph[id] != nil, "\(id)")
        }
      }
    }
    let actions = graph.values.filter { $0["@type"] as? String == "CreateAction" }
    #expect(actions.count == site.runs.count)
    #expect(actions.allSatisfy { $0["agent"] == nil && $0["instrument"] != nil })
    #expect(root["license"] as? [String: String] == ["@id": licence])
  }

  @Test func `a crate without runs is refused`() throws {
    let site = try Site(name: "x", entries: [], runnable: [:], runs: [], assets: "")
    #expect(throws: PagesError.emptyCrate) { try site.writeCrate(to: "/nowhere", licence: nil) }
  }

  private static let python = ProcessInfo.processInfo.environment["PYTHON"] ?? "python3"

  private static let hasPackage: Bool = {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [python, "-c", "import rocrate"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  @Test(
    .enabled(if: hasPackage, "$PYTHON, or python3, lacks the package rocrate"))
  func `the package rocrate reads the crate and finds its runs and files`() throws {
    let site = try Fixtures.site(isHostile: true)
    var said = ""
    _ = try write { folder in
      try site.writeCrate(to: folder, licence: nil)
      let (process, output) = (Process(), Pipe())
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = [Self.python, "-c", Self.script, "\(folder)/ro-crate"]
      process.standardOutput = output
      try process.run()
      said = String(
        decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
    }
    #expect(said == "\(site.runs.count) runs, files missing: []\n")
  }

  private static let script = """
    import os, sys, urllib.parse
    from rocrate.rocrate import ROCrate
    folder = sys.argv[1]
    crate = ROCrate(folder)
    assert crate.root_dataset["datePublished"] and crate.name and crate.description
    actions = crate.get_by_type("CreateAction")
    for action in actions:
      assert action["instrument"].type == "SoftwareApplication", action["instrument"]
      assert action["startTime"] <= action["endTime"]
      assert all(not isinstance(item, str) for item in action["object"] + action["result"])
    files = [urllib.parse.unquote(file.id) for file in crate.get_by_type("File")]
    missing = [file for file in files if not os.path.isfile(os.path.join(folder, file))]
    print(f"{len(actions)} runs, files missing: {missing}")
    """
}
