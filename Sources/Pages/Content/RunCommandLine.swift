import Casework
import Catalog

extension SiteContent {
  /// The command that runs a case again with the settings and the seed of a run.
  func command(repeating run: Run) -> String {
    let preset = entry(run.slug)?.presets.first { $0.name == run.preset }?.settings ?? [:]
    let implied = (site.runnable[run.slug] ?? [:]).merging(preset) { $1 }
    let changes = run.settings.sorted { $0.key < $1.key }
      .filter { name, value in implied[name]?.isEquivalent(to: value) != true }
      .map { " --set \("\($0.key)=\($0.value)".asShellWord)" }
    let presetOption = run.preset == "standard" ? "" : " --preset \(run.preset.asShellWord)"
    let threads = run.provenance.threads
    return "casebook run \(run.slug)\(presetOption) --seed \(run.seed)\(changes.joined())"
      + (threads == 1 ? "" : " --threads \(threads)")
  }
}

extension String {
  /// The text as one word of a POSIX shell.
  fileprivate var asShellWord: String {
    let isPlain =
      !isEmpty
      && unicodeScalars.allSatisfy {
        $0.isASCII
          && ($0.properties.isAlphabetic || "0123456789_-.,:/=+@%".unicodeScalars.contains($0))
      }
    return isPlain
      ? self
      : "'\(split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
  }
}
