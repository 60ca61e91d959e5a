import Foundation
public import Randomness

/// Simulated luminosity sections of the CMS trigger: of each, the histograms of the missing
/// transverse momentum (MET) and of its significance (METSig).
///
/// A section has a Poisson number of events and a mean pile-up drawn evenly from 25 to 45, so that
/// good sections differ as real ones do. An event is a two-dimensional normal momentum whose width
/// grows as the square root of its pile-up, and a sum of transverse energy that fluctuates by a
/// gamma distribution. This is a toy of our own design; no CMS data is in it.
public struct LumisectionSimulator: Sendable {
  /// What can be wrong with a section.
  public enum Anomaly: Int, CaseIterable, Sendable {
    /// A calorimeter tower that always fires: 3 to 8 GeV on one side of every event.
    case hotTower
    /// Noise of 40 to 120 GeV in 1 to 4 % of the events.
    case noiseBurst
    /// A momentum resolution that is 8 to 25 % worse.
    case resolution
    /// A dead region: 8 to 25 % of the transverse energy is lost.
    case deadRegion

    /// The word used in metric names.
    public var word: String {
      switch self {
      case .hotTower: "hot"
      case .noiseBurst: "burst"
      case .resolution: "resolution"
      case .deadRegion: "dead"
      }
    }
  }

  /// One section: counts in ``binCount`` bins.
  public struct Section: Sendable {
    /// What is wrong with it, if anything.
    public let anomaly: Anomaly?
    /// Counts: fifty bins of MET from 0 to 100 GeV, then fifty of METSig from 0 to 5 √GeV.
    public let counts: [Double]

    /// The counts of each histogram divided by the number of entries in its range.
    public var fractions: [Double] {
      let half = counts.count / 2
      return [counts[..<half], counts[half...]].flatMap { histogram in
        let total = max(histogram.reduce(0, +), 1)
        return histogram.map { $0 / total }
      }
    }
  }

  /// The bins of a section: two histograms of fifty.
  public static let binCount = 100
  /// The upper edges of the histograms, in GeV and √GeV.
  public static let ranges = (met: 100.0, significance: 5.0)

  /// The mean number of events in a section.
  public var events: Int

  /// Creates a simulator.
  public init(events: Int = 2000) { self.events = events }

  /// Returns sections, of which the share is anomalous, the four kinds equally often, in random
  /// places; each section draws from a stream of its own.
  public func sections(
    _ count: Int, anomalousShare: Double = 0, from stream: RandomStream
  ) -> [Section] {
    var order = stream.split("order")
    let places = (0..<count).shuffled(using: &order)
    let anomalous = Int((Double(count) * anomalousShare).rounded())
    var kinds = [Anomaly?](repeating: nil, count: count)
    for (index, place) in places.prefix(anomalous).enumerated() {
      kinds[place] = Anomaly.allCases[index % Anomaly.allCases.count]
    }
    return kinds.enumerated().map { index, kind in
      var stream = stream.split(index)
      return section(kind, from: &stream)
    }
  }

  /// METSig: the missing transverse momentum over the square root of the transverse energy.
  public static func significance(met: Double, sumET: Double) -> Double { met / sumET.squareRoot() }

  private func section(_ kind: Anomaly?, from stream: inout RandomStream) -> Section {
    let eventCount = max(stream.poisson(Double(events)), 1)
    let pileUp = stream.uniform(25, 45)
    // One value a section, drawn whatever the kind, so that no kind moves another's events.
    let (tower, rate) = (stream.uniform(3, 8), stream.uniform(0.01, 0.04))
    let (smearing, share) = (stream.uniform(1.08, 1.25), stream.uniform(0.75, 0.92))
    var counts = [Double](repeating: 0, count: Self.binCount)
    let half = Self.binCount / 2
    for _ in 0..<eventCount {
      let vertices = Double(max(stream.poisson(pileUp), 1))
      var x = stream.normal(deviation: 2 * vertices.squareRoot())
      var y = stream.normal(deviation: 2 * vertices.squareRoot())
      var sumET = vertices * 18 * stream.gamma(shape: 20, scale: 1 / 20)
      switch kind {
      case nil: break
      case .hotTower: x += tower
      case .noiseBurst: if stream.uniform() < rate { x += stream.uniform(40, 120) }
      case .resolution: (x, y) = (x * smearing, y * smearing)
      case .deadRegion: sumET *= share
      }
      let met = (x * x + y * y).squareRoot()
      let significance = Self.significance(met: met, sumET: sumET)
      if met < Self.ranges.met { counts[Int(met / Self.ranges.met * Double(half))] += 1 }
      if significance < Self.ranges.significance {
        counts[half + Int(significance / Self.ranges.significance * Double(half))] += 1
      }
    }
    return Section(anomaly: kind, counts: counts)
  }
}
