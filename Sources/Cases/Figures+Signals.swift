import Casework
import Datasets
import Learning
import Tensors

extension Figure {
  /// Returns the spectra of series in one plane.
  ///
  /// - Parameters:
  ///   - name: As of a figure.
  ///   - title: As of a figure.
  ///   - caption: As of a figure.
  ///   - level: The frequency whose density is 1, in hertz.
  ///   - band: The frequencies that are shown, in hertz.
  ///   - series: Their names and samples; two seconds at each end are left out.
  /// - Returns: The figure.
  static func spectra(
    name: String, title: String, caption: String, level: Double, band: ClosedRange<Double>,
    _ series: [(name: String, samples: TimeSeries)]
  ) -> Figure {
    curves(
      name: name, title: title, caption: caption,
      x: Axis("frequency (Hz)", scale: .logarithmic),
      y: Axis("power density (\(Int(level)) Hz: 1)", scale: .logarithmic),
      series.map { name, samples in
        let spectrum = samples.trimmed(by: 2).powerSpectrum()
        let unit = spectrum.density(at: level)
        let all = spectrum.frequencies.indices.filter { band.contains(spectrum.frequencies[$0]) }
        let few = stride(from: 0, to: all.count, by: max(1, all.count / 900)).map { all[$0] }
        return Series(
          name, x: few.map { spectrum.frequencies[$0] },
          y: few.map { max(spectrum.densities[$0] / unit, 1e-12) })
      })
  }

  /// Returns the first test window and its reconstruction.
  ///
  /// - Parameters:
  ///   - name: As of a figure.
  ///   - windows: Where it is taken from.
  ///   - model: What reconstructs it.
  ///   - kind: What the windows are, in words.
  /// - Returns: The figure.
  static func window(
    _ name: String, of windows: SignalWindows, through model: DenseAutoencoder, _ kind: String
  ) -> Figure {
    let row = windows.test[0]
    let restored = model([row].tensor).scalars.map { Double($0) }
    let x = row.indices.map { Double($0) }
    return curves(
      name: name, title: "A window and its reconstruction",
      caption: "One test window of \(kind) and what comes out of a code a quarter of its length.",
      x: Axis("sample"), y: Axis("value (deviations)"),
      [Series("window", x: x, y: row), Series("reconstruction", x: x, y: restored)])
  }

  /// Returns a curve of at most some 800 points that keeps every peak: of neighbours the greatest.
  static func peaks(_ name: String, x: [Double], y: [Double]) -> Series {
    let step = max(1, x.count / 800)
    let few = stride(from: 0, to: x.count, by: step).map { first in
      (first..<min(first + step, x.count)).max { y[$0] < y[$1] } ?? first
    }
    return Series(name, x: few.map { x[$0] }, y: few.map { y[$0] })
  }
}
