import ArgumentParser
import Confluence
import Foundation
import Pages

struct PublishCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish", abstract: "Write the catalogue and its runs as pages.",
    discussion: """
      With --out, writes DIR/confluence (storage-format pages with their attachments, and \
      pages.json) and DIR/html (a site that opens from the disk). With --to, puts the pages into a \
      space of a Confluence Data Center: what is there unchanged is not written, what somebody \
      edited by hand is left. The token comes from CASEBOOK_CONFLUENCE_TOKEN or --token-file.

      Every page is checked before anything is written or sent; --check does only that, for what \
      would be published or for a folder that --out wrote, and names page, line and rule.

      Of finished runs, the latest of each case, settings and seed is published; --where chooses among \
      them, and --run names runs.
      """)

  @Argument(help: "With --check: a folder that --out wrote, to be checked as it lies there.")
  var folder: String?
  @Option(help: "The folder to write to.") var out: String?
  @Flag(help: "Only say what is wrong with the pages, for both flavours if none is named.")
  var check = false
  @Option(
    help: "Which Confluence the pages are for: dc (Data Center) or cloud (default: dc).",
    transform: StorageFlavour.named)
  var flavour: StorageFlavour?
  @Option(name: .customLong("run"), help: "A run to publish, by the start of its id.")
  var ids: [String] = []
  @Option(
    name: .customLong("where"), parsing: .unconditional,
    help: "Publish only runs that fulfil a condition.")
  var condition: String?
  @Option(help: "The address of a Confluence, such as https://wiki.example.org.") var to: String?
  @Option(help: "The key of the space.") var space: String?
  @Option(help: "The title of the page to publish below (default: the space's home page).")
  var parent: String?
  @Option(help: "A file of mode 600 with the token.") var tokenFile: String?
  @Flag(help: "With --to: say what would be done, and write nothing there.") var dryRun = false
  @Flag(help: "With --to: overwrite pages that were edited by hand.") var overwrite = false
  @Flag(help: "With --to: allow http to this machine itself.") var insecureHttp = false
  @Flag(help: "Say only where the pages are.") var quiet = false
  @OptionGroup var house: House

  func validate() throws {
    guard folder == nil || check else {
      throw ValidationError("a folder is named without --check; to write to it, use --out DIR.")
    }
    guard !check || (out == nil && to == nil) else {
      throw ValidationError("--check writes nothing; leave out --out and --to, which check too.")
    }
    guard out != nil || to != nil || check else {
      throw ValidationError("say where to publish: --out DIR, or --to URL --space KEY.")
    }
    guard to == nil || space != nil else {
      throw ValidationError("--to needs the key of a space: --space KEY.")
    }
    guard to != nil || (space == nil && parent == nil && !dryRun) else {
      throw ValidationError("--space, --parent and --dry-run go with --to URL.")
    }
  }

  func run() async throws {
    if let folder, check { return try report(PublishedFolder(folder).faults(for: flavour)) }
    let site = try Publication(house: house, ids: ids, condition: condition).site()
    if check {
      // What is sound for the one may be unknown to the other.
      let flavours = flavour.map { [$0] } ?? StorageFlavour.allCases
      return try report(flavours.flatMap { try site.faults(for: $0) })
    }
    if let out {
      try site.write(to: out, flavour: flavour ?? .dataCenter)
      Terminal.output.print("\(out)/html/index.html")
      if !quiet {
        let runs = site.runs.count
        Terminal.error.print(
          "Published \(site.entries.count) cases and \(runs) \(runs == 1 ? "run" : "runs"): open "
            + "\(out)/html/index.html; for Confluence \(out)/confluence.")
      }
    }
    if let to, let space { try await send(site, to: to, space: space) }
  }

  /// Prints what is wrong with pages.
  private func report(_ faults: [PageFault]) throws {
    for fault in faults { Terminal.output.print(fault.description) }
    if faults.isEmpty {
      if !quiet { Terminal.error.print("casebook: the pages are sound.") }
      return
    }
    let pages = Set(faults.map(\.page)).count
    Terminal.error.print(
      "casebook: \(faults.count) \(faults.count == 1 ? "fault" : "faults") on \(pages) "
        + "\(pages == 1 ? "page" : "pages").")
    throw Failure.answerIsNo
  }

  /// Puts the pages into a space.
  private func send(_ site: Site, to address: String, space: String) async throws {
    guard let base = URL(string: address) else {
      throw Failure.usage(.wrong("'\(address)' is no address, as https://wiki.example.org is."))
    }
    let token = try Token(file: tokenFile.map { URL(filePath: $0) })
    let wiki = try ConfluenceSite(
      base: base, space: space, token: token, allowInsecure: insecureHttp)
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "casebook-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try site.write(to: folder.path(percentEncoded: false))
    let pages = try PageSet(folder: folder.appending(path: "confluence"))
    let plan = try await wiki.plan(pages: pages, under: parent, overwrite: overwrite)
    guard !dryRun else {
      Terminal.output.print(plan.description)
      return
    }
    let isQuiet = quiet
    let summary = try await wiki.carryOut(plan) { progress in
      if !isQuiet { Terminal.error.print(progress.description) }
    }
    Terminal.output.print(summary.description)
    guard summary.isComplete else { throw Failure.answerIsNo }
  }
}

extension StorageFlavour {
  fileprivate static func named(_ text: String) throws -> StorageFlavour {
    guard let flavour = StorageFlavour(rawValue: text) else {
      throw ValidationError(
        "'\(text)' is neither dc (Confluence Data Center) nor cloud (Confluence Cloud).")
    }
    return flavour
  }
}
