import Foundation
import Learning

/// What a user reads of a profile: tables of operations and layers, and the whole in a few lines.
struct ProfileReport {
  let profile: Profile

  /// Returns the report for a terminal of the width.
  func text(width: Int, heading: (String) -> String = { $0 }) -> String {
    guard profile.steps > 0 else {
      return "The run trained nothing through Casebook's trainer: there is nothing to profile.\n"
    }
    return [
      table("operation", profile.operations).text(width: width, heading: heading),
      table("layer", profile.layers).text(width: width, heading: heading), summary,
    ].joined(separator: "\n")
  }

  private func table(_ title: String, _ rows: [Profile.Row]) -> Table {
    var table = Table(
      [Table.Column(title: title)]
        + ["calls", "forward ms", "backward calls", "backward ms", "share"].map {
          Table.Column(title: $0, isNumber: true)
        })
    for row in rows {
      table.rows.append([
        row.name, "\(row.calls)", milliseconds(row.forward), "\(row.backwardCalls)",
        milliseconds(row.backward), percent(row.seconds / profile.seconds),
      ])
    }
    let rest = profile.seconds - rows.reduce(0) { $0 + $1.seconds }
    table.rows.append(["the rest", "", milliseconds(rest), "", "", percent(rest / profile.seconds)])
    return table
  }

  private var summary: String {
    var lines = [
      "\(profile.steps) steps in \(profile.seconds.asDuration), "
        + "\(milliseconds(profile.seconds / Double(profile.steps))) ms each; "
        + "\(percent(profile.shareOutsideKernels)) outside kernels.",
      "Tensors held \(profile.peakBytes.asBytes) at the peak, the process \(residentPeak).",
    ]
    if profile.missedTrainings > 0 {
      lines.append(
        "\(profile.missedTrainings) trainings ran beside a profiled one and are not in it.")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var residentPeak: String {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    let kibibytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }
    return kibibytes.map { ($0 * 1024).asBytes } ?? "an unknown amount"
  }

  private func milliseconds(_ seconds: Double) -> String {
    let value = seconds * 1e3
    return String(format: value < 10 ? "%.3f" : value < 1000 ? "%.1f" : "%.0f", value)
  }

  private func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}
