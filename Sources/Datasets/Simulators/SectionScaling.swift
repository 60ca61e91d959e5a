/// The greatest fraction of each bin over good training sections, by which all are divided.
public struct SectionScaling: Sendable {
  private let greatest: [Double]

  public init(of sections: [LumisectionSimulator.Section]) {
    greatest = sections.reduce(
      into: [Double](repeating: 1e-3, count: LumisectionSimulator.binCount)
    ) { greatest, section in
      for (bin, fraction) in section.fractions.enumerated() {
        greatest[bin] = max(greatest[bin], fraction)
      }
    }
  }

  /// Returns the section's fractions between 0 and 1.
  public func inputs(_ section: LumisectionSimulator.Section) -> [Double] {
    zip(section.fractions, greatest).map { min($0 / $1, 1) }
  }
}
