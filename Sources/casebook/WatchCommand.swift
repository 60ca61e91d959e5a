import ArgumentParser
import Casework
import Catalog
import Foundation
import Records

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", _superCommandName: Casebook._commandName,
    abstract: "Follow a run that another process writes.",
    discussion: """
      On a terminal the metrics with their course are drawn anew as they come; elsewhere a line is \
      printed for each new step. Ends with the run: exit code 0 if it finished, 1 if it did not.
      """)

  @Argument(help: "A run, by the start of its id or by name; the latest running one if left out.")
  var id: String?
  @Option(help: "Seconds between two looks.") var interval = 0.5
  @OptionGroup var house: House

  func validate() throws {
    guard interval >= 0.05 else { throw ValidationError("--interval is 0.05 or more.") }
  }

  func run() throws {
    let store = try house.readRuns()
    let name = try id ?? store.runs(where: "status = 'running'", limit: 1).first?.id
    guard let name else { throw Failure.usage(.wrong("no run is running in \(house.homeFolder).")) }
    let order = (try? house.readCatalog())?.entries
    var (height, lastStep): (Int, Int?) = (0, nil)
    while true {
      // Anew each time: of a shared folder what was read does not change.
      let store = try house.readRuns(tellsFaults: false)
      let run = try store.run(named: name)
      let series = try store.series(of: run)
      let progress = try store.progress(of: run)
      let names = order?.first { $0.slug == run.slug }?.metrics.map(\.name) ?? []
      let picture = RunPicture(run: run, series: series, progress: progress, order: names)
      if Terminal.output.isInteractive {
        let lines = picture.lines(width: Terminal.output.width)
        let up = height > 0 ? "\u{1B}[\(height)A" : ""
        Terminal.output.write(up + lines.map { "\u{1B}[K\($0)\n" }.joined() + "\u{1B}[J")
        height = lines.count
      } else if run.lastStep != lastStep || run.status != .running {
        Terminal.output.print(picture.line)
      }
      lastStep = run.lastStep
      guard run.status == .running else {
        if run.status != .finished { throw Failure.answerIsNo }
        return
      }
      usleep(UInt32(interval * 1e6))
    }
  }
}

/// A run as it stands.
private struct RunPicture {
  let run: Run
  let series: [MetricSeries]
  let progress: StoredProgress?
  let order: [String]

  private var head: String { "run \(run.shortID)  \(run.slug) seed \(run.seed)" }

  /// Status, time and how far it is.
  private var state: String {
    var parts = [run.status.rawValue]
    let seconds = run.status == .running ? Date().timeIntervalSince(run.startedAt) : run.duration
    parts.append("after \(seconds.asDuration)")
    if let progress, progress.total > 0 {
      parts.append("\(progress.done)/\(progress.total) \(progress.unit)")
      if run.status == .running, progress.done > 0 {
        let rate = Double(progress.done) / max(seconds, 1e-3)
        parts.append(String(format: rate < 10 ? "%.1f/s" : "%.0f/s", rate))
        let left = Double(progress.total - progress.done) / rate
        parts.append("about \(left.asDuration) left")
      }
    }
    return parts.joined(separator: "  ")
  }

  private var names: [String] {
    let rank = Dictionary(order.enumerated().map { ($1, $0) }) { first, _ in first }
    return run.metrics.keys.sorted { (rank[$0] ?? .max, $0) < (rank[$1] ?? .max, $1) }
  }

  /// One line with the latest of each metric that has a course.
  var line: String {
    let step = run.lastStep.map { "step \($0)" } ?? "no step yet"
    let values = series.map { "\($0.metric) \($0.points.last?.value.short ?? "")" }
    return ([head, state, step] + values).joined(separator: "  ")
  }

  func lines(width: Int) -> [String] {
    let courses = Dictionary(series.map { ($0.metric, $0.points) }) { first, _ in first }
    let room = names.map(\.columns).max() ?? 0
    let rows = names.prefix(20).map { name in
      let value = run.metrics[name]?.short ?? ""
      let start = name + String(repeating: " ", count: room - name.columns + 2)
      let space = String(repeating: " ", count: max(12 - value.count, 1))
      let course = courses[name].map { Self.spark($0.map(\.value), width: width - room - 18) } ?? ""
      return "\(start)\(value)\(space)\(course)"
    }
    return [head, state].map { String($0.prefix(width)) } + rows
  }

  /// The course of a metric in eighths of a line, the latest to the right.
  private static func spark(_ values: [Double], width: Int) -> String {
    let count = min(max(width, 4), 40, values.count)
    guard count > 1 else { return "" }
    let means = (0..<count).map { bucket -> Double in
      let part = values[bucket * values.count / count..<(bucket + 1) * values.count / count]
      return part.reduce(0, +) / Double(part.count)
    }
    let finite = means.filter(\.isFinite)
    guard let least = finite.min(), let greatest = finite.max() else { return "" }
    let marks = Array("▁▂▃▄▅▆▇█")
    return String(
      means.map { value in
        guard value.isFinite else { return " " }
        guard greatest > least else { return marks[3] }
        return marks[min(7, Int(8 * (value - least) / (greatest - least)))]
      })
  }
}
