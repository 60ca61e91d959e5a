import Casework
import Foundation

/// Passes what a command says on to the session of its run.
struct Reporter {
  /// How many bytes a line of a report may have, and a file that it names.
  static let (longestLine, largestFile) = (16 << 20, 1 << 30)
  private static let longestShown = 400

  let session: Session
  /// The working folder of the command.
  let folder: URL
  private(set) var printed = OutputLog()
  private var report = LineSplitter(limit: Self.longestLine)
  private var shown = [
    ChildProcess.Channel.output: LineSplitter(limit: longestLine),
    .errors: LineSplitter(limit: longestLine),
  ]
  private var line = 0

  init(session: Session, folder: URL) { (self.session, self.folder) = (session, folder) }

  /// Takes a piece of what the command wrote.
  ///
  /// - Throws: ``CommandError/badReport(line:text:problem:)``, or what the session throws.
  mutating func hear(_ channel: ChildProcess.Channel, _ data: Data) throws {
    guard channel == .report else {
      printed.append(data)
      for line in shown[channel]?.lines(adding: data) ?? [] { show(line) }
      if shown[channel]?.isTooLong == true { _ = shown[channel]?.last() }
      return
    }
    for line in report.lines(adding: data) { try take(line) }
    if report.isTooLong {
      throw CommandError.badReport(
        line: line + 1, text: Self.excerpt(report.begun),
        problem: "it has more than \(Self.longestLine) bytes.")
    }
  }

  /// Takes what stands in lines that no newline has ended.
  mutating func close() throws {
    for channel in [ChildProcess.Channel.output, .errors] {
      if let line = shown[channel]?.last() { show(line) }
    }
    if let rest = report.last() { try take(rest) }
  }

  private func show(_ line: Data) {
    let text = String(decoding: line.suffix(1 << 16), as: UTF8.self).legible
    if !text.isEmpty { session.note(String(text.prefix(Self.longestShown))) }
  }

  private mutating func take(_ data: Data) throws {
    line += 1
    guard data.contains(where: { $0 > 0x20 }) else { return }
    func fault(_ problem: String) -> CommandError {
      .badReport(line: line, text: Self.excerpt(data), problem: problem)
    }
    guard String(validating: data, as: UTF8.self) != nil else {
      throw fault("it is not UTF-8.")
    }
    do {
      try carryOut(Message(line: data).content)
    } catch let error as MessageFault {
      throw fault(error.problem)
    } catch {
      throw fault("\(error)")
    }
  }

  private func carryOut(_ content: Message.Content) throws {
    switch content {
    case .metric(let name, let value, let step): try session.log(name, value, step: step)
    case .param(let name, let value): try session.tag(name, value)
    case .progress(let progress):
      session.progress(progress.done, of: progress.total, progress.unit, progress.note)
    case .note(let text): session.note(text)
    case .artifact(let name, let mediaType):
      let file = try file(name)
      try session.artifact(file.name, file.content, mediaType: mediaType)
    case .checkpoint(let name): try session.checkpoint(try file(name).content)
    case .figure(let figure): try session.figure(figure)
    }
  }

  /// Reads a file of the command's own folder.
  private func file(_ path: String) throws -> (name: String, content: Data) {
    let root = folder.resolvingSymlinksInPath().path(percentEncoded: false)
    let url = URL(filePath: path, relativeTo: folder).standardizedFileURL.resolvingSymlinksInPath()
    let resolved = url.path(percentEncoded: false)
    guard resolved.hasPrefix(root.hasSuffix("/") ? root : root + "/") else {
      throw MessageFault("the file '\(path.prefix(80))' is not in the command's working folder.")
    }
    let values = try? url.resourceValues(forKeys: [.isRegularFileKey, .fileSizeKey])
    guard values?.isRegularFile == true, let bytes = values?.fileSize,
      bytes <= Self.largestFile, let content = try? Data(contentsOf: url)
    else {
      throw MessageFault(
        "the file '\(path.prefix(80))' is not there, or has more than \(Self.largestFile) bytes.")
    }
    return (url.lastPathComponent, content)
  }

  private static func excerpt(_ data: Data) -> String {
    String(decoding: data.prefix(200), as: UTF8.self).legible
  }
}
