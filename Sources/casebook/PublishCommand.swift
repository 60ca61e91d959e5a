import ArgumentParser
import Casework
import Confluence
import Foundation
import Pages

/// What is written.
enum PublicationFormat: String, ExpressibleByArgument, CaseIterable {
  case pages, markdown
  case crate = "ro-crate"
}

struct PublishCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish", _superCommandName: Casebook._commandName,
    abstract: "Write the catalogue and its runs as pages.",
    discussion: """
      With --out, writes DIR/confluence (storage-format pages with their attachments, and \
      pages.json) and DIR/html (a site that opens from the disk).

      --format markdown writes DIR/wiki instead, Markdown for the wiki of a forge such as GitHub or \
      GitLab, with Home.md and _Sidebar.md. --format ro-crate writes DIR/ro-crate, all files of the \
      runs with their description as RO-Crate 1.1, for archives such as Zenodo.

      With --to, puts the pages into a space of a Confluence, Data Center or Cloud: what is there \
      unchanged is not written, what somebody edited by hand is left, and a run that broke off is \
      finished by the next. The token comes from CASEBOOK_CONFLUENCE_TOKEN or --token-file; Cloud \
      needs the e-mail address that it belongs to in CASEBOOK_CONFLUENCE_USER too. With --from, \
      the pages are those that --out DIR wrote, on this machine or another.

      Every page is checked before anything is written or sent; --check does only that, for what \
      would be published or for a folder that --out wrote, and names page, line and rule.

      Exit codes: 0 done, 1 pages are left as somebody edited them or are not sound, 2 wrong use, 3 \
      it failed, 130 interrupted.

      Of finished runs, the latest of each case, settings and seed is published; --where chooses among \
      them, and --run names runs.
      """)

  @Argument(help: "With --check: a folder that --out wrote, to be checked as it lies there.")
  var folder: String?
  @Option(help: "The folder to write to.") var out: String?
  @Option(help: "What to write with --out: pages, markdown or ro-crate.")
  var format = PublicationFormat.pages
  @Option(help: "With ro-crate: the address of the licence that the results are given under.")
  var licence: String?
  @Flag(help: "Only say what is wrong with the pages, for both flavours if none is named.")
  var check = false
  @Option(name: .customLong("run"), help: "A run to publish, by the start of its id.")
  var ids: [String] = []
  @Option(
    name: .customLong("where"), parsing: .unconditional,
    help: "Publish only runs that fulfil a condition.")
  var condition: String?
  @Option(help: "Put pages into a wiki that --out wrote to DIR, rather than writing them anew.")
  var from: String?
  @Option(
    help:
      "Which Confluence the pages are for: dc (Data Center) or cloud (default: as --to tells, or dc).",
    transform: StorageFlavour.named)
  var flavour: StorageFlavour?
  @OptionGroup(title: "With --to") var wiki: WikiOptions
  @Flag(help: "Say only where the pages are.") var quiet = false
  @OptionGroup var house: House

  func validate() throws {
    guard folder == nil || check else {
      throw ValidationError("a folder is named without --check; to write to it, use --out DIR.")
    }
    guard !check || (out == nil && wiki.to == nil) else {
      throw ValidationError("--check writes nothing; leave out --out and --to, which check too.")
    }
    for (option, folder) in [("--out", out), ("--from", from)] where folder?.isEmpty == true {
      throw ValidationError("\(option) names a folder, and '' names none.")
    }
    guard out != nil || wiki.to != nil || check else {
      throw ValidationError("say where to publish: --out DIR, or --to URL --space KEY.")
    }
    guard format == .pages || (out != nil && wiki.to == nil) else {
      throw ValidationError("--format \(format.rawValue) goes with --out DIR, not with --to.")
    }
    guard licence == nil || format == .crate else {
      throw ValidationError("--licence goes with --format ro-crate.")
    }
    guard from == nil || (wiki.to != nil && out == nil && ids.isEmpty && condition == nil) else {
      throw ValidationError("--from goes with --to alone: it sends the pages as they were written.")
    }
  }

  func run() async throws {
    if let folder { return try report(PublishedFolder(folder).faults(for: flavour)) }
    if let from, let to = wiki.to {
      let folder = URL(filePath: from)
      let inner = folder.appending(path: "confluence")
      let isOuter = FileManager.default.fileExists(atPath: inner.path(percentEncoded: false))
      let flavour = try flavour ?? WikiOptions.flavour(of: to)
      let pages = try PageSet(folder: isOuter ? inner : folder, for: flavour)
      let faults = try PublishedFolder(from).faults(for: flavour)
      guard faults.isEmpty else { return try report(faults) }
      return try await wiki.send(pages, to: to, flavour: flavour, isQuiet: quiet)
    }
    let site = try Publication(
      house: house, ids: ids, condition: condition, takesAllFiles: format == .crate
    ).site()
    if check {
      // What is sound for the one may be unknown to the other.
      let flavours = flavour.map { [$0] } ?? StorageFlavour.allCases
      return try report(
        building(site) { site in try flavours.flatMap { try site.faults(for: $0) } })
    }
    let flavour = try flavour ?? wiki.to.map { try WikiOptions.flavour(of: $0) } ?? .dataCenter
    if let out { try write(site, to: out, flavour) }
    if let to = wiki.to {
      let pages = try building(site) { try PageSet($0.storagePages(flavour)) }
      try await wiki.send(pages, to: to, flavour: flavour, isQuiet: quiet)
    }
  }

  /// Does something with the pages, which shows how far it is if it takes long, and which Ctrl-C ends.
  private func building<Result>(_ site: Site, _ body: (Site) throws -> Result) throws -> Result {
    if format == .pages, !check, let fault = DoctorCommand.fontFault {
      Terminal.error.print("casebook: \(fault).")
    }
    let display = ProgressDisplay(label: "publish", isQuiet: quiet)
    let start = Date()
    var site = site
    site.onPage = { done, total in
      if Interruption.isAsked { throw CancellationError() }
      guard -start.timeIntervalSinceNow > 1 else { return }
      display.show(RunProgress(done: done, total: total, unit: format == .crate ? "runs" : "pages"))
    }
    let interruption = Interruption {}
    defer {
      interruption.stop()
      display.close()
    }
    return try body(site)
  }

  private func write(_ site: Site, to out: String, _ flavour: StorageFlavour) throws {
    let (first, hint): (String, String)
    switch format {
    case .pages:
      try building(site) { try $0.write(to: out, flavour: flavour) }
      (first, hint) = ("html/index.html", "; for Confluence \(out)/confluence")
    case .markdown:
      try building(site) { try $0.writeMarkdown(to: out) }
      (first, hint) = ("wiki/Home.md", ", and copy \(out)/wiki into a clone of the wiki")
    case .crate:
      try building(site) { try $0.writeCrate(to: out, licence: licence) }
      (first, hint) = ("ro-crate/ro-crate-metadata.json", ", which describes all that is beside it")
    }
    Terminal.output.print("\(out)/\(first)")
    guard !quiet else { return }
    let runs = "\(site.runs.count) \(site.runs.count == 1 ? "run" : "runs")"
    let cases = format == .crate ? "" : "\(site.entries.count) cases and "
    Terminal.error.print("Published \(cases)\(runs): open \(out)/\(first)\(hint).")
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
