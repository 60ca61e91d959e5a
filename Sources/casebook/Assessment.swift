import Casework
import Catalog

/// Whether a run is as its case's entry expects.
struct Assessment {
  let expectation: Expectation
  let run: Run?

  var value: Double? { run?.metrics[expectation.metric] }
  var outcome: Expectation.Outcome { expectation.outcome(of: value) }

  /// Such as `0.9683 met (4f2a91bc)`.
  var words: String {
    guard let run, let value else { return outcome.rawValue }
    return "\(value.short) \(outcome.rawValue) (\(run.shortID))"
  }

  /// Judges a run by what its entry expects of such runs.
  static func of(_ run: Run, by entry: Entry) -> [Assessment] {
    entry.expectations.filter { $0.applies(preset: run.preset, settings: run.settings) }
      .map { Assessment(expectation: $0, run: run) }
  }

  /// Judges, for each expectation, the first finished run that it speaks of: the latest, where the
  /// latest come first.
  static func latest(of entry: Entry, in runs: [Run]) -> [Assessment] {
    entry.expectations.map { expectation in
      Assessment(
        expectation: expectation,
        run: runs.first {
          $0.slug == entry.slug && $0.status == .finished
            && expectation.applies(preset: $0.preset, settings: $0.settings)
        })
    }
  }
}
