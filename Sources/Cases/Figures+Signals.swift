import Casework
import Datasets
import Learning
import Tensors

extension Figure {
  /// Returns the spectra of strain before and after whitening in one plane, from 10 to 1,800 Hz, each
  /// by its density at 300 Hz; two seconds at each end are left out.
  ///
  /// - Parameters:
  ///   - name: Of the detector or the file.
  ///   - raw: The strain.
  ///   - white: The same, whitened.
  /// - Returns: The figure.
  static func whitening(of name: String, raw: TimeSeries, white: TimeSeries) -> Figure {
    curves(
      name: "spectra", title: "Power spectral density before and after whitening",
      caption:
        "Strain of \(name) by its density at 300 Hz (Welch, pieces of 2 s): steep with lines, and "
        + "flat after division by the root of the training part's spectrum.",
      x: Axis("frequency (Hz)", scale: .logarithmic),
      y: Axis("power density (300 Hz: 1)", scale: .logarithmic),
      [("raw", raw), ("whitened", white)].map { name, samples in
        let spectrum = samples.trimmed(by: 2).powerSpectrum()
        let unit = spectrum.density(at: 300)
        let all = spectrum.frequencies.indices.filter {
          (10...1800).contains(spectrum.frequencies[$0])
        }
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
