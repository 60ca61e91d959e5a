import ArgumentParser
import Casework
import Confluence
import Foundation
import Pages

/// How pages are put into a space of a wiki.
struct WikiOptions: ParsableArguments {
  @Option(help: "The address of a Confluence, such as https://wiki.example.org.") var to: String?
  @Option(help: "The key of the space.") var space: String?
  @Option(help: "The title of the page to publish below (default: the space's home page).")
  var parent: String?
  @Option(help: "A file of mode 600 with the token.") var tokenFile: String?
  @Flag(help: "Say what would be done, with the changes of the text; write nothing there.")
  var dryRun = false
  @Flag(help: "Overwrite what was edited by hand.") var overwrite = false
  @Flag(help: "Remove what is no longer published, unless it was edited by hand.")
  var prune = false
  @Option(help: "A file for a report in JSON of what was planned and done.") var report: String?
  @Option(help: "Seconds without a byte after which a request counts as broken.")
  var timeout = 60
  @Flag(help: "Allow http to this machine itself.") var insecureHttp = false

  func validate() throws {
    guard to == nil || space != nil else {
      throw ValidationError("--to needs the key of a space: --space KEY.")
    }
    let needsAddress =
      space != nil || parent != nil || tokenFile != nil || report != nil || dryRun || overwrite
      || prune || insecureHttp
    guard to != nil || !needsAddress else {
      throw ValidationError(
        "--space, --parent, --token-file, --dry-run, --overwrite, --prune, --report and "
          + "--insecure-http go with --to URL.")
    }
    guard (1...3600).contains(timeout) else {
      throw ValidationError("--timeout is between 1 and 3600 seconds.")
    }
  }

  /// Puts pages into the space, and reports what was done.
  ///
  /// - Throws: ``Failure`` with 1 where pages are left as somebody edited them, and with 3 where
  ///   some failed.
  func send(_ pages: PageSet, to address: String, flavour: StorageFlavour?, isQuiet: Bool)
    async throws
  {
    let site = try site(address, flavour: flavour, isQuiet: isQuiet)
    try reportFile?.check()
    if !isQuiet {
      Terminal.error.print("\(site.flavour.name) at \(site.address), space \(site.space).")
    }
    let (this, isDryRun) = (self, dryRun)
    let task = Task { () async throws -> (plan: Plan, summary: Summary?) in
      let plan = try await site.plan(
        pages: pages, under: this.parent, overwrite: this.overwrite, comparesText: isDryRun)
      if isDryRun { return (plan, nil) }
      let summary = await site.carryOut(plan, overwrite: this.overwrite, prune: this.prune) {
        if !isQuiet { Terminal.error.print($0.description) }
      }
      return (plan, summary)
    }
    let interruption = Interruption { task.cancel() }
    defer { interruption.stop() }
    let (plan, summary): (Plan, Summary?)
    do {
      (plan, summary) = try await task.value
    } catch  where error is ConfluenceError || error is CancellationError {
      // What ended it counts more than a report that cannot be written.
      do {
        try write(Report(site, isDryRun: isDryRun, error: error as? ConfluenceError))
      } catch { Terminal.error.print("casebook: \(Failure.words(for: error))") }
      throw error
    }
    Terminal.output.print(summary?.description ?? plan.description)
    try write(Report(site, plan: plan, summary: summary))
    switch summary?.end {
    case .stopped(let error): throw error
    case .cancelled: throw CancellationError()
    case .done where summary?.failures.isEmpty == false: throw Failure.reported(code: 3)
    case .done where summary?.isComplete == false: throw Failure.answerIsNo
    case nil where !plan.conflicts.isEmpty: throw Failure.answerIsNo
    case .done, nil: break
    }
  }

  /// Which Confluence answers at an address, as far as that tells.
  static func flavour(of address: String) throws -> StorageFlavour {
    StorageFlavour(of: try url(address))
  }

  private static func url(_ address: String) throws -> URL {
    guard let url = URL(string: address) else {
      throw Failure.usage(.wrong("'\(address)' is no address, as https://wiki.example.org is."))
    }
    return url
  }

  private func site(
    _ address: String, flavour: StorageFlavour?, isQuiet: Bool
  ) throws -> ConfluenceSite {
    let base = try Self.url(address)
    guard let space else { throw Failure.usage(.wrong("--to needs the key of a space.")) }
    let token = try Token(file: tokenFile.map { URL(filePath: $0) })
    let pace = Pace.real { pause, reason in
      guard !isQuiet, pause >= .seconds(2) else { return }
      Terminal.error.print("  waiting \(pause.components.seconds) s: \(reason)")
    }
    return try ConfluenceSite(
      base: base, space: space, token: token, flavour: flavour, allowInsecure: insecureHttp,
      transport: CurlTransport(stallLimit: .seconds(timeout)), pace: pace)
  }

  private var reportFile: OutputFile? { report.map { OutputFile($0, for: "the report") } }

  private func write(_ document: Report) throws { try reportFile?.write(document.json()) }
}
